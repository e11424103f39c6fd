/** A rectangle: left, top, width and height, all in one unit (pixels, or parts of the picture's width and height). */
export type Box = { readonly x: number; readonly y: number; readonly w: number; readonly h: number };

/** A box with 0–1 how sure a detector is of it. */
export type Scored = { readonly box: Box; readonly score: number };

/** Intersection over union, 0–1. */
export function iou(a: Box, b: Box): number {
  const across = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
  const down = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
  if (across <= 0 || down <= 0) return 0;
  const shared = across * down;
  return shared / (a.w * a.h + b.w * b.h - shared);
}

/** The best of boxes that overlap by more than `limit` (IoU), best first: greedy non-maximum suppression. */
export function suppressed<Found extends Scored>(found: readonly Found[], limit: number): readonly Found[] {
  const kept: Found[] = [];
  for (const one of found.toSorted((a, b) => b.score - a.score)) {
    if (kept.every((other) => iou(one.box, other.box) <= limit)) kept.push(one);
  }
  return kept;
}

/** The box `part` of the way (0–1) from one to another. */
export function between(a: Box, b: Box, part: number): Box {
  const mix = (from: number, to: number) => from + (to - from) * part;
  return { x: mix(a.x, b.x), y: mix(a.y, b.y), w: mix(a.w, b.w), h: mix(a.h, b.h) };
}
