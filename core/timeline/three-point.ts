import { frameAt, sourceDuration } from '../media/frames.ts';
import type { MediaId } from '../media/media.ts';
import { addFlicks, flicks, subtractFlicks, ZERO_FLICKS, type Flicks } from '../time/flicks.ts';
import { rational, type Rational } from '../time/rational.ts';
import { frameDuration } from '../time/rate.ts';
import type { Placement } from './edit.ts';
import { sourcesOf } from './generated-media.ts';
import { refuse, type Refused } from './splice.ts';
import type { Clip, ClipId, LinkId, SourceLookup, Timeline, TrackId } from './timeline.ts';

/** What gives way where source and record are both marked in and out with different lengths. */
export type FourthPoint =
  | 'fit-to-fill'
  | 'ignore-source-in'
  | 'ignore-source-out'
  | 'ignore-record-in'
  | 'ignore-record-out';

/** Marks in the source and on the timeline, out points exclusive. Source times count as those of sound clips do. */
export type EditMarks = {
  readonly sourceIn?: Flicks | undefined;
  readonly sourceOut?: Flicks | undefined;
  readonly recordIn?: Flicks | undefined;
  readonly recordOut?: Flicks | undefined;
  /** Where the timeline is marked neither in nor out. */
  readonly playhead: Flicks;
  readonly fourth: FourthPoint;
};

/** What is placed by marks and where: pictures and streams of sound of one source, linked. */
export type MarkedSource = {
  readonly mediaId: MediaId;
  readonly name: string;
  readonly linkId: LinkId | null;
  readonly picture?: { readonly trackId: TrackId; readonly clipId: ClipId } | undefined;
  readonly sound: readonly { readonly trackId: TrackId; readonly clipId: ClipId; readonly streamOrdinal: number }[];
};

type Span = { readonly start: Flicks; readonly end: Flicks };

/** The source times that may be used; stills have no end. */
type Limits = { readonly start: Flicks; readonly end: number };

/** Where the placed clips start, for `insert`, and the clips for `insert` or `overwrite`. */
export type MarkedPlacing =
  | { readonly ok: true; readonly at: Flicks; readonly speed: Rational; readonly placements: readonly Placement[] }
  | Refused;

/**
 * Three- and four-point editing: from marks to placements. A length marked on one side holds on the other; with only an
 * out point there the edit is back-timed, so that it ends at that mark. With four points the fourth is ignored, or the
 * source plays as fast as fills the record span. What is not marked is the source's start and end and the playhead.
 * Refused with `no-media` where the source is too short.
 */
export function placeByMarks(
  timeline: Timeline,
  marks: EditMarks,
  source: MarkedSource,
  sources: SourceLookup,
): MarkedPlacing {
  const all = sourcesOf(timeline, sources);
  const limits = limitsOf(source, all);
  const spans = spansOf(marks, limits, frameDuration(timeline.rate));
  if (!spans.ok) return spans;
  const { record, speed, from } = spans;
  const named = source.picture?.clipId ?? source.sound[0]?.clipId;
  if (named === undefined) return refuse({ reason: 'nothing-to-do' });
  if (record.start < 0) return refuse({ reason: 'before-start', time: record.start });
  if (from < limits.start || spans.to > limits.end) {
    const available = Math.max(limits.end - Math.max(from, limits.start), 0);
    return refuse({ reason: 'no-media', clipId: named, available });
  }
  return { ok: true, at: record.start, speed, placements: placementsOf(source, all, record, speed, from) };
}

type Spans =
  | { readonly ok: true; readonly record: Span; readonly speed: Rational; readonly from: Flicks; readonly to: Flicks }
  | Refused;

