import { fraction, over, type CutLine, type Fraction } from './cut-list.ts';

/** Frames of a timecode label; `;` drops 2 (or 4) numbers a minute but every tenth. */
export function framesOfLabel(label: string, fps: number): number {
  const [h = 0, m = 0, s = 0, f = 0] = label.split(/[:;]/).map(Number);
  const minutes = h * 60 + m;
  const dropped = label.includes(';') ? (fps / 15) * (minutes - Math.floor(minutes / 10)) : 0;
  return (minutes * 60 + s) * fps + f - dropped;
}

/** Reads one of our EDLs; `startOf` gives a file's start timecode, `start` the timeline's. */
export function edlLines(
  text: string,
  rate: Fraction,
  start: string,
  startOf: (file: string) => string | undefined,
): readonly CutLine[] {
  const fps = Number((rate.n + rate.d - 1n) / rate.d);
  const lines: CutLine[] = [];
  let pending: (Omit<CutLine, 'file' | 'source'> & { sourceFrame: number; used: number }) | undefined;
  for (const row of text.split('\n')) {
    const cells = row.split(/\s+/);
    if (/^\d{3} {2}/.test(row)) {
      const [, , channel = '', , sourceIn = '', sourceOut = '', recordIn = '', recordOut = ''] = cells;
      const zero = framesOfLabel(start, fps);
      pending = {
        track: channel === 'V' ? 'V1' : channel === 'A' ? 'A1' : channel,
        recordIn: framesOfLabel(recordIn, fps) - zero,
        recordOut: framesOfLabel(recordOut, fps) - zero,
        speed: fraction(1n),
        enabled: true,
        sourceFrame: framesOfLabel(sourceIn, fps),
        used: framesOfLabel(sourceOut, fps) - framesOfLabel(sourceIn, fps),
      };
    } else if (cells[0] === 'M2' && pending !== undefined) {
      pending = { ...pending, speed: fraction(BigInt(Math.round(Number(cells[2]) * 10)), BigInt(fps * 10)) };
    } else if (row.startsWith('* SOURCE FILE: ') && pending !== undefined) {
      const file = row.split('/').at(-1) ?? '';
      const { sourceFrame, used, ...rest } = pending;
      const meant = ((rest.recordOut - rest.recordIn) * Number(rest.speed.n)) / Number(rest.speed.d);
      if (Math.abs(used - meant) > 0.5) throw new Error(`${used} source frames for ${meant}`);
      const from = sourceFrame - framesOfLabel(startOf(file) ?? '00:00:00:00', fps);
      lines.push({ ...rest, file, source: over(fraction(BigInt(from)), rate) });
    }
  }
  return lines;
}
