import fc from 'fast-check';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cameraStep, steadyPath, type CameraStep } from '../../../core/analysis/steady-path.ts';
import { rational } from '../../../core/time/rational.ts';
import { mediaId } from '../../../core/media/media.ts';
import type { Rate } from '../../../core/time/rate.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { runFfmpeg, startFfmpeg } from '../../../native/ffmpeg/run.ts';
import { stepsOf } from '../../../native/render/camera-motion.ts';
import { renderTimeline } from '../../../native/render/render-timeline.ts';
import { mediaRoot } from '../../media-root.ts';
import { scaled } from '../../scale.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { picture, sourcesOf, timelineOf } from './film.ts';

const [W, H] = [240, 136];

/** A film's luma in small. */
async function small(path: string): Promise<Uint8Array[]> {
  const args = [
    '-i',
    `file:${path}`,
    '-an',
    '-fps_mode',
    'passthrough',
    '-vf',
    `scale=${W}:${H}:flags=area,format=gray`,
    '-f',
    'rawvideo',
    'pipe:1',
  ];
  const pictures: Uint8Array[] = [];
  for await (const luma of startFfmpeg(await findFfmpeg(), { args, stage: 'test', stdout: 'pipe' }).chunks(W * H))
    pictures.push(luma);
  return pictures;
}

/** The shift of a picture's middle against the one before that leaves the least difference, to a part of a sample. */
function shiftBetween(before: Uint8Array, after: Uint8Array): { x: number; y: number } {
  const reach = 7;
  const cost = (dx: number, dy: number) => {
    let sum = 0;
    for (let y = 24; y < H - 24; y += 2)
      for (let x = 40; x < W - 40; x += 2)
        sum += Math.abs((after[(y + dy) * W + x + dx] ?? 0) - (before[y * W + x] ?? 0));
    return sum;
  };
  let best = { x: 0, y: 0, cost: Number.POSITIVE_INFINITY };
  for (let dy = -reach; dy <= reach; dy += 1) {
    for (let dx = -reach; dx <= reach; dx += 1) {
      const found = cost(dx, dy);
      if (found < best.cost) best = { x: dx, y: dy, cost: found };
    }
  }
  const part = (minus: number, plus: number) => {
    const bend = minus + plus - 2 * best.cost;
    return bend <= 0 ? 0 : (minus - plus) / (2 * bend);
  };
  return {
    x: best.x + part(cost(best.x - 1, best.y), cost(best.x + 1, best.y)),
    y: best.y + part(cost(best.x, best.y - 1), cost(best.x, best.y + 1)),
  };
}

/** What is left of the camera's path when its mean over a second is taken away: root mean square, in small samples. */
function shakeOf(pictures: readonly Uint8Array[]): number {
  const path = [{ x: 0, y: 0 }];
  pictures.slice(1).forEach((luma, n) => {
    const step = shiftBetween(pictures[n] ?? luma, luma);
    const last = path.at(-1) ?? { x: 0, y: 0 };
    path.push({ x: last.x + step.x, y: last.y + step.y });
  });
  const rest = path.slice(12, -12).map(({ x, y }, k) => {
    const around = path.slice(k, k + 25);
    const mean = (pick: (point: { x: number; y: number }) => number) =>
      around.reduce((sum, point) => sum + pick(point), 0) / around.length;
    return (x - mean((point) => point.x)) ** 2 + (y - mean((point) => point.y)) ** 2;
  });
  return Math.sqrt(rest.reduce((sum, value) => sum + value, 0) / rest.length);
}

async function made(path: string, args: readonly string[]): Promise<string> {
  await runFfmpeg(await findFfmpeg(), { args: [...args, `file:${path}`], stage: 'test' });
  return path;
}

