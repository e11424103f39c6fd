import { Command } from 'commander';
import { MontageError } from '../../core/errors.ts';
import type { MediaEntry } from '../../core/contract/model.ts';
import type { Media } from '../../core/media/media.ts';
import type { SearchHit, SearchPage, SearchPath, SearchReason } from '../../core/search/query.ts';
import { secondsOf } from '../../core/time/flicks.ts';
import type { Cli } from '../cli.ts';
import { withEngine } from '../connection.ts';
import { mediaNamed } from '../media-name.ts';
import { partOfOne, wholeNumber } from '../option-values.ts';
import { table } from '../terminal.ts';

type SearchFlags = {
  readonly project: string;
  readonly in?: readonly string[];
  readonly like?: string;
  readonly frame: number;
  readonly variety: number;
  readonly limit: number;
};

/** `montage search`: moments in the footage by plain words or a picture. */
export function searchCommand(cli: Cli): Command {
  return new Command('search')
    .description('find moments in the footage: what is said, who and what is seen, how it looks and sounds')
    .argument('[text]', 'plain words; "quoted words" are said as they stand, "without" turns the next word round')
    .requiredOption('--project <file>', 'project')
    .option('--in <media...>', 'only in these files: path, name or id')
    .option('--like <media>', 'what looks like a picture of this file')
    .option('--frame <number>', 'which picture of it', wholeNumber, 0)
    .option('--variety <part>', 'puts what looks alike apart: 0 by worth alone, 1 by variety alone', partOfOne, 0)
    .option('--limit <count>', 'how many to show at most', wholeNumber, 50)
    .action(async (text: string | undefined, flags: SearchFlags) => search(cli, text, flags));
}

async function search(cli: Cli, text: string | undefined, flags: SearchFlags): Promise<void> {
  const { project, like, frame, variety, limit } = flags;
  if (text === undefined && like === undefined) {
    throw new MontageError({ code: 'E_USAGE', message: 'say what to look for: some words, or --like <media>' });
  }
  await withEngine(cli, { project, create: false, runJobs: false }, async ({ client }) => {
    const files = (await client.media.list()).map(({ media }: MediaEntry) => media);
    const idOf = (named: string) => mediaNamed(files, named).id;
    const page = await client.media.search({
      ...(text !== undefined && { text }),
      ...(like !== undefined && { like: { mediaId: idOf(like), frame } }),
      ...(flags.in !== undefined && { mediaIds: flags.in.map(idOf) }),
      ...{ variety, limit },
    });
    const nameOf = (id: Media['id']) => files.find((file) => file.id === id)?.name ?? id;
    const hits = page.hits.map((hit) => asJson(hit, nameOf));
    cli.terminal.document({ total: page.total, paths: page.paths, hits }, () => asText(page, nameOf));
  });
}

type NameOf = (id: Media['id']) => string;

function asJson({ start, end, ...hit }: SearchHit, nameOf: NameOf) {
  return { file: nameOf(hit.mediaId), ...hit, startSeconds: secondsOf(start), endSeconds: secondsOf(end) };
}

function asText({ hits, total, paths }: SearchPage, nameOf: NameOf): string {
  const ways = paths.flatMap(wayText).join('\n');
  if (hits.length === 0) return `nothing was found\n${ways}`;
  const rows = hits.map((hit) => [
    nameOf(hit.mediaId),
    secondsOf(hit.start).toFixed(2),
    secondsOf(hit.end).toFixed(2),
    hit.score.toFixed(2),
    hit.reasons.map(reasonText).join(', '),
    hit.kind === 'shot' ? '' : hit.text,
  ]);
  const more = total > hits.length ? `\n${total - hits.length} more` : '';
  return `${table(['file', 'start s', 'end s', 'score', 'because', 'said'], rows)}${more}\n${ways}`;
}

function wayText({ path, used, model, because }: SearchPath): readonly string[] {
  if (!used) return because === null ? [] : [`not by ${path}: ${because}`];
  return [`by ${path}${model === null ? '' : ` (${model})`}`];
}

function reasonText(reason: SearchReason): string {
  switch (reason.kind) {
    case 'said':
      return `"${reason.term}" is said`;
    case 'described':
      return `"${reason.term}" in the caption`;
    case 'person':
      return reason.name;
    case 'speaker':
      return `${reason.name} says it`;
    case 'object':
      return `${reason.label} ${reason.score.toFixed(2)}`;
    case 'trait':
      return `${reason.term} ${reason.value.toFixed(2)}`;
    case 'file-name':
      return `"${reason.term}" in the file's name`;
    case 'picture':
      return `picture ${reason.cosine.toFixed(2)}`;
    case 'meaning':
      return `meaning ${reason.cosine.toFixed(2)}`;
    case 'look':
      return `looks ${reason.distance.toFixed(1)} apart`;
  }
}
