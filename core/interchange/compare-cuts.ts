import { equalRational, formatRational } from '../time/rational.ts';
import { formatTimecode } from '../time/timecode.ts';
import type { ImportedClip, ImportedTimeline } from './handoff.ts';
import { framesInSeconds, subtractSeconds } from '../time/seconds.ts';

export type CutDifferenceKind =
  | 'timeline-rate'
  | 'start-timecode'
  | 'track-count'
  | 'missing'
  | 'extra'
  | 'record-out'
  | 'source-in'
  | 'speed'
  | 'media'
  | 'enabled'
  | 'link'
  | 'gain'
  | 'opacity'
  | 'marker';

/** One difference between two cuts; `frames` counts what is off, in frames of the record (or source) rate. */
export type CutDifference = {
  readonly kind: CutDifferenceKind;
  readonly track: string;
  readonly timecode: string;
  readonly message: string;
  readonly frames?: number | undefined;
};

/** How two cuts compare; `matching` of `clips` agree in every respect. */
export type CutComparison = {
  readonly clips: number;
  readonly matching: number;
  readonly differences: readonly CutDifference[];
};

/** What a comparison looks at beyond record and source frames; formats that cannot hold a thing are not asked for it. */
export type ComparedProperties = {
  readonly links?: boolean;
  readonly enabled?: boolean;
  readonly gain?: boolean;
  readonly opacity?: boolean;
  readonly markers?: boolean;
};

/**
 * Compares two cuts clip by clip at 0 frames of tolerance: clips are matched by track and record start. The first is
 * the one meant, the second the one read back. Tracks without clips count as absent.
 */
export function compareCuts(
  expected: ImportedTimeline,
  actual: ImportedTimeline,
  compared: ComparedProperties = {},
): CutComparison {
  const differences: CutDifference[] = [];
  const at = (frame: number) => formatTimecode(expected.startFrame + frame, expected);
  const add = (kind: CutDifferenceKind, track: string, frame: number, message: string, frames?: number) => {
    differences.push({ kind, track, timecode: at(frame), message, frames });
  };
  if (!equalRational(expected.rate, actual.rate)) {
    add('timeline-rate', '', 0, `${formatRational(expected.rate)} became ${formatRational(actual.rate)}`);
  }
  if (expected.startFrame !== actual.startFrame) {
    const frames = actual.startFrame - expected.startFrame;
    add('start-timecode', '', 0, `the start timecode moved by ${frames} frames`, frames);
  }
  const [ours, theirs] = [usedTracks(expected), usedTracks(actual)];
  if (ours.size !== theirs.size) add('track-count', '', 0, `${ours.size} tracks became ${theirs.size}`);
  const groups = new Map<string, string>();
  let clips = 0;
  let matching = 0;
  for (const key of new Set([...ours.keys(), ...theirs.keys()])) {
    const label = ours.get(key)?.label ?? theirs.get(key)?.label ?? key;
    const read = new Map(theirs.get(key)?.clips.map((clip) => [clip.recordIn, clip]));
    for (const clip of ours.get(key)?.clips ?? []) {
      clips += 1;
      const before = differences.length;
      const other = read.get(clip.recordIn);
      read.delete(clip.recordIn);
      if (other === undefined) add('missing', label, clip.recordIn, `${clip.name} is missing`);
      else {
        compareClips(expected, clip, other, compared, groups, (kind, message, frames) =>
          add(kind, label, clip.recordIn, message, frames),
        );
      }
      if (differences.length === before) matching += 1;
    }
    for (const extra of read.values()) add('extra', label, extra.recordIn, `${extra.name} was not there`);
  }
  if (compared.markers === true)
    compareMarkers(expected, actual, (frame, message) => add('marker', '', frame, message));
  return { clips, matching, differences };
}

type UsedTrack = { readonly label: string; readonly clips: readonly ImportedClip[] };

/** Tracks that hold clips, by kind and their count among those; their labels count empty tracks too, as editors do. */
function usedTracks(timeline: ImportedTimeline): ReadonlyMap<string, UsedTrack> {
  const used = new Map<string, UsedTrack>();
  for (const kind of ['video', 'audio'] as const) {
    const letter = kind === 'video' ? 'V' : 'A';
    let count = 0;
    for (const [index, { clips }] of timeline.tracks.filter((track) => track.kind === kind).entries()) {
      if (clips.length === 0) continue;
      count += 1;
      used.set(`${letter}${count}`, { label: `${letter}${index + 1}`, clips });
    }
  }
  return used;
}

function compareClips(
  timeline: ImportedTimeline,
  a: ImportedClip,
  b: ImportedClip,
  compared: ComparedProperties,
  groups: Map<string, string>,
  add: (kind: CutDifferenceKind, message: string, frames?: number) => void,
): void {
  if (a.duration !== b.duration)
    add('record-out', `${a.name} ends ${b.duration - a.duration} frames later`, b.duration - a.duration);
  if (!equalRational(a.sourceIn, b.sourceIn)) {
    const frames = framesInSeconds(subtractSeconds(b.sourceIn, a.sourceIn), a.sourceRate ?? timeline.rate, 'nearest');
    const shift = frames === 0 ? 'within a source frame of where it should' : `${frames} source frames later`;
    add('source-in', `${a.name} starts ${shift}`, frames);
  }
  if (!equalRational(a.speed, b.speed))
    add('speed', `${a.name} runs at ${formatRational(b.speed)}, not ${formatRational(a.speed)}`);
  const sameMedia =
    a.media.path !== undefined && b.media.path !== undefined
      ? a.media.path === b.media.path
      : a.media.name === b.media.name;
  if (!sameMedia) add('media', `${a.name} plays ${b.media.path ?? b.media.name}`);
  if (compared.enabled === true && a.enabled !== b.enabled)
    add('enabled', `${a.name} is ${b.enabled ? 'enabled' : 'disabled'}`);
  if (compared.gain === true && Math.abs(a.gainDb - b.gainDb) > 0.01)
    add('gain', `${a.name} plays at ${b.gainDb} dB, not ${a.gainDb}`);
  if (compared.opacity === true && Math.abs(a.opacity - b.opacity) > 1e-4)
    add('opacity', `${a.name} has an opacity of ${b.opacity}`);
  if (compared.links === true && !sameGroup(a, b, groups)) add('link', `${a.name} is linked to other clips`);
}

/** Groups may have any names; the same clips must share one. */
function sameGroup(a: ImportedClip, b: ImportedClip, groups: Map<string, string>): boolean {
  if (a.linkGroup === null || b.linkGroup === null) return a.linkGroup === b.linkGroup;
  const known = groups.get(a.linkGroup);
  if (known === undefined) {
    if ([...groups.values()].includes(b.linkGroup)) return false;
    groups.set(a.linkGroup, b.linkGroup);
    return true;
  }
  return known === b.linkGroup;
}

function compareMarkers(
  expected: ImportedTimeline,
  actual: ImportedTimeline,
  add: (frame: number, message: string) => void,
): void {
  const key = (marker: ImportedTimeline['markers'][number]) => `${marker.at} ${marker.name}`;
  const read = new Set(actual.markers.map(key));
  const meant = new Set(expected.markers.map(key));
  for (const marker of expected.markers)
    if (!read.has(key(marker))) add(marker.at, `the marker ${marker.name} is missing`);
  for (const marker of actual.markers)
    if (!meant.has(key(marker))) add(marker.at, `the marker ${marker.name} was not there`);
}
