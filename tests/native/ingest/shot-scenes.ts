import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Planes } from '../../../core/analysis/small-picture.ts';
import { randomBelow, randomSource, type RandomSource } from '../../../core/director/random.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { startFfmpeg } from '../../../native/ffmpeg/run.ts';

/**
 * Films with known shot boundaries, put together from real uncut footage. Constants of the detector were chosen on the
 * first 40 % of each clip with seeds from 1000; the benchmark takes the last 60 % with seeds below 100, and other ranges of
 * noise, flash strength and pan speed.
 */
export const WIDTH = 320;
export const HEIGHT = 180;
const LUMA = WIDTH * HEIGHT;
const CHROMA = LUMA / 4;
/** Bytes of a picture: 4:2:0. */
export const PICTURE = LUMA + 2 * CHROMA;
const MOST_FRAMES = 150;

export type Part = 'tuning' | 'bench';

/** Consecutive pictures of one uncut take. */
export type Take = { readonly name: string; readonly pictures: readonly Uint8Array[] };

export type TrueGradual = {
  readonly kind: 'dissolve' | 'fade';
  readonly firstFrame: number;
  readonly lastFrame: number;
};

export type Film = {
  readonly family: Family;
  readonly pictures: readonly Uint8Array[];
  readonly cuts: readonly number[];
  readonly graduals: readonly TrueGradual[];
};

export const FAMILIES = [
  'cuts',
  'dissolves',
  'fades',
  'flashes',
  'whip pans',
  'noise',
  'variable rate',
  'interlaced',
] as const;
export type Family = (typeof FAMILIES)[number];

const entry = z.object({
  file: z.string(),
  frames: z.number().nullish(),
  ground_truth: z.record(z.string(), z.unknown()).nullish(),
});

/** Uncut by the manifest, but a black picture, a drawn one or one with jumps is no take. */
const NO_TAKE = /black_silent|testsrc|handheld_rooftop|plane_tilt|face_selfie/;

/** The files of real footage that the manifest says have no cut at all. */
export function uncutFiles(root: string): readonly string[] {
  const manifest = z.array(entry).parse(JSON.parse(readFileSync(join(root, 'MANIFEST.json'), 'utf8')));
  return manifest.flatMap(({ file, ground_truth: truth }) => {
    const cuts = truth?.['cuts_first_frame_of_new_shot'];
    return file.startsWith('video/') && Array.isArray(cuts) && cuts.length === 0 ? [join(root, file)] : [];
  });
}

