import type { HandoffReport } from '../interchange/handoff-report.ts';
import type { InterchangeFormat } from '../interchange/handoff.ts';
import type { SideFormat } from '../interchange/side-formats.ts';
import type { Followed } from '../analysis/reframe.ts';
import type { AnalysisResult } from '../analysis/results.ts';
import type { Brief, Suggestion, SuggestionId } from '../director/suggestion.ts';
import type { Fault } from '../errors.ts';
import type { Media, MediaId } from '../media/media.ts';
import type { Edit, EditId, Refusal } from '../timeline/edit.ts';
import type { Timeline, TimelineId } from '../timeline/timeline.ts';

/** Names of things served as bytes: `/<kind>/<handle>` over the media protocol. Handles are random and say nothing. */
export type ByteHandle = string;

export type IngestState =
  | { readonly state: 'waiting' | 'paused' }
  | { readonly state: 'running'; readonly progress: number }
  | { readonly state: 'ready' }
  | { readonly state: 'cancelled' }
  | { readonly state: 'failed'; readonly fault: Fault };

/** What the bin shows of a file: facts, how far it is understood, and where its bytes are. */
export type MediaEntry = {
  readonly media: Media;
  readonly ingest: IngestState;
  readonly assets: {
    /** All-intra H.264 MP4, or audio-only MP4. */
    readonly proxy?: ByteHandle | undefined;
    /** JPEG strip (one picture after the other) + index: see core/media/thumbnails.ts. */
    readonly thumbnails?: ByteHandle | undefined;
    readonly thumbnailIndex?: ByteHandle | undefined;
    /** Waveform peaks: see core/media/peaks.ts. */
    readonly peaks?: ByteHandle | undefined;
    /** One Float64 (little-endian) per frame start in flicks, then the end; for variable sources. */
    readonly frameTable?: ByteHandle | undefined;
  };
  readonly summary: {
    readonly shotCount?: number | undefined;
    readonly integratedLufs?: number | null | undefined;
    readonly tempoBpm?: number | null | undefined;
    readonly bestFrame?: number | undefined;
  };
};

export type ImportRejection = { readonly path: string; readonly fault: Fault };

export type ImportOutcome = {
  readonly added: readonly MediaEntry[];
  /** Files whose content the project already has. */
  readonly known: readonly { readonly path: string; readonly mediaId: MediaId }[];
  readonly rejected: readonly ImportRejection[];
  /** The ingest jobs that were queued, one per file. */
  readonly jobIds: readonly string[];
};

export type JobState = 'queued' | 'running' | 'paused' | 'failed' | 'done' | 'cancelled';

export type JobSummary = {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly state: JobState;
  /** 0–1. */
  readonly progress: number;
  /** Undefined until there is enough to tell. */
  readonly etaMs?: number | undefined;
  readonly attempts: number;
  readonly fault?: Fault | undefined;
  readonly createdAtMs: number;
  readonly finishedAtMs?: number | undefined;
  /** What came out, e.g. the rendered file's path. */
  readonly result?: unknown;
};

export type JobLogLine = { readonly atMs: number; readonly level: 'info' | 'warn' | 'error'; readonly message: string };

export type TimelineSummary = { readonly id: TimelineId; readonly name: string; readonly revision: number };

export type TimelineState = {
  readonly timeline: Timeline;
  readonly revision: number;
  readonly undoLabel: string | null;
  readonly redoLabel: string | null;
};

/** The engine's word on one edit: committed at `revision`, or why not. `edit` is what was applied (undo: the inverse). */
export type ApplyOutcome =
  | {
      readonly kind: 'applied';
      readonly revision: number;
      readonly editId: EditId;
      readonly edit: Edit;
      readonly undoLabel: string | null;
      readonly redoLabel: string | null;
    }
  | { readonly kind: 'refused'; readonly revision: number; readonly editId: EditId; readonly refusal: Refusal };

