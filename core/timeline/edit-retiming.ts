import { flicks, scaleFlicks, subtractFlicks, type Flicks } from '../time/flicks.ts';
import { equalRational, mulDiv, rational, type Rational } from '../time/rational.ts';
import { frameDuration } from '../time/rate.ts';
import {
  clockOf,
  edgeOf,
  frameFrom,
  framesOf,
  insideAtTail,
  isBackwards,
  isFrozen,
  isInsideMedia,
  pictureClock,
  playedSpan,
  sourceShift,
  sourceStartOf,
  startingAt,
  withDuration,
} from './clip-source.ts';
import type { Edit } from './edit.ts';
import { linkedPartners, sourceTimeAtRecord, type LocatedClip } from './lookup.ts';
import { planRippleFor } from './ripple.ts';
import { openClip, replacing, type ClipChange } from './selection.ts';
import { refuse, type Plan, type Refused } from './splice.ts';
import type { Clip, SourceLookup, Timeline } from './timeline.ts';

/**
 * A clip at a new speed in the same record span, and its partners of the same media in sync with it.
 *
 * Another pace keeps the first frame. The other direction keeps the span of source, as Premiere and Resolve do: what was
 * played last is played first, so turning a clip twice changes nothing. Held, a picture shows its first frame; its sound
 * goes on.
 */
export function withSpeed(timeline: Timeline, named: ClipChange, speed: Rational, sources: SourceLookup): Retimed {
  const { clip } = named.located;
  if (speed.num === 0 || isFrozen(clip)) return { ok: true, changes: [{ ...named, after: { ...named.after, speed } }] };
  const together = [named, ...partnersInSync(timeline, clip).map((located) => ({ located, after: located.clip }))];
  const lead = leadOf(together, named);
  const turns = speed.num < 0 !== clip.speed.num < 0;
  const turned = turns ? mirrored(timeline, together, lead, sources) : together;
  const paced = turned.map(({ located, after }) => {
    if (after.kind === 'video') return { located, after: { ...after, speed } };
    // Sound that starts elsewhere shifts so that both still meet at the picture's in point.
    const ahead = subtractFlicks(lead.after.recordIn, after.recordIn);
    const kept = scaleFlicks(ahead, after.speed, 'nearest') - scaleFlicks(ahead, speed, 'nearest');
    return { located, after: { ...after, speed, sourceIn: flicks(after.sourceIn + kept) } };
  });
  return followingSound(timeline, paced, lead, sources);
}

type Retimed = { readonly ok: true; readonly changes: readonly ClipChange[] } | Refused;

/** Where one sound plays on under several pictures, those that do not lead start with what it has reached by then. */
function followingSound(
  timeline: Timeline,
  changes: readonly ClipChange[],
  lead: ClipChange,
  sources: SourceLookup,
): Retimed {
  const followed: ClipChange[] = [];
  for (const change of changes) {
    const { clip } = change.located;
    const { after } = change;
    const frames = framesOf(clip, sources, timeline.rate);
    const clock =
      clip.kind === 'video' && clip.id !== lead.located.clip.id && frames.kind !== 'still'
        ? clockOf(timeline, clip, frames)
        : undefined;
    const sound = clock && changes.find(({ located }) => located.clip.id === clock.sound.id)?.after;
    if (after.kind === 'audio' || sound?.kind !== 'audio') {
      followed.push(change);
      continue;
    }
    const shown = startingAt(after, frames, sourceTimeAtRecord(sound, sound.sourceIn, after.recordIn));
    if (shown === undefined) return refuse({ reason: 'no-media', clipId: clip.id, available: 0 });
    followed.push({ ...change, after: shown });
  }
  return { ok: true, changes: followed };
}

/** Partners that play the same media at the same speed. */
function partnersInSync(timeline: Timeline, clip: Clip): readonly LocatedClip[] {
  return linkedPartners(timeline, clip).filter(
    (partner) => partner.clip.mediaId === clip.mediaId && equalRational(partner.clip.speed, clip.speed),
  );
}

function leadOf(together: readonly ClipChange[], named: ClipChange): ClipChange {
  return together.find(({ after }) => after.kind === 'video') ?? named;
}

/** Clips that play what they played in the other direction, around the middle of the leading one. */
function mirrored(
  timeline: Timeline,
  together: readonly ClipChange[],
  lead: ClipChange,
  sources: SourceLookup,
): readonly ClipChange[] {
  const turned = mirroredClip(timeline, lead.located.clip, lead.after, lead.after, sources);
  const edge = sourceStartOf(turned, sources, timeline.rate);
  return together.map((change) => {
    const { located } = change;
    if (change === lead) return { located, after: turned };
    const after = mirroredClip(timeline, located.clip, change.after, lead.after, sources);
    if (after.kind === 'video' || turned.kind === 'audio') return { located, after };
    // Where the picture's last frames are used up it cannot be the one behind: the sound is.
    const past = sourceTimeAtRecord(after, after.sourceIn, turned.recordIn) - edge;
    const early = isBackwards(after) ? past : 0 - past;
    const reach = 2 * Math.abs(edgeOf(turned, framesOf(turned, sources, timeline.rate), turned.sourceIn + 1) - edge);
    const isOff = early > 0 && early <= reach;
    return { located, after: isOff ? { ...after, sourceIn: flicks(after.sourceIn - past) } : after };
  });
}

