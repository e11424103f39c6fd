import { median } from './median.ts';
import type { FaceTrack } from './picture-results.ts';

/** Hair over a detector's box, which ends about at the hairline, in heights of the box. */
const HAIR = 0.25;
/** Eyes lie here in a box where a portrait does not say, from its top. */
const EYES = 0.4;
/** As for thirds: a tenth of the height off leaves half of the score. */
const TOLERANCE = 0.12;

export type FaceComposition = {
  /** Percent of the picture's height above the head; negative where the head is cut off. */
  readonly headroom: number;
  /** 0–100: how near the eyes are to the upper line of thirds. */
  readonly eyeLine: number;
};

/**
 * How a face sits in the picture, as medians over a track: room above the head, and e^(−((eyes − 1/3) / 0.12)²) for the line
 * of the eyes in parts of the height (the rule of thirds for people: Ward, "Picture Composition for Film and Television", 2003).
 */
export function faceComposition({ seen, portraits }: FaceTrack): FaceComposition | undefined {
  if (seen.length === 0) return undefined;
  const share = eyesInBox({ seen, portraits });
  const eyes = median(seen.map(({ box }) => box.y + share * box.h));
  const off = (eyes - 1 / 3) / TOLERANCE;
  return {
    headroom: rounded(100 * median(seen.map(({ box }) => box.y - HAIR * box.h))),
    eyeLine: rounded(100 * Math.exp(-off * off)),
  };
}

/** Where the eyes are in the box, from the looks whose landmarks were kept. */
function eyesInBox({ seen, portraits }: Pick<FaceTrack, 'seen' | 'portraits'>): number {
  const shares = portraits.flatMap(({ frame, landmarks: [, right, , left] }) => {
    const box = seen.find((one) => one.frame === frame)?.box;
    const known = box !== undefined && box.h > 0 && right !== undefined && left !== undefined;
    return known ? [((right + left) / 2 - box.y) / box.h] : [];
  });
  return shares.length === 0 ? EYES : Math.max(0, Math.min(1, median(shares)));
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
