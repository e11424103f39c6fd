import { Command, Option } from 'commander';
import type { Evidence, EvidenceCondition, EvidencePage } from '../../core/analysis/evidence.ts';
import type { MediaEntry } from '../../core/contract/model.ts';
import type { Media } from '../../core/media/media.ts';
import { flicks, FLICKS_PER_SECOND, secondsOf } from '../../core/time/flicks.ts';
import type { Cli } from '../cli.ts';
import { withEngine, type EngineClient } from '../connection.ts';
import { mediaNamed } from '../media-name.ts';
import { signedNumber, wholeNumber } from '../option-values.ts';
import { table } from '../terminal.ts';

/** What can be shown, by the words that editors use. */
const SUBJECTS = {
  shots: { kind: 'shots', measure: 'shot' },
  borders: { kind: 'shots', measure: 'border' },
  scores: { kind: 'shot-scores' },
  loudness: { kind: 'loudness' },
  tempo: { kind: 'rhythm', measure: 'tempoBpm' },
  beats: { kind: 'rhythm', measure: 'beat' },
  onsets: { kind: 'rhythm', measure: 'onset' },
  speech: { kind: 'speech-segments' },
  words: { kind: 'transcript', measure: 'word' },
  sentences: { kind: 'transcript', measure: 'sentence' },
  slips: { measures: ['filler', 'repeated-take', 'breath'] },
  speakers: { kind: 'speakers' },
  breaths: { kind: 'breaths' },
  sounds: { kind: 'sound-kinds' },
  faults: { kind: 'sound-faults' },
  faces: { kind: 'faces', measure: 'face' },
  composition: { measures: ['thirds', 'symmetry', 'gravityX', 'gravityY', 'headroom', 'eyeLine'] },
  objects: { kind: 'objects' },
  captions: { kind: 'picture-captions' },
  story: { measures: ['hook', 'climax', 'topic', 'question', 'emphasis', 'summary'] },
} as const satisfies Readonly<Record<string, EvidenceCondition>>;
type Subject = keyof typeof SUBJECTS;
const SUBJECT_NAMES = Object.keys(SUBJECTS).filter((name): name is Subject => name in SUBJECTS);

type ShowFlags = {
  readonly project: string;
  readonly what?: Subject;
  readonly measure?: string;
  readonly label?: string;
  readonly contains?: string;
  readonly least?: number;
  readonly most?: number;
  readonly by?: string;
  readonly during?: readonly Subject[];
  readonly order: 'time' | 'highest' | 'lowest';
  readonly limit: number;
};

/** `montage show`: what was found in the footage. */
export function showCommand(cli: Cli): Command {
  const subjects = (flags: string, text: string) => new Option(flags, text).choices(SUBJECT_NAMES);
  return new Command('show')
    .description('show what was found in the footage of a project: where, what and how much')
    .argument('[media]', 'path, name or id of one file; all footage where it is not given')
    .requiredOption('--project <file>', 'project')
    .addOption(subjects('--what <what>', 'what to show'))
    .option('--measure <name>', 'one measure, such as sharpness')
    .option('--label <text>', 'what it is called, whatever the case')
    .option('--contains <text>', 'a part of what it is called')
    .option('--least <number>', 'smallest value', signedNumber)
    .option('--most <number>', 'largest value', signedNumber)
    .option('--by <speaker>', 'only what this speaker says, by name or as Speaker 1')
    .addOption(subjects('--during <what...>', 'only where there is such evidence at the same time'))
    .addOption(new Option('--order <order>', 'what comes first').choices(['time', 'highest', 'lowest']).default('time'))
    .option('--limit <count>', 'how many to show at most', wholeNumber, 1000)
    .action(async (media: string | undefined, flags: ShowFlags) => show(cli, media, flags));
}

