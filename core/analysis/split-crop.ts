import type { FaceTrack } from './picture-results.ts';
import type { Shot } from './results.ts';
import { importanceOf, planSmartCrop, type CropOrder, type ShotCrop } from './smart-crop.ts';
import { trackBoxAt } from './tracks.ts';

/** The second face counts as a subject of its own from this part of the first one's importance. */
const LEAST_SHARE = 0.25;
/** Both are there in so large a part of the shot, and too far apart for one window in as large a part of that. */
const MOSTLY = 0.5;

/**
 * Crops for a split screen: of the left and of the right face, for halves of the frame; undefined unless both are the subject
 * of every shot, and where a half would cut the picture above and below.
 */
export function splitCrops(
  shots: readonly Pick<Shot, 'firstFrame' | 'lastFrame'>[],
  order: CropOrder,
): { readonly left: readonly ShotCrop[]; readonly right: readonly ShotCrop[] } | undefined {
  const { sourceAspect, targetAspect, faces } = order;
  if (sourceAspect < 2 * targetAspect || shots.length === 0) return undefined;
  const pairs = shots.flatMap((shot) => {
    const pair = facesApart(shot, faces, targetAspect / sourceAspect);
    return pair === undefined ? [] : [pair];
  });
  if (pairs.length < shots.length) return undefined;
  const crops = (own: readonly FaceTrack[]) =>
    planSmartCrop(shots, { ...order, targetAspect: 2 * targetAspect, faces: own });
  return { left: crops(pairs.map(([left]) => left)), right: crops(pairs.map(([, right]) => right)) };
}

/**
 * The two faces of a shot that are both its subject and mostly do not fit one window, the left one first; undefined where one
 * window will do.
 *
 * @param window width of the window in parts of the picture
 */
function facesApart(
  { firstFrame, lastFrame }: Pick<Shot, 'firstFrame' | 'lastFrame'>,
  faces: readonly FaceTrack[],
  window: number,
): readonly [FaceTrack, FaceTrack] | undefined {
  const inShot = faces.filter((track) => track.firstFrame <= lastFrame && track.lastFrame >= firstFrame);
  const [main, other] = inShot.toSorted((a, b) => importanceOf(b) - importanceOf(a));
  if (main === undefined || other === undefined || importanceOf(other) < LEAST_SHARE * importanceOf(main)) {
    return undefined;
  }
  let [both, apart, leaning] = [0, 0, 0];
  for (let frame = firstFrame; frame <= lastFrame; frame += 1) {
    const [a, b] = [trackBoxAt(main, frame, lastFrame - firstFrame), trackBoxAt(other, frame, lastFrame - firstFrame)];
    if (a === undefined || b === undefined) continue;
    both += 1;
    if (Math.max(a.x + a.w, b.x + b.w) - Math.min(a.x, b.x) > window) apart += 1;
    leaning += b.x + b.w / 2 - a.x - a.w / 2;
  }
  if (both < MOSTLY * (lastFrame - firstFrame + 1) || apart < MOSTLY * both) return undefined;
  return leaning >= 0 ? [main, other] : [other, main];
}
