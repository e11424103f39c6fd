import { equalRational, formatRational } from '../time/rational.ts';
import { formatTimecode } from '../time/timecode.ts';
import { compareClip, compareMarkers } from './compare-clips.ts';
import { keepsMetadata } from './compare-effects.ts';
import type { CutDifference, CutDifferenceKind } from './cut-difference.ts';
import type { ImportedClip, ImportedTimeline } from './handoff.ts';
import {
  matchClips,
  pairTracks,
  presentIn,
  usedTracks,
  type ClipMatch,
  type Cuts,
  type TrackPair,
} from './match-clips.ts';

/** How two cuts compare; `matching` of `clips` play the same frames of the same media at the same times. */
export type CutComparison = {
  readonly clips: number;
  readonly matching: number;
  readonly differences: readonly CutDifference[];
};

type Add = (kind: CutDifferenceKind, track: string, frame: number, message: string, frames?: number) => void;

type Comparison = {
  readonly expected: ImportedTimeline;
  readonly actual: ImportedTimeline;
  readonly differences: CutDifference[];
  readonly add: Add;
  /** Link groups met so far, ours and theirs: they may have any names, the same clips must share one. */
  readonly links: Map<string, string>;
  readonly linksBack: Map<string, string>;
  readonly nested: Map<string, string>;
};

/**
 * Compares two cuts in every respect, at 0 frames of tolerance. The first is the one meant, the second the one read
 * back. Tracks without clips count as absent; nested timelines are compared once each.
 */
export function compareCuts(expected: ImportedTimeline, actual: ImportedTimeline): CutComparison {
  const differences: CutDifference[] = [];
  const add: Add = (kind, track, frame, message, frames) => {
    const timecode = formatTimecode(expected.startFrame + frame, expected);
    differences.push({ kind, track, timecode, message, ...(frames === undefined ? {} : { frames }) });
  };
  const comparison: Comparison = {
    expected,
    actual,
    differences,
    add,
    links: new Map(),
    linksBack: new Map(),
    nested: new Map(),
  };
  compareTimelines(comparison);
  let clips = 0;
  let matching = 0;
  for (const kind of ['video', 'audio'] as const) {
    const [ours, theirs] = [usedTracks(expected, kind), usedTracks(actual, kind)];
    const pairs = pairTracks(ours, theirs);
    const cuts = { ours: presentIn(ours), theirs: presentIn(theirs) };
    compareOrder(comparison, pairs);
    for (const pair of pairs) {
      clips += pair.ours?.track.clips.length ?? 0;
      matching += compareTracks(comparison, pair, cuts);
    }
  }
  compareMarkers(expected.markers, actual.markers, (frame, message) => add('marker', '', frame, message));
  compareNested(comparison);
  return { clips, matching, differences };
}

function compareTimelines({ expected, actual, add }: Comparison): void {
  const whole = (kind: CutDifferenceKind, message: string, frames?: number) => add(kind, '', 0, message, frames);
  if (!equalRational(expected.rate, actual.rate))
    whole('timeline-rate', `${formatRational(expected.rate)} became ${formatRational(actual.rate)}`);
  const shift = actual.startFrame - expected.startFrame;
  if (shift !== 0) whole('start-timecode', `the start timecode moved by ${shift} frames`, shift);
  if (expected.dropFrame !== actual.dropFrame)
    whole('drop-frame', `timecode ${actual.dropFrame ? 'drops' : 'does not drop'} frame numbers`);
  if (expected.width !== actual.width || expected.height !== actual.height)
    whole('frame-size', `the frame is ${actual.width ?? '?'}×${actual.height ?? '?'}`);
  const [ours, theirs] = [expected.colourSpace ?? 'rec709', actual.colourSpace ?? 'rec709'];
  if (ours !== theirs) whole('colour-space', `${ours} became ${theirs}`);
  if (expected.name !== actual.name) whole('timeline-name', `it is called ${actual.name}`);
  if (!keepsMetadata(expected.metadata, actual.metadata)) whole('metadata', 'its metadata changed');
  const counts = [expected, actual].map((cut) => usedTracks(cut, 'video').length + usedTracks(cut, 'audio').length);
  if (counts[0] !== counts[1]) whole('track-count', `${counts[0] ?? 0} tracks became ${counts[1] ?? 0}`);
}

/** Tracks that hold what they should, in another order. */
function compareOrder({ add }: Comparison, pairs: readonly TrackPair[]): void {
  const places = pairs.flatMap(({ theirs }) => (theirs === undefined ? [] : [Number(theirs.label.slice(1))]));
  const isAscending = places.every((place, index) => index === 0 || place > (places[index - 1] ?? 0));
  if (isAscending) return;
  for (const { ours, theirs } of pairs) {
    if (ours !== undefined && theirs !== undefined && ours.label !== theirs.label)
      add('track-order', ours.label, 0, `what ${ours.label} holds lies on ${theirs.label}`);
  }
}

/** What makes a clip play other frames, or other media. */
const CUT_KINDS: readonly CutDifferenceKind[] = ['record-out', 'source-in', 'speed', 'media', 'title', 'nested'];

