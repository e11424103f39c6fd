import type { Rate } from '../time/rate.ts';
import { equalRational, rational, simplestBetween, toNumber, type Rational } from '../time/rational.ts';
import {
  addSeconds,
  divideSeconds,
  multiplySeconds,
  subtractSeconds,
  ZERO_SECONDS,
  type Seconds,
} from '../time/seconds.ts';
import type { Retiming } from '../timeline/picture.ts';
import { timeAttribute, type FcpAsset } from './fcpxml-read-types.ts';
import type { LossKind } from './handoff.ts';
import { child, childrenNamed, type XmlElement } from './xml-read.ts';

/** Where a clip starts in its asset's time and how fast it runs: by its map, and by conforming its rate. */
export type ClipTiming = {
  /** The clip's own time at which it starts. */
  readonly local: Seconds;
  readonly source: Seconds;
  readonly speed: Rational;
  readonly conform: Rational;
  readonly retiming: Retiming | undefined;
};

type Lose = (kind: LossKind, message: string) => void;

/** Reads `start`, `timeMap` and `conform-rate`; `source` is in the asset's own time. */
export function readClipTiming(
  reader: { readonly rate: Rate },
  item: XmlElement,
  asset: FcpAsset | undefined,
  lose: Lose,
): ClipTiming {
  const local =
    timeAttribute(item, 'start') ?? (item.name === 'clip' || asset === undefined ? ZERO_SECONDS : asset.start);
  const conform = conformFactor(item, asset, reader.rate);
  const map = child(item, 'timeMap');
  const retiming = samplingOf(map ?? child(item, 'conform-rate'));
  const points = pointsOf(map);
  const after = points.findIndex((point) => toNumber(subtractSeconds(point.time, local)) > 0);
  const index = after === -1 ? points.length - 1 : Math.max(after, 1);
  const [from, to] = [points[index - 1], points[index]];
  if (from === undefined || to === undefined) return { local, source: local, speed: rational(1), conform, retiming };
  const end = addSeconds(local, timeAttribute(item, 'duration') ?? ZERO_SECONDS);
  if (toNumber(subtractSeconds(end, to.time)) > 1e-9 && index < points.length - 1) {
    lose('variable-rate', 'its speed changes on the way; it keeps the speed at its start');
  }
  const span = subtractSeconds(to.time, from.time);
  const rise = subtractSeconds(to.value, from.value);
  if (span.num <= 0) {
    lose('speed', 'its time map has no length; it plays at normal speed');
    return { local, source: from.value, speed: rational(1), conform, retiming };
  }
  const ratio = Math.abs(toNumber(rise) / toNumber(span));
  if (rise.num !== 0 && (ratio > FASTEST || ratio < 1 / FASTEST)) {
    lose('speed', `its speed of ${ratio.toPrecision(3)} is out of bounds; it plays at normal speed`);
    return { local, source: from.value, speed: rational(1), conform, retiming };
  }
  if (rise.num === 0) return { local, source: from.value, speed: rational(0), conform, retiming };
  const slope = divideSeconds({ num: Math.abs(rise.num), den: rise.den }, span);
  const pace = simplified(slope, span, reader.rate);
  const along = multiplySeconds(subtractSeconds(local, from.time), divideSeconds(rise, span));
  const speed = rise.num < 0 ? { num: -pace.num, den: pace.den } : pace;
  return { local, source: addSeconds(from.value, along), speed, conform, retiming };
}

/** Final Cut's own limit is 20 times; beyond this a map is damaged. */
const FASTEST = 1000;

function pointsOf(map: XmlElement | undefined): readonly { readonly time: Seconds; readonly value: Seconds }[] {
  return childrenNamed(map, 'timept').map((point) => ({
    time: timeAttribute(point, 'time') ?? ZERO_SECONDS,
    value: timeAttribute(point, 'value') ?? ZERO_SECONDS,
  }));
}

function samplingOf(element: XmlElement | undefined): Retiming | undefined {
  const sampling = element?.attributes.get('frameSampling');
  if (sampling === 'frame-blending') return 'blend';
  return sampling?.startsWith('optical-flow') === true ? 'flow' : undefined;
}

/** Final Cut rounds the ends of a map to its own ticks: the simplest speed that stays within 1/1000 frame of it. */
function simplified(slope: Rational, span: Seconds, rate: Rate): Rational {
  if (slope.den <= 100_000) return slope;
  const tolerance = divideSeconds(rational(rate.den, rate.num * 1000), span);
  const low = subtractSeconds(slope, tolerance);
  return low.num <= 0 ? slope : simplestBetween(low, addSeconds(slope, tolerance));
}

/**
 * Final Cut plays media of a close rate (23.98, 24, 25) frame by frame unless `scaleEnabled` is 0; others keep their
 * own clock.
 */
function conformFactor(item: XmlElement, asset: FcpAsset | undefined, rate: Rate): Rational {
  const conform = child(item, 'conform-rate');
  if (conform === undefined || conform.attributes.get('scaleEnabled') === '0') return rational(1);
  const own = asset?.rate;
  if (own === undefined || equalRational(own, rate)) return rational(1);
  const ratio = divideSeconds(rate, own);
  return Math.abs(toNumber(ratio) - 1) < 0.05 ? ratio : rational(1);
}
