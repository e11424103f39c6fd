export const CODE_SAMPLE_RATE = 48_000;
const AMPLITUDE = 0.25;

/** A hash of clip and sample number in −1…1 (an integer mix after Wang). */
function noise(clip: number, sample: number): number {
  let h = (Math.imul(clip + 1, 0x9e3779b1) ^ Math.imul(sample + 0x7fff, 0x85ebca6b)) >>> 0;
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d) >>> 0;
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39) >>> 0;
  return ((h ^ (h >>> 15)) >>> 0) / 0x80000000 - 1;
}

/**
 * The sound of a clip at a sample: noise that is the same each time, low enough (a 6-tap mean) for lossy codecs.
 * No two moments of any two clips sound alike, so a piece of it says where it is from.
 */
export function soundAt(clip: number, sample: number): number {
  let sum = 0;
  for (let tap = 0; tap < 6; tap += 1) sum += noise(clip, sample - tap);
  return (AMPLITUDE * sum) / 3;
}

/** Mono 16-bit PCM of a clip's first samples. */
export function drawSound(clip: number, samples: number): Int16Array {
  return Int16Array.from({ length: samples }, (_, n) =>
    Math.round(Math.max(-1, Math.min(1, soundAt(clip, n))) * 32_767),
  );
}

export type FoundSound = { readonly sample: number; readonly likeness: number };

/**
 * Where in a clip a piece of sound is from: the sample near `around` at which it correlates best, and how well (0–1).
 */
export function locateSound(piece: ArrayLike<number>, clip: number, around: number, radius: number): FoundSound {
  const length = piece.length;
  const reference = Float64Array.from({ length: length + 2 * radius }, (_, n) => soundAt(clip, around - radius + n));
  let energy = 0;
  for (let n = 0; n < length; n += 1) energy += (piece[n] ?? 0) ** 2;
  let best: FoundSound = { sample: around, likeness: 0 };
  for (let shift = 0; shift <= 2 * radius; shift += 1) {
    let [product, own] = [0, 0];
    for (let n = 0; n < length; n += 1) {
      const value = reference[shift + n] ?? 0;
      product += value * (piece[n] ?? 0);
      own += value * value;
    }
    const likeness = product / Math.sqrt(Math.max(energy * own, 1e-12));
    if (likeness > best.likeness) best = { sample: around - radius + shift, likeness };
  }
  return best;
}
