import { DESCRIPTOR_LENGTH, descriptorDistance } from '../analysis/picture-scores.ts';
import { NEAR_DUPLICATE } from '../analysis/shot-scores.ts';

/** A picture's descriptor, see `pictureDescriptor`. */
export type Look = readonly number[];

/** Pictures this far apart have nothing in common. */
const UNLIKE = 60;

/** 1 for the same picture, 0 for pictures that have nothing in common. */
export function lookLikeness(a: Look, b: Look): number {
  return Math.max(0, 1 - descriptorDistance(a, b) / UNLIKE);
}

/** Whether two looks are near-duplicates: the same picture, shot or encoded again. Most others are told after a few cells. */
export function isSamePicture(a: Look, b: Look): boolean {
  let left = NEAR_DUPLICATE * DESCRIPTOR_LENGTH;
  for (let at = 0; at < DESCRIPTOR_LENGTH && left > 0; at++) left -= Math.abs((a[at] ?? 0) - (b[at] ?? 0));
  return left > 0;
}

/** For each look the index of the first one before it that it repeats; null where it is new. */
export function repeatedLooks(looks: readonly (Look | undefined)[]): readonly (number | null)[] {
  const first: number[] = [];
  return looks.map((look, index) => {
    if (look === undefined) return null;
    const known = first.find((other) => isSamePicture(looks[other] ?? [], look));
    if (known === undefined) first.push(index);
    return known ?? null;
  });
}

export type Diversity = {
  /** 0: by worth alone; 1: by being unlike what was chosen before alone. */
  readonly weight: number;
  readonly count: number;
};

/**
 * Indexes of things in an order in which none is like those before it, unless it is worth more: maximal marginal relevance
 * (Carbonell and Goldstein 1998). `likeness` is 0–1.
 */
export function diverseOrder(
  worths: readonly number[],
  likeness: (a: number, b: number) => number,
  { weight, count }: Diversity,
): readonly number[] {
  const chosen: number[] = [];
  const nearest = worths.map(() => 0);
  const left = new Set(worths.keys());
  while (chosen.length < count && left.size > 0) {
    let best = -1;
    let highest = -Infinity;
    for (const index of left) {
      const value = (1 - weight) * (worths[index] ?? 0) - weight * (nearest[index] ?? 0);
      if (value > highest) [highest, best] = [value, index];
    }
    chosen.push(best);
    left.delete(best);
    for (const index of left) nearest[index] = Math.max(nearest[index] ?? 0, likeness(best, index));
  }
  return chosen;
}
