import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_TRANSFORM } from '../../../core/timeline/picture.ts';
import type { VideoClip } from '../../../core/timeline/timeline.ts';
import { rational } from '../../../core/time/rational.ts';
import { renderTimeline } from '../../../native/render/render-timeline.ts';
import { numberedClip } from '../../media/numbered-clip.ts';
import { CODE_COLUMNS, CODE_ROWS, drawNumber } from '../../media/picture-code.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { lumaOf, numbersOf, picture, sourcesOf, timelineOf } from './film.ts';

const rate = rational(25);
const SIZE = { width: 320, height: 180 };
const fast = { video: { codec: 'h264' as const, preset: 'ultrafast', crf: 12 }, audio: null };

async function film(size: { readonly width: number; readonly height: number }, change: Partial<VideoClip>) {
  const sources = await sourcesOf({
    a: await numberedClip({ clip: 71, rate: '25', frames: 40, audio: null, ...size }),
  });
  const output = join(temporaryFolder(), 'out.mp4');
  const clip = { ...picture('a', rate, 0, 12, 20), ...change };
  await renderTimeline(timelineOf(rate, [[clip]], [], SIZE), sources, output, fast);
  let first: Uint8Array | undefined;
  for await (const luma of lumaOf(output)) first ??= luma;
  const at = (x: number, y: number) => first?.[y * SIZE.width + x] ?? 0;
  return { at, numbers: (area?: Parameters<typeof numbersOf>[3]) => numbersOf(output, 320, 180, area) };
}

const wanted = Array.from({ length: 12 }, (_, k) => ({ clip: 71, frame: 20 + k }));
/** Where a clip of 180×320 stands in 320×180. */
const pillar = { x: 109, y: 0, width: 102, height: 180 };

describe('a picture of another shape', () => {
  it('stands between black bars on its sides, and shows every frame', async () => {
    const { at, numbers } = await film({ width: 180, height: 320 }, { fit: 'fit' });
    expect(await numbers(pillar)).toEqual(wanted);
    for (const x of [0, 60, 104, 216, 319]) expect(Math.abs(at(x, 90) - 16)).toBeLessThan(4);
  });

  it('stands between black bars above and below, and shows every frame', async () => {
    const { at, numbers } = await film({ width: 320, height: 90 }, { fit: 'fit' });
    expect(await numbers({ x: 0, y: 45, width: 320, height: 90 })).toEqual(wanted);
    for (const y of [0, 40, 138, 179]) expect(Math.abs(at(160, y) - 16)).toBeLessThan(4);
  });

  it('stands over a soft and filling copy of itself, and shows every frame', async () => {
    const { at, numbers } = await film({ width: 180, height: 320 }, { fit: 'blur' });
    expect(await numbers(pillar)).toEqual(wanted);
    const row = (y: number) =>
      [...Array(104).keys(), ...Array.from({ length: 104 }, (_, k) => 216 + k)].map((x) => at(x, y));
    const all = [20, 90, 160].flatMap(row);
    expect(Math.max(...all) - Math.min(...all)).toBeGreaterThan(10);
    // Nothing of it is sharp: neighbours hardly differ.
    for (let x = 1; x < 104; x += 1) expect(Math.abs(at(x, 90) - at(x - 1, 90))).toBeLessThan(12);
  });

  it('covers the frame where it is to fill it, and takes its shape where it is to stretch', async () => {
    const filled = await film({ width: 320, height: 90 }, { fit: 'fill' });
    // Twice as large, a quarter cut off at each side: four of the number's eight columns are seen.
    const code = drawNumber({ clip: 71, frame: 20 });
    for (let row = 0; row < CODE_ROWS; row += 1) {
      for (let column = 2; column < 6; column += 1) {
        const isBright = filled.at((column - 2) * 80 + 40, row * 36 + 18) > 125;
        expect(isBright).toBe((code[row * CODE_COLUMNS + column] ?? 0) > 125);
      }
    }
    const stretched = await film({ width: 180, height: 320 }, { fit: 'stretch' });
    expect(await stretched.numbers()).toEqual(wanted);
  });
});

describe('a picture that is turned and moved', () => {
  it('shows every frame where it was put, upside down too', async () => {
    const half = { ...NO_TRANSFORM, scaleX: 0.5, scaleY: 0.5, positionX: 0.25, positionY: -0.25 };
    const { at, numbers } = await film(SIZE, { transform: half });
    expect(await numbers({ x: 160, y: 0, width: 160, height: 90 })).toEqual(wanted);
    expect(Math.abs(at(80, 135) - 16)).toBeLessThan(4);
    const plain = await film(SIZE, {});
    const turned = await film(SIZE, { transform: { ...NO_TRANSFORM, rotationDegrees: 180 } });
    for (let y = 9; y < 180; y += 18) {
      for (let x = 10; x < 320; x += 20)
        expect(Math.abs(turned.at(319 - x, 179 - y) - plain.at(x, y))).toBeLessThan(14);
    }
  });
});