/** How many of our track's clips play the same frames at the same times. */
function compareTracks(comparison: Comparison, { ours, theirs }: TrackPair, cuts: Cuts): number {
  const { add, expected, differences } = comparison;
  const label = ours?.label ?? theirs?.label ?? '';
  if (ours !== undefined && theirs !== undefined) compareTrackState(comparison, { ours, theirs });
  const match = matchClips(ours?.track.clips ?? [], theirs?.track.clips ?? [], cuts);
  let matching = 0;
  for (const [clip, other] of match.inPlace) {
    const before = differences.length;
    compareClip(expected.rate, clip, other, (kind, message, frames) =>
      add(kind, label, clip.recordIn, message, frames),
    );
    compareLinks(comparison, label, clip, other);
    noteNested(comparison, clip, other);
    if (!differences.slice(before).some(({ kind }) => CUT_KINDS.includes(kind))) matching += 1;
  }
  reportMoved(comparison, label, match, ours?.track.clips ?? []);
  for (const clip of match.missing) add('missing', label, clip.recordIn, `${clip.name} is missing`);
  for (const clip of match.extra) add('extra', label, clip.recordIn, `${clip.name} was not there`);
  return matching;
}

function compareTrackState({ add }: Comparison, { ours, theirs }: TrackPair): void {
  if (ours === undefined || theirs === undefined) return;
  const [a, b] = [ours.track, theirs.track];
  const state = (kind: CutDifferenceKind, message: string) => add(kind, ours.label, 0, message);
  const isUnnamed = a.name === ours.label && /^(?:[VA]|Video |Audio )\d+$/.test(b.name);
  if (a.name !== b.name && !isUnnamed) state('track-name', `it is called ${b.name}`);
  if (a.enabled !== b.enabled) state('track-state', `it is ${b.enabled ? 'enabled' : 'disabled'}`);
  if (a.locked !== b.locked) state('track-state', `it is ${b.locked ? 'locked' : 'not locked'}`);
  if ((a.solo ?? false) !== (b.solo ?? false)) state('track-state', `it is ${b.solo === true ? '' : 'not '}solo`);
  if (a.captions?.language !== b.captions?.language)
    state('captions', `its captions are in ${b.captions?.language ?? 'no language'}`);
  if (!keepsMetadata(a.metadata, b.metadata)) state('metadata', 'its metadata changed');
}

/** Clips that slid by the same distance are one fault: a gap that closed or opened before the first of them. */
function reportMoved({ add }: Comparison, label: string, { moved }: ClipMatch, clips: readonly ImportedClip[]): void {
  let last: number | undefined;
  for (const [clip, other] of moved) {
    const shift = other.recordIn - clip.recordIn;
    if (shift === last) continue;
    last = shift;
    const before = clips[clips.indexOf(clip) - 1];
    const gap = clip.recordIn - (before === undefined ? 0 : before.recordIn + before.duration);
    const also = moved.filter(([a, b]) => b.recordIn - a.recordIn === shift).length - 1;
    const rest = also === 0 ? '' : `, as do ${also} more clips`;
    if (gap > 0 && shift === -gap) {
      add('gap', label, clip.recordIn, `the gap of ${gap} frames before ${clip.name} is lost${rest}`, shift);
    } else add('moved', label, clip.recordIn, `${clip.name} starts ${shift} frames later${rest}`, shift);
  }
}

function compareLinks({ add, links, linksBack }: Comparison, label: string, a: ImportedClip, b: ImportedClip): void {
  const [ours, theirs] = [a.linkGroup, b.linkGroup];
  const fault = (message: string) => add('link', label, a.recordIn, `${a.name} ${message}`);
  if (ours === null && theirs === null) return;
  if (ours === null || theirs === null) {
    fault(theirs === null ? 'is linked to nothing' : 'is linked to other clips');
    return;
  }
  if ((links.get(ours) ?? theirs) !== theirs || (linksBack.get(theirs) ?? ours) !== ours)
    fault('is linked to other clips');
  links.set(ours, theirs);
  linksBack.set(theirs, ours);
}

function noteNested({ nested }: Comparison, a: ImportedClip, b: ImportedClip): void {
  if (a.content?.kind === 'nested' && b.content?.kind === 'nested' && !nested.has(a.content.key))
    nested.set(a.content.key, b.content.key);
}

/** Compares the nested timelines that clips in the same places play; differences name the nested timeline. */
function compareNested({ expected, actual, nested, differences }: Comparison): void {
  const done = new Set<string>();
  const waiting = [...nested];
  for (let pair = waiting.shift(); pair !== undefined; pair = waiting.shift()) {
    const [key, otherKey] = pair;
    const ours = expected.nested?.find((one) => one.key === key)?.timeline;
    const theirs = actual.nested?.find((one) => one.key === otherKey)?.timeline;
    if (done.has(key) || ours === undefined || theirs === undefined) continue;
    done.add(key);
    const inner = compareCuts(
      { ...ours, nested: expected.nested?.filter((one) => !done.has(one.key)) },
      { ...theirs, nested: actual.nested },
    );
    for (const difference of inner.differences)
      differences.push({ ...difference, message: `in ${ours.name}: ${difference.message}` });
  }
}
