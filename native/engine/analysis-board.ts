import type { AnalyserState } from '../../core/contract/understanding.ts';
import type { Media } from '../../core/media/media.ts';
import { artifactKey } from '../artifacts/key.ts';
import type { BoundModelAnalyser } from '../analysers/model-analyser.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { AnalysisStamp } from '../library/analysis-store.ts';
import { findModel } from '../models/find-model.ts';
import type { Project } from '../project/project.ts';
import type { AnalysisInput, analysisJob } from './analysis-job.ts';
import type { IngestBoard } from './ingest-board.ts';

/** Which analysers are due after ingest, and how far they are. */
export interface AnalysisBoard {
  /** Queues what can be found in a file now and has not been; gives the jobs. */
  queueDue(media: Media): Promise<readonly string[]>;
  /** One per analyser that applies to the file. */
  statesOf(media: Media): Promise<readonly AnalyserState[]>;
  /** Stops following the project. */
  close(): void;
}

export type AnalysisBoardParts = {
  readonly project: Project;
  readonly queue: JobQueue;
  readonly kind: ReturnType<typeof analysisJob>;
  readonly ingest: Pick<IngestBoard, 'stateOf'>;
  readonly analysers: readonly BoundModelAnalyser[];
};

type Standing = { readonly analyser: BoundModelAnalyser } & (
  | { readonly kind: 'due'; readonly input: AnalysisInput }
  | { readonly kind: 'told'; readonly state: AnalyserState }
);

/** Jobs whose end may make analysers due: of one file, or, where a model has come, of all. */
const TELLING: ReadonlySet<string> = new Set(['ingest', 'analyse', 'model']);

export function createAnalysisBoard(parts: AnalysisBoardParts): AnalysisBoard {
  const { project, queue, kind } = parts;
  const queueDue = async (media: Media): Promise<readonly string[]> => {
    const standings = await standingsOf(parts, media);
    return standings.flatMap((standing) => (standing.kind === 'due' ? [queue.addOnce(kind, standing.input)] : []));
  };
  let closed = false;
  // Looking for models reads disks: one file after the other, and never in the way of who told.
  let looking: Promise<unknown> = Promise.resolve();
  const stop = project.events.subscribe((event) => {
    if (event.kind !== 'job-changed') return;
    const job = queue.find(event.jobId);
    if (job?.state !== 'done' || !TELLING.has(job.kind)) return;
    const mediaId = job.kind === 'model' ? undefined : mediaIdOf(queue.inputOf(job.id));
    looking = looking.then(async () => {
      const all = closed ? [] : project.media.list();
      for (const media of all) {
        if (mediaId === undefined || media.id === mediaId) await queueDue(media).catch(() => undefined);
      }
    });
  });
  return {
    queueDue,
    async statesOf(media) {
      return (await standingsOf(parts, media)).map((standing) =>
        standing.kind === 'told' ? standing.state : told(standing.analyser, { state: 'waiting' }),
      );
    },
    close() {
      closed = true;
      stop();
    },
  };
}

function mediaIdOf(input: unknown): unknown {
  return typeof input === 'object' && input !== null && 'mediaId' in input ? input.mediaId : undefined;
}

async function standingsOf(parts: AnalysisBoardParts, media: Media): Promise<readonly Standing[]> {
  const applying = parts.analysers.filter((analyser) => analyser.appliesTo(media));
  const present = new Map<BoundModelAnalyser, Models>();
  for (const analyser of applying) present.set(analyser, await modelsOf(analyser));
  // From here on nothing is waited for: what is stored and which jobs run must be of one moment.
  const stored = parts.project.analysis.stamps(media.id);
  const standings: Standing[] = [];
  for (const [analyser, models] of present) {
    const before = standings.filter((other) => (analyser.needs.results ?? []).includes(other.analyser.gives));
    standings.push({ analyser, ...standingOf(parts, media, { analyser, models, before, stored }) });
  }
  return standings;
}

type Models =
  | { readonly kind: 'ready'; readonly hashes: readonly (readonly [string, string])[] }
  | { readonly kind: 'missing'; readonly modelId: string; readonly sentence: string };

async function modelsOf({ needs }: BoundModelAnalyser): Promise<Models> {
  const hashes: [string, string][] = [];
  for (const modelId of [...needs.models, ...(needs.betterWith ?? [])]) {
    const state = await findModel(modelId);
    if (state.kind === 'ready') hashes.push([modelId, state.sha256]);
    else if (needs.models.includes(modelId)) return { kind: 'missing', modelId, sentence: state.sentence };
  }
  return { kind: 'ready', hashes };
}

type Question = {
  readonly analyser: BoundModelAnalyser;
  readonly models: Models;
  /** How those stand that it builds on. */
  readonly before: readonly Standing[];
  /** What is stored of the file, newest first. */
  readonly stored: readonly AnalysisStamp[];
};

type Outcome = { readonly kind: 'due'; readonly input: AnalysisInput } | ReturnType<typeof tell>;

function standingOf(parts: AnalysisBoardParts, media: Media, { analyser, models, before, stored }: Question): Outcome {
  const { queue, ingest } = parts;
  if (models.kind === 'missing') {
    const { modelId, sentence } = models;
    // What was found with a model that has gone since is still right.
    const isFound = stored.some(({ analyserId }) => analyserId === analyser.id);
    return tell(analyser, isFound ? { state: 'done' } : { state: 'needs-model', modelId, sentence });
  }
  if (ingest.stateOf(media).state !== 'ready') return tell(analyser, { state: 'waiting' });
  const obstacle = before.find((other) => other.kind === 'due' || other.state.state !== 'done');
  if (obstacle?.kind === 'due') return tell(analyser, { state: 'waiting' });
  if (obstacle !== undefined) {
    const { state } = obstacle;
    if (state.state !== 'needs-model') return tell(analyser, { state: 'waiting' });
    return tell(analyser, { state: 'needs-model', modelId: state.modelId, sentence: state.sentence });
  }
  const builtOn = (analyser.needs.results ?? []).map((wanted) => stored.find(({ kind }) => kind === wanted));
  const key = artifactKey({
    media: media.fingerprint,
    step: `analysis.${analyser.id}`,
    stepVersion: analyser.version,
    parameters: {
      models: models.hashes,
      results: builtOn.map((one) => [one?.analyserId ?? null, one?.analyserVersion ?? null, one?.artifacts ?? []]),
    },
    extension: 'json',
  });
  if (stored.some(({ artifacts }) => artifacts.includes(key))) return tell(analyser, { state: 'done' });
  const input = { mediaId: media.id, name: media.name, analyser: analyser.id, title: analyser.title, key };
  const job = queue.latest(parts.kind, input);
  if (job === undefined || job.state === 'done') return { kind: 'due', input };
  if (job.state !== 'failed' && job.state !== 'cancelled') {
    return tell(analyser, { state: 'running', jobId: job.id, progress: job.progress });
  }
  return tell(analyser, { state: 'failed', jobId: job.id, fault: job.fault });
}

type Bare<State> = State extends unknown ? Omit<State, 'analyserId' | 'title'> : never;

function told({ id, title }: BoundModelAnalyser, state: Bare<AnalyserState>): AnalyserState {
  return { analyserId: id, title, ...state };
}

function tell(analyser: BoundModelAnalyser, state: Bare<AnalyserState>) {
  return { kind: 'told', state: told(analyser, state) } as const;
}
