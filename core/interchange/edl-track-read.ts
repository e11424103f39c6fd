import { nominalFps, type Rate } from '../time/rate.ts';
import { rational, type Rational } from '../time/rational.ts';
import { addSeconds, multiplySeconds, secondsOfFrame } from '../time/seconds.ts';
import { speedOfM2 } from '../time/speed-text.ts';
import type { EdlEvent } from './edl-text.ts';
import type { ImportedClip, ImportedTransition } from './handoff.ts';
import { importedClip, type Losses } from './imported.ts';
import { nameOfMediaUrl, pathOfMediaUrl } from './media-path.ts';

/** What all edits of a list share. */
export type EdlContext = {
  readonly rate: Rate;
  readonly startFrame: number;
  readonly losses: Losses;
  /** The frame count of a column's timecode. */
  readonly sourceFrame: (time: string, event: EdlEvent) => number;
  readonly recordFrame: (time: string, line: number) => number;
};

/** A clip of a list with what the edit after it must know: the source label it ends at. */
type EdlClip = { readonly clip: ImportedClip; readonly reel: string; readonly sourceOut: string };

/** The clips of one track, transitions joined to them. */
export function readEdlTrack(
  events: readonly EdlEvent[],
  channel: string,
  context: EdlContext,
): readonly ImportedClip[] {
  const clips: EdlClip[] = [];
  for (const [index, event] of events.entries()) {
    const span = spanOf(event, context);
    if (event.transition === 'C') {
      // The first line of a transition holds no frames.
      const clip = span.length === 0 || event.reel === 'BL' ? undefined : clipOf(event, channel, span, context);
      if (clip !== undefined) clips.push({ clip, reel: event.reel, sourceOut: event.times[1] });
      continue;
    }
    const before = events[index - 1];
    const outgoing = before?.number === event.number && before.transition === 'C' ? before : undefined;
    joinTransition(clips, outgoing, event, { channel, span, context });
  }
  return clips.map(({ clip }) => clip).filter(({ duration }) => duration > 0);
}

type Span = { readonly recordIn: number; readonly length: number };

function spanOf(event: EdlEvent, { rate, startFrame, recordFrame }: EdlContext): Span {
  const [start, end] = [event.times[2], event.times[3]].map((time) => recordFrame(time, event.line)) as [
    number,
    number,
  ];
  return { recordIn: start - startFrame, length: end < start ? end + dayOf(rate) - start : end - start };
}

function dayOf(rate: Rate): number {
  return nominalFps(rate) * 86_400;
}

type Joined = { readonly channel: string; readonly span: Span; readonly context: EdlContext };

/** A dissolve or wipe from the line before (or black, or nothing) to this one (or black). */
function joinTransition(
  clips: EdlClip[],
  outgoing: EdlEvent | undefined,
  event: EdlEvent,
  { channel, span, context }: Joined,
): void {
  const { losses } = context;
  const name = event.name || event.reel;
  const place = losses.at(channel, span.recordIn, event.line);
  const look = lookOf(event.transition);
  if (look.lost !== undefined) losses.add('transition', 'cut', name, place, look.lost);
  if (look.kind === undefined) {
    const clip = span.length === 0 || event.reel === 'BL' ? undefined : clipOf(event, channel, span, context);
    if (clip !== undefined) clips.push({ clip, reel: event.reel, sourceOut: event.times[1] });
    return;
  }
  const frames = Math.min(event.frames, span.length);
  const previous = outgoingClip(clips, outgoing, frames, { channel, span, context });
  const transition = (inOffset: number, outOffset: number): ImportedTransition => ({
    kind: look.kind ?? 'dissolve',
    inOffset,
    outOffset,
    ...(look.direction && { direction: look.direction }),
  });
  if (event.reel === 'BL') {
    if (previous === undefined) {
      losses.add('transition', 'cut', name, place, 'it fades out what is not there');
      return;
    }
    const { clip } = previous.item;
    const duration = previous.isNew ? clip.duration : clip.duration + frames;
    clips[previous.index] = { ...previous.item, clip: { ...clip, duration, tail: transition(frames, 0) } };
    return;
  }
  if (span.length === 0) return;
  // At least its last frame is its own, unless our own comment says that all its frames are those of the next event.
  const latest = Math.min(frames, event.cutAt === undefined ? span.length - 1 : span.length);
  const cutAt = previous === undefined ? 0 : Math.min(event.cutAt ?? (previous.isNew ? frames : 0), latest);
  if (previous !== undefined) {
    const { clip } = previous.item;
    const duration = previous.isNew ? cutAt : clip.duration + cutAt;
    if (duration === 0) clips.splice(previous.index, 1);
    else clips[previous.index] = { ...previous.item, clip: { ...clip, duration } };
  }
  const whole = clipOf(event, channel, span, context);
  const moved = multiplySeconds(secondsOfFrame(cutAt, context.rate), whole.speed);
  const clip: ImportedClip = {
    ...whole,
    recordIn: whole.recordIn + cutAt,
    duration: whole.duration - cutAt,
    sourceIn: addSeconds(whole.sourceIn, moved),
    ...(frames > 0 && { head: transition(cutAt, frames - cutAt) }),
  };
  clips.push({ clip, reel: event.reel, sourceOut: event.times[1] });
}