/** A detailed picture under a camera that pans slowly and shakes by up to 13 of 640 samples and 0.6°. */
async function shaken(folder: string): Promise<string> {
  const still = await made(join(folder, 'still.png'), [
    '-f',
    'lavfi',
    '-i',
    'mandelbrot=s=1280x720:end_scale=0.3',
    '-frames:v',
    '1',
  ]);
  const x = "x='240+1.2*n+7*sin(1.9*n)+6*sin(2.7*n+1)'";
  const y = "y='180+5*sin(2.3*n)+5*sin(1.4*n+2)'";
  const shake = `rotate='0.008*sin(2.1*n)':ow=iw:oh=ih,crop=640:360:${x}:${y}`;
  const x264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '14', '-pix_fmt', 'yuv420p'];
  return made(join(folder, 'shaken.mp4'), [
    '-framerate',
    '25',
    '-loop',
    '1',
    '-i',
    still,
    '-vf',
    shake,
    '-frames:v',
    '100',
    ...x264,
  ]);
}

async function steadied(
  folder: string,
  path: string,
  rate: Rate,
  frames: number,
  size: { width: number; height: number },
): Promise<string> {
  const sources = await sourcesOf({ shaken: path });
  const clip = { ...picture('shaken', rate, 0, frames, 0), stabilise: true };
  const output = join(folder, 'steady.mp4');
  await renderTimeline(timelineOf(rate, [[clip]], [], size), sources, output, {
    video: { codec: 'h264', preset: 'ultrafast', crf: 14 },
    audio: null,
  });
  return output;
}

describe('a shaky camera', () => {
  it('is steadied by far more than half, while its pan stays and no border shows', async () => {
    const folder = temporaryFolder();
    const source = await shaken(folder);
    const output = await steadied(folder, source, rational(25), 100, { width: 640, height: 360 });
    const [before, after] = [await small(source), await small(output)];
    expect(after).toHaveLength(100);
    const [shake, rest] = [shakeOf(before), shakeOf(after)];
    expect(shake).toBeGreaterThan(2);
    expect(rest / shake).toBeLessThan(0.4);
    // The pan of 1.2 samples of 640 a frame goes on: 0.45 of 240.
    const steps = after.slice(1).map((luma, n) => shiftBetween(after[n] ?? luma, luma).x);
    const pan = steps.slice(20, 80).reduce((sum, x) => sum + x, 0) / 60;
    expect(pan).toBeLessThan(-0.35);
    expect(pan).toBeGreaterThan(-0.65);
    for (const luma of after) expect(borderIsBlack(luma)).toBe(false);
  });

  it('is measured as it was moved, by either search', async () => {
    const folder = temporaryFolder();
    const sources = await sourcesOf({ shaken: await shaken(folder) });
    const media = sources.media(mediaId('shaken'));
    if (media === undefined) throw new Error('no media');
    const tools = await findFfmpeg();
    const truth = (k: number) =>
      1.2 +
      7 * (Math.sin(1.9 * (k + 1)) - Math.sin(1.9 * k)) +
      6 * (Math.sin(2.7 * (k + 1) + 1) - Math.sin(2.7 * k + 1));
    for (const [detector, most] of [
      ['vidstab', 1],
      ['deshake', 4],
    ] as const) {
      const steps = await stepsOf(tools, { media, first: 0, last: 60 }, { width: 640, height: 360 }, detector);
      expect(steps).toHaveLength(60);
      const errors = steps.map(({ x }, k) => Math.abs(x * 360 + truth(k))).toSorted((a, b) => a - b);
      expect(errors[30], detector).toBeLessThan(most);
    }
  });

  const real = join(mediaRoot ?? '', 'video/gyroflow_shaky_then_stabilised.mp4');
  it.skipIf(!existsSync(real))('of a real hike is steadied by more than half', async () => {
    const folder = temporaryFolder();
    const rate = rational(30_000, 1001);
    // Its first half is what the camera saw.
    const source = await made(join(folder, 'hike.mp4'), [
      '-i',
      real,
      '-an',
      '-frames:v',
      '64',
      '-c:v',
      'libx264',
      '-crf',
      '14',
      '-preset',
      'veryfast',
    ]);
    const output = await steadied(folder, source, rate, 64, { width: 854, height: 480 });
    const [before, after] = [shakeOf(await small(source)), shakeOf(await small(output))];
    expect(after / before).toBeLessThan(0.4);
  });
});

