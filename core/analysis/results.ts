import type { Transcript } from '../transcript/transcript.ts';
import type { SpeakerTurn } from './diarize.ts';
import type { MediaId } from '../media/media.ts';
import type { Flicks } from '../time/flicks.ts';
import type {
  FacePrints,
  Faces,
  LearnedBorder,
  Objects,
  PictureCaptions,
  PictureEmbeddings,
  SentenceEmbeddings,
} from './picture-results.ts';
import type {
  AnalysisPath,
  Breaths,
  SoundFaults,
  SoundKinds,
  SpeechSegments,
  StoryBeats,
  TimeSpan,
} from './sound-results.ts';
import type { ShotScoresFields } from './score-results.ts';

/** Which analyser made a result; the version rises whenever its numbers could change. */
export type AnalyserStamp = { readonly analyserId: string; readonly analyserVersion: number };

/** Where in a file something was measured: inclusive frame numbers, or a span of source time. */
export type Span =
  | { readonly kind: 'frames'; readonly firstFrame: number; readonly lastFrame: number }
  | { readonly kind: 'time'; readonly start: Flicks; readonly end: Flicks };

/** How a shot begins. For gradual transitions the frames that hold both pictures; the shot starts at their middle. */
export type ShotTransition =
  | { readonly kind: 'start' }
  | { readonly kind: 'cut' }
  | { readonly kind: 'dissolve' | 'fade'; readonly firstFrame: number; readonly lastFrame: number };

/** Frames are decoded frame numbers from 0, `lastFrame` inclusive; shots abut and cover the file. */
export type Shot = { readonly firstFrame: number; readonly lastFrame: number; readonly transitionIn: ShotTransition };

/**
 * The one list of a file's shots: as measured in the one pass, or, where a learned detector is here, those set right by it
 * (see `outranks`). `path` says which.
 */
export type ShotsResult = AnalyserStamp & {
  readonly kind: 'shots';
  readonly path: AnalysisPath;
  readonly frameCount: number;
  readonly shots: readonly Shot[];
  /** What each border rests on; none where no model has looked. */
  readonly borders: readonly LearnedBorder[];
};

/** EBU R 128 / ITU-R BS.1770-4. Silence has `integratedLufs` null. */
export type LoudnessResult = AnalyserStamp & {
  readonly kind: 'loudness';
  readonly integratedLufs: number | null;
  readonly rangeLu: number | null;
  readonly truePeakDbtp: number | null;
  /** Highest values (400 ms and 3 s windows); null below −70 LUFS, where too short, and from versions before 3. */
  readonly maxMomentaryLufs: number | null;
  readonly maxShortTermLufs: number | null;
  /** Momentary loudness (400 ms window) each `stepMs`; null where below −70 LUFS. */
  readonly momentary: LoudnessCurve;
  /** Short-term loudness (3 s window); the first value ends at 3 s. */
  readonly shortTerm: LoudnessCurve;
};

type LoudnessCurve = { readonly stepMs: number; readonly lufs: readonly (number | null)[] };

export type Beat = { readonly at: Flicks; readonly downbeat: boolean; readonly strength: number };

/** Onsets, tempo and beat grid. `tempoBpm` null when no steady pulse was found; then `beats` is empty. */
export type RhythmResult = AnalyserStamp & {
  readonly kind: 'rhythm';
  readonly tempoBpm: number | null;
  /** 0–1: how far the pulse stands out. */
  readonly confidence: number;
  readonly beats: readonly Beat[];
  readonly onsets: readonly { readonly at: Flicks; readonly strength: number }[];
  /** By a model or by signal processing; versions before 3 had no model and told none of what follows. */
  readonly path: AnalysisPath;
  /** Beats in a bar: 3, 4 or 7 (eighths of 7/8); null where bars are not clear, then no beat is a downbeat. */
  readonly beatsPerBar: number | null;
  /** 0–1: how far downbeats stand out. */
  readonly barConfidence: number;
  /** Tempo by span; each holds until the next. `tempoBpm` is that of the longest. */
  readonly tempi: readonly { readonly start: Flicks; readonly bpm: number }[];
  /** Half, double and other levels of the tempo; strength relative to the chosen one. */
  readonly alternativesBpm: readonly { readonly bpm: number; readonly strength: number }[];
  /** How loud and busy, 0–1 within the file. */
  readonly energy: { readonly stepMs: number; readonly values: readonly number[] };
  readonly sections: readonly (TimeSpan & { readonly energy: number })[];
};

export type ShotScoresResult = AnalyserStamp & ShotScoresFields;
export type SpeechSegmentsResult = AnalyserStamp & SpeechSegments;
export type SoundKindsResult = AnalyserStamp & SoundKinds;
export type SoundFaultsResult = AnalyserStamp & SoundFaults;
export type StoryCurveResult = AnalyserStamp & StoryBeats;
export type BreathsResult = AnalyserStamp & Breaths;
export type FacesResult = AnalyserStamp & Faces;
export type FacePrintsResult = AnalyserStamp & FacePrints;
export type ObjectsResult = AnalyserStamp & Objects;
export type PictureCaptionsResult = AnalyserStamp & PictureCaptions;
export type PictureEmbeddingsResult = AnalyserStamp & PictureEmbeddings;
export type SentenceEmbeddingsResult = AnalyserStamp & SentenceEmbeddings;

/** What is said: heard by a recogniser, or read from a file; the one transcript that counts for a file. */
export type TranscriptResult = AnalyserStamp & { readonly kind: 'transcript' } & Transcript;

/** Who speaks when: speakers count from 0 in order of appearance in this file. */
export type SpeakersResult = AnalyserStamp & {
  readonly kind: 'speakers';
  readonly path: AnalysisPath;
  readonly speakers: number;
  readonly turns: readonly SpeakerTurn[];
  /** What each voice is like, by which it is known again in other files; none where no model heard it. */
  readonly voices: readonly { readonly speaker: number; readonly vector: readonly number[] }[];
};

export type AnalysisResult =
  | ShotsResult
  | ShotScoresResult
  | LoudnessResult
  | RhythmResult
  | SpeechSegmentsResult
  | SoundKindsResult
  | SoundFaultsResult
  | StoryCurveResult
  | BreathsResult
  | FacesResult
  | FacePrintsResult
  | ObjectsResult
  | PictureEmbeddingsResult
  | PictureCaptionsResult
  | SentenceEmbeddingsResult
  | TranscriptResult
  | SpeakersResult;

/** Analysers that set right what the one pass measured: what they find counts before what it found, whatever the versions. */
export const REFINING_ANALYSERS: readonly string[] = ['learned-shots', 'learned-shot-scores'];

/** Whether a result of the same kind counts before another. */
export function outranks(a: AnalyserStamp, b: AnalyserStamp): boolean {
  const [mine, other] = [a, b].map(({ analyserId }) => REFINING_ANALYSERS.includes(analyserId));
  return mine === other ? a.analyserVersion > b.analyserVersion : mine === true;
}

/** What is known of one file. */
export type MediaAnalysis = { readonly mediaId: MediaId; readonly results: readonly AnalysisResult[] };

/** Finds the result of a kind. */
export function resultOf<Kind extends AnalysisResult['kind']>(
  analysis: MediaAnalysis,
  kind: Kind,
): Extract<AnalysisResult, { kind: Kind }> | undefined {
  return analysis.results.find((result): result is Extract<AnalysisResult, { kind: Kind }> => result.kind === kind);
}
