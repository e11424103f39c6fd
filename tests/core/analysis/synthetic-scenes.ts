import type { Planes } from '../../../core/analysis/small-picture.ts';

export const SCENE_WIDTH = 64;
export const SCENE_HEIGHT = 36;

/** 0–1, the same for the same three whole numbers. */
function hash(seed: number, x: number, y: number): number {
  let h = Math.imul(seed, 374_761_393) ^ Math.imul(x, 668_265_263) ^ Math.imul(y, 1_274_126_177);
  h = Math.imul(h ^ (h >>> 13), 1_274_126_177);
  return ((h ^ (h >>> 16)) >>> 0) / 4_294_967_296;
}

/** Value noise: random values on a lattice of `cell` pixels, straight lines between them. */
function noise(seed: number, x: number, y: number, cell: number): number {
  const [column, row] = [Math.floor(x / cell), Math.floor(y / cell)];
  const [fx, fy] = [x / cell - column, y / cell - row];
  const top = hash(seed, column, row) * (1 - fx) + hash(seed, column + 1, row) * fx;
  const bottom = hash(seed, column, row + 1) * (1 - fx) + hash(seed, column + 1, row + 1) * fx;
  return top * (1 - fy) + bottom * fy;
}

/** A textured picture; another seed is another scene. `t` moves it sideways by `speed` pixels of 64 per frame. */
export function scene(seed: number, t = 0, speed = 0.1): Planes {
  const plane = (scale: number, layer: number, range: number) => {
    const width = SCENE_WIDTH / scale;
    const base = layer === 0 ? 60 + 100 * hash(seed, layer, 99) : 128 + 50 * (hash(seed, layer, 99) - 0.5);
    return Uint8Array.from({ length: (SCENE_WIDTH * SCENE_HEIGHT) / scale ** 2 }, (_, at) => {
      const x = (at % width) * scale + t * speed;
      const y = Math.floor(at / width) * scale;
      const value = noise(seed * 3 + layer, x, y, 11) + 0.6 * noise(seed * 5 + layer, x, y, 4) - 0.8;
      return Math.round(Math.max(16, Math.min(235, base + range * value)));
    });
  };
  return planesOf(plane(1, 0, 130), plane(2, 1, 40), plane(2, 2, 40));
}

export function flat(luma: number): Planes {
  return planesOf(
    new Uint8Array(64 * 36).fill(luma),
    new Uint8Array(32 * 18).fill(128),
    new Uint8Array(32 * 18).fill(128),
  );
}

/** (1 − share) a + share b. */
export function mix(a: Planes, b: Planes, share: number): Planes {
  const blend = (p: Uint8Array, q: Uint8Array) =>
    Uint8Array.from(p, (value, at) => Math.round(value * (1 - share) + (q[at] ?? 0) * share));
  return planesOf(blend(a.y, b.y), blend(a.u, b.u), blend(a.v, b.v));
}

export function brighter(a: Planes, by: number): Planes {
  return { ...a, y: a.y.map((value) => Math.min(235, value + by)) };
}

function planesOf(y: Uint8Array, u: Uint8Array, v: Uint8Array): Planes {
  return { width: SCENE_WIDTH, height: SCENE_HEIGHT, y, u, v };
}