function spansOf(marks: EditMarks, limits: Limits, frame: Flicks): Spans {
  const { sourceIn, sourceOut, recordIn, recordOut } = withoutFourth(marks);
  const backwards = (field: string) =>
    refuse({ reason: 'invalid-value', field, message: 'the out point lies after the in point' });
  if (sourceIn !== undefined && sourceOut !== undefined && sourceIn >= sourceOut) return backwards('sourceOut');
  if (recordIn !== undefined && recordOut !== undefined) {
    if (recordIn >= recordOut) return backwards('recordOut');
    const length = subtractFlicks(recordOut, recordIn);
    const record = { start: recordIn, end: recordOut };
    if (sourceIn !== undefined && sourceOut !== undefined) {
      const speed = rational(subtractFlicks(sourceOut, sourceIn), length);
      return { ok: true, record, speed, from: sourceIn, to: sourceOut };
    }
    const from = sourceIn ?? (sourceOut === undefined ? limits.start : subtractFlicks(sourceOut, length));
    return { ok: true, record, speed: rational(1), from, to: addFlicks(from, length) };
  }
  const start = sourceIn ?? limits.start;
  const end: number = sourceOut ?? limits.end;
  const whole = Math.floor((end - start) / frame) * frame;
  if (!Number.isFinite(whole))
    return refuse({ reason: 'invalid-value', field: 'sourceOut', message: 'the source has no end of its own' });
  const length = flicks(Math.max(whole, frame));
  // Without a mark of its own, an end of the source gives way to the other.
  const from = sourceIn === undefined && sourceOut !== undefined ? flicks(sourceOut - length) : start;
  const at = recordIn ?? (recordOut === undefined ? marks.playhead : subtractFlicks(recordOut, length));
  const record = { start: at, end: addFlicks(at, length) };
  return { ok: true, record, speed: rational(1), from, to: addFlicks(from, length) };
}

/** The marks that count: all four only where the speed may change. */
function withoutFourth(marks: EditMarks): Omit<EditMarks, 'playhead' | 'fourth'> {
  const { sourceIn, sourceOut, recordIn, recordOut, fourth } = marks;
  const all = { sourceIn, sourceOut, recordIn, recordOut };
  if (Object.values(all).includes(undefined)) return all;
  switch (fourth) {
    case 'fit-to-fill':
      return all;
    case 'ignore-source-in':
      return { ...all, sourceIn: undefined };
    case 'ignore-source-out':
      return { ...all, sourceOut: undefined };
    case 'ignore-record-in':
      return { ...all, recordIn: undefined };
    case 'ignore-record-out':
      return { ...all, recordOut: undefined };
  }
}

function limitsOf(source: MarkedSource, sources: SourceLookup): Limits {
  const facts = sources.source(source.mediaId);
  const endless = { start: ZERO_FLICKS, end: Number.POSITIVE_INFINITY };
  const picture = facts?.frames && sourceDuration(facts.frames);
  if (source.picture !== undefined || facts?.audio === undefined) {
    return picture === undefined ? endless : { start: ZERO_FLICKS, end: picture };
  }
  return picture === undefined ? facts.audio : { start: ZERO_FLICKS, end: Math.max(picture, facts.audio.end) };
}

function placementsOf(
  source: MarkedSource,
  sources: SourceLookup,
  record: Span,
  speed: Rational,
  from: Flicks,
): readonly Placement[] {
  const frames = sources.source(source.mediaId)?.frames;
  const common = {
    mediaId: source.mediaId,
    name: source.name,
    recordIn: record.start,
    duration: subtractFlicks(record.end, record.start),
    speed: frames?.kind === 'still' ? rational(1) : speed,
    enabled: true,
    linkId: source.linkId,
    note: '',
  };
  const placements: Placement[] = [];
  if (source.picture !== undefined) {
    const { trackId, clipId } = source.picture;
    const sourceIn = frameAt(frames ?? { kind: 'still' }, from);
    placements.push({ trackId, clip: { ...common, kind: 'video', id: clipId, sourceIn, opacity: 1 } });
  }
  for (const { trackId, clipId, streamOrdinal } of source.sound) {
    const clip: Clip = {
      ...common,
      kind: 'audio',
      id: clipId,
      sourceIn: from,
      streamOrdinal,
      gainDb: 0,
      fadeIn: ZERO_FLICKS,
      fadeOut: ZERO_FLICKS,
    };
    placements.push({ trackId, clip });
  }
  return placements;
}
