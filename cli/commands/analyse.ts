import { Command } from 'commander';
import { resolve } from 'node:path';
import type { AnalyserState } from '../../core/contract/understanding.ts';
import { MontageError } from '../../core/errors.ts';
import type { Media } from '../../core/media/media.ts';
import { NOT_TO_BE_HAD } from '../../native/analysers/not-to-be-had.ts';
import { ANALYSERS } from '../../native/analysers/registry.ts';
import { MODEL_ANALYSERS } from '../../native/analysers/model-registry.ts';
import type { Cli } from '../cli.ts';
import { withEngine, type EngineClient } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import { settled } from '../understood.ts';
import { mediaNamed } from '../media-name.ts';
import { table } from '../terminal.ts';
import { refuseNothing, reportRejected } from './import.ts';

type AnalyseFlags = { readonly project: string; readonly only?: string };
type Understood = { readonly media: Media; readonly states: readonly AnalyserState[] };

/** `montage analyse`: footage looked at and listened to, until all that can be found is. */
export function analyseCommand(cli: Cli): Command {
  const known = [...ANALYSERS, ...MODEL_ANALYSERS].map(({ id }) => id);
  return new Command('analyse')
    .description('find what there is in footage, and say what is found, what failed and which model is missing')
    .argument(
      '[media...]',
      'files and folders to bring in, or names of files in the project; all its footage unless told',
    )
    .requiredOption('--project <file>', 'project, made when it is not there')
    .option('--only <analysers>', `wait for these alone, divided by commas: ${known.join(', ')}`)
    .action(async (named: readonly string[], flags: AnalyseFlags) => analyse(cli, named, flags, known));
}

async function analyse(
  cli: Cli,
  named: readonly string[],
  { project, only }: AnalyseFlags,
  known: readonly string[],
): Promise<void> {
  const wanted = only?.split(',').map((id) => id.trim());
  const unknown = wanted?.find((id) => !known.includes(id));
  if (unknown !== undefined) {
    const because = NOT_TO_BE_HAD.get(unknown);
    if (because !== undefined) {
      const told = 'it is not in `montage models list`; mark such places by hand';
      throw new MontageError({ code: 'E_MODEL_NONE', message: because, where: unknown, hint: told });
    }
    const hint = `there are: ${known.join(', ')}`;
    throw new MontageError({ code: 'E_USAGE', message: 'there is no such analyser', where: unknown, hint });
  }
  await withEngine(cli, { project, create: true, runJobs: true }, async ({ client }) => {
    const files = await filesOf(cli, client, named);
    const isWanted = ({ analyserId }: AnalyserState) => wanted?.includes(analyserId) ?? true;
    const understood: Understood[] = [];
    for (const media of files) {
      await client.media.analyse({ mediaId: media.id }, { signal: cli.signal });
      understood.push({ media, states: await settled(cli, client, media, isWanted) });
    }
    cli.terminal.document({ files: understood.map(asJson) }, () => asText(understood));
    if (understood.some(({ states }) => states.some(({ state }) => state === 'failed'))) cli.endWith(EXIT.lost);
  });
}

/** Names that the project knows, else what is brought in. */
async function filesOf(cli: Cli, client: EngineClient, named: readonly string[]): Promise<readonly Media[]> {
  const list = async () => (await client.media.list()).map(({ media }) => media);
  const before = await list();
  if (named.length === 0) return before;
  const isKnown = (name: string) => before.some(({ id, path, name: own }) => [id, path, own].includes(name));
  const paths = named.filter((name) => !isKnown(name)).map((name) => resolve(name));
  const known = named.filter(isKnown).map((name) => mediaNamed(before, name));
  if (paths.length === 0) return known;
  const outcome = await client.media.import({ paths }, { signal: cli.signal });
  if (known.length === 0) refuseNothing(outcome, paths);
  reportRejected(cli, outcome, paths);
  const ids = new Set([...outcome.added.map(({ media }) => media.id), ...outcome.known.map(({ mediaId }) => mediaId)]);
  return [...known, ...(await list()).filter(({ id }) => ids.has(id))];
}

function asJson({ media, states }: Understood) {
  return { file: media.path, mediaId: media.id, analysers: states };
}

function asText(understood: readonly Understood[]): string {
  const rows = understood.flatMap(({ media, states }) =>
    states.map((state) => [media.name, state.title, TOLD[state.state], remarkOf(state)]),
  );
  return rows.length === 0 ? 'there is nothing to look at' : table(['file', 'what', 'state', ''], rows);
}

const TOLD: Readonly<Record<AnalyserState['state'], string>> = {
  done: 'found',
  running: 'working',
  waiting: 'waiting',
  'needs-model': 'needs a model',
  failed: 'failed',
};

function remarkOf(state: AnalyserState): string {
  if (state.state === 'needs-model') return state.sentence;
  return state.state === 'failed' ? (state.fault?.message ?? '') : '';
}
