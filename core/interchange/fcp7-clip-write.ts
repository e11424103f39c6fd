import { frameAt, startOfFrame } from '../media/frames.ts';
import { nominalFps, type Rate } from '../time/rate.ts';
import { equalRational, formatRational, rational, type Rational } from '../time/rational.ts';
import {
  addSeconds,
  divideSeconds,
  flicksOfSeconds,
  framesInSeconds,
  isWholeFrames,
  multiplySeconds,
  secondsOfFlicks,
  secondsOfFrame,
  subtractSeconds,
  ZERO_SECONDS,
  type Seconds,
} from '../time/seconds.ts';
import { fractionOfDecimal, percentText } from '../time/speed-text.ts';
import { loss, type Cut, type CutClip } from './export-cut.ts';
import { effectFilter, plainParameter } from './fcp7-effects-write.ts';
import { statedLength } from './fcp7-file-write.ts';
import { flag } from './fcp7-rate-write.ts';
import type { Placed } from './fcp7-tracks.ts';
import { isWhereAligned, TICKS_PER_SECOND } from './fcp7-transition-write.ts';
import type { LossKind } from './handoff.ts';
import { declaredRate, frameOnGrid, listSourceLosses } from './placement.ts';
import { isShortOfHandles, type Handles } from './short-handles.ts';
import { leaf, node, type XmlNode } from './xml-write.ts';

/** A clip's place in its media as xmeml counts it. */
export type ClipTiming = {
  readonly start: number;
  readonly end: number;
  readonly in: number;
  readonly out: number;
  readonly duration: number;
  /** The clip's own frame at its start, handles left out: where its key frames and markers count from. */
  readonly origin: number;
  readonly ticksIn: string;
  readonly ticksOut: string;
  /** The source frame that is held; undefined where it plays. */
  readonly held: number | undefined;
};

function lose(cut: Cut, placed: Placed, kind: LossKind, severity: 'cut' | 'detail', message: string): void {
  const { clip, place } = placed.item;
  if (placed.channel === 0) cut.losses.push(loss(kind, severity, clip.name, place, message));
}

/**
 * Where a clip stands and what it plays, its transitions' handles with it. `in` and `out` count the sequence's grid from
 * the file's first frame and span the record; of a retimed clip `in` is the true source frame, or with
 * `xmemlRetime: 'retimed'` the frame of the retimed media (Premiere). The ticks are the true source times.
 */
export function timingOf(cut: Cut, placed: Placed): ClipTiming {
  const { item, head, tail } = placed;
  const { rate } = cut.timeline;
  const { clip, duration, recordIn } = item;
  const handleIn = head?.inOffset ?? 0;
  const handleOut = tail?.outOffset ?? 0;
  if (head !== undefined && !isWhereAligned(head)) {
    const message = "programs that ignore Premiere's ticks put the cut in the middle of its transition";
    lose(cut, placed, 'alignment', 'detail', message);
  }
  const source = sourceOf(cut, placed);
  const edges = {
    start: head === undefined ? recordIn : -1,
    end: tail === undefined ? recordIn + duration : -1,
  };
  const span = handleIn + duration + handleOut;
  if (source.kind === 'endless' || source.kind === 'held') {
    const at = source.kind === 'held' ? source.frame : 0;
    const held = source.kind === 'held' ? at : undefined;
    const seconds = source.kind === 'held' ? source.seconds : ZERO_SECONDS;
    return {
      ...edges,
      in: at,
      out: at + span,
      duration: Math.max(at + span, framesInSeconds(statedLength(cut, item), rate, 'ceil')),
      origin: at + handleIn,
      ticksIn: ticks(seconds),
      ticksOut: ticks(addSeconds(seconds, secondsOfFrame(span, rate))),
      held,
    };
  }
  const before = multiplySeconds(secondsOfFrame(handleIn, rate), clip.speed);
  const used = multiplySeconds(secondsOfFrame(span, rate), clip.speed);
  const first = subtractSeconds(source.seconds, before);
  const [low, high] = clip.speed.num < 0 ? [addSeconds(first, used), first] : [first, addSeconds(first, used)];
  const from = inFrame(cut, placed, { first, low, before, counted: source.counted });
  const isRetimedHere = clip.speed.num !== clip.speed.den;
  listShortHandles(cut, placed, isRetimedHere ? readBackOf(cut, item, from, { first, low, before }) : source.counted);
  return {
    ...edges,
    in: from,
    out: from + span,
    duration: clipFrames(cut, item, rate),
    origin: from + handleIn,
    ticksIn: ticks(low),
    ticksOut: ticks(high),
    held: undefined,
  };
}

