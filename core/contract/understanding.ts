import type { Fault } from '../errors.ts';
import type { Transcript, TranscriptFormat } from '../transcript/transcript.ts';

/** How far one analyser is with one file. */
export type AnalyserState = { readonly analyserId: string; readonly title: string } & (
  | { readonly state: 'done' }
  | { readonly state: 'running'; readonly jobId: string; readonly progress: number }
  /** For ingest, or for another analyser. */
  | { readonly state: 'waiting' }
  /** A model is not here; `sentence` says which, how big, and how to get it. */
  | { readonly state: 'needs-model'; readonly modelId: string; readonly sentence: string }
  | { readonly state: 'failed'; readonly jobId: string; readonly fault: Fault | undefined }
);

/** A model of the catalogue and whether it is on this machine. */
export type ModelEntry = {
  readonly id: string;
  readonly name: string;
  /** What it makes possible. */
  readonly task: string;
  /** SPDX identifier of the weights' licence. */
  readonly licence: string;
  /** Page of its makers. */
  readonly source: string;
  readonly bytes: number;
  readonly state: 'ready' | 'absent' | 'damaged';
  /** Whether Montage knows where to get it. */
  readonly canDownload: boolean;
};

/** A transcript that is kept of a file: read from one, or heard by a recogniser. */
export type KeptTranscript = Pick<Transcript, 'source' | 'language' | 'timing'> & {
  readonly name: string;
  readonly words: number;
  /** Whether words, search and captions are those of this one. None is where a vote is in use. */
  readonly isInUse: boolean;
};

/** A file that what is said was written to. */
export type WrittenWords = {
  readonly path: string;
  readonly format: TranscriptFormat;
  readonly words: number;
  /** Captions that break the rules of reading speed and length. */
  readonly broken: number;
  /** Words that do not come back as they are in this format. */
  readonly changed: number;
};

/** What came out of a vote. */
export type VotedTranscript = {
  readonly words: number;
  /** Words on which all agree. */
  readonly unanimous: number;
  /** `reliability`, 0–1, is estimated from the agreement itself. */
  readonly transcripts: readonly (KeptTranscript & { readonly reliability: number })[];
};
