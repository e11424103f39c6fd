import type { AnalysisResult } from '../../core/analysis/results.ts';
import type { Planes } from '../../core/analysis/small-picture.ts';
import type { Flicks } from '../../core/time/flicks.ts';
import type { PassKernels } from '../kernels/pass-kernels.ts';

/**
 * One measurement of a file. It sees the file once, in order, while it is decoded, and keeps what it needs.
 * Analysers run in a worker: they may be slow (ffmpeg then waits), and must not touch disk or network.
 */
export interface Analyser {
  readonly id: string;
  /** What it finds, for titles and sentences: 'Shots'. */
  readonly title: string;
  /** Rises whenever its numbers could change: stored results of older versions are measured anew. */
  readonly version: number;
  readonly needs: AnalyserNeeds;
  /** Undefined where there is nothing to measure in such a file. With `kernels`, loops over pixels run there. */
  start(media: AnalysedMedia, kernels?: PassKernels): AnalyserRun | undefined;
}

export type AnalyserNeeds = {
  /** Every frame, small: 320 × 180 (portrait: 180 × 320), 8-bit 4:2:0. */
  readonly frames: boolean;
  /** Samples of the first sound track at its own rate and channels. */
  readonly sound: boolean;
  /** Ids of analysers whose results it builds on; they finish first. */
  readonly after?: readonly string[];
};

export interface AnalyserRun {
  /** Frame `index` in decoding order. Planes are reused: copy what is kept. */
  frame?(index: number, planes: Planes): void;
  /** Interleaved samples, 1.0 = full scale, whole sample frames. Reused: copy what is kept. */
  samples?(samples: Float32Array): void;
  finish(end: AnalysisEnd): AnalysisResult | undefined;
}

export type AnalysedMedia = {
  readonly frames: { readonly width: number; readonly height: number } | undefined;
  readonly sound: SoundFormat | undefined;
  /** Factor on what makes a shot boundary, see `createShotDetector`; 1 but for a question about one film. */
  readonly shotThreshold?: number | undefined;
};

export type SoundFormat = {
  readonly sampleRateHz: number;
  readonly channels: number;
  /** ffmpeg's layout name, e.g. '5.1(side)'. */
  readonly channelLayout: string;
};

export type AnalysisEnd = {
  /** Results of the analysers before it. */
  readonly results: readonly AnalysisResult[];
  /** Source time of the first sample: from the first frame, 0 in files without picture. */
  readonly soundStart: Flicks;
};