/** Programs without ticks start a clip at a frame of the sequence, and its transitions there have less media. */
function listShortHandles(cut: Cut, { item, head, tail, channel }: Placed, counted: Seconds): void {
  const { rate } = cut.timeline;
  const start = flicksOfSeconds(counted);
  const lost = (to: CutClip | undefined, handles: Handles) => {
    if (channel !== 0 || to === undefined || !isShortOfHandles(item, start, handles, rate)) return;
    const message = "programs that ignore Premiere's ticks find less media for its transition and cut it back";
    cut.losses.push(loss('transition', 'detail', to.clip.name, to.place, message));
  };
  if (head?.from !== undefined) lost(head.to, { before: head.inOffset, after: 0 });
  if (tail?.from !== undefined) lost(tail.to, { before: 0, after: tail.outOffset });
}

type PlayedSource =
  | { readonly kind: 'endless' }
  | { readonly kind: 'held'; readonly frame: number; readonly seconds: Seconds }
  /** `seconds` is exact, `counted` as programs without ticks find it on the sequence's grid. */
  | { readonly kind: 'played'; readonly seconds: Seconds; readonly counted: Seconds };

function sourceOf(cut: Cut, placed: Placed): PlayedSource {
  const { rate } = cut.timeline;
  const { item } = placed;
  const { clip, source } = item;
  if (clip.kind === 'audio') {
    const seconds = secondsOfFlicks(clip.sourceIn);
    if (!isWholeFrames(seconds, rate) && !isRetimed(cut, item)) {
      const message =
        "programs that ignore Premiere's ticks start its sound up to a frame later, together with its picture";
      lose(cut, placed, 'source-in', 'detail', message);
    }
    return { kind: 'played', seconds, counted: secondsOfFrame(framesInSeconds(seconds, rate, 'ceil'), rate) };
  }
  const { frames } = source;
  if (frames === undefined || frames.kind === 'still') return { kind: 'endless' };
  const own = declaredRate(source) ?? rate;
  const step = clip.speed.num < 0 ? 1 : 0;
  const exact = frameOnGrid(frames, clip.sourceIn, own);
  const grid = frameOnGrid(frames, clip.sourceIn, rate);
  const seconds = secondsOfFrame(exact.frame + step, own);
  if (clip.speed.num === 0) {
    listSourceLosses(cut, item, { seconds, exact: grid.exact });
    return { kind: 'held', frame: grid.frame, seconds };
  }
  const counted = step === 0 ? secondsOfFrame(grid.frame, rate) : seconds;
  if (!isRetimed(cut, item)) listSourceLosses(cut, item, { seconds: counted, exact: grid.exact });
  else listSourceLosses(cut, item, { seconds: counted, exact: true });
  return { kind: 'played', seconds, counted };
}

function isRetimed(cut: Cut, { clip }: CutClip): boolean {
  return clip.speed.num !== clip.speed.den && (cut.profile.xmemlRetime === 'retimed' || clip.speed.num !== 0);
}

/** `in` at the start of the head's handle, and what a program that reads no ticks makes of it. */
function inFrame(
  cut: Cut,
  placed: Placed,
  at: { readonly first: Seconds; readonly low: Seconds; readonly before: Seconds; readonly counted: Seconds },
): number {
  const { item } = placed;
  const { rate } = cut.timeline;
  const { speed } = item.clip;
  if (speed.num === speed.den) return framesInSeconds(subtractSeconds(at.counted, at.before), rate, 'nearest');
  const meant = addSeconds(at.first, at.before);
  const frames = retimedIn(cut, item, at);
  const found = frames.find((frame) => isSameSource(item, readBackOf(cut, item, frame, at), meant));
  if (found !== undefined) return found;
  const message = "programs that ignore Premiere's ticks show a neighbouring frame at its start";
  lose(cut, placed, 'source-in', 'detail', message);
  // The earlier one never outruns the media.
  return Math.min(...frames);
}

/** Whole frames that `in` may be: on either side of the exact place. */
function retimedIn(
  cut: Cut,
  item: CutClip,
  at: { readonly first: Seconds; readonly low: Seconds },
): readonly [number, number] {
  const { rate } = cut.timeline;
  const { speed } = item.clip;
  const either = (seconds: Seconds): readonly [number, number] => {
    const up = Math.max(0, framesInSeconds(seconds, rate, 'ceil'));
    const down = Math.max(0, framesInSeconds(seconds, rate, 'floor'));
    return speed.num > 0 ? [up, down] : [down, up];
  };
  if (cut.profile.xmemlRetime === 'source') return either(at.low);
  if (speed.num > 0) return either(divideSeconds(at.first, speed));
  return either(divideSeconds(subtractSeconds(statedLength(cut, item), at.first), absolute(speed)));
}

