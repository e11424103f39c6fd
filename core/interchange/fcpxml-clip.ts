import type { Rate } from '../time/rate.ts';
import { equalRational, rational, simplestBetween, toNumber, type Rational } from '../time/rational.ts';
import { timeAttribute, type FcpAsset } from './fcpxml-time.ts';
import type { LossKind } from './handoff.ts';

import {
  addSeconds,
  divideSeconds,
  multiplySeconds,
  subtractSeconds,
  ZERO_SECONDS,
  type Seconds,
} from '../time/seconds.ts';
import { child, childrenNamed, type XmlElement } from './xml-read.ts';

/** Where a clip starts in its asset's time and how fast it runs: by its map, and by conforming its rate. */
export type ClipTiming = { readonly source: Seconds; readonly speed: Rational; readonly conform: Rational };

type Lose = (kind: LossKind, message: string) => void;

/** Reads `start`, `timeMap` and `conform-rate`; `source` is in the asset's own time. */
export function readClipTiming(
  reader: { readonly rate: Rate },
  item: XmlElement,
  asset: FcpAsset | undefined,
  lose: Lose,
): ClipTiming {
  const start =
    timeAttribute(item, 'start') ?? (item.name === 'clip' || asset === undefined ? ZERO_SECONDS : asset.start);
  const conform = conformFactor(item, asset, reader.rate);
  const points = childrenNamed(child(item, 'timeMap'), 'timept').map((point) => ({
    time: timeAttribute(point, 'time') ?? ZERO_SECONDS,
    value: timeAttribute(point, 'value') ?? ZERO_SECONDS,
  }));
  const after = points.findIndex((point) => toNumber(subtractSeconds(point.time, start)) > 0);
  const index = after === -1 ? points.length - 1 : Math.max(after, 1);
  const [from, to] = [points[index - 1], points[index]];
  if (from === undefined || to === undefined) return { source: start, speed: rational(1), conform };
  if (points.length > 2) lose('curve', 'its speed curve becomes the speed at its start');
  const span = subtractSeconds(to.time, from.time);
  const rise = subtractSeconds(to.value, from.value);
  if (span.num <= 0 || rise.num === 0) {
    lose('freeze', 'the freeze frame plays on at normal speed');
    return { source: from.value, speed: rational(1), conform };
  }
  if (rise.num < 0) lose('reverse', 'it plays forwards');
  const slope = divideSeconds(rise.num < 0 ? { num: -rise.num, den: rise.den } : rise, span);
  const along = multiplySeconds(subtractSeconds(start, from.time), divideSeconds(rise, span));
  return { source: addSeconds(from.value, along), speed: simplified(slope, span, reader.rate), conform };
}

/** Final Cut rounds the ends of a map to its own ticks: the simplest speed that stays within 1/1000 frame of it. */
function simplified(slope: Rational, span: Seconds, rate: Rate): Rational {
  if (slope.den <= 100_000) return slope;
  const tolerance = divideSeconds(rational(rate.den, rate.num * 1000), span);
  return simplestBetween(subtractSeconds(slope, tolerance), addSeconds(slope, tolerance));
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

/** Gain in decibels and fades. */
export function readSound(item: XmlElement): {
  readonly gainDb: number;
  readonly fadeIn: Seconds;
  readonly fadeOut: Seconds;
} {
  const volume = child(item, 'adjust-volume');
  const gain = Number.parseFloat(volume?.attributes.get('amount') ?? '0');
  const param = childrenNamed(volume, 'param').find((one) => one.attributes.get('name') === 'amount');
  const fade = (name: string) => {
    const element = child(param, name);
    return element === undefined ? ZERO_SECONDS : (timeAttribute(element, 'duration') ?? ZERO_SECONDS);
  };
  return { gainDb: Number.isFinite(gain) ? gain : 0, fadeIn: fade('fadeIn'), fadeOut: fade('fadeOut') };
}

/** The source channels that are heard, from 1; empty where the file leaves it open. */
export function sourceChannels(item: XmlElement): readonly number[] {
  const active = childrenNamed(item, 'audio-channel-source').filter(
    (source) => source.attributes.get('active') !== '0' && source.attributes.get('enabled') !== '0',
  );
  const texts =
    item.name === 'audio'
      ? [item.attributes.get('srcCh') ?? '']
      : active.map((source) => source.attributes.get('srcCh') ?? '');
  return texts
    .flatMap((text) => text.split(',').map(Number))
    .filter((channel) => Number.isInteger(channel) && channel > 0);
}
