import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fitZoom,
  frameAtX,
  hitTest,
  MAX_PIXELS_PER_FRAME,
  rowsOf,
  rulerStep,
  visibleClips,
  xOfFrame,
  zoomAround,
  type Viewport,
} from '../../renderer/panels/timeline/geometry.ts';
import { rational } from '../../core/time/rational.ts';
import { picture, sound, timelineOf } from '../native/render/film.ts';
import { flicks } from '../../core/time/flicks.ts';
import { scaled } from '../scale.ts';

const RATE = rational(25);
const view = (change: Partial<Viewport> = {}): Viewport => ({
  leftFrame: 0,
  pixelsPerFrame: 4,
  scrollTop: 0,
  width: 1000,
  height: 300,
  ...change,
});
const timeline = timelineOf(
  RATE,
  [[picture('a', RATE, 0, 50, 0), picture('b', RATE, 50, 5, 0)], [picture('c', RATE, 10, 10, 0)]],
  [[sound('a', RATE, 0, 50, flicks(0))]],
);

describe('timeline geometry', () => {
  test('zooming keeps the frame under the pointer where it is, within the limits', () => {
    const inside = fc.record({
      left: fc.double({ min: 0, max: 10_000, noNaN: true }),
      zoom: fc.double({ min: 0.05, max: 32, noNaN: true }),
      factor: fc.double({ min: 0.2, max: 5, noNaN: true }),
      x: fc.integer({ min: 0, max: 1000 }),
    });
    fc.assert(
      fc.property(inside, ({ left, zoom, factor, x }) => {
        const before = view({ leftFrame: left, pixelsPerFrame: zoom });
        const after = zoomAround(before, factor, x, 100_000);
        expect(after.pixelsPerFrame).toBeLessThanOrEqual(MAX_PIXELS_PER_FRAME);
        expect(after.leftFrame).toBeGreaterThanOrEqual(0);
        // Only the start of the sequence may push the anchor away.
        if (after.leftFrame > 0) expect(frameAtX(after, x)).toBeCloseTo(frameAtX(before, x), 5);
      }),
      { numRuns: scaled(200) },
    );
  });

  test('x and frame are inverse', () => {
    const shifted = view({ leftFrame: 12.5, pixelsPerFrame: 0.37 });
    expect(frameAtX(shifted, xOfFrame(shifted, 77))).toBeCloseTo(77, 9);
  });

  test('fit shows the whole sequence', () => {
    expect(fitZoom(1000, 2000) * 2000).toBeLessThanOrEqual(1000);
    expect(fitZoom(1000, 1)).toBe(MAX_PIXELS_PER_FRAME);
  });

  test('rows: the highest video track on top, audio below in order', () => {
    const rows = rowsOf(timeline, new Map(), 0);
    expect(rows.map(({ track }) => track.name)).toEqual(['V2', 'V1', 'A1']);
    expect(rows.map(({ top }) => top)).toEqual([0, 65, 130]);
  });

  test('hits: edges within 8 px, 6 px or a third when narrow, body between, rows without clips', () => {
    const rows = rowsOf(timeline, new Map(), 0);
    const hit = (x: number, y: number) => {
      const found = hitTest(rows, view(), RATE, x, y);
      return found === undefined
        ? 'nothing'
        : 'clip' in found
          ? `${found.clip.name} ${found.part}`
          : found.row.track.name;
    };
    expect(hit(7, 80)).toBe('a in');
    expect(hit(9, 80)).toBe('a body');
    expect(hit(193, 80)).toBe('a out');
    expect(hit(200, 80)).toBe('b in');
    expect(hit(207, 80)).toBe('b body');
    expect(hit(219, 80)).toBe('b out');
    expect(hit(5, 10)).toBe('V2');
    expect(hit(5, 290)).toBe('nothing');
  });

  test('only clips on screen are drawn, with the one that reaches in from the left', () => {
    const clips = Array.from({ length: 1000 }, (_, n) => picture(`c${n}`, RATE, n * 10, 8, 0));
    const long = timelineOf(RATE, [clips], []);
    const [row] = rowsOf(long, new Map(), 0);
    if (row === undefined) throw new Error('one row');
    const names = visibleClips(row, view({ leftFrame: 5005, pixelsPerFrame: 40 }), RATE).map(({ name }) => name);
    expect(names).toEqual(['c500', 'c501', 'c502']);
  });

  test('ruler labels never collide, at any zoom and rate', () => {
    const zooms = fc.double({ min: 0.001, max: 32, noNaN: true });
    fc.assert(
      fc.property(zooms, fc.constantFrom(24, 25, 30, 60), (zoom, fps) => {
        const { major, minor } = rulerStep(zoom, fps);
        expect(major * zoom >= 72 || major === 7200 * fps).toBe(true);
        expect(major % minor).toBe(0);
      }),
      { numRuns: scaled(300) },
    );
  });
});