/** A file's pictures, small as the detector gets them. */
export async function picturesOf(path: string, filter = ''): Promise<readonly Uint8Array[]> {
  const scale = `${filter}scale=960:540:flags=bilinear,scale=${WIDTH}:${HEIGHT}:flags=area,format=yuv420p`;
  const args = ['-threads', '2', '-i', path, '-map', '0:v:0', '-vf', scale, '-fps_mode', 'passthrough'];
  const run = startFfmpeg(await findFfmpeg(), {
    args: [...args, '-f', 'rawvideo', 'pipe:1'],
    stage: 'bench',
    stdout: 'pipe',
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of run.pieces()) chunks.push(chunk.slice());
  await run.done;
  const all = Buffer.concat(chunks);
  // Copies: a Buffer's slice is none.
  return Array.from({ length: Math.floor(all.length / PICTURE) }, (_, n) =>
    Uint8Array.from(all.subarray(n * PICTURE, (n + 1) * PICTURE)),
  );
}

/** Takes for tuning only, out of cut footage or footage of unknown cuts: file, first picture, and the one after the last. */
const TUNING_ONLY: readonly (readonly [string, number, number])[] = [
  ['video/tears_of_steel_1920x800_vp9.webm', 190, 295],
  ['video/bbb_0_30_vp8_vorbis.webm', 60, 200],
  ['video/gyroflow_shaky_then_stabilised.mp4', 0, 80],
  ['video/rotated_270_720p_dog.mp4', 0, 140],
];

/** The takes of one part, of at most {@link MOST_FRAMES} pictures each. */
export async function takesOf(root: string, part: Part): Promise<readonly Take[]> {
  const takes: Take[] = [];
  for (const path of uncutFiles(root)) {
    if (NO_TAKE.test(path)) continue;
    const all = await picturesOf(path);
    const border = Math.floor(all.length * 0.4);
    const own = part === 'tuning' ? all.slice(0, border) : all.slice(border);
    if (own.length >= 24) takes.push({ name: path, pictures: own.slice(0, MOST_FRAMES) });
  }
  for (const [file, from, to] of part === 'tuning' ? TUNING_ONLY : []) {
    takes.push({
      name: file,
      pictures: (await picturesOf(join(root, file))).slice(from, to),
    });
  }
  return takes;
}

export function planesOf(picture: Uint8Array): Planes {
  return {
    ...{ width: WIDTH, height: HEIGHT, y: picture.subarray(0, LUMA) },
    ...{ u: picture.subarray(LUMA, LUMA + CHROMA), v: picture.subarray(LUMA + CHROMA, PICTURE) },
  };
}

type Strengths = {
  readonly noise: readonly [number, number];
  readonly flash: readonly [number, number];
  readonly panSpeed: readonly [number, number];
  /** Pictures that a variable rate may go on by. */
  readonly steps: readonly number[];
};
const STRENGTHS: Readonly<Record<Part, Strengths>> = {
  tuning: { noise: [5, 10], flash: [0.5, 0.9], panSpeed: [14, 40], steps: [0, 1, 1, 2, 2, 4] },
  bench: { noise: [3, 13], flash: [0.4, 1], panSpeed: [10, 55], steps: [0, 1, 1, 1, 2, 3] },
};

/** One film of a family. The same part, family and seed give the same film. */
export function makeFilm(takes: readonly Take[], part: Part, family: Family, seed: number): Film {
  const random = randomSource(seed * 31 + FAMILIES.indexOf(family));
  const strengths = STRENGTHS[part];
  const shots = shotsFor(takes, family, random, strengths);
  const film = joined(shots, family, random);
  const between = (range: readonly [number, number]) => range[0] + random() * (range[1] - range[0]);
  if (family === 'noise') return { ...film, pictures: noisy(film.pictures, between(strengths.noise), random) };
  if (family === 'flashes') return { ...film, pictures: withFlashes(film, random, () => between(strengths.flash)) };
  return film;
}

const SHOTS = 9;
const LEAST_SHOT = 12;

function shotsFor(takes: readonly Take[], family: Family, random: RandomSource, strengths: Strengths) {
  const shots: (readonly Uint8Array[])[] = [];
  let last = -1;
  while (shots.length < SHOTS) {
    const index = randomBelow(random, takes.length);
    const take = takes[index];
    // Gradual transitions take up to 40 pictures of a shot at both of its ends.
    const least = family === 'dissolves' || family === 'fades' ? 56 : LEAST_SHOT;
    if (take === undefined || index === last || take.pictures.length < least) continue;
    last = index;
    const wanted = least + randomBelow(random, 60);
    const source =
      family === 'interlaced'
        ? weave(take.pictures)
        : family === 'variable rate'
          ? uneven(take.pictures, random, strengths.steps)
          : take.pictures;
    const length = Math.min(wanted, source.length);
    const from = randomBelow(random, source.length - length + 1);
    const framed = framing(random);
    const cropped = source.slice(from, from + length).map((picture) => framed(picture));
    shots.push(family === 'whip pans' && random() < 0.6 ? panned(cropped, random, strengths.panSpeed) : cropped);
  }
  return shots;
}

/** A closer framing, mirrored or not: two shots of one place differ at least by that. */
function framing(random: RandomSource): (picture: Uint8Array) => Uint8Array {
  const zoom = random() < 0.4 ? 1 : 1 + 0.6 * random();
  const mirrored = random() < 0.5;
  if (zoom === 1 && !mirrored) return (picture) => picture;
  const [offsetX, offsetY] = [random() * (1 - 1 / zoom), random() * (1 - 1 / zoom)];
  return (picture) =>
    eachPlane(picture, (plane, width, height) => {
      const out = new Uint8Array(plane.length);
      for (let y = 0; y < height; y++) {
        const fromY = Math.min(height - 1.001, y / zoom + offsetY * height);
        for (let x = 0; x < width; x++) {
          const fromX = Math.min(width - 1.001, (mirrored ? width - 1 - x : x) / zoom + offsetX * width);
          out[y * width + x] = sample(plane, width, fromX, fromY);
        }
      }
      return out;
    });
}

function sample(plane: Uint8Array, width: number, x: number, y: number): number {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const at = row * width + column;
  const [fx, fy] = [x - column, y - row];
  const top = (plane[at] ?? 0) * (1 - fx) + (plane[at + 1] ?? plane[at] ?? 0) * fx;
  const below = at + width < plane.length ? at + width : at;
  const bottom = (plane[below] ?? 0) * (1 - fx) + (plane[below + 1] ?? plane[below] ?? 0) * fx;
  return Math.round(top * (1 - fy) + bottom * fy);
}

function eachPlane(
  picture: Uint8Array,
  change: (plane: Uint8Array, width: number, height: number) => Uint8Array,
): Uint8Array {
  const out = new Uint8Array(PICTURE);
  out.set(change(picture.subarray(0, LUMA), WIDTH, HEIGHT));
  out.set(change(picture.subarray(LUMA, LUMA + CHROMA), WIDTH / 2, HEIGHT / 2), LUMA);
  out.set(change(picture.subarray(LUMA + CHROMA), WIDTH / 2, HEIGHT / 2), LUMA + CHROMA);
  return out;
}

/** Even lines of one picture and odd lines of the next: what a camera of 50 fields records. */
function weave(pictures: readonly Uint8Array[]): readonly Uint8Array[] {
  return Array.from({ length: pictures.length >> 1 }, (_, n) => {
    const [top, bottom] = [pictures[2 * n] ?? new Uint8Array(PICTURE), pictures[2 * n + 1] ?? new Uint8Array(PICTURE)];
    const woven = top.slice();
    for (let row = 1; row < HEIGHT; row += 2) woven.set(bottom.subarray(row * WIDTH, (row + 1) * WIDTH), row * WIDTH);
    return woven;
  });
}

/** Uneven steps through time: a phone that drops pictures in one place and holds them in another. */
function uneven(
  pictures: readonly Uint8Array[],
  random: RandomSource,
  steps: readonly number[],
): readonly Uint8Array[] {
  const out: Uint8Array[] = [];
  for (let at = 0; at < pictures.length; at += steps[randomBelow(random, steps.length)] ?? 1) {
    const picture = pictures[at];
    if (picture !== undefined) out.push(picture);
  }
  return out;
}

/** The camera swings over the picture and its mirror images, blurred as it would be: no cut. */
function panned(
  shot: readonly Uint8Array[],
  random: RandomSource,
  speeds: readonly [number, number],
): readonly Uint8Array[] {
  const length = 5 + randomBelow(random, 11);
  const start = randomBelow(random, Math.max(1, shot.length - length));
  const top = speeds[0] + random() * (speeds[1] - speeds[0]);
  let place = 0;
  return shot.map((picture, n) => {
    const phase = (n - start + 0.5) / length;
    const speed = phase > 0 && phase < 1 ? Math.round(top * Math.sin(Math.PI * phase)) : 0;
    const from = place;
    place += speed;
    if (from === 0 && speed === 0) return picture;
    return eachPlane(picture, (plane, width, height) =>
      swung(plane, width, height, (from * width) / WIDTH, (speed * width) / WIDTH),
    );
  });
}

function swung(plane: Uint8Array, width: number, height: number, from: number, blur: number): Uint8Array {
  const out = new Uint8Array(plane.length);
  const taps = Math.max(1, Math.round(blur / 2));
  const column = new Int32Array(width + Math.ceil(blur) + 1);
  for (let x = 0; x < column.length; x++) {
    const turned = (x + Math.floor(from)) % (2 * width);
    column[x] = turned < width ? turned : 2 * width - 1 - turned;
  }
  for (let row = 0; row < height; row++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let tap = 0; tap < taps; tap++)
        sum += plane[row * width + (column[x + Math.floor((tap * blur) / taps / 2)] ?? 0)] ?? 0;
      out[row * width + x] = sum / taps;
    }
  }
  return out;
}

