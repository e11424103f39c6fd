import type { Branded } from '../brand.ts';
import type { MediaAnalysis, Span } from '../analysis/results.ts';
import type { Media, MediaId } from '../media/media.ts';
import type { Flicks } from '../time/flicks.ts';
import type { Rate } from '../time/rate.ts';
import type { Edit } from '../timeline/edit.ts';
import type { SourceLookup, Timeline } from '../timeline/timeline.ts';

export type SuggestionId = Branded<string, 'SuggestionId'>;
export type ChangeId = Branded<string, 'ChangeId'>;

/** Brands an id that came from storage or an id source. */
export function suggestionId(id: string): SuggestionId {
  return id as SuggestionId;
}
/** Brands an id that came from storage or an id source. */
export function changeId(id: string): ChangeId {
  return id as ChangeId;
}

export type Aspect = '16:9' | '9:16' | '1:1' | '4:5';

/** What the user asked for. */
export type Brief = {
  readonly text: string;
  readonly duration: Flicks;
  readonly styleId: string;
  readonly aspect: Aspect;
  readonly music: MediaId | null;
  readonly mustUse: readonly MediaId[];
  readonly neverUse: readonly MediaId[];
  /** How many times one shot may appear; 1 = never twice. */
  readonly maxShotReuse: number;
  readonly seed: number;
  /** Timeline rate; null = the listed rate with most source duration. */
  readonly rate: Rate | null;
  /** Timeline size; null = by aspect. */
  readonly size: { readonly width: number; readonly height: number } | null;
};

/** One measured fact behind a choice, as stored by its analyser: looking it up gives exactly `value`. */
export type Evidence = {
  readonly analyserId: string;
  readonly analyserVersion: number;
  readonly mediaId: MediaId;
  readonly span: Span;
  /** Field of the stored result, e.g. 'sharpness', 'motion', 'beat'. */
  readonly measure: string;
  readonly value: number;
};

/** Verb + what + strongest one or two facts + what lost, in one sentence. */
export type Reason = { readonly sentence: string; readonly evidence: readonly Evidence[] };

/** A weighted part of a score; `value` 0–1, the total is Σ value × weight ÷ Σ weight. */
export type ScorePart = { readonly name: string; readonly value: number; readonly weight: number };

export type Confidence = 'sure' | 'fair' | 'unsure';

/** One change the user can accept or refuse alone. */
export type Change = {
  readonly id: ChangeId;
  readonly edit: Edit;
  readonly reason: Reason;
  readonly score: { readonly total: number; readonly parts: readonly ScorePart[] };
  readonly confidence: Confidence;
  /** Where it is seen on the timeline. */
  readonly record: { readonly start: Flicks; readonly end: Flicks };
};

/**
 * A proposed cut: an empty timeline and the changes that fill it. Nothing is applied until the user accepts.
 * Byte-identical for the same inputs and seed.
 */
export type Suggestion = {
  readonly schema: 'montage.suggestion/1';
  readonly id: SuggestionId;
  readonly brief: Brief;
  readonly directorVersion: number;
  readonly base: Timeline;
  readonly changes: readonly Change[];
  readonly score: { readonly total: number; readonly parts: readonly ScorePart[] };
  /** What the user should know: "Found 1:20 of good material for 2:00." */
  readonly notes: readonly string[];
  /** How much of the footage was known when this was made. */
  readonly coverage: { readonly known: number; readonly total: number };
};

/** An edit recipe from `assets/styles/<id>.json`. */
export type Style = {
  readonly schema: 'montage.style/1';
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly shotSeconds: { readonly min: number; readonly typical: number; readonly max: number };
  readonly weights: {
    readonly sharpness: number;
    readonly exposure: number;
    readonly steadiness: number;
    readonly motion: number;
    readonly variety: number;
    readonly beat: number;
  };
  /** Motion (0–100) the style looks for. */
  readonly motionTarget: number;
  readonly order: 'chronological' | 'energy' | 'free';
  /** Gain of the footage's own sound under music, dB. */
  readonly naturalSoundDb: number;
};

/** Everything the director sees; it is a pure function of this. */
export type DirectorInput = {
  readonly brief: Brief;
  readonly style: Style;
  readonly media: readonly Media[];
  readonly analyses: readonly MediaAnalysis[];
  readonly sources: SourceLookup;
};
