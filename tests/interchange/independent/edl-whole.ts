import { fraction, over, type CutLine, type Fraction } from './cut-list.ts';
import { framesOfLabel } from './edl-lines.ts';
import type { Crossing, WholeCut } from './whole-cut.ts';

type Row = { readonly recordIn: number; readonly recordOut: number; readonly from: number; readonly to: number };

/**
 * Reads one list of ours with its transitions and locators. `startOf` gives a file's start timecode, `start` that of the
 * timeline, `track` the list's. Where the cut lies in a transition only our own comment says; else at its start.
 */
export function edlWhole(
  text: string,
  {
    rate,
    start,
    track,
    startOf,
  }: {
    readonly rate: Fraction;
    readonly start: string;
    readonly track: string;
    readonly startOf: (file: string) => string | undefined;
  },
): WholeCut {
  const fps = Number((rate.n + rate.d - 1n) / rate.d);
  const zero = framesOfLabel(start, fps);
  const lines: CutLine[] = [];
  const crossings: Crossing[] = [];
  const markers: string[] = [];
  let row: Row | undefined;
  let speed = fraction(1n);
  let reelBefore = '';
  for (const line of text.split('\n')) {
    const cells = line.trim().split(/\s+/);
    if (/^\d{3} {2}/.test(line)) {
      const [from = 0, to = 0, recordIn = 0, recordOut = 0] = cells.slice(-4).map((cell) => framesOfLabel(cell, fps));
      row = { from, to, recordIn: recordIn - zero, recordOut: recordOut - zero };
      speed = fraction(1n);
      const [, reel = '', , effect = ''] = cells;
      if (effect !== 'C') {
        const length = Number(cells[4]);
        const [isFrom, isTo] = [reelBefore !== 'BL', reel !== 'BL'];
        const end = row.recordIn + length;
        // What goes is seen until the transition's end, so it was cut there where nothing comes.
        const last = lines.findLastIndex((one) => one.recordOut === row?.recordIn);
        const going = lines[last];
        if (isFrom && going === undefined) throw new Error('a transition leaves what is not there');
        if (isFrom && !isTo && going !== undefined) lines[last] = { ...going, recordOut: end };
        crossings.push({ track, start: row.recordIn, cut: isTo ? row.recordIn : end, end });
      }
      reelBefore = reel;
    } else if (cells[0] === 'M2') speed = fraction(BigInt(Math.round(Number(cells[2]) * 10)), BigInt(fps * 10));
    else if (line.startsWith('* LOC: '))
      markers.push(`${framesOfLabel(cells[2] ?? '', fps) - zero} ${cells.slice(4).join(' ')}`);
    else if (line.startsWith('* CUT AFTER: ')) moveCut(lines, crossings, Number(cells[3]));
    else if (line.startsWith('* SOURCE FILE: ') && row !== undefined) {
      const file = line.split(/[/\\]/).at(-1) ?? '';
      const crossing = crossings.findLast((one) => one.start === row?.recordIn && one.cut < one.end);
      const meant = (row.recordOut - row.recordIn) * Math.abs(Number(speed.n) / Number(speed.d));
      const used = row.to - row.from;
      if (speed.n !== 0n && Math.abs(used - meant) > 0.5) throw new Error(`${used} source frames for ${meant}`);
      const base = framesOfLabel(startOf(file) ?? '00:00:00:00', fps);
      const at = fraction(BigInt((speed.n < 0n ? row.to : row.from) - base));
      const after = (crossing?.cut ?? row.recordIn) - row.recordIn;
      const moved = fraction(BigInt(after) * speed.n, speed.d);
      const source = over(fraction(at.n * moved.d + moved.n * at.d, at.d * moved.d), rate);
      lines.push({
        track,
        file,
        recordIn: row.recordIn + after,
        recordOut: row.recordOut,
        source,
        speed,
        enabled: true,
      });
      row = undefined;
    }
  }
  return { lines, crossings, markers };
}

/** The comment of ours: the cut lies after so many frames of the transition. */
function moveCut(lines: CutLine[], crossings: Crossing[], after: number): void {
  const crossing = crossings.pop();
  if (crossing === undefined) throw new Error('a cut in no transition');
  const last = lines.findLastIndex((one) => one.recordOut === crossing.start);
  const going = lines[last];
  if (going === undefined) throw new Error('a cut after nothing');
  lines[last] = { ...going, recordOut: crossing.start + after };
  crossings.push({ ...crossing, cut: crossing.start + after });
}