/** Where a program that reads `in` alone starts the clip, its handle left out. */
function readBackOf(
  cut: Cut,
  item: CutClip,
  frame: number,
  at: { readonly first: Seconds; readonly low: Seconds; readonly before: Seconds },
): Seconds {
  const { rate } = cut.timeline;
  const { speed } = item.clip;
  const counted = secondsOfFrame(frame, rate);
  if (cut.profile.xmemlRetime === 'source') {
    const moved = subtractSeconds(counted, at.low);
    return addSeconds(addSeconds(at.first, at.before), moved);
  }
  const retimed = multiplySeconds(counted, speed);
  const first = speed.num > 0 ? retimed : addSeconds(statedLength(cut, item), retimed);
  return addSeconds(first, at.before);
}

function isSameSource({ clip, source }: CutClip, back: Seconds, meant: Seconds): boolean {
  if (equalRational(back, meant)) return true;
  const { frames } = source;
  if (clip.kind === 'audio' || frames === undefined) return false;
  const time = flicksOfSeconds(back);
  if (clip.speed.num > 0) return time >= 0 && frameAt(frames, time) === clip.sourceIn;
  return time > startOfFrame(frames, clip.sourceIn) && time <= startOfFrame(frames, clip.sourceIn + 1);
}

function absolute(speed: Rational): Rational {
  return rational(Math.abs(speed.num), speed.den);
}

/** The media's length as the clip counts: on the sequence's grid, rounded up, retimed where `in` is. */
function clipFrames(cut: Cut, item: CutClip, rate: Rate): number {
  const length = statedLength(cut, item);
  const { speed } = item.clip;
  const isCounted = cut.profile.xmemlRetime === 'retimed' && speed.num !== 0;
  return Math.max(1, framesInSeconds(isCounted ? divideSeconds(length, absolute(speed)) : length, rate, 'ceil'));
}

function ticks(seconds: Seconds): string {
  return String((BigInt(seconds.num) * BigInt(TICKS_PER_SECOND)) / BigInt(seconds.den));
}

/** The Time Remap of a clip that does not play at normal speed. */
export function speedFilter(cut: Cut, placed: Placed, timing: ClipTiming): XmlNode | undefined {
  const { clip } = placed.item;
  const isBlended = clip.kind === 'video' && (clip.retiming === 'blend' || clip.retiming === 'flow');
  if (clip.speed.num === clip.speed.den) return undefined;
  const media = clip.kind;
  if (timing.held !== undefined) {
    // Final Cut 7 holds a frame by `stillframe`; Premiere by a level graph.
    if (cut.profile.xmemlRetime === 'source') {
      const message = 'Resolve does not read frames that FCP7 XML holds';
      if (cut.profile.program.includes('Resolve')) lose(cut, placed, 'freeze', 'detail', message);
      if (isBlended) lose(cut, placed, 'retiming', 'detail', 'a held frame needs no blending');
      return undefined;
    }
    return remap(media, '100', false, isBlended, graph(timing, timing.held));
  }
  const percent = percentText(absolute(clip.speed));
  const readBack = fractionOfDecimal(percent, 100);
  if (readBack === undefined || !equalRational(readBack, absolute(clip.speed))) {
    const message = `its speed of ${formatRational(clip.speed)} is rounded to ${percent} per cent`;
    lose(cut, placed, 'speed', 'detail', message);
  }
  return remap(media, percent, clip.speed.num < 0, isBlended, undefined);
}

function remap(
  media: 'video' | 'audio',
  percent: string,
  isReversed: boolean,
  isBlended: boolean,
  graphdict: XmlNode | undefined,
): XmlNode {
  return effectFilter('Time Remap', 'timeremap', 'motion', media, [
    plainParameter('variablespeed', 'variablespeed', graphdict === undefined ? '0' : '1', [0, 1]),
    plainParameter('speed', 'speed', percent, [-100_000, 100_000]),
    plainParameter('reverse', 'reverse', flag(isReversed)),
    plainParameter('frameblending', 'frameblending', flag(isBlended)),
    ...(graphdict === undefined ? [] : [graphdict]),
  ]);
}

function graph(timing: ClipTiming, held: number): XmlNode {
  const point = (when: number) => node('keyframe', {}, [leaf('when', when), leaf('value', held)]);
  return node('parameter', { authoringApp: 'PremierePro' }, [
    leaf('parameterid', 'graphdict'),
    leaf('name', 'graphdict'),
    leaf('value', 0),
    point(timing.in),
    point(timing.out),
    node('interpolation', {}, [leaf('name', 'FCPCurve')]),
  ]);
}

/** A day's worth of frames: no generator runs longer. */
export function generatorFrames(rate: Rate): number {
  return nominalFps(rate) * 86_400;
}
