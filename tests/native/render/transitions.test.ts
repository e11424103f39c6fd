import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { frameIndex } from '../../../core/media/frames.ts';
import { nestedMedia } from '../../../core/timeline/generated-media.ts';
import { timelineId, type Timeline, type VideoClip } from '../../../core/timeline/timeline.ts';
import type { Transition } from '../../../core/timeline/transition.ts';
import { rational } from '../../../core/time/rational.ts';
import { timeOfFrame } from '../../../core/time/rate.ts';
import { renderTimeline } from '../../../native/render/render-timeline.ts';
import type { RenderSources } from '../../../native/render/request.ts';
import { numberedClip } from '../../media/numbered-clip.ts';
import { CODE_COLUMNS, CODE_ROWS, drawNumber, readNumber, type PictureNumber } from '../../media/picture-code.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { lumaOf, picture, sourcesOf, timelineOf } from './film.ts';

const rate = rational(25);
const [WIDTH, HEIGHT] = [320, 180];
let sources: RenderSources;
beforeAll(async () => {
  const x264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '16', '-g', '60', '-bf', '3', '-pix_fmt', 'yuv420p'];
  sources = await sourcesOf({
    a: await numberedClip({ clip: 21, rate: '25', frames: 200, video: x264 }),
    b: await numberedClip({ clip: 22, rate: '25', frames: 200, video: x264 }),
    film: await numberedClip({ clip: 23, rate: '24', frames: 150, video: x264, audio: null }),
    sixty: await numberedClip({ clip: 24, rate: '60', frames: 300, video: x264, audio: null }),
    varying: await numberedClip({ clip: 25, rate: 'varying', frames: 150, audio: null }),
  });
});

async function rendered(timeline: Timeline): Promise<readonly Uint8Array[]> {
  const output = join(temporaryFolder(), 'out.mp4');
  await renderTimeline(timeline, sources, output, {
    video: { codec: 'h264', preset: 'ultrafast', crf: 12 },
    audio: null,
  });
  const pictures: Uint8Array[] = [];
  for await (const luma of lumaOf(output)) pictures.push(luma);
  return pictures;
}

type Area = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
const read = (data: ArrayLike<number>, area?: Area) =>
  readNumber({ data, width: WIDTH, height: HEIGHT, channels: 1, area });

/** The mean of each cell of the number's grid, away from its borders. */
function cells(data: ArrayLike<number>): readonly number[] {
  const [w, h] = [WIDTH / CODE_COLUMNS, HEIGHT / CODE_ROWS];
  return Array.from({ length: CODE_COLUMNS * CODE_ROWS }, (_, cell) => {
    const [x, y] = [(cell % CODE_COLUMNS) * w, Math.floor(cell / CODE_COLUMNS) * h];
    let [sum, count] = [0, 0];
    for (let row = Math.ceil(y + h / 4); row < y + (3 * h) / 4; row += 1) {
      for (let column = Math.ceil(x + w / 4); column < x + (3 * w) / 4; column += 1, count += 1)
        sum += data[row * WIDTH + column] ?? 0;
    }
    return sum / count;
  });
}

/** The number's cells as the generated film holds them: in limited range. */
const coded = (number: PictureNumber) => Array.from(drawNumber(number), (gray) => 16 + (gray * 219) / 255);

/** What the cells are where two numbers lie over each other. */
function mixed(below: PictureNumber | number, above: PictureNumber, weight: number): readonly number[] {
  const dark = typeof below === 'number' ? undefined : coded(below);
  return coded(above).map((value, n) => (dark?.[n] ?? 16) * (1 - weight) + value * weight);
}

function expectCells(data: ArrayLike<number> | undefined, expected: readonly number[], where: string): void {
  const worst = Math.max(...cells(data ?? []).map((value, n) => Math.abs(value - (expected[n] ?? 0))));
  expect(worst, where).toBeLessThan(4);
}

const LENGTH = 40;
/** Two clips that meet at frame 40, with a transition of 6 frames before and 6 after. */
function pair(transition: Partial<Transition> & Pick<Transition, 'kind'>): Timeline {
  const head: Transition = { inOffset: timeOfFrame(6, rate), outOffset: timeOfFrame(6, rate), ...transition };
  return timelineOf(
    rate,
    [[picture('a', rate, 0, LENGTH, 30), { ...picture('b', rate, LENGTH, LENGTH, 70), head }]],
    [],
  );
}
const a = (k: number) => ({ clip: 21, frame: 30 + k });
const b = (k: number) => ({ clip: 22, frame: 70 + k - LENGTH });
const [FIRST, AFTER] = [LENGTH - 6, LENGTH + 6];
const progress = (k: number) => (k - FIRST + 1) / (AFTER - FIRST + 1);

