import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMotionMeter, halfPicture } from '../../../core/analysis/camera-motion.ts';
import type { Shot } from '../../../core/analysis/results.ts';
import { analysisResultSchema } from '../../../core/analysis/schema.ts';
import type { ShotScores } from '../../../core/analysis/score-results.ts';
import { createScoreMeter } from '../../../core/analysis/shot-scores.ts';
import type { Planes } from '../../../core/analysis/small-picture.ts';
import { randomSource, type RandomSource } from '../../../core/director/random.ts';
import { scaled } from '../../scale.ts';

const WIDTH = 320;
const HEIGHT = 180;

type Light = (x: number, y: number) => number;
type Whole = readonly [Shot, ...Shot[]];

/** Smooth waves of several lengths: every part of the picture is told from its neighbours. */
const waves: Light = (x, y) =>
  125 + 40 * Math.sin(x / 9) * Math.cos(y / 7) + 30 * Math.sin((x + 2 * y) / 23) + 20 * Math.cos((2 * x - y) / 13);

function picture(light: Light): Planes {
  const y = new Uint8Array(WIDTH * HEIGHT);
  for (let at = 0; at < y.length; at++) {
    y[at] = Math.max(16, Math.min(235, Math.round(light(at % WIDTH, Math.floor(at / WIDTH)))));
  }
  const chroma = new Uint8Array((WIDTH * HEIGHT) / 4).fill(128);
  return { width: WIDTH, height: HEIGHT, y, u: chroma, v: chroma };
}

const shotOf = (firstFrame: number, lastFrame: number): Shot => ({
  ...{ firstFrame, lastFrame },
  transitionIn: firstFrame === 0 ? { kind: 'start' } : { kind: 'cut' },
});

function scores(frames: readonly Planes[], shots: Whole = [shotOf(0, frames.length - 1)]): readonly ShotScores[] {
  const meter = createScoreMeter();
  for (const frame of frames) meter.push(frame);
  const result = meter.finish(shots);
  expect(analysisResultSchema.safeParse(result).success).toBe(true);
  expect(result.windows.sharpness).toHaveLength(Math.ceil(frames.length / 24));
  return result.shots;
}

const film = (length: number, light: (frame: number) => Light) =>
  Array.from({ length }, (_, frame) => picture(light(frame)));
const only = (frames: readonly Planes[]) => scores(frames)[0];
const gauss = (random: RandomSource) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

test('the camera step is the shift of the picture, to half a pixel', () => {
  fc.assert(
    fc.property(fc.integer({ min: -8, max: 8 }), fc.integer({ min: -8, max: 8 }), (x, y) => {
      const follow = createMotionMeter();
      for (const light of [waves, (u: number, v: number) => waves(u - x, v - y)]) {
        const { y: luma } = picture(light);
        const { step, trust } = follow(halfPicture(luma, WIDTH, HEIGHT));
        if (light === waves) continue;
        expect(trust).toBeGreaterThan(0.5);
        expect(Math.abs(step.x * HEIGHT - x)).toBeLessThan(0.5);
        expect(Math.abs(step.y * HEIGHT - y)).toBeLessThan(0.5);
      }
    }),
    { numRuns: scaled(12) },
  );
});

describe('what the camera did', () => {
  test('static, pan, tilt, zoom and handheld are told apart', () => {
    const random = randomSource(7);
    const grown = (frame: number): Light => {
      const scale = 1.004 ** frame;
      return (x, y) => waves(160 + (x - 160) / scale, 90 + (y - 90) / scale);
    };
    const shaken = Array.from({ length: 30 }, () => [8 * (random() - 0.5), 8 * (random() - 0.5)] as const);
    expect(only(film(30, () => waves))?.camera).toBe('static');
    expect(only(film(30, (n) => (x, y) => waves(x + 2 * n, y)))?.camera).toBe('pan');
    expect(only(film(30, (n) => (x, y) => waves(x, y - n)))?.camera).toBe('tilt');
    expect(only(film(30, grown))?.camera).toBe('zoom');
    const handheld = only(film(30, (n) => (x, y) => waves(x + (shaken[n]?.[0] ?? 0), y + (shaken[n]?.[1] ?? 0))));
    expect(handheld?.camera).toBe('handheld');
    expect(handheld?.shake).toBeGreaterThan(1);
  });

  test('a pan of 2 pixels a frame has that speed and no shake; a thing that moves by itself is subject motion', () => {
    const pan = only(film(30, (n) => (x, y) => waves(x + 2 * n, y)));
    expect(Math.abs((pan?.cameraSpeed ?? 0) - (100 * 2) / HEIGHT)).toBeLessThan(0.1);
    expect(pan?.shake).toBeLessThan(0.1);
    expect(pan?.subjectMotion).toBeLessThan(5);
    const inside = (x: number, y: number) => x > 100 && x < 220 && y > 50 && y < 140;
    const thing = only(film(30, (n) => (x, y) => (inside(x, y) ? waves(x + 500 + 3 * n, y) : waves(x, y))));
    expect(thing?.camera).toBe('static');
    expect(thing?.subjectMotion).toBeGreaterThan(10);
  });
});

