import { isListedRate } from '../time/rate.ts';
import { checkClip } from './check-clip.ts';
import { describeRefusal } from './describe-refusal.ts';
import { checkMarker, compareMarkers } from './edit-properties.ts';
import type { Refusal } from './edit.ts';
import { recordOut } from './lookup.ts';
import type { SourceLookup, Timeline, Track } from './timeline.ts';

/** A broken invariant: which, on what, in a sentence. */
export type Violation = {
  readonly rule:
    | 'rate-not-listed'
    | 'size-not-positive'
    | 'start-frame'
    | 'unique-ids'
    | 'track-order'
    | 'kind-mismatch'
    | 'ascending'
    | 'overlap'
    | 'marker-order'
    | Refusal['reason'];
  /** Id of the track, clip or marker; of the timeline where it is about the whole. */
  readonly where: string;
  readonly message: string;
};

const NO_SOURCES: SourceLookup = { source: () => undefined };

/**
 * Every invariant of a timeline in one place; empty when all hold. Without sources what depends on media is not
 * checked. `applyEdit` keeps them all; files and other programs may not.
 */
export function checkTimeline(timeline: Timeline, sources: SourceLookup = NO_SOURCES): readonly Violation[] {
  const violations = [...checkFrame(timeline), ...checkIds(timeline), ...checkTrackOrder(timeline)];
  // Nothing lies on the grid of a rate that has none.
  if (!isListedRate(timeline.rate)) return violations;
  for (const track of timeline.tracks) violations.push(...checkTrack(timeline, track, sources));
  return [...violations, ...checkMarkers(timeline)];
}

function checkFrame({ id, rate, width, height, startFrame }: Timeline): readonly Violation[] {
  const violations: Violation[] = [];
  const isSize = (pixels: number) => Number.isSafeInteger(pixels) && pixels > 0;
  if (!isListedRate(rate)) {
    violations.push({ rule: 'rate-not-listed', where: id, message: `${rate.num}/${rate.den} is not a timeline rate` });
  }
  if (!isSize(width) || !isSize(height)) {
    violations.push({ rule: 'size-not-positive', where: id, message: `${width}×${height} is not a picture size` });
  }
  if (!Number.isSafeInteger(startFrame) || startFrame < 0) {
    violations.push({ rule: 'start-frame', where: id, message: `${startFrame} is not a frame number` });
  }
  return violations;
}

function checkIds(timeline: Timeline): readonly Violation[] {
  const violations: Violation[] = [];
  const unique = (ids: Iterable<string>, what: string) => {
    const seen = new Set<string>();
    for (const id of ids) {
      if (seen.has(id)) violations.push({ rule: 'unique-ids', where: id, message: `two ${what} are called ${id}` });
      seen.add(id);
    }
  };
  unique(
    timeline.tracks.map((track) => track.id),
    'tracks',
  );
  unique(
    timeline.tracks.flatMap((track) => track.clips.map((clip) => clip.id)),
    'clips',
  );
  unique(
    timeline.markers.map((marker) => marker.id),
    'markers',
  );
  return violations;
}

function checkTrackOrder(timeline: Timeline): readonly Violation[] {
  const firstAudio = timeline.tracks.findIndex((track) => track.kind === 'audio');
  const misplaced = timeline.tracks.find(
    (track, index) => firstAudio >= 0 && index > firstAudio && track.kind === 'video',
  );
  if (misplaced === undefined) return [];
  return [{ rule: 'track-order', where: misplaced.id, message: 'video tracks come before audio tracks' }];
}

function checkTrack(timeline: Timeline, track: Track, sources: SourceLookup): readonly Violation[] {
  const violations: Violation[] = [];
  let start = Number.NEGATIVE_INFINITY;
  let end = Number.NEGATIVE_INFINITY;
  for (const clip of track.clips) {
    // Types say so already; files may lie.
    if (clip.kind !== track.kind) {
      violations.push({ rule: 'kind-mismatch', where: clip.id, message: `not a ${track.kind} clip` });
    }
    if (clip.recordIn < start) {
      violations.push({ rule: 'ascending', where: clip.id, message: 'starts before the clip in front of it' });
    } else if (clip.recordIn < end) {
      violations.push({ rule: 'overlap', where: clip.id, message: 'starts before the clip in front of it ends' });
    }
    start = clip.recordIn;
    end = recordOut(clip);
    const refusal = checkClip(clip, timeline.rate, sources);
    if (refusal !== undefined)
      violations.push({ rule: refusal.reason, where: clip.id, message: describeRefusal(refusal) });
  }
  return violations;
}

function checkMarkers(timeline: Timeline): readonly Violation[] {
  const violations: Violation[] = [];
  for (const [index, marker] of timeline.markers.entries()) {
    const refusal = checkMarker(marker, timeline);
    if (refusal !== undefined)
      violations.push({ rule: refusal.reason, where: marker.id, message: describeRefusal(refusal) });
    const before = timeline.markers[index - 1];
    if (before !== undefined && compareMarkers(before, marker) > 0) {
      violations.push({ rule: 'marker-order', where: marker.id, message: 'lies before the marker in front of it' });
    }
  }
  return violations;
}
