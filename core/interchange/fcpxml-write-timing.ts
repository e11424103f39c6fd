import { formatRational, mulDiv } from '../time/rational.ts';
import type { Rate } from '../time/rate.ts';
import {
  addSeconds,
  divideSeconds,
  framesInSeconds,
  multiplySeconds,
  secondsOfFrame,
  subtractSeconds,
  ZERO_SECONDS,
  type Seconds,
} from '../time/seconds.ts';
import type { Retiming } from '../timeline/picture.ts';
import type { Cut, CutClip } from './export-cut.ts';
import { CONFORM_RATES, MAX_DENOMINATOR, timeText } from './fcpxml-format.ts';
import { needsConform, type Asset } from './fcpxml-resources.ts';
import { declaredRate, sourceStart } from './placement.ts';
import { node, type XmlNode } from './xml-write.ts';

/** A clip's local start, how its rate is conformed, and where it is retimed the map from local to source time. */
export type Timing = {
  readonly start: Seconds;
  readonly conform: XmlNode | undefined;
  readonly map: XmlNode | undefined;
};

/** Where titles and stills start in their own time, as Final Cut has them: transitions reach before it. */
export const GENERATOR_START: Seconds = secondsOfFrame(3600, { num: 1, den: 1 });

/** How far transitions reach past a clip's ends, in record frames. */
export type Handles = { readonly before: number; readonly after: number };

const SAMPLING: Readonly<Record<Retiming, string>> = {
  nearest: 'floor',
  blend: 'frame-blending',
  flow: 'optical-flow',
};

/** The timing of a clip of an asset. */
export function timingOf(cut: Cut, item: CutClip, asset: Asset, handles: Handles): Timing {
  const { rate } = cut.timeline;
  if (item.source.frames?.kind === 'still') return { start: GENERATOR_START, conform: undefined, map: undefined };
  const from = sourceStart(item, declaredRate(item.source) ?? rate).seconds;
  const conform = needsConform(item.source, rate) ? conformNode(item) : undefined;
  const { speed } = item.clip;
  if (speed.num === speed.den) return { start: addSeconds(asset.start, from), conform, map: undefined };
  const line = speed.num === 0 ? held(item, from, rate, handles) : retimed(item, asset, from, rate, handles);
  const point = (time: Seconds, value: Seconds) =>
    node('timept', {
      time: timeText(addSeconds(asset.start, time)),
      value: timeText(addSeconds(asset.start, value)),
      interp: 'linear',
    });
  const retiming = item.clip.kind === 'video' ? item.clip.retiming : undefined;
  const map = node('timeMap', { frameSampling: retiming === undefined ? undefined : SAMPLING[retiming] }, [
    point(ZERO_SECONDS, line.first),
    point(line.length, line.last),
  ]);
  return { start: addSeconds(asset.start, line.local), conform, map };
}

/** A straight map in time from the asset's start: from `first` to `last` in `length`; the clip starts at `local`. */
type Line = {
  readonly first: Seconds;
  readonly last: Seconds;
  readonly length: Seconds;
  readonly local: Seconds;
};

/** Media slowed to more than a hundred hours are mapped only where they are seen: no program counts in weeks. */
const LONGEST_MAP_SECONDS = 360_000;

/**
 * The map covers the whole media, in whole record frames: odd speeds keep short fractions. The clip starts on a record
 * frame of retimed time; what that leaves over (less than a frame) shifts the map, so that the first frame is exact.
 */
function retimed(item: CutClip, asset: Asset, from: Seconds, rate: Rate, handles: Handles): Line {
  const { speed } = item.clip;
  const isBackwards = speed.num < 0;
  const pace = { num: Math.abs(speed.num), den: speed.den };
  const framesOf = (span: Seconds) => framesInSeconds(divideSeconds(span, pace), rate, 'floor');
  const lengthOf = (frames: number) => multiplySeconds(secondsOfFrame(frames, rate), pace);
  const played = isBackwards ? subtractSeconds(asset.length, from) : from;
  const isWhole = (framesOf(asset.length) * rate.den) / rate.num <= LONGEST_MAP_SECONDS;
  const local = isWhole ? Math.max(isBackwards ? handles.before : 0, framesOf(played)) : handles.before;
  const towards = (value: Seconds, span: Seconds) =>
    isBackwards ? subtractSeconds(value, span) : addSeconds(value, span);
  const before = lengthOf(local);
  const exact = isBackwards ? addSeconds(from, before) : subtractSeconds(from, before);
  const first = writable(exact, [rate.num, pace.den, asset.start.den]);
  const left = isBackwards ? first : subtractSeconds(asset.length, first);
  const shown = local + item.duration + handles.after;
  const frames = isWhole ? Math.max(left.num < 0 ? 0 : framesOf(left), shown) : shown;
  const last = towards(first, lengthOf(frames));
  return { first, last, local: secondsOfFrame(local, rate), length: secondsOfFrame(frames, rate) };
}

/**
 * A time that a 32-bit denominator holds together with fractions of the ones given, so that the map keeps its slope:
 * sound may start between samples, and moves by less than half a flick.
 */
function writable(time: Seconds, denominators: readonly number[]): Seconds {
  const common = denominators.reduce((product, den) => product * den, 1);
  const unit = Math.floor(MAX_DENOMINATOR / common) * common;
  if (unit === 0 || unit % time.den === 0) return time;
  const ticks = multiplySeconds(time, { num: unit, den: 1 });
  return { num: mulDiv(ticks.num, 1, ticks.den, 'nearest'), den: unit };
}

/** One frame for as long as the clip and its transitions need it. */
function held(item: CutClip, from: Seconds, rate: Rate, handles: Handles): Line {
  const length = secondsOfFrame(handles.before + item.duration + handles.after, rate);
  return { first: from, last: from, local: secondsOfFrame(handles.before, rate), length };
}

/** Sources keep their own clock: without scaling a 25 fps clip runs 25 frames in a second of a 24 fps project. */
function conformNode(item: CutClip): XmlNode {
  const rate = declaredRate(item.source);
  return node('conform-rate', {
    scaleEnabled: 0,
    srcFrameRate: rate === undefined ? undefined : CONFORM_RATES[formatRational(rate)],
  });
}
