import { cameraStep, NO_STEP, type CameraStep, type MovedPoint } from './steady-path.ts';

/** Luma of a picture, of half the size of the small frames: 160 × 90, portrait 90 × 160. */
export type HalfPicture = { readonly width: number; readonly height: number; readonly luma: Uint8Array };

const BLOCK = 12;
const PITCH = 16;
const MARGIN = 8;
/** Farthest that a block is followed, pixels of the half picture per frame. */
const FARTHEST = 40;
/** A block is no evidence with less difference between neighbouring pixels, on average. */
export const LEAST_TEXTURE = 1.5;
/** A block that is this different (luma levels) after the best shift was covered, or belongs to another scene. */
export const LOST = 14;
/** A block that departs from the camera's motion by this many pixels moves by itself. */
const OWN_MOTION = 1;

/** What moved between two frames. */
export type FrameMotion = {
  /** The camera's step; its lengths are fractions of the picture's height. */
  readonly step: CameraStep;
  /** 0–1: share of the textured blocks that do not go along with the camera. */
  readonly ownMotion: number;
  /** 0–1: share of blocks that have texture and were found again. */
  readonly trust: number;
};

export const NO_MOTION: FrameMotion = { step: NO_STEP, ownMotion: 0, trust: 0 };

/** A block of a picture and where it went, in pixels. */
export type MovedBlock = { readonly left: number; readonly top: number; readonly x: number; readonly y: number };

/** Blocks with texture that were found again, how many were not, and how many blocks there are. */
export type MovedBlocks = { readonly moved: readonly MovedBlock[]; readonly lost: number; readonly blocks: number };

/** The work per pixel, so that it can be done by faster code. */
export type MotionKernels = {
  readonly halve: (y: Uint8Array, width: number, height: number) => HalfPicture;
  /** Sums over every third pixel: of luma, and of its change from what it was. */
  readonly thirds: (luma: Uint8Array, old: Uint8Array) => { readonly sum: number; readonly change: number };
  /** Follows blocks from a to b; they are first looked for where (startX, startY) leads, in whole pixels. */
  readonly follow: (a: HalfPicture, b: HalfPicture, startX: number, startY: number) => MovedBlocks;
};

/** Averages 2 × 2 pixels. */
export function halfPicture(y: Uint8Array, width: number, height: number): HalfPicture {
  const [columns, rows] = [width >> 1, height >> 1];
  const luma = new Uint8Array(columns * rows);
  for (let row = 0, to = 0; row < rows; row++) {
    let at = 2 * row * width;
    for (let column = 0; column < columns; column++, at += 2, to++) {
      luma[to] = ((y[at] ?? 0) + (y[at + 1] ?? 0) + (y[at + width] ?? 0) + (y[at + width + 1] ?? 0) + 2) >> 2;
    }
  }
  return { width: columns, height: rows, luma };
}

/**
 * Follows blocks of 12 × 12 pixels from frame to frame by a predictive search (last step, left neighbour, rest; then ever
 * smaller steps downhill; equiangular lines between pixels) and takes the step that most of them agree with (see steady-path.ts).
 */
export function createMotionMeter(
  follow: MotionKernels['follow'] = followBlocks,
): (picture: HalfPicture) => FrameMotion {
  let before: HalfPicture | undefined;
  let last = NO_STEP;
  return (picture) => {
    const previous = before;
    before = picture;
    if (previous?.luma.length !== picture.luma.length) return NO_MOTION;
    const motion = motionBetween(previous, picture, last, follow);
    last = motion.step;
    return motion;
  };
}

function motionBetween(a: HalfPicture, b: HalfPicture, last: CameraStep, follow: MotionKernels['follow']): FrameMotion {
  const { width, height } = a;
  const { moved, lost, blocks } = follow(a, b, Math.round(last.x * height), Math.round(last.y * height));
  const points = moved.map(({ left, top, x, y }): MovedPoint => {
    const from = { x: (left + BLOCK / 2 - width / 2) / height, y: (top + BLOCK / 2 - height / 2) / height };
    return { from, to: { x: from.x + x / height, y: from.y + y / height }, weight: 1 };
  });
  if (points.length < 4) return { step: NO_STEP, ownMotion: 0, trust: 0 };
  const step = cameraStep(points);
  const limit = OWN_MOTION / height;
  const own = points.filter((point) => departure(point, step) > limit).length;
  return { step, ownMotion: (own + lost) / (points.length + lost), trust: points.length / blocks };
}