/** A clip that plays at each time what it played as long before the end of `around` as that is after its start. */
function mirroredClip(timeline: Timeline, before: Clip, clip: Clip, around: Clip, sources: SourceLookup): Clip {
  const offset = 2 * (around.recordIn - clip.recordIn) + around.duration;
  const shift = sourceShift(clip, flicks(offset));
  const speed = rational(0 - clip.speed.num, clip.speed.den);
  if (clip.kind === 'audio') return { ...clip, speed, sourceIn: flicks(clip.sourceIn + shift) };
  const frames = framesOf(clip, sources, timeline.rate);
  if (frames.kind === 'still') return { ...clip, speed };
  const clock = before.kind === 'video' ? (pictureClock(timeline, before, frames) ?? 0) : 0;
  const last = edgeOf(clip, frames, clip.sourceIn) + (isBackwards(clip) ? 0 - clock : clock) + shift;
  const turned = { ...clip, speed };
  return insideAtTail({ ...turned, sourceIn: frameFrom(turned, frames, Math.max(last, 0)) }, frames);
}

/** Holds a picture: its first frame, or the one that is named. */
export function planFreeze(timeline: Timeline, edit: Extract<Edit, { kind: 'freeze' }>): Plan {
  const located = openClip(timeline, edit.clipId);
  if (!located.ok) return located;
  const { clip } = located;
  if (clip.kind === 'audio') return refuse({ reason: 'wrong-track-kind', trackId: located.track.id });
  const sourceIn = edit.frame ?? clip.sourceIn;
  if (isFrozen(clip) && sourceIn === clip.sourceIn) return refuse({ reason: 'nothing-to-do' });
  return { ok: true, changes: replacing([{ located, after: { ...clip, speed: rational(0), sourceIn } }]) };
}

/** Plays the same source at another speed, so that a clip becomes longer or shorter; what is linked in sync goes along. */
export function planRetime(timeline: Timeline, edit: Extract<Edit, { kind: 'retime' }>, sources: SourceLookup): Plan {
  const located = openClip(timeline, edit.clipId);
  if (!located.ok) return located;
  const { clip } = located;
  if (edit.speed.num === 0 || isFrozen(clip)) {
    return refuse({ reason: 'invalid-value', field: 'speed', message: 'a held picture has no length of its own' });
  }
  if (equalRational(edit.speed, clip.speed)) return refuse({ reason: 'nothing-to-do' });
  const named: ClipChange = { located, after: clip };
  const partners = edit.linked ? partnersInSync(timeline, clip) : [];
  const together = [named, ...partners.map((partner) => ({ located: partner, after: partner.clip }))];
  const lead = leadOf(together, named);
  const turns = edit.speed.num < 0 !== clip.speed.num < 0;
  const turned = turns ? mirrored(timeline, together, lead, sources) : together;
  const paced = turned.map(({ located: at, after }) => ({
    located: at,
    after: stretched(timeline, after, lead.after.recordIn, edit.speed),
  }));
  const followed = followingSound(timeline, paced, lead, sources);
  if (!followed.ok) return followed;
  const changes = followed.changes.map(({ located: at, after }) => ({
    located: at,
    after: fittedToMedia(timeline, after, sources),
  }));
  if (!edit.ripple) return { ok: true, changes: replacing(changes) };
  const grown = changes.find((change) => change.located.clip.id === edit.clipId);
  return planRippleFor(timeline, edit.clipId, flicks((grown?.after.duration ?? 0) - clip.duration), changes);
}

/** A clip whose source takes another time to play, around a record time that stays. */
function stretched({ rate }: Timeline, clip: Clip, around: Flicks, speed: Rational): Clip {
  const frame = frameDuration(rate);
  const pace = (time: number) =>
    mulDiv(
      mulDiv(time, Math.abs(clip.speed.num), clip.speed.den, 'nearest'),
      speed.den,
      Math.abs(speed.num),
      'nearest',
    );
  const onGrid = (time: number) => mulDiv(time, 1, frame, 'nearest') * frame;
  const recordIn = flicks(around + onGrid(pace(clip.recordIn - around)));
  const ideal = onGrid(mulDiv(playedSpan(clip), speed.den, Math.abs(speed.num), 'nearest'));
  const duration = flicks(Math.max(ideal, frame));
  const placed = withDuration({ ...clip, recordIn, speed }, duration);
  // What played at `around` still does.
  const kept =
    scaleFlicks(subtractFlicks(around, clip.recordIn), clip.speed, 'nearest') -
    scaleFlicks(subtractFlicks(around, recordIn), speed, 'nearest');
  return placed.kind === 'audio' && kept !== 0 ? { ...placed, sourceIn: flicks(placed.sourceIn + kept) } : placed;
}

/** A clip one frame shorter where rounding to the grid made it longer than its media. */
function fittedToMedia({ rate }: Timeline, clip: Clip, sources: SourceLookup): Clip {
  const frame = frameDuration(rate);
  return isInsideMedia(clip, sources, rate) || clip.duration === frame
    ? clip
    : withDuration(clip, subtractFlicks(clip.duration, frame));
}