function expectOutside(pictures: readonly Uint8Array[]): void {
  expect(pictures).toHaveLength(2 * LENGTH);
  pictures.forEach((data, k) => {
    if (k < FIRST) expect(read(data), `frame ${k}`).toEqual(a(k));
    if (k >= AFTER) expect(read(data), `frame ${k}`).toEqual(b(k));
  });
}

describe('every frame of a transition shows both pictures', () => {
  it('mixed by their share in a dissolve', async () => {
    const pictures = await rendered(pair({ kind: 'dissolve' }));
    expectOutside(pictures);
    for (let k = FIRST; k < AFTER; k += 1) expectCells(pictures[k], mixed(a(k), b(k), progress(k)), `frame ${k}`);
  });

  it('one after the other in a fade through black', async () => {
    const pictures = await rendered(pair({ kind: 'fade-through-black' }));
    expectOutside(pictures);
    for (let k = FIRST; k < AFTER; k += 1) {
      const p = progress(k);
      expectCells(pictures[k], p < 0.5 ? mixed(16, a(k), 1 - 2 * p) : mixed(16, b(k), 2 * p - 1), `frame ${k}`);
    }
  });

  it.each(['right', 'left', 'down', 'up'] as const)('on either side of an edge that wipes %s', async (direction) => {
    const pictures = await rendered(pair({ kind: 'wipe', direction }));
    expectOutside(pictures);
    for (let k = FIRST; k < AFTER; k += 1) {
      const [below, above] = [coded(a(k)), coded(b(k))];
      const isAcross = direction === 'left' || direction === 'right';
      const length = Math.round(progress(k) * (isAcross ? WIDTH : HEIGHT));
      const isPassed = (x: number, y: number) =>
        ({ right: x < length, left: x >= WIDTH - length, down: y < length, up: y >= HEIGHT - length })[direction];
      for (const [row, column] of probes()) {
        const cell =
          Math.floor((row * CODE_ROWS) / HEIGHT) * CODE_COLUMNS + Math.floor((column * CODE_COLUMNS) / WIDTH);
        const wanted = (isPassed(column, row) ? above : below)[cell] ?? 0;
        if (isPassed(column - 3, row - 3) !== isPassed(column + 3, row + 3)) continue;
        expect(
          Math.abs((pictures[k]?.[row * WIDTH + column] ?? 0) - wanted),
          `frame ${k} at ${column},${row}`,
        ).toBeLessThan(12);
      }
    }
  });

  it.each(['right', 'up'] as const)('side by side in a slide %s', async (direction) => {
    const pictures = await rendered(pair({ kind: 'slide', direction }));
    expectOutside(pictures);
    for (let k = FIRST; k < AFTER; k += 1) {
      const isAcross = direction === 'right';
      const way = Math.round(progress(k) * (isAcross ? WIDTH : HEIGHT));
      const source = isAcross ? (x: number) => x - way : (_: number, y: number) => y + way;
      for (const [row, column] of probes()) {
        const moved = source(column, row);
        const [x, y] = isAcross ? [(moved + WIDTH) % WIDTH, row] : [column, moved % HEIGHT];
        const number = (isAcross ? moved < 0 : moved >= HEIGHT) ? b(k) : a(k);
        if (!isInside(x, y)) continue;
        const cell = Math.floor((y * CODE_ROWS) / HEIGHT) * CODE_COLUMNS + Math.floor((x * CODE_COLUMNS) / WIDTH);
        const wanted = coded(number)[cell] ?? 0;
        expect(
          Math.abs((pictures[k]?.[row * WIDTH + column] ?? 0) - wanted),
          `frame ${k} at ${column},${row}`,
        ).toBeLessThan(12);
      }
    }
  });
});

/** Points in the middle of the number's cells and between. */
function probes(): readonly (readonly [number, number])[] {
  const points: [number, number][] = [];
  for (let y = 9; y < HEIGHT; y += 18) for (let x = 10; x < WIDTH; x += 20) points.push([y, x]);
  return points.filter(([y, x]) => isInside(x, y));
}

/** At least six samples from the borders of the number's cells. */
function isInside(x: number, y: number): boolean {
  const [w, h] = [WIDTH / CODE_COLUMNS, HEIGHT / CODE_ROWS];
  return x % w >= 6 && x % w <= w - 6 && y % h >= 6 && y % h <= h - 6;
}

