import { flicks, type Flicks } from '../time/flicks.ts';

/** Frame times as they are stored and served: one little-endian Float64 per frame start in flicks, then the end. */
export function encodeFrameStarts(starts: ArrayLike<number>, end: Flicks): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array((starts.length + 1) * 8);
  const view = new DataView(bytes.buffer);
  for (let frame = 0; frame < starts.length; frame++) view.setFloat64(frame * 8, starts[frame] ?? 0, true);
  view.setFloat64(starts.length * 8, end, true);
  return bytes;
}

export type FrameStarts = { readonly starts: Float64Array; readonly end: Flicks };

/** Reads them back; undefined where the bytes are not strictly increasing whole flicks. */
export function decodeFrameStarts(bytes: Uint8Array): FrameStarts | undefined {
  const count = bytes.byteLength / 8;
  if (!Number.isInteger(count) || count < 1) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const times = Float64Array.from({ length: count }, (_, index) => view.getFloat64(index * 8, true));
  const rising = times.every((time, index) => Number.isSafeInteger(time) && time > (times[index - 1] ?? -1));
  return rising ? { starts: times.slice(0, -1), end: flicks(times[count - 1] ?? 0) } : undefined;
}
