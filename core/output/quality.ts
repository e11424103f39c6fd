import type { Fault } from '../errors.ts';

/** A stretch of a film, in seconds from its start. */
export type QualitySpan = { readonly fromS: number; readonly toS: number };

/** What was found when a finished film was looked at. Findings are no faults: a film may be black on purpose. */
export type QualityReport = {
  readonly durationS: number;
  /** Pictures in the file; 0 for sound. */
  readonly frameCount: number;
  readonly expectedFrames: number;
  /** Long films are looked at by their key frames, at most two seconds apart. */
  readonly lookedAt: 'every-frame' | 'key-frames' | 'nothing';
  readonly black: readonly QualitySpan[];
  readonly frozen: readonly QualitySpan[];
  /** Where the sound reaches full scale. */
  readonly clipped: readonly QualitySpan[];
  /** EBU R128; null for silent films and silence. */
  readonly integratedLufs: number | null;
  readonly truePeakDbtp: number | null;
};

/** Something that a render would meet, found before it starts. Errors keep it from starting. */
export type PreflightFinding = Fault & { readonly severity: 'error' | 'warning' };

export type PreflightReport = {
  readonly findings: readonly PreflightFinding[];
  /** What segments, sound and film take together at most, roughly. */
  readonly estimatedBytes: number;
  readonly freeBytes: number | null;
};