describe('the picture', () => {
  test.each([2, 5, 10])('noise of %i levels is measured as such', (deviation) => {
    const random = randomSource(deviation);
    const found = only(film(5, () => (x, y) => waves(x, y) * 0.7 + deviation * gauss(random)))?.noise ?? 0;
    expect(Math.abs(found - deviation)).toBeLessThan(0.15 * deviation + 0.2);
  });

  test('quality falls with blur, darkness, noise and shake', () => {
    const random = randomSource(3);
    const plaid: Light = (x, y) => 120 + 60 * Math.sin(x / 3) * Math.sin(y / 3);
    const soft =
      (amount: number): Light =>
      (x, y) =>
        120 + 60 * Math.exp(-amount) * Math.sin(x / 3) * Math.sin(y / 3) + 20 * Math.sin(x / 40);
    const worse: readonly ((level: number) => readonly Planes[])[] = [
      (level) => film(9, () => soft(level)),
      (level) => film(9, () => (x, y) => 16 + (plaid(x, y) - 16) / (1 + 0.6 * level)),
      (level) => film(9, () => (x, y) => plaid(x, y) + 4 * level * gauss(random)),
      (level) => film(9, (n) => (x, y) => waves(x + level * (n % 2), y)),
    ];
    for (const fault of worse) {
      const quality = [0, 1, 2, 3].map((level) => only(fault(level))?.quality ?? 0);
      expect(quality).toEqual(quality.toSorted((a, b) => b - a));
      expect(new Set(quality).size).toBe(4);
    }
  });

  test('symmetry and the centre of gravity', () => {
    const mirrored = only(film(5, () => (x, y) => waves(Math.abs(x - 159.5), y)));
    expect(mirrored?.symmetry).toBeGreaterThan(95);
    expect(mirrored?.gravityX).toBeCloseTo(0.5, 1);
    const corner: Light = (x, y) => (x > 200 && y > 110 ? waves(3 * x, 3 * y) : 100);
    const offCentre = only(film(5, () => corner));
    expect(offCentre?.gravityX).toBeGreaterThan(0.7);
    expect(offCentre?.gravityY).toBeGreaterThan(0.6);
    expect(offCentre?.symmetry).toBeLessThan(50);
  });
});

test('black, frozen and flash frames are counted, and a shot that comes again is found', () => {
  const black = film(10, () => () => 16);
  const frozen = film(20, () => waves);
  const lively = film(20, (n) => (x, y) => waves(x + n, y) + (n === 10 ? 60 : 0));
  const other = film(20, (n) => (x, y) => waves(3 * x + n, 700 - 2 * y) / 2);
  const shots: Whole = [shotOf(0, 9), shotOf(10, 29), shotOf(30, 49), shotOf(50, 69), shotOf(70, 89)];
  const found = scores([...black, ...frozen, ...lively, ...other, ...lively], shots);
  expect(found.map(({ blackFrames }) => blackFrames)).toEqual([10, 0, 0, 0, 0]);
  expect(found[1]?.frozenFrames).toBe(19);
  expect(found[2]?.frozenFrames).toBe(0);
  expect(found.map(({ flashFrames }) => flashFrames)).toEqual([0, 0, 1, 0, 1]);
  expect(found[4]?.nearDuplicateOf).toBe(
    found.findIndex(({ nearDuplicateOf }, n) => n > 0 && nearDuplicateOf === null),
  );
  expect(found[3]?.nearDuplicateOf).toBeNull();
});

test('an even pan is motion but steady; a trembling one is not; a tripod is both calm and steady', () => {
  const still = only(film(40, () => waves));
  const pan = only(film(40, (n) => (x, y) => waves(x + 1.5 * n, y)));
  const shaky = only(film(40, (n) => (x, y) => waves(x + 1.5 * n + (n % 2 === 0 ? 3 : -3), y)));
  expect(still).toMatchObject({ motion: 0, steadiness: 100 });
  expect(pan?.motion).toBeGreaterThan(10);
  expect(pan?.steadiness).toBeGreaterThan(70);
  expect(shaky?.steadiness).toBeLessThan(30);
});

test('the key frame is the sharp one among soft ones, and no frame of two pictures', () => {
  const soft: Light = (x, y) => 110 + 30 * Math.sin(x / 60) + 20 * Math.cos(y / 40);
  const frames = film(20, (n) => (n === 12 ? waves : soft));
  expect(only(frames)?.keyFrame).toBe(12);
  const dissolving: Whole = [
    shotOf(0, 9),
    { firstFrame: 10, lastFrame: 19, transitionIn: { kind: 'dissolve', firstFrame: 6, lastFrame: 13 } },
  ];
  const [first, second] = scores(frames, dissolving);
  expect(first?.keyFrame).toBeLessThan(6);
  expect(second?.keyFrame).toBeGreaterThan(13);
});

test('the mean colour is that of the pictures', () => {
  const chroma = (value: number) => new Uint8Array((WIDTH * HEIGHT) / 4).fill(value);
  const plain = {
    width: WIDTH,
    height: HEIGHT,
    y: new Uint8Array(WIDTH * HEIGHT).fill(77),
    u: chroma(110),
    v: chroma(150),
  };
  expect(only([plain, plain])?.meanColour).toEqual([77, 110, 150]);
});

test('no frames, one frame and tiny pictures have scores', () => {
  expect(createScoreMeter().finish([]).shots).toEqual([]);
  expect(only([picture(waves)])?.camera).toBe('static');
  const tiny: Planes = {
    width: 2,
    height: 2,
    y: new Uint8Array(4).fill(80),
    u: new Uint8Array(1),
    v: new Uint8Array(1),
  };
  const quality = only([tiny, tiny])?.quality ?? Number.NaN;
  expect(Number.isFinite(quality)).toBe(true);
});
