import { parseTimecode, type TimecodeFormat, type TimecodeProblem } from './timecode.ts';

export type TimecodeEntry =
  | { readonly kind: 'frame'; readonly frame: number }
  | { readonly kind: 'problem'; readonly problem: TimecodeProblem };

/**
 * Reads what editors type into a timecode field: digits fill from the right (`1205` = 00:00:12:05), `.` stands for two
 * zeros (`12.` = 00:00:12:00), `+` and `-` count from the present frame, full timecode is taken as it is. Relative
 * entries are spans, so they drop no numbers.
 */
export function readTimecodeEntry(text: string, present: number, format: TimecodeFormat): TimecodeEntry {
  const match = /^([+-]?)([\d:;.]+)$/.exec(text.trim());
  const [, sign = '', body = ''] = match ?? [];
  if (match === null || !/\d/.test(body)) return { kind: 'problem', problem: 'syntax' };
  const relative = sign !== '';
  const counting = { rate: format.rate, dropFrame: format.dropFrame && !relative };
  const parsed = parseTimecode(/[:;]/.test(body) ? body : spread(body, counting), counting);
  if (parsed.kind === 'problem') return parsed;
  if (!relative) return { kind: 'frame', frame: parsed.frame };
  return { kind: 'frame', frame: present + (sign === '-' ? -parsed.frame : parsed.frame) };
}

/** Digits from the right into HH:MM:SS:FF. */
function spread(body: string, format: TimecodeFormat): string {
  const digits = body.replaceAll('.', '00').padStart(8, '0').slice(-8);
  const [hours, minutes, seconds, frames] = [0, 2, 4, 6].map((at) => digits.slice(at, at + 2));
  return `${hours}:${minutes}:${seconds}${format.dropFrame ? ';' : ':'}${frames}`;
}

/** Why an entry names no frame, in words for the field. */
export function timecodeProblemText(problem: TimecodeProblem, text: string): string {
  switch (problem) {
    case 'syntax':
      return 'Type digits, such as 1205 for 12 seconds and 5 frames';
    case 'out-of-range':
      return `There is no ${text} at this rate`;
    case 'dropped-number':
      return `Drop-frame timecode has no ${text}`;
  }
}