describe('every frame of clips at other speeds', () => {
  const shown = async (clip: VideoClip) => (await rendered(timelineOf(rate, [[clip]], []))).map((data) => read(data));
  const speeds = (media: string, length: number, sourceIn: number, num: number, den = 1) =>
    shown(picture(media, rate, 0, length, sourceIn, { speed: rational(num, den) }));

  it('goes backwards from its first frame', async () => {
    expect((await speeds('a', 150, 180, -1)).map((n) => n?.frame)).toEqual(
      Array.from({ length: 150 }, (_, k) => 180 - k),
    );
    expect((await speeds('b', 60, 190, -3)).map((n) => n?.frame)).toEqual(
      Array.from({ length: 60 }, (_, k) => 190 - 3 * k),
    );
    expect((await speeds('a', 50, 60, -1, 2)).map((n) => n?.frame)).toEqual(
      Array.from({ length: 50 }, (_, k) => 60 - Math.floor(k / 2)),
    );
  });

  it('stands still where it is frozen', async () => {
    expect((await speeds('varying', 30, 77, 0)).map((n) => n?.frame)).toEqual(Array<number>(30).fill(77));
  });

  it('leaves out and repeats frames by the rule', async () => {
    expect((await speeds('sixty', 40, 10, 3)).map((n) => n?.frame)).toEqual(
      Array.from({ length: 40 }, (_, k) => 10 + Math.floor((k * 3 * 60) / 25)),
    );
    expect((await speeds('film', 60, 10, 1, 4)).map((n) => n?.frame)).toEqual(
      Array.from({ length: 60 }, (_, k) => 10 + Math.floor((k * 24) / 100)),
    );
  });
});

describe('frames that are mixed at other speeds', () => {
  it('show two neighbours by their share of time, and one where one starts', async () => {
    const slow = { ...picture('a', rate, 0, 30, 40, { speed: rational(1, 2) }), retiming: 'blend' as const };
    const back = { ...picture('b', rate, 30, 30, 90, { speed: rational(-1, 4) }), retiming: 'blend' as const };
    const pictures = await rendered(timelineOf(rate, [[slow, back]], []));
    const number = (clip: number, frame: number) => ({ clip, frame });
    pictures.forEach((data, k) => {
      const at = k < 30 ? 40 + k / 2 : 90 - (k - 30) / 4;
      const [clip, low] = [k < 30 ? 21 : 22, Math.floor(at)];
      if (at === low) expect(read(data), `frame ${k}`).toEqual(number(clip, low));
      else expectCells(data, mixed(number(clip, low), number(clip, low + 1), at - low), `frame ${k}`);
    });
    expect(pictures).toHaveLength(60);
  });
});

describe('nested timelines', () => {
  it('show their own frames, transitions and all, at their own rate', async () => {
    const inner: Timeline = { ...pair({ kind: 'dissolve' }), id: timelineId('inner') };
    const clip: VideoClip = { ...picture('a', rate, 5, 70, 3), mediaId: nestedMedia(inner.id) };
    const backwards: VideoClip = {
      ...picture('b', rate, 75, 60, 79, { speed: rational(-1) }),
      mediaId: nestedMedia(inner.id),
    };
    const outer: Timeline = { ...timelineOf(rate, [[clip, backwards]], []), nested: [inner] };
    const pictures = await rendered(outer);
    expect(pictures).toHaveLength(135);
    const insideOf = (k: number) => (k < 75 ? 3 + k - 5 : 79 - (k - 75));
    pictures.forEach((data, k) => {
      const inside = insideOf(k);
      if (k < 5) expect(read(data)).toBeUndefined();
      else if (inside < FIRST) expect(read(data), `frame ${k}`).toEqual(a(inside));
      else if (inside >= AFTER) expect(read(data), `frame ${k}`).toEqual(b(inside));
      else expectCells(data, mixed(a(inside), b(inside), progress(inside)), `frame ${k}`);
    });
  });

  it('let through what lies below where they show nothing', async () => {
    const inner: Timeline = { ...timelineOf(rate, [[picture('b', rate, 10, 10, 50)]], []), id: timelineId('inner') };
    const above: VideoClip = {
      ...picture('a', rate, 0, 20, 0),
      mediaId: nestedMedia(inner.id),
      sourceIn: frameIndex(0),
    };
    const outer: Timeline = { ...timelineOf(rate, [[picture('a', rate, 0, 20, 100)], [above]], []), nested: [inner] };
    const numbers = (await rendered(outer)).map((data) => read(data));
    expect(numbers).toEqual(
      Array.from({ length: 20 }, (_, k) => (k < 10 ? { clip: 21, frame: 100 + k } : { clip: 22, frame: 40 + k })),
    );
  });
});
