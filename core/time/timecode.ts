import { canDropFrame, nominalFps, type Rate } from './rate.ts';

/** How frames are counted as HH:MM:SS:FF: the rate and whether numbers are dropped (SMPTE ST 12-1). */
export type TimecodeFormat = { readonly rate: Rate; readonly dropFrame: boolean };

/** Frame numbers skipped at each minute but every tenth: 2 at 29.97, 4 at 59.94. */
function droppedPerMinute(format: TimecodeFormat): number {
  return format.dropFrame && canDropFrame(format.rate) ? nominalFps(format.rate) / 15 : 0;
}

const pad = (value: number) => String(value).padStart(2, '0');

/**
 * HH:MM:SS:FF of a frame count; `;` before the frames marks drop-frame. Wraps at 24 hours, as tape and NLEs do;
 * negative counts wrap from midnight.
 */
export function formatTimecode(frame: number, format: TimecodeFormat): string {
  const fps = nominalFps(format.rate);
  const dropped = droppedPerMinute(format);
  const perMinute = fps * 60 - dropped;
  const perTenMinutes = fps * 600 - dropped * 9;
  const perDay = perTenMinutes * 144;
  const count = ((frame % perDay) + perDay) % perDay;
  const tens = Math.floor(count / perTenMinutes);
  const rest = count % perTenMinutes;
  // The first minute of each ten is whole; the other nine start with dropped numbers.
  const minutes = rest < fps * 60 ? 0 : 1 + Math.floor((rest - fps * 60) / perMinute);
  const label = count + dropped * (tens * 9 + minutes);
  const seconds = Math.floor(label / fps);
  const separator = dropped > 0 ? ';' : ':';
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(pad).join(':');
  return `${clock}${separator}${pad(label % fps)}`;
}

export type TimecodeProblem = 'syntax' | 'out-of-range' | 'dropped-number';

/** A frame count, or why the text names none at this rate. */
export type ParsedTimecode =
  | { readonly kind: 'frame'; readonly frame: number; readonly dropFrame: boolean }
  | { readonly kind: 'problem'; readonly problem: TimecodeProblem };

/**
 * Reads HH:MM:SS:FF, HH:MM:SS;FF or HH:MM:SS.FF. A `;` or `.` before the frames means drop-frame where the rate allows
 * it; `:` takes the format's own flag.
 */
export function parseTimecode(text: string, format: TimecodeFormat): ParsedTimecode {
  const match = /^(\d{1,2}):(\d{2}):(\d{2})([:;.])(\d{2,3})$/.exec(text.trim());
  if (match === null) return { kind: 'problem', problem: 'syntax' };
  const [hours, minutes, seconds, frames] = [match[1], match[2], match[3], match[5]].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const fps = nominalFps(format.rate);
  if (hours > 23 || minutes > 59 || seconds > 59 || frames >= fps) return { kind: 'problem', problem: 'out-of-range' };
  const dropFrame = canDropFrame(format.rate) && (match[4] !== ':' || format.dropFrame);
  const dropped = droppedPerMinute({ rate: format.rate, dropFrame });
  if (seconds === 0 && minutes % 10 !== 0 && frames < dropped) return { kind: 'problem', problem: 'dropped-number' };
  const totalMinutes = hours * 60 + minutes;
  const label = (totalMinutes * 60 + seconds) * fps + frames;
  return { kind: 'frame', frame: label - dropped * (totalMinutes - Math.floor(totalMinutes / 10)), dropFrame };
}