async function show(cli: Cli, named: string | undefined, flags: ShowFlags): Promise<void> {
  const { project, what, measure, label, contains, least, most, by, during, order, limit } = flags;
  await withEngine(cli, { project, create: false, runJobs: false }, async ({ client }) => {
    const files = (await client.media.list()).map(({ media }: MediaEntry) => media);
    const only = named === undefined ? undefined : [mediaNamed(files, named).id];
    const find: EvidenceCondition = {
      ...(what !== undefined && SUBJECTS[what]),
      ...(measure !== undefined && { measure, measures: undefined }),
    };
    const page = await client.media.find({
      find: { ...find, label, contains, least, most },
      during: [
        ...(by === undefined ? [] : [{ measure: 'speaker', label: by }]),
        ...(during ?? []).map((subject): EvidenceCondition => SUBJECTS[subject]),
      ],
      ...{ mediaIds: only, order, limit },
    });
    const nameOf = (id: Media['id']) => files.find((file) => file.id === id)?.name ?? id;
    const speakerOf = await speakersOf(client, page.found);
    cli.terminal.document({ total: page.total, found: page.found.map((row) => asJson(row, nameOf, speakerOf)) }, () =>
      asText(page, nameOf, speakerOf),
    );
  });
}

type NameOf = (id: Media['id']) => string;

type SpeakerOf = (row: Evidence) => string | undefined;

/** Who says the words and sentences that were found: by the transcript itself, else by voice. */
async function speakersOf(client: EngineClient, rows: readonly Evidence[]): Promise<SpeakerOf> {
  const spoken = rows.filter(({ kind, measure }) => kind === 'transcript' && measure !== 'speaker');
  if (spoken.length === 0) return () => undefined;
  const start = flicks(Math.min(...spoken.map((row) => row.start)));
  const end = flicks(Math.max(...spoken.map((row) => row.end)));
  const mediaIds = [...new Set(spoken.map(({ mediaId }) => mediaId))];
  const asked = { find: { measure: 'speaker' }, mediaIds, within: { start, end }, limit: 10_000 } as const;
  const turns: Evidence[] = [];
  for (let total = 1; turns.length < total; ) {
    const page = await client.media.find({ ...asked, offset: turns.length });
    if (page.found.length === 0) break;
    turns.push(...page.found);
    total = page.total;
  }
  const byMedia = Map.groupBy(turns, ({ mediaId }) => mediaId);
  return (row) => {
    if (row.kind !== 'transcript' || row.measure === 'speaker') return undefined;
    const middle = (row.start + row.end) / 2;
    const farness = (turn: Evidence) => Math.max(turn.start - middle, middle - turn.end, 0);
    const near = (byMedia.get(row.mediaId) ?? []).filter((turn) => farness(turn) <= FLICKS_PER_SECOND);
    const nearest = near.toSorted((a, b) => farness(a) - farness(b));
    return (nearest.find((turn) => turn.kind === 'transcript' && farness(turn) === 0) ?? nearest[0])?.label;
  };
}

function asJson({ start, end, ...rest }: Evidence, nameOf: NameOf, speakerOf: SpeakerOf) {
  const speaker = speakerOf({ start, end, ...rest });
  return {
    file: nameOf(rest.mediaId),
    ...rest,
    ...(speaker !== undefined && { speaker }),
    ...secondsBetween({ start, end }),
  };
}

/** What holds for a whole file has no end of its own. */
function secondsBetween({ start, end }: Pick<Evidence, 'start' | 'end'>) {
  const whole = end === Number.MAX_SAFE_INTEGER;
  return { startSeconds: secondsOf(start), endSeconds: whole ? null : secondsOf(end) };
}

function asText({ found, total }: EvidencePage, nameOf: NameOf, speakerOf: SpeakerOf): string {
  if (found.length === 0) return 'nothing was found';
  const isSpoken = found.some((row) => speakerOf(row) !== undefined);
  const rows = found.map((row) => {
    const { startSeconds, endSeconds } = secondsBetween(row);
    const from = endSeconds === null ? 'whole file' : startSeconds.toFixed(3);
    const value = Number.isInteger(row.value) ? String(row.value) : row.value.toFixed(3);
    const who = isSpoken ? [speakerOf(row) ?? ''] : [];
    return [nameOf(row.mediaId), row.measure, ...who, row.label ?? '', value, from, endSeconds?.toFixed(3) ?? ''];
  });
  const more = total > found.length ? `\n${total - found.length} more` : '';
  const heads = ['file', 'measure', ...(isSpoken ? ['who'] : []), 'label', 'value', 'start s', 'end s'];
  return `${table(heads, rows)}${more}`;
}
