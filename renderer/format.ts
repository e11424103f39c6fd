import { FLICKS_PER_SECOND, type Flicks } from '../core/time/flicks.ts';
import type { Rate } from '../core/time/rate.ts';

const two = (value: number) => String(value).padStart(2, '0');

/** Minutes and seconds for people: "0:30", "2:04", "1:02:03". Rounded to the nearest second, under one second up to 0:01. */
export function formatDuration(time: Flicks): string {
  const seconds = time > 0 ? Math.max(1, Math.round(time / FLICKS_PER_SECOND)) : 0;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Reads "2:00", "90" (seconds), "1:02:03"; undefined when it names no length above zero. */
export function parseDurationSeconds(text: string): number | undefined {
  const match = /^(?:(?:(\d+):)?(\d+):)?(\d+)$/.exec(text.trim());
  if (match === null) return undefined;
  const seconds = Number(match[1] ?? 0) * 3600 + Number(match[2] ?? 0) * 60 + Number(match[3]);
  return seconds > 0 && seconds <= 24 * 3600 ? seconds : undefined;
}

/** "412 GB", "2.1 GB", "38 MB", "900 B": decimal units, as file managers show them. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit > 0 && value < 10 ? value.toFixed(1) : value.toFixed(0)} ${units[unit] ?? 'B'}`;
}

/** Hours and minutes of the local day: "14:02". */
export function formatClock(ms: number): string {
  const date = new Date(ms);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** "about 4 min left", "about 20 s left", rounded so that it does not flicker. */
export function formatEta(ms: number): string {
  if (ms < 55_000) return `about ${Math.max(5, Math.ceil(ms / 5000) * 5)} s left`;
  if (ms < 3_570_000) return `about ${Math.max(1, Math.round(ms / 60_000))} min left`;
  return `about ${Math.max(1, Math.round(ms / 3_600_000))} h left`;
}

/** "1 clip", "3 clips". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** "25", "23.976", "29.97": at most three places, no trailing zeros. */
export function formatRate(rate: Rate): string {
  const exact = rate.num / rate.den;
  return Number.isInteger(exact) ? String(exact) : exact.toFixed(3).replace(/0+$/, '');
}

/** A name in two parts: the second is kept whole when there is no room (extension and the characters before it). */
export function splitName(name: string): readonly [string, string] {
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.length - dot : 0;
  const tail = Math.min(Math.floor(name.length / 2), Math.min(extension, 6) + 3);
  return [name.slice(0, name.length - tail), name.slice(name.length - tail)];
}
