import type { AnalyserState } from '../../core/contract/understanding.ts';
import { MontageError } from '../../core/errors.ts';
import type { Media } from '../../core/media/media.ts';
import { artifactKey } from '../artifacts/key.ts';
import type { BoundModelAnalyser } from '../analysers/model-analyser.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { builtOnOf, resultName, type AnalysisStamp, type ResultBasis } from '../library/analysis-store.ts';
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
  /**
   * Queues an analyser whatever was given in its place, with the named one of its models or the best that is here.
   *
   * @throws MontageError E_USAGE where it has no such model, or nothing to do with the file
   */
  demand(media: Media, analyserId: string, modelId?: string): Promise<AnalyserState>;
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
  const { queue, kind } = parts;
  const queueDue = async (media: Media): Promise<readonly string[]> => {
    const standings = await standingsOf(parts, media);
    return standings.flatMap((standing) => (standing.kind === 'due' ? [queue.addOnce(kind, standing.input)] : []));
  };
  const stop = whenDue(parts, queueDue);
  return {
    queueDue,
    async statesOf(media) {
      return (await standingsOf(parts, media)).map((standing) =>
        standing.kind === 'told' ? standing.state : told(standing.analyser, { state: 'waiting' }),
      );
    },
    demand: async (media, analyserId, modelId) => demanded(parts, media, analyserId, modelId),
    close: stop,
  };
}

