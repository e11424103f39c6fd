import { floorOf, fraction, minus, times, type CutLine, type Fraction } from './cut-list.ts';

/** A transition of a track in record frames: where it starts, where the cut lies in it, where it ends. */
export type Crossing = { readonly track: string; readonly start: number; readonly cut: number; readonly end: number };

/** What a file describes, by a reader that shares no code with the product: clips from cut to cut. */
export type WholeCut = {
  readonly lines: readonly CutLine[];
  readonly crossings: readonly Crossing[];
  /** `58 name` by record frame. */
  readonly markers: readonly string[];
};

/**
 * A cut as it plays, whichever way its transitions are aligned: clips reach over their transitions, from the number of
 * the first source frame shown. Sources of clips played backwards are the end of what they play.
 */
export function playedText(
  { lines, crossings, markers }: WholeCut,
  rate: Fraction,
  sourceRate: (file: string) => Fraction | undefined,
): readonly string[] {
  const clips = lines.map((line) => {
    const own = crossings.find((one) => one.track === line.track && one.cut === line.recordIn);
    const tail = crossings.find((one) => one.track === line.track && one.cut === line.recordOut);
    const before = own === undefined ? 0 : own.cut - own.start;
    const spent = times(fraction(BigInt(before) * rate.d, rate.n), line.speed);
    const source = minus(line.source, spent);
    const span = `${line.recordIn - before}-${tail?.end ?? line.recordOut}`;
    const speed = `x${line.speed.n}/${line.speed.d}`;
    const state = line.enabled ? '' : ' off';
    return `${line.track} ${span} ${line.file} ${shown({ ...line, source }, sourceRate(line.file))} ${speed}${state}`;
  });
  const overlaps = crossings.map(({ track, start, cut, end }) => `${track} ${start}|${cut}|${end}`);
  return [...clips, ...overlaps, ...markers].toSorted();
}

function shown({ source, speed }: CutLine, rate: Fraction | undefined): string {
  if (rate === undefined) return `${source.n}/${source.d}s`;
  const frames = times(source, rate);
  // Backwards the frame that ends there is shown first.
  const first = speed.n < 0n ? -floorOf({ n: -frames.n, d: frames.d }) - 1n : floorOf(frames);
  return `#${first}`;
}