/** Ducking that was done or refused like any edit, or why there was nothing to do, in a sentence. */
export type DuckOutcome = ApplyOutcome | { readonly kind: 'nothing'; readonly reason: string };

/**
 * Reframing that was done or refused like any edit, with how many shots follow which subject and how many clips show two
 * faces above each other; or why there was nothing.
 */
export type ReframeOutcome =
  | (ApplyOutcome & { readonly followed: Followed; readonly split: number })
  | { readonly kind: 'nothing'; readonly reason: string };

export type HistoryEntry = {
  readonly revision: number;
  readonly editId: EditId;
  readonly label: string;
  readonly author: string;
  readonly atMs: number;
  readonly undone: boolean;
};

export type SuggestionState = {
  readonly suggestion: Suggestion;
  readonly decided: 'open' | 'applied' | 'discarded';
  readonly appliedTo: TimelineId | null;
};

export type ProposeOutcome =
  | { readonly kind: 'proposed'; readonly suggestionId: SuggestionId }
  | { readonly kind: 'nothing'; readonly reason: string; readonly brief: Brief };

export type ExportFormat = InterchangeFormat | SideFormat | 'otioz' | 'fcpxmld';

/** 'cut': what is shown or heard, or when, differs in the other program. 'detail': editors can do without it. */
export type ExportLoss = {
  readonly kind: string;
  readonly severity: 'cut' | 'detail';
  readonly what: string;
  readonly where: string;
  readonly message: string;
};

/** What was written, what the format could not hold, and what reading the file back found. */
export type ExportReport = {
  readonly format: ExportFormat;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly losses: readonly ExportLoss[];
  readonly readBack: { readonly clips: number; readonly matching: number; readonly differences: readonly string[] };
  /** The same for people: what survived, changed and was dropped, and what to do. Also `….report.json` beside the files. */
  readonly handoff: HandoffReport;
};

export type ProjectInfo = {
  readonly name: string;
  readonly path: string;
  readonly cachePath: string;
  readonly temporary: boolean;
  readonly lastSavedAtMs: number | null;
  readonly rollbackJournal: boolean;
  readonly freeDiskBytes: number;
};

export type SystemInfo = {
  readonly version: string;
  readonly platform: string;
  readonly host: 'electron' | 'browser';
  readonly ffmpegVersion: string | null;
};

export type DirectoryListing = {
  readonly path: string;
  readonly parent: string | null;
  readonly entries: readonly {
    readonly name: string;
    readonly path: string;
    readonly kind: 'directory' | 'file';
    readonly sizeBytes: number;
  }[];
};

export type EngineEvent =
  | { readonly kind: 'mediaChanged'; readonly entry: MediaEntry }
  | { readonly kind: 'mediaRemoved'; readonly mediaId: MediaId }
  | { readonly kind: 'ingestProgress'; readonly mediaId: MediaId; readonly ingest: IngestState }
  | { readonly kind: 'analysisChanged'; readonly mediaId: MediaId; readonly kinds: readonly AnalysisResult['kind'][] }
  | { readonly kind: 'jobChanged'; readonly job: JobSummary }
  | { readonly kind: 'jobRemoved'; readonly jobId: string }
  | { readonly kind: 'timelineCreated'; readonly timeline: TimelineSummary }
  | {
      readonly kind: 'timelineEdited';
      readonly timelineId: TimelineId;
      readonly outcome: ApplyOutcome & { kind: 'applied' };
    }
  | {
      readonly kind: 'suggestionChanged';
      readonly suggestionId: SuggestionId;
      readonly decided: SuggestionState['decided'];
    }
  | { readonly kind: 'projectSaved'; readonly atMs: number };

/** `seq` rises by one; a client that fell too far behind gets `resync` first and reads everything anew. */
export type SequencedEvent =
  | { readonly seq: number; readonly event: EngineEvent }
  | { readonly seq: number; readonly resync: true };