function joined(shots: readonly (readonly Uint8Array[])[], family: Family, random: RandomSource): Film {
  const pictures: Uint8Array[] = [];
  const cuts: number[] = [];
  const graduals: TrueGradual[] = [];
  for (const shot of shots) {
    const before = pictures.length;
    const gradual = random() < 0.7 ? family : 'cuts';
    if (before === 0) pictures.push(...shot);
    else if (gradual === 'dissolves') {
      const length = Math.min(
        8 + randomBelow(random, 33),
        Math.floor(shot.length / 2) - 2,
        before - (graduals.at(-1)?.lastFrame ?? 0) - 6,
      );
      if (length >= 8) dissolve(pictures, shot, length);
      else pictures.push(...shot);
      if (length >= 8) graduals.push({ kind: 'dissolve', firstFrame: before - length, lastFrame: before - 1 });
      else cuts.push(before);
    } else if (gradual === 'fades') graduals.push(fade(pictures, shot, random));
    else {
      cuts.push(before);
      pictures.push(...shot);
    }
  }
  return { family, pictures, cuts, graduals };
}

function mixed(a: Uint8Array, b: Uint8Array, share: number): Uint8Array {
  const out = new Uint8Array(a.length);
  for (let at = 0; at < a.length; at++) out[at] = Math.round((a[at] ?? 0) * (1 - share) + (b[at] ?? 0) * share);
  return out;
}

