import type { Fault } from '../errors.ts';

/** A stretch of a film, in seconds from its start. */
export type QualitySpan = { readonly fromS: number; readonly toS: number };

/** What was found when a finished film was looked at. Findings are no faults: a film may be black on purpose. */
export type QualityReport = {
  /** As the file itself says. */
  readonly durationS: number;
  readonly expectedS: number;
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

/** The sound's last block may end a little behind the last picture, in seconds. */
const DURATION_TOLERANCE_S = 0.1;

/** What a film is not as it was meant to be, in words; none where all is well. */
export function qualityFaults(quality: QualityReport): readonly string[] {
  const { durationS, expectedS, frameCount, expectedFrames } = quality;
  const seconds = (value: number) => `${value.toFixed(2)} s`;
  return [
    ...(frameCount === expectedFrames ? [] : [`${frameCount} frames instead of ${expectedFrames}`]),
    ...(Math.abs(durationS - expectedS) <= DURATION_TOLERANCE_S
      ? []
      : [`${seconds(durationS)} long instead of ${seconds(expectedS)}`]),
  ];
}

/** What was found in a film, in words: what it is not as meant, then what may be so on purpose, then how loud it is. */
export function qualityLines(quality: QualityReport): readonly string[] {
  const { integratedLufs, truePeakDbtp } = quality;
  const spans = (name: string, list: readonly QualitySpan[]) =>
    list.length === 0 ? [] : [`${name}: ${list.map(spanText).join(', ')}`];
  const peak = truePeakDbtp === null ? '' : `, true peak ${truePeakDbtp.toFixed(1)} dBTP`;
  return [
    ...qualityFaults(quality),
    ...spans('black', quality.black),
    ...spans('frozen', quality.frozen),
    ...spans('clipped sound', quality.clipped),
    ...(integratedLufs === null ? [] : [`loudness ${integratedLufs.toFixed(1)} LUFS${peak}`]),
  ];
}

function spanText({ fromS, toS }: QualitySpan): string {
  return `${fromS.toFixed(1)}–${toS.toFixed(1)} s`;
}
