import type { z } from 'zod';
import type { AnalysisResult, MediaAnalysis } from '../../core/analysis/results.ts';
import type { Media, MediaFacts } from '../../core/media/media.ts';
import type { ArtifactStore } from '../artifacts/store.ts';
import type { Ease, Needs, PlannedShard } from '../jobs/job-kind.ts';
import type { ReadyModel } from '../models/find-model.ts';
import type { ModelHost } from '../models/model-host.ts';
import type { ProxyFrames } from './proxy-frames.ts';
import type { SpeechSound } from './speech-sound.ts';

/**
 * A measurement made after ingest from what ingest left: the proxy, the 16 kHz sound, results of others; mostly with
 * models. It is split into shards: what a finished shard gave is kept and never made again, a shard that was cut off
 * runs from its start.
 */
export interface ModelAnalyser<Shard, Output> {
  readonly id: string;
  /** Rises whenever its result could change: stored results of older versions are made anew. */
  readonly version: number;
  /** What it finds, for titles and sentences: 'Faces'. */
  readonly title: string;
  /** What it finds, as results are told apart. */
  readonly gives: AnalysisResult['kind'];
  readonly needs: ModelAnalyserNeeds;
  readonly schemas: { readonly shard: z.ZodType<Shard>; readonly output: z.ZodType<Output> };
  /** Whether there can be anything to find in such a file. */
  appliesTo(facts: MediaFacts): boolean;
  split(input: AnalyserInput): readonly PlannedShard<Shard>[] | Promise<readonly PlannedShard<Shard>[]>;
  /** What passes between shards and merge is stored as JSON: keep big things as artifacts. */
  run(shard: Shard, input: AnalyserInput, work: ShardWork): Promise<Output>;
  /** Puts the shards together without seams. Gives an empty result, not none, where nothing was found. */
  merge(outputs: readonly Output[], input: AnalyserInput): AnalysisResult | Promise<AnalysisResult>;
}

export type ModelAnalyserNeeds = {
  /** Catalogue ids of models it cannot do without. */
  readonly models: readonly string[];
  /** Models of which it uses one: the first of them that is here. */
  readonly oneOf?: readonly string[] | undefined;
  /** Models that make it better where they are present. */
  readonly betterWith?: readonly string[] | undefined;
  /** Results it builds on; they are made first. One that does not apply to a file is not waited for. */
  readonly results?: readonly AnalysisResult['kind'][] | undefined;
};

export type AnalyserInput = {
  readonly media: Media;
  /** What `needs.results` names, where it applies to the file, and what is known of the kind that it gives itself. */
  readonly analysis: MediaAnalysis;
  /** The models of `needs` that are here, by catalogue id. */
  readonly models: ReadonlyMap<string, ReadyModel>;
  /** The pictures; undefined for sound alone. */
  readonly frames: ProxyFrames | undefined;
  /** Undefined where there is no sound. */
  readonly sound: SpeechSound | undefined;
  readonly artifacts: ArtifactStore;
};

export type ShardWork = {
  readonly host: ModelHost;
  readonly signal: AbortSignal;
  /** How much of this shard is done, 0–1. */
  progress(fraction: number): void;
  log(level: 'info' | 'warn' | 'error', message: string): void;
  /** How to make do while memory is short; all is there where it is not told. */
  readonly ease?: (() => Ease) | undefined;
};

/** A model analyser whose types are checked at run time, so that all fit one list. */
export interface BoundModelAnalyser {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly gives: AnalysisResult['kind'];
  readonly needs: ModelAnalyserNeeds;
  appliesTo(facts: MediaFacts): boolean;
  split(input: AnalyserInput): Promise<readonly PlannedShard<unknown>[]>;
  run(shard: unknown, input: AnalyserInput, work: ShardWork): Promise<unknown>;
  merge(outputs: readonly unknown[], input: AnalyserInput): Promise<AnalysisResult>;
}

/** Makes an analyser fit for the list. */
export function bindModelAnalyser<Shard, Output>(analyser: ModelAnalyser<Shard, Output>): BoundModelAnalyser {
  const { id, version, title, gives, needs, schemas } = analyser;
  return {
    ...{ id, version, title, gives, needs },
    appliesTo: (facts) => analyser.appliesTo(facts),
    split: async (input) => analyser.split(input),
    run: (shard, input, work) => analyser.run(schemas.shard.parse(shard), input, work),
    merge: async (outputs, input) =>
      analyser.merge(
        outputs.map((output) => schemas.output.parse(output)),
        input,
      ),
  };
}

/** What a shard with one thread of inference takes, the model host included. */
export const MODEL_SHARD_NEEDS: Needs = { cores: 1, memoryBytes: 400_000_000 };