/** The last pictures so far give way to the first of the next shot, evenly. */
function dissolve(pictures: Uint8Array[], shot: readonly Uint8Array[], length: number): void {
  const first = pictures.length - length;
  for (let n = 0; n < length; n++) {
    pictures[first + n] = mixed(
      pictures[first + n] ?? new Uint8Array(PICTURE),
      shot[n] ?? new Uint8Array(PICTURE),
      (n + 1) / (length + 1),
    );
  }
  pictures.push(...shot.slice(length));
}

function flatPicture(luma: number): Uint8Array {
  const picture = new Uint8Array(PICTURE).fill(128);
  return picture.fill(luma, 0, LUMA);
}

/** Down to black (or white, one in five), a pause, and up again. */
function fade(pictures: Uint8Array[], shot: readonly Uint8Array[], random: RandomSource): TrueGradual {
  const colour = flatPicture(random() < 0.2 ? 235 : 16);
  const [out, held, up] = [6 + randomBelow(random, 18), randomBelow(random, 10), 6 + randomBelow(random, 18)];
  const first = pictures.length - out;
  for (let n = 0; n < out; n++) pictures[first + n] = mixed(pictures[first + n] ?? colour, colour, (n + 1) / out);
  for (let n = 0; n < held; n++) pictures.push(colour);
  shot.forEach((picture, n) => pictures.push(n < up ? mixed(colour, picture, (n + 1) / (up + 1)) : picture));
  return { kind: 'fade', firstFrame: first, lastFrame: first + out + held + up - 1 };
}

function noisy(pictures: readonly Uint8Array[], deviation: number, random: RandomSource): readonly Uint8Array[] {
  // One long table of Gaussian noise, entered at random: drawing each value would take minutes.
  const table = Float32Array.from(
    { length: 1 << 18 },
    () => deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
  return pictures.map((picture) => {
    const start = randomBelow(random, table.length);
    return picture.map((value, at) =>
      Math.max(
        0,
        Math.min(255, Math.round(value + (table[(start + at) & (table.length - 1)] ?? 0) * (at < LUMA ? 1 : 0.5))),
      ),
    );
  });
}

/** Photographers' flashes of one to four pictures inside the shots, the last ones weaker. */
function withFlashes(film: Film, random: RandomSource, strength: () => number): readonly Uint8Array[] {
  const pictures = [...film.pictures];
  const white = flatPicture(235);
  const borders = [0, ...film.cuts, pictures.length];
  borders.slice(0, -1).forEach((start, n) => {
    const end = borders[n + 1] ?? pictures.length;
    for (let flash = 0; flash < 2 && end - start > 16; flash++) {
      const length = 1 + randomBelow(random, 4);
      const first = start + 4 + randomBelow(random, end - start - 8 - length);
      const most = strength();
      for (let k = 0; k < length; k++) {
        pictures[first + k] = mixed(film.pictures[first + k] ?? white, white, most * (1 - (0.5 * k) / length));
      }
    }
  });
  return pictures;
}
