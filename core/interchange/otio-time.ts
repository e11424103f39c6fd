import { FLICKS_PER_SECOND } from '../time/flicks.ts';
import type { Rate } from '../time/rate.ts';
import { rational } from '../time/rational.ts';
import { rateOfNumber, refuse } from './imported.ts';
import { isObject, listAt, objectAt, schemaOf, textAt, type JsonObject } from './otio-json.ts';
import {
  addSeconds,
  framesInSeconds,
  isWholeFrames,
  secondsOfFrame,
  subtractSeconds,
  ZERO_SECONDS,
  type Seconds,
} from '../time/seconds.ts';

/** No edit and no media clock goes further: 1000 hours. */
const LONGEST_SECONDS = 3_600_000;

/** Compositions inside compositions; beyond it a file is refused. */
const MAX_NESTING = 32;
/** Objects inside objects: each nested composition is a stack, a track and a clip. */
const MAX_OBJECTS = 3 * MAX_NESTING;

/** Exact seconds of a RationalTime, a fractional value to the nearest flick; undefined for what is no usable time. */
export function timeOf(value: unknown): Seconds | undefined {
  if (!isObject(value)) return undefined;
  const [count, fps] = [value['value'], value['rate']];
  if (typeof count !== 'number' || typeof fps !== 'number' || !Number.isFinite(count)) return undefined;
  const rate = rateOfNumber(fps);
  if (rate === undefined || Math.abs(count / fps) > LONGEST_SECONDS) return undefined;
  if (Number.isSafeInteger(count)) return secondsOfFrame(count, rate);
  const flicks = Math.round(((count * rate.den) / rate.num) * FLICKS_PER_SECOND);
  return Number.isSafeInteger(flicks) ? rational(flicks, FLICKS_PER_SECOND) : undefined;
}

/** A TimeRange; it starts at 0 where it does not say. */
export type Range = { readonly start: Seconds; readonly duration: Seconds };

/** Exact seconds of a TimeRange; undefined without a usable duration of 0 or more. */
export function rangeOf(value: unknown): Range | undefined {
  if (!isObject(value)) return undefined;
  const duration = timeOf(value['duration']);
  if (duration === undefined || duration.num < 0) return undefined;
  return { start: timeOf(value['start_time']) ?? ZERO_SECONDS, duration };
}

/** The rate that a range's start counts in. */
export function rateIn(range: unknown): Rate | undefined {
  const time = isObject(range) ? range['start_time'] : undefined;
  const fps = isObject(time) ? time['rate'] : undefined;
  return typeof fps === 'number' ? rateOfNumber(fps) : undefined;
}

/** A clip's media: of Clip.2 the active one of its references, of Clip.1 the only one. */
export function activeReference(clip: JsonObject): JsonObject | undefined {
  const references = objectAt(clip, 'media_references');
  if (references === undefined) return objectAt(clip, 'media_reference');
  return objectAt(references, textAt(clip, 'active_media_reference_key')) ?? objectAt(references, 'DEFAULT_MEDIA');
}

/**
 * An item's length on its track: its range, else its media's, else what it holds. Transitions have none.
 *
 * @throws MontageError E_INTERCHANGE_HOSTILE when compositions nest too deep
 */
export function durationOf(item: JsonObject, depth = 0): Seconds {
  demandNesting(depth, MAX_OBJECTS);
  const schema = schemaOf(item);
  if (schema === 'Transition') return ZERO_SECONDS;
  if (schema === 'Timeline') return durationOf(objectAt(item, 'tracks') ?? {}, depth + 1);
  const own = rangeOf(item['source_range']) ?? rangeOf(activeReference(item)?.['available_range']);
  if (own !== undefined) return own.duration;
  const inside = listAt(item, 'children').map((child) => durationOf(child, depth + 1));
  return inside.reduce(schema === 'Stack' ? longer : addSeconds, ZERO_SECONDS);
}

function longer(a: Seconds, b: Seconds): Seconds {
  return subtractSeconds(a, b).num > 0 ? a : b;
}

/**
 * Refuses compositions that nest too deep.
 *
 * @throws MontageError E_INTERCHANGE_HOSTILE
 */
export function demandNesting(depth: number, most = MAX_NESTING): void {
  if (depth <= most) return;
  throw refuse('E_INTERCHANGE_HOSTILE', `stacks and tracks nest more than ${most} deep`, 'children');
}

/**
 * Refuses record times past 1000 hours.
 *
 * @throws MontageError E_INTERCHANGE_OTIO
 */
export function demandRecordTime(time: Seconds, track: string): void {
  if (time.num / time.den <= LONGEST_SECONDS) return;
  throw refuse('E_INTERCHANGE_OTIO', 'a track is longer than 1000 hours', track, 'shorten it in the editor');
}

/** Doubles are not exact: a thousandth of a frame is still the frame. */
export function isOffGrid(time: Seconds, rate: Rate): boolean {
  if (isWholeFrames(time, rate)) return false;
  const nearest = secondsOfFrame(framesInSeconds(time, rate, 'nearest'), rate);
  const difference = subtractSeconds(time, nearest);
  return Math.abs((difference.num / difference.den) * (rate.num / rate.den)) > 0.001;
}

/** The rate a composition counts in: of the times given, then of its items and their media; what counts in samples does not decide. */
export function rateOfComposition(times: readonly unknown[], tracks: readonly JsonObject[]): Rate | undefined {
  const items = tracks.flatMap((track) => [track, ...listAt(track, 'children')]);
  const ranges = items.flatMap((item) => [item['source_range'], activeReference(item)?.['available_range']]);
  const all = [...times, ...ranges.map((range) => (isObject(range) ? range['duration'] : undefined))];
  const rates = all.flatMap((time) => (isObject(time) && typeof time['rate'] === 'number' ? [time['rate']] : []));
  const fps = rates.find((value) => value > 1 && value <= 240);
  return fps === undefined ? undefined : rateOfNumber(fps);
}
