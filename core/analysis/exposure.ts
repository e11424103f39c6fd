/** Levels at the end of a picture's range that what is clipped lies in, and the share of pixels there in one that is not. */
const PILE_LEVELS = 3;
const NATURAL_PILE = 0.02;

/**
 * How well tones use the range: 100 for a picture whose mean tone is near mid-grey, whose tones span at least half of
 * the range between the 5th and 95th percentile, and that is clipped nowhere. Each falls off on its own and without an end
 * before the worst: a mean at black or white costs all, no span costs 60 %, a share c of clipped pixels leaves (1 − c)².
 *
 * Clipped is what lies at the ends of the video range, and what piles up within three levels at either end of the picture's
 * own range: highlights that burnt out and were darkened afterwards are still burnt out.
 */
export function exposureOf(histogram: Uint32Array, pixels: number): number {
  const total = Math.max(1, pixels);
  const percentile = (share: number) => {
    let seen = 0;
    for (let value = 0; value < 256; value++) {
      seen += histogram[value] ?? 0;
      if (seen >= share * total) return value;
    }
    return 255;
  };
  const shareBetween = (from: number, to: number) => {
    let count = 0;
    for (let value = Math.max(0, from); value <= Math.min(255, to); value++) count += histogram[value] ?? 0;
    return count / total;
  };
  let sum = 0;
  for (let value = 0; value < 256; value++) sum += value * (histogram[value] ?? 0);
  const middle = Math.max(0, Math.min(1, (sum / total - 16) / 219));
  const balance = 1 - Math.min(1, Math.abs(middle - 0.47) / 0.53) ** 2;
  const span = Math.min(1, (percentile(0.95) - percentile(0.05)) / 110);
  const [bottom, top] = [percentile(0.001), percentile(0.999)];
  // A picture of one tone has no highlights that could be lost.
  const piled = (from: number, to: number) => span * Math.max(0, shareBetween(from, to) - NATURAL_PILE);
  const dark = Math.max(shareBetween(0, 17), piled(bottom, bottom + PILE_LEVELS - 1));
  const bright = Math.max(shareBetween(234, 255), piled(top - PILE_LEVELS + 1, top));
  return clamp(100 * balance * (0.4 + 0.6 * span) * (1 - Math.min(1, dark + bright)) ** 2);
}

function clamp(value: number): number {
  return Math.max(0, Math.min(100, value));
}