/** Whether one of a picture's edges is black along its whole length. */
function borderIsBlack(luma: Uint8Array): boolean {
  const column = (x: number) => Array.from({ length: H }, (_, y) => luma[y * W + x] ?? 0);
  const edges = [luma.subarray(0, W), luma.subarray((H - 1) * W), column(0), column(W - 1)];
  return edges.some((edge) => Math.max(...edge) <= 17);
}

describe('a steady path', () => {
  const step = fc.record<CameraStep>({
    x: fc.double({ min: -0.03, max: 0.03, noNaN: true }),
    y: fc.double({ min: -0.03, max: 0.03, noNaN: true }),
    turn: fc.double({ min: -0.02, max: 0.02, noNaN: true }),
    grow: fc.double({ min: -0.005, max: 0.005, noNaN: true }),
  });

  it('always covers the frame', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 60 }),
        fc.constantFrom(16 / 9, 1, 9 / 16),
        (steps, aspect) => {
          const { corrections, zoom } = steadyPath(steps, 8, aspect);
          expect(corrections).toHaveLength(steps.length + 1);
          expect(zoom).toBeLessThanOrEqual(1.3 + 1e-9);
          for (const { x, y, turn, grow } of corrections) {
            const scale = zoom * Math.exp(grow);
            for (const [cx, cy] of [
              [-aspect / 2, -0.5],
              [aspect / 2, -0.5],
              [-aspect / 2, 0.5],
              [aspect / 2, 0.5],
            ] as const) {
              // Each corner of the frame lies inside the moved picture.
              const [dx, dy] = [cx - x, cy - y];
              const u = (dx * Math.cos(turn) + dy * Math.sin(turn)) / scale;
              const v = (dy * Math.cos(turn) - dx * Math.sin(turn)) / scale;
              expect(Math.abs(u)).toBeLessThanOrEqual(aspect / 2 + 1e-9);
              expect(Math.abs(v)).toBeLessThanOrEqual(0.5 + 1e-9);
            }
          }
        },
      ),
      { numRuns: scaled(100) },
    );
  });

  it('leaves a steady pan alone', () => {
    const { corrections, zoom } = steadyPath(
      Array<CameraStep>(50).fill({ x: 0.01, y: -0.004, turn: 0.001, grow: 0 }),
      10,
      16 / 9,
    );
    for (const { x, y, turn } of corrections) expect(Math.abs(x) + Math.abs(y) + Math.abs(turn)).toBeLessThan(1e-9);
    expect(zoom).toBeCloseTo(1, 9);
  });

  it('is found among points that move by themselves', () => {
    fc.assert(
      fc.property(step, fc.integer({ min: 1, max: 1000 }), (truth, seed) => {
        const random = (n: number) => ((Math.sin(seed * 12.9898 + n * 78.233) * 43_758.5453) % 1) / 2;
        const points = Array.from({ length: 60 }, (_, n) => {
          const from = { x: random(n) * 1.7, y: random(n + 100) };
          const [a, b] = [Math.exp(truth.grow) * Math.cos(truth.turn), Math.exp(truth.grow) * Math.sin(truth.turn)];
          const own = n % 4 === 0 ? { x: 0.1 * random(n + 200) + 0.08, y: 0.05 } : { x: 0, y: 0 };
          return {
            from,
            to: { x: a * from.x - b * from.y + truth.x + own.x, y: b * from.x + a * from.y + truth.y + own.y },
            weight: 1,
          };
        });
        const found = cameraStep(points);
        expect(Math.hypot(found.x - truth.x, found.y - truth.y)).toBeLessThan(0.002);
        expect(Math.abs(found.turn - truth.turn)).toBeLessThan(0.003);
      }),
      { numRuns: scaled(50) },
    );
  });
});
