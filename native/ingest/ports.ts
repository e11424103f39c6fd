import type { AnalysisResult } from '../../core/analysis/results.ts';
import type { SourceFrames } from '../../core/media/frames.ts';
import type { MediaFacts, MediaRemark } from '../../core/media/media.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import type { ProxyLines } from './pass-plan.ts';

/** What ingest needs of the artifact store; native/artifacts has it. */
export interface IngestArtifacts {
  has(key: string): boolean;
  get(key: string): Promise<Uint8Array>;
  put(key: string, bytes: Uint8Array | string): Promise<unknown>;
  /** `produce` writes a file at the path it is given; when it fails nothing is kept. */
  make(key: string, produce: (path: string) => Promise<void>): Promise<unknown>;
}

export type IngestMedia = { readonly path: string; readonly facts: MediaFacts };

export type IngestOptions = {
  readonly proxyLines: ProxyLines;
  /** Analyser ids; those they build on come along. */
  readonly analysers: readonly string[];
};

export type IngestPorts = {
  readonly tools: FfmpegTools;
  readonly artifacts: IngestArtifacts;
  readonly signal?: AbortSignal | undefined;
  /** 0–1 by media time. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
  /** Holds the run while the user has paused it. */
  readonly pause?: IngestPause | undefined;
};

export interface IngestPause {
  readonly paused: boolean;
  /** Calls back on every change until the returned function is called. */
  onChange(listener: (paused: boolean) => void): () => void;
}

/** Artifact keys; what a file has not (no sound, no moving picture) is undefined. */
export type IngestAssets = {
  /** All-intra H.264 MP4; M4A for sound alone; JPEG for a still. */
  readonly proxy?: string | undefined;
  /** See core/media/thumbnails.ts. */
  readonly thumbnails?: string | undefined;
  readonly thumbnailIndex?: string | undefined;
  /** See core/media/peaks.ts. */
  readonly peaks?: string | undefined;
  /** 16 kHz mono, signed 16-bit little-endian, no header. */
  readonly speech?: string | undefined;
  /** See core/media/frame-starts.ts. */
  readonly frameTable?: string | undefined;
};

export type IngestResult = {
  readonly assets: IngestAssets;
  /** As the decode confirmed them; undefined for sound alone. */
  readonly sourceFrames: SourceFrames | undefined;
  readonly results: readonly AnalysisResult[];
  /** What the decode met: damage, an early end. */
  readonly remarks: readonly MediaRemark[];
  /** How many ffmpeg processes it took: 0 when everything was there. */
  readonly runs: 0 | 1;
};
