import { flicks, type Flicks } from '../time/flicks.ts';

/**
 * Waveform peaks of one audio stream: for every 1/100 s the lowest and highest sample and the root mean square.
 * One lane per channel up to two; more channels are merged into one lane (extremes of all, RMS over all).
 *
 * File layout, little-endian: `MPK1`, u32 lanes, u32 buckets per second, u32 bucket count, f64 start of bucket 0 in
 * flicks of source time; then per lane three planes of i16: min, max, rms. 32 767 is full scale; louder is clamped.
 */
export type Peaks = {
  readonly perSecond: number;
  readonly count: number;
  /** Source time of the first bucket. */
  readonly start: Flicks;
  readonly lanes: readonly PeakLane[];
};

export type PeakLane = { readonly min: Int16Array; readonly max: Int16Array; readonly rms: Int16Array };

export const PEAKS_PER_SECOND = 100;
const MAGIC = 0x314b504d;
const HEADER_BYTES = 24;

/** Writes peaks in the layout above. */
export function encodePeaks(peaks: Peaks): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES + peaks.lanes.length * peaks.count * 6);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, peaks.lanes.length, true);
  view.setUint32(8, peaks.perSecond, true);
  view.setUint32(12, peaks.count, true);
  view.setFloat64(16, peaks.start, true);
  let offset = HEADER_BYTES;
  for (const lane of peaks.lanes) {
    for (const plane of [lane.min, lane.max, lane.rms]) {
      for (let index = 0; index < peaks.count; index++) view.setInt16(offset + index * 2, plane[index] ?? 0, true);
      offset += peaks.count * 2;
    }
  }
  return bytes;
}

/**
 * Reads peaks; undefined when the bytes are not a whole peaks file.
 * The planes are copies: the bytes may be reused.
 */
export function decodePeaks(bytes: Uint8Array): Peaks | undefined {
  if (bytes.byteLength < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) return undefined;
  const lanes = view.getUint32(4, true);
  const perSecond = view.getUint32(8, true);
  const count = view.getUint32(12, true);
  const start = view.getFloat64(16, true);
  if (bytes.byteLength !== HEADER_BYTES + lanes * count * 6 || !Number.isSafeInteger(start) || perSecond === 0) {
    return undefined;
  }
  const plane = (lane: number, kind: number) => {
    const offset = HEADER_BYTES + (lane * 3 + kind) * count * 2;
    return Int16Array.from({ length: count }, (_, index) => view.getInt16(offset + index * 2, true));
  };
  return {
    perSecond,
    count,
    start: flicks(start),
    lanes: Array.from({ length: lanes }, (_, lane) => ({
      min: plane(lane, 0),
      max: plane(lane, 1),
      rms: plane(lane, 2),
    })),
  };
}

/** Lowest, highest and RMS over buckets `first` to before `end`, 0–1 of full scale; silence where there are none. */
export function peakBetween(lane: PeakLane, first: number, end: number): PeakSpan {
  let min = 0;
  let max = 0;
  let energy = 0;
  const from = Math.max(0, Math.floor(first));
  const to = Math.min(lane.min.length, Math.ceil(end));
  for (let index = from; index < to; index++) {
    const [low, high, rms] = [lane.min[index] ?? 0, lane.max[index] ?? 0, lane.rms[index] ?? 0];
    min = index === from || low < min ? low : min;
    max = index === from || high > max ? high : max;
    energy += rms * rms;
  }
  const rms = to > from ? Math.sqrt(energy / (to - from)) : 0;
  return { min: min / 32_767, max: max / 32_767, rms: rms / 32_767 };
}

export type PeakSpan = { readonly min: number; readonly max: number; readonly rms: number };
