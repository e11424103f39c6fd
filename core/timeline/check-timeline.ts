import { canDropFrame, isListedRate } from '../time/rate.ts';
import { checkClip, checkLane } from './check-clip.ts';
import { checkNested } from './check-nested.ts';
import { describeRefusal } from './describe-refusal.ts';
import { checkMarker, compareMarkers } from './edit-markers.ts';
import type { Refusal } from './edit.ts';
import { sourcesOf } from './generated-media.ts';
import type { Violation } from './violation.ts';
import type { Clip, SourceLookup, Timeline, Track } from './timeline.ts';

const NO_SOURCES: SourceLookup = { source: () => undefined };

/**
 * Every invariant of a timeline, its nested ones and all clips in one place; empty when all hold. Without sources what
 * depends on media files is not checked. `applyEdit` keeps them all; files and other programs may not.
 */
export function checkTimeline(timeline: Timeline, sources: SourceLookup = NO_SOURCES): readonly Violation[] {
  const all = sourcesOf(timeline, sources);
  return [
    ...checkOne(timeline, all),
    ...checkNested(timeline),
    ...(timeline.nested ?? []).flatMap((nested) => checkOne(nested, all)),
  ];
}

/** A timeline by itself, whatever is nested in it. */
function checkOne(timeline: Timeline, sources: SourceLookup): readonly Violation[] {
  const violations = [...checkFrame(timeline), ...checkIds(timeline), ...checkTrackOrder(timeline)];
  // Nothing lies on the grid of a rate that has none.
  if (!isListedRate(timeline.rate)) return violations;
  for (const track of timeline.tracks) violations.push(...checkTrack(timeline, track, sources));
  return [...violations, ...checkMarkers(timeline)];
}

function checkFrame({ id, rate, width, height, startFrame, dropFrame }: Timeline): readonly Violation[] {
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
  if (dropFrame && !canDropFrame(rate)) {
    violations.push({ rule: 'drop-frame', where: id, message: 'only 29.97 and 59.94 fps drop frames' });
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
    if (clip.recordIn < start) {
      violations.push({ rule: 'ascending', where: clip.id, message: 'starts before the clip in front of it' });
    } else if (clip.recordIn < end) {
      violations.push({ rule: 'overlap', where: clip.id, message: 'starts before the clip in front of it ends' });
    }
    start = clip.recordIn;
    end = clip.recordIn + clip.duration;
    violations.push(...checkOn(timeline, track, clip, sources));
  }
  return violations;
}

function checkOn(timeline: Timeline, track: Track, clip: Clip, sources: SourceLookup): readonly Violation[] {
  // Types say so already; files may lie.
  const isForeign = clip.kind !== track.kind;
  const refusal =
    (isForeign ? undefined : checkLane(clip, track)) ?? timed(() => checkClip(clip, timeline.rate, sources));
  return [
    ...(isForeign ? [{ rule: 'kind-mismatch' as const, where: clip.id, message: `not a ${track.kind} clip` }] : []),
    ...(refusal === undefined ? [] : [{ rule: refusal.reason, where: clip.id, message: describeRefusal(refusal) }]),
  ];
}

/** Times that exact arithmetic cannot hold are invalid, not an accident. */
function timed(check: () => Refusal | undefined): Refusal | undefined {
  try {
    return check();
  } catch (error) {
    if (error instanceof RangeError) return { reason: 'invalid-value', field: 'time', message: error.message };
    throw error;
  }
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
