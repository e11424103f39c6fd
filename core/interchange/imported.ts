import { MontageError } from '../errors.ts';
import { LISTED_RATES, nominalFps, type Rate } from '../time/rate.ts';
import { rational, toNumber } from '../time/rational.ts';
import { formatTimecode, type TimecodeFormat } from '../time/timecode.ts';
import type { ImportedClip, ImportedTrack, Loss, LossKind, LossPlace, MediaReference } from './handoff.ts';
import { ZERO_SECONDS } from '../time/seconds.ts';

/** What a reader must say of a clip; the rest has a neutral value. */
type ClipFields = Pick<ImportedClip, 'name' | 'media' | 'recordIn' | 'duration' | 'sourceIn'> & Partial<ImportedClip>;

/** What is said of a clip whose edges are no whole frames of the timeline. */
export const OFF_GRID = 'its edges lie between frames and move to the nearest';

/** Builds an imported clip at normal speed, enabled, alone, first stream. */
export function importedClip(fields: ClipFields): ImportedClip {
  return {
    sourceOrigin: 'first-frame',
    sourceRate: undefined,
    speed: rational(1),
    enabled: true,
    note: '',
    linkGroup: null,
    opacity: 1,
    channels: [],
    stream: undefined,
    gainDb: 0,
    fadeIn: ZERO_SECONDS,
    fadeOut: ZERO_SECONDS,
    ...fields,
  };
}

/** Collects what a reader cannot hold, with the record timecode of where it is. */
export type Losses = {
  readonly list: Loss[];
  readonly add: (kind: LossKind, severity: Loss['severity'], what: string, where: LossPlace, message: string) => void;
  /** The place of a record frame that counts from the timeline's first. */
  readonly at: (track: string, frame: number, line?: number) => LossPlace;
};

export function collectLosses(format: TimecodeFormat, startFrame: number): Losses {
  const list: Loss[] = [];
  return {
    list,
    add: (kind, severity, what, where, message) => {
      list.push({ kind, severity, what, where, message });
    },
    at: (track, frame, line) => ({ track, timecode: formatTimecode(startFrame + frame, format), line }),
  };
}

/** Refuses a file with the place in it. */
export function refuse(code: `E_INTERCHANGE_${string}`, message: string, where: string, hint?: string): MontageError {
  return new MontageError({
    code,
    message,
    where,
    hint: hint ?? 'export the file again from the editor',
    stage: 'import',
  });
}

/**
 * The exact rate that a decimal means: 23.976, 23.98 and 23.976023976 are 24000/1001, while 24 is 24. A rate far from
 * any listed one is taken as written.
 */
export function rateOfNumber(fps: number): Rate | undefined {
  if (!Number.isFinite(fps) || fps < 0.001 || fps > 1_000_000) return undefined;
  const distance = (rate: Rate) => Math.abs(toNumber(rate) / fps - 1);
  const nearest = LISTED_RATES.reduce((best, rate) => (distance(rate) < distance(best) ? rate : best));
  return distance(nearest) < 2e-4 ? nearest : rational(Math.round(fps * 1000), 1000);
}

/** xmeml's pair: 30 and TRUE are 30000/1001. ntsc at a rate that has no such form is ignored. */
export function rateOfTimebase(timebase: number, ntsc: boolean): Rate | undefined {
  if (!Number.isInteger(timebase) || timebase < 1 || timebase > 1000) return undefined;
  const reduced = rational(timebase * 1000, 1001);
  const known = LISTED_RATES.some((rate) => rate.num === reduced.num && rate.den === reduced.den);
  return ntsc && known ? reduced : rational(timebase);
}

/** Groups of one are no links. */
export function dropLoneLinks(tracks: readonly ImportedTrack[]): readonly ImportedTrack[] {
  const sizes = new Map<string, number>();
  for (const { linkGroup } of tracks.flatMap((track) => track.clips)) {
    if (linkGroup !== null) sizes.set(linkGroup, (sizes.get(linkGroup) ?? 0) + 1);
  }
  const linked = (clip: ImportedClip) => clip.linkGroup !== null && (sizes.get(clip.linkGroup) ?? 0) > 1;
  return tracks.map((track) => ({
    ...track,
    clips: track.clips.map((clip) => (linked(clip) ? clip : { ...clip, linkGroup: null })),
  }));
}

/** A reference by name alone. */
export function namedMedia(name: string): MediaReference {
  return { name };
}

/** The smallest usual rate whose timecode can hold these frame numbers. */
export function guessRate(highestFrameNumber: number, dropFrame: boolean): Rate {
  const usual = dropFrame
    ? [rational(30_000, 1001), rational(60_000, 1001)]
    : [24, 25, 30, 50, 60, 120, 240].map((fps) => rational(fps));
  return usual.find((rate) => nominalFps(rate) > highestFrameNumber) ?? rational(240);
}
