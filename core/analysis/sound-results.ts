import type { Flicks } from '../time/flicks.ts';

/** A span of source time; `end` is exclusive. */
export type TimeSpan = { readonly start: Flicks; readonly end: Flicks };

/**
 * By which path a result was made: by a model of the catalogue, by signal processing, with the reason why no model, or by
 * a provider that the user has switched on.
 */
export type AnalysisPath =
  | { readonly kind: 'provider'; readonly address: string; readonly model: string }
  | { readonly kind: 'model'; readonly model: string }
  | { readonly kind: 'signal'; readonly because: string | null };

/** Where somebody speaks, in order, not overlapping. `confidence` 0–1: mean speech probability inside. */
export type SpeechSegments = {
  readonly kind: 'speech-segments';
  readonly path: AnalysisPath;
  readonly segments: readonly (TimeSpan & { readonly confidence: number })[];
};

/** What the sound is, without gaps: speech, music, silence, or anything else. */
export type SoundKind = 'silence' | 'speech' | 'music' | 'other';
export type SoundKinds = {
  readonly kind: 'sound-kinds';
  readonly path: AnalysisPath;
  readonly segments: readonly (TimeSpan & { readonly sound: SoundKind; readonly confidence: number })[];
};

/** One fault of the sound; `channel` counts from 0, levels are dB relative to full scale, `confidence` is 0–1. */
export type SoundFault = TimeSpan & { readonly confidence: number } & (
    | { readonly fault: 'silence'; readonly levelDbfs: number }
    | { readonly fault: 'clipping'; readonly channel: number; readonly samples: number }
    | { readonly fault: 'hum'; readonly mainsHz: 50 | 60; readonly levelDbfs: number; readonly harmonics: number }
    | { readonly fault: 'noise'; readonly levelDbfs: number; readonly signalToNoiseDb: number }
    | { readonly fault: 'dc-offset'; readonly channel: number; readonly offset: number }
    | { readonly fault: 'dead-channel'; readonly channel: number; readonly levelDbfs: number }
    | { readonly fault: 'out-of-phase'; readonly channels: readonly [number, number]; readonly correlation: number }
    | { readonly fault: 'dual-mono'; readonly channels: readonly [number, number]; readonly correlation: number }
  );

/** `noiseFloorDbfs`: level of the quietest tenth of what is not digital silence; null where all is silent. */
export type SoundFaults = {
  readonly kind: 'sound-faults';
  readonly noiseFloorDbfs: number | null;
  readonly faults: readonly SoundFault[];
};

/** Where most happens in footage without words, by movement, loudness and cutting pace. `tension` is 0–1. */
export type StoryBeats = {
  readonly kind: 'story-curve';
  readonly path: AnalysisPath;
  readonly tension: { readonly stepMs: number; readonly values: readonly number[] };
  readonly moments: readonly { readonly moment: 'hook' | 'climax'; readonly at: Flicks; readonly confidence: number }[];
};

/** Breaths between words; `levelDbfs` is dB relative to full scale, `confidence` 0–1. */
export type Breaths = {
  readonly kind: 'breaths';
  readonly path: AnalysisPath;
  readonly breaths: readonly (TimeSpan & { readonly confidence: number; readonly levelDbfs: number })[];
};