/** Looks again whenever what analysers build on, or the models that are here, may have changed; gives what ends it. */
function whenDue({ project, queue, analysers }: AnalysisBoardParts, look: (media: Media) => Promise<unknown>) {
  const builtOn: ReadonlySet<string> = new Set(analysers.flatMap(({ needs }) => needs.results ?? []));
  let closed = false;
  // Looking for models reads disks: one file after the other, and never in the way of who told.
  let looking: Promise<unknown> = Promise.resolve();
  const waiting = new Set<unknown>();
  const lookAt = (mediaId: unknown) => {
    if (waiting.has(mediaId)) return;
    waiting.add(mediaId);
    looking = looking.then(async () => {
      waiting.delete(mediaId);
      const all = closed ? [] : project.media.list();
      for (const media of all) {
        if (mediaId === undefined || media.id === mediaId) await look(media).catch(() => undefined);
      }
    });
  };
  const stop = project.events.subscribe((event) => {
    if (event.kind === 'analysis-changed' && builtOn.has(event.result)) lookAt(event.mediaId);
    if (event.kind !== 'job-changed') return;
    const job = queue.find(event.jobId);
    if (job?.state !== 'done' || !TELLING.has(job.kind)) return;
    lookAt(job.kind === 'model' ? undefined : mediaIdOf(queue.inputOf(job.id)));
  });
  return () => {
    closed = true;
    stop();
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

async function demanded(
  parts: AnalysisBoardParts,
  media: Media,
  analyserId: string,
  modelId: string | undefined,
): Promise<AnalyserState> {
  const standings = await standingsOf(parts, media);
  const analyser = standings.find((one) => one.analyser.id === analyserId)?.analyser;
  if (analyser === undefined) {
    const message = 'there is nothing in this file for it';
    throw new MontageError({ code: 'E_USAGE', message, where: media.name, stage: analyserId });
  }
  const models = await modelsOf(analyser, modelId);
  const before = standings.filter((other) => (analyser.needs.results ?? []).includes(other.analyser.gives));
  const stored = parts.project.analysis.stamps(media.id);
  const standing = standingOf(parts, media, { analyser, models, before, stored, isDemanded: true });
  const running = (jobId: string) => told(analyser, { state: 'running', jobId, progress: 0 });
  if (standing.kind === 'due') return running(parts.queue.addOnce(parts.kind, standing.input));
  const { state } = standing;
  return state.state === 'failed' ? running(parts.queue.resume(state.jobId).id) : state;
}

type Hashes = readonly (readonly [id: string, sha256: string])[];

/** The models that are here, and the first that is not and cannot be done without. */
type Models = {
  readonly hashes: Hashes;
  readonly missing: { readonly modelId: string; readonly sentence: string } | undefined;
};

async function modelsOf({ needs, title }: BoundModelAnalyser, wanted?: string): Promise<Models> {
  const hashes: [string, string][] = [];
  let missing: Models['missing'];
  for (const modelId of [...needs.models, ...(needs.betterWith ?? [])]) {
    const state = await findModel(modelId);
    if (state.kind === 'ready') hashes.push([modelId, state.sha256]);
    else if (needs.models.includes(modelId)) missing ??= { modelId, sentence: state.sentence };
  }
  const choice = needs.oneOf ?? [];
  if (wanted !== undefined && !choice.includes(wanted)) {
    const hint = choice.length === 0 ? undefined : `there are: ${choice.join(', ')}`;
    throw new MontageError({ code: 'E_USAGE', message: 'this model is not for it', where: wanted, stage: title, hint });
  }
  let refused: Models['missing'];
  for (const modelId of wanted === undefined ? choice : [wanted]) {
    const state = await findModel(modelId);
    if (state.kind === 'ready') return { hashes: [...hashes, [modelId, state.sha256]], missing };
    // The last is the smallest to get.
    refused = { modelId, sentence: state.sentence };
  }
  return { hashes, missing: missing ?? refused };
}

type Question = {
  readonly analyser: BoundModelAnalyser;
  readonly models: Models;
  /** How those stand that it builds on. */
  readonly before: readonly Standing[];
  /** What is stored of the file, newest first. */
  readonly stored: readonly AnalysisStamp[];
  /** Asked for by name: what was given or made by other models does not stand in its place. */
  readonly isDemanded?: boolean | undefined;
};

type Outcome = { readonly kind: 'due'; readonly input: AnalysisInput } | ReturnType<typeof tell>;

function standingOf(parts: AnalysisBoardParts, media: Media, question: Question): Outcome {
  const { analyser, models, before, stored, isDemanded = false } = question;
  const own = isDemanded ? [] : stored.filter(({ analyserId }) => analyserId === analyser.id);
  if (own.some(({ basis }) => basis?.kind === 'given')) return tell(analyser, { state: 'done' });
  const builtOn = (analyser.needs.results ?? []).map((wanted) => builtOnOf(stored, wanted, analyser.id));
  const basis = {
    kind: 'made',
    models: models.hashes,
    results: builtOn.map((one) => (one === undefined ? null : resultName(one))),
  } as const;
  if (models.missing !== undefined) {
    // What was found with a model that has gone since is still right, as long as it was found in the same.
    const holds = own.some((one) => one.basis === null || isAsGood(one, analyser, basis));
    return tell(analyser, holds ? { state: 'done' } : { state: 'needs-model', ...models.missing });
  }
  if (parts.ingest.stateOf(media).state !== 'ready') return tell(analyser, { state: 'waiting' });
  const obstacle = before.find((other) => isObstacle(other, analyser, stored));
  if (obstacle?.kind === 'due') return tell(analyser, { state: 'waiting' });
  if (obstacle !== undefined) {
    const { state } = obstacle;
    if (state.state !== 'needs-model') return tell(analyser, { state: 'waiting' });
    return tell(analyser, { state: 'needs-model', modelId: state.modelId, sentence: state.sentence });
  }
  const key = artifactKey({
    media: media.fingerprint,
    step: `analysis.${analyser.id}`,
    stepVersion: analyser.version,
    parameters: { models: basis.models, results: basis.results },
    extension: 'json',
  });
  const isFound =
    stored.some((one) => one.artifacts.includes(key)) || own.some((one) => isAsGood(one, analyser, basis));
  if (isFound) return tell(analyser, { state: 'done' });
  return standingOfJob(parts, analyser, {
    ...{ mediaId: media.id, name: media.name, analyser: analyser.id, title: analyser.title },
    ...{ key, basis },
  });
}

/** Whether another must be waited for: not one that cannot run, where what it would set right is there. */
function isObstacle(other: Standing, analyser: BoundModelAnalyser, stored: readonly AnalysisStamp[]): boolean {
  if (other.kind === 'due') return true;
  const { state } = other.state;
  if (state !== 'needs-model' && state !== 'failed') return state !== 'done';
  return builtOnOf(stored, other.analyser.gives, analyser.id) === undefined;
}

function standingOfJob(
  { queue, kind }: AnalysisBoardParts,
  analyser: BoundModelAnalyser,
  input: AnalysisInput,
): Outcome {
  const job = queue.latest(kind, input);
  if (job === undefined || job.state === 'done') return { kind: 'due', input };
  if (job.state !== 'failed' && job.state !== 'cancelled') {
    return tell(analyser, { state: 'running', jobId: job.id, progress: job.progress });
  }
  return tell(analyser, { state: 'failed', jobId: job.id, fault: job.fault });
}

type MadeBasis = Extract<ResultBasis, { kind: 'made' }>;

/** Whether a stored result is of the same analyser, from the same results, and lacks no model that is here now. */
function isAsGood(
  { analyserVersion, basis: made }: AnalysisStamp,
  { version, needs }: BoundModelAnalyser,
  { models, results }: MadeBasis,
): boolean {
  if (made?.kind !== 'made' || analyserVersion !== version) return false;
  const isSame = made.results.length === results.length && made.results.every((name, n) => name === results[n]);
  const isBetter = (other: string, id: string) => {
    const [better, worse] = [needs.oneOf?.indexOf(other) ?? -1, needs.oneOf?.indexOf(id) ?? -1];
    return better !== -1 && better < worse;
  };
  const stands = ([id, sha256]: readonly [string, string]) =>
    made.models.some(([other, hash]) => isBetter(other, id) || (id === other && sha256 === hash));
  return isSame && models.every(stands);
}

type Bare<State> = State extends unknown ? Omit<State, 'analyserId' | 'title'> : never;

function told({ id, title }: BoundModelAnalyser, state: Bare<AnalyserState>): AnalyserState {
  return { analyserId: id, title, ...state };
}

function tell(analyser: BoundModelAnalyser, state: Bare<AnalyserState>) {
  return { kind: 'told', state: told(analyser, state) } as const;
}