function followBlocks(a: HalfPicture, b: HalfPicture, startX: number, startY: number): MovedBlocks {
  const moved: MovedBlock[] = [];
  const { width, height } = a;
  let [blocks, lost, guessX, guessY] = [0, 0, 0, 0];
  for (let top = MARGIN; top + BLOCK + MARGIN <= height; top += PITCH) {
    [guessX, guessY] = [startX, startY];
    for (let left = MARGIN; left + BLOCK + MARGIN <= width; left += PITCH) {
      blocks++;
      if (textureOf(a, left, top) < LEAST_TEXTURE) continue;
      const found = followBlock(a, b, { left, top }, [guessX, guessY, startX, startY]);
      if (found.difference > LOST) {
        lost++;
        continue;
      }
      [guessX, guessY] = [Math.round(found.x), Math.round(found.y)];
      moved.push({ left, top, x: found.x, y: found.y });
    }
  }
  return { moved, lost, blocks };
}

function departure({ from, to }: MovedPoint, { x, y, turn, grow }: CameraStep): number {
  const goneX = (1 + grow) * from.x - turn * from.y + x;
  const goneY = turn * from.x + (1 + grow) * from.y + y;
  return Math.hypot(goneX - to.x, goneY - to.y);
}

type Corner = { readonly left: number; readonly top: number };

/** Mean difference of horizontal and vertical neighbours, on every third pixel. */
function textureOf({ luma, width }: HalfPicture, left: number, top: number): number {
  let sum = 0;
  for (let row = 0; row < BLOCK; row += 3) {
    for (let at = (top + row) * width + left, end = at + BLOCK; at < end; at += 3) {
      const here = luma[at] ?? 0;
      sum += Math.abs(here - (luma[at + 1] ?? 0)) + Math.abs(here - (luma[at + width] ?? 0));
    }
  }
  return sum / 32;
}

function followBlock(
  a: HalfPicture,
  b: HalfPicture,
  corner: Corner,
  guesses: readonly [number, number, number, number],
) {
  let [x, y] = [0, 0];
  let least = blockDifference(a, b, corner, 0, 0, Number.POSITIVE_INFINITY);
  const attempt = (tryX: number, tryY: number): boolean => {
    if (Math.abs(tryX) > FARTHEST || Math.abs(tryY) > FARTHEST) return false;
    const difference = blockDifference(a, b, corner, tryX, tryY, least);
    if (difference >= least) return false;
    [least, x, y] = [difference, tryX, tryY];
    return true;
  };
  const [guessX, guessY, startX, startY] = guesses;
  if (guessX !== 0 || guessY !== 0) attempt(guessX, guessY);
  if (startX !== guessX || startY !== guessY) attempt(startX, startY);
  for (let size = least > 6 * COUNTED ? 8 : 2; size >= 1; size >>= 1) {
    for (let round = 0; round < 6; round++) {
      const [fromX, fromY] = [x, y];
      attempt(fromX - size, fromY);
      attempt(fromX + size, fromY);
      attempt(fromX, fromY - size);
      attempt(fromX, fromY + size);
      if (x === fromX && y === fromY) break;
    }
  }
  const at = (tryX: number, tryY: number) => blockDifference(a, b, corner, tryX, tryY, Number.POSITIVE_INFINITY);
  return {
    x: x + between(at(x - 1, y), least, at(x + 1, y)),
    y: y + between(at(x, y - 1), least, at(x, y + 1)),
    difference: least / COUNTED,
  };
}

/** Where two equally steep lines through three sums of absolute differences meet, −0.5 to 0.5. */
function between(left: number, middle: number, right: number): number {
  const rise = 2 * (Math.max(left, right) - middle);
  return rise > 0 && Number.isFinite(rise) ? Math.max(-0.5, Math.min(0.5, (left - right) / rise)) : 0;
}

/** Pixels of a block that are compared: every other row. */
const COUNTED = (BLOCK * BLOCK) / 2;

/** Sum of absolute differences of a's block to b's, shifted; infinite outside the picture, given up beyond `limit`. */
function blockDifference(a: HalfPicture, b: HalfPicture, corner: Corner, x: number, y: number, limit: number): number {
  const { width, height } = a;
  const [left, top] = [corner.left + x, corner.top + y];
  if (left < 0 || top < 0 || left + BLOCK > width || top + BLOCK > height) return Number.POSITIVE_INFINITY;
  const [from, to] = [a.luma, b.luma];
  let sum = 0;
  for (let row = 0; row < BLOCK && sum < limit; row += 2) {
    let p = (corner.top + row) * width + corner.left;
    let q = (top + row) * width + left;
    for (const end = p + BLOCK; p < end; p++, q++) sum = (sum + Math.abs((from[p] ?? 0) - (to[q] ?? 0))) | 0;
  }
  return sum;
}