/** A list need not be in record order, but what a transition leaves stands right before it. */
const NEAR = 8;

type Outgoing = { readonly item: EdlClip; readonly index: number; readonly isNew: boolean };

/** The clip that a transition leaves: the one that ends there, or one that the first line alone shows. */
function outgoingClip(
  clips: EdlClip[],
  outgoing: EdlEvent | undefined,
  frames: number,
  { channel, span, context }: Joined,
): Outgoing | undefined {
  if (outgoing?.reel === 'BL') return undefined;
  const recent = clips.slice(-NEAR).findLastIndex(({ clip }) => clip.recordIn + clip.duration === span.recordIn);
  const index = recent === -1 ? -1 : Math.max(0, clips.length - NEAR) + recent;
  const item = clips[index];
  const continues =
    item !== undefined &&
    (outgoing === undefined || (item.reel === outgoing.reel && item.sourceOut === outgoing.times[0]));
  if (item !== undefined && continues) return { item, index, isNew: false };
  if (outgoing === undefined || frames === 0) return undefined;
  // It is seen during the transition only.
  const clip = clipOf(outgoing, channel, { recordIn: span.recordIn, length: frames }, context, true);
  const fresh = { clip, reel: outgoing.reel, sourceOut: outgoing.times[1] };
  clips.push(fresh);
  return { item: fresh, index: clips.length - 1, isNew: true };
}

type Look = Pick<ImportedTransition, 'direction'> & {
  readonly kind: ImportedTransition['kind'] | undefined;
  readonly lost?: string;
};

/** SMPTE wipe codes: 1 to the right, 2 downwards, 100 more the other way round. */
function lookOf(transition: string): Look {
  if (transition === 'D') return { kind: 'dissolve' };
  const wipe = /^W(\d{3})$/.exec(transition)?.[1];
  if (wipe === undefined) return { kind: undefined, lost: `the transition ${transition.slice(0, 20)} becomes a cut` };
  const direction = WIPES[wipe];
  if (direction !== undefined) return { kind: 'wipe', direction };
  return { kind: 'wipe', lost: `the wipe ${transition} is shown as a plain one` };
}

const WIPES: Readonly<Record<string, ImportedTransition['direction']>> = {
  '001': 'right',
  '101': 'left',
  '002': 'down',
  '102': 'up',
};

function clipOf(
  event: EdlEvent,
  channel: string,
  { recordIn, length }: Span,
  context: EdlContext,
  isGlimpsed = false,
): ImportedClip {
  const { rate, sourceFrame } = context;
  const [from, to] = [event.times[0], event.times[1]].map((time) => sourceFrame(time, event)) as [number, number];
  const isBackwards = event.motion?.startsWith('-') === true;
  // Backwards, some lists count down; else a lower out point lies behind midnight.
  const used = to >= from ? to - from : isBackwards ? from - to : to + dayOf(rate) - from;
  const name = event.name || event.reel;
  // The first line of a transition says where its source is, not how long it plays.
  const counted = isGlimpsed ? (event.motion === undefined ? length : 0) : used;
  const speed = speedOf(event, counted, length, { channel, span: { recordIn, length }, context });
  return importedClip({
    name,
    media: {
      name: event.file === undefined ? name : nameOfMediaUrl(event.file),
      url: event.file,
      path: event.file === undefined ? undefined : pathOfMediaUrl(event.file),
      reel: event.reel,
    },
    recordIn,
    duration: length,
    sourceIn: secondsOfFrame(speed.num < 0 ? Math.max(from, to) : from, rate),
    sourceOrigin: 'label',
    speed,
    note: event.note,
    linkGroup: event.channels.length > 1 ? `event-${event.line}` : null,
    ...(event.comments.length > 0 && { metadata: { edl: [...event.comments] } }),
  });
}

function speedOf(event: EdlEvent, used: number, length: number, { channel, span, context }: Joined): Rational {
  const { losses, rate } = context;
  const name = event.name || event.reel;
  const place = losses.at(channel, span.recordIn, event.line);
  if (event.motion === undefined) {
    if (used !== length) {
      const message = `its source has ${used} frames for ${length} without an M2 line; it plays at normal speed`;
      losses.add('speed', 'cut', name, place, message);
    }
    return rational(1);
  }
  const tenths = Math.round(Number(event.motion) * 10);
  if (tenths === 0) {
    if (channel.startsWith('V')) return rational(0);
    losses.add('freeze', 'cut', name, place, 'sound cannot be held; it plays on at normal speed');
    return rational(1);
  }
  const speed = speedOfM2(Math.abs(tenths), nominalFps(rate), used, length);
  return tenths < 0 ? rational(-speed.num, speed.den) : speed;
}
