import type { DetectedFace } from './face-detector.ts';
import type { FaceTrack } from './picture-results.ts';
import type { Shot } from './results.ts';
import { trackDetections, type FrameDetections, type Track } from './tracks.ts';

export const FACES_ANALYSER = { analyserId: 'faces', analyserVersion: 5 } as const;

/** Detections below are not kept; those from here to the high score only continue tracks. */
export const LEAST_FACE_SCORE = 0.35;
export const FACE_TRACKING = {
  highScore: 0.6,
  sureScore: 0.7,
  /** A face that was gone for longer begins a new track; who it is, identity tells. */
  patienceSeconds: 1.6,
};
/** Looks kept of a track for telling who it is. */
const PORTRAITS = 6;

/** Joins detections to tracks, shot by shot. Boxes and landmarks in parts of the picture, frames rising. */
export function faceTracks(
  detections: readonly FrameDetections<DetectedFace>[],
  shots: readonly Pick<Shot, 'firstFrame' | 'lastFrame'>[],
  framesPerSecond: number,
): readonly FaceTrack[] {
  const { highScore, sureScore, patienceSeconds } = FACE_TRACKING;
  const patience = Math.round(patienceSeconds * framesPerSecond);
  let next = 0;
  return shots
    .flatMap(({ firstFrame, lastFrame }) => {
      const start = next;
      while ((detections[next]?.frame ?? Number.POSITIVE_INFINITY) <= lastFrame) next += 1;
      const inShot = detections.slice(start, next).filter(({ frame }) => frame >= firstFrame);
      // Seen once in many looks is chance.
      const fewest = inShot.length > 2 ? 2 : 1;
      return trackDetections(inShot, { highScore, sureScore, fewest, patience });
    })
    .map(asFaceTrack);
}

function asFaceTrack({ seen }: Track<DetectedFace>, id: number): FaceTrack {
  return {
    id,
    firstFrame: seen[0]?.frame ?? 0,
    lastFrame: seen.at(-1)?.frame ?? 0,
    confidence: rounded(seen.reduce((sum, { score }) => sum + score, 0) / seen.length),
    seen: seen.map(({ frame, box, score }) => ({
      frame,
      box: { x: rounded(box.x), y: rounded(box.y), w: rounded(box.w), h: rounded(box.h) },
      score: rounded(score),
    })),
    portraits: portraits(seen),
  };
}

/** Large, sure and frontal looks, far apart in time. */
function portraits(seen: Track<DetectedFace>['seen']): FaceTrack['portraits'] {
  const parts = Math.min(PORTRAITS, seen.length);
  const best = Array.from({ length: parts }, (_, part) =>
    seen
      .slice(Math.floor((part * seen.length) / parts), Math.floor(((part + 1) * seen.length) / parts))
      .reduce<(typeof seen)[number] | undefined>(
        (a, b) => (a === undefined || clarity(b) > clarity(a) ? b : a),
        undefined,
      ),
  );
  return best.flatMap((look) =>
    look === undefined ? [] : [{ frame: look.frame, landmarks: look.landmarks.map(rounded) }],
  );
}

/** Size times score times frontality: in a frontal face the nose lies in the middle of the eyes. */
function clarity({ box, score, landmarks }: DetectedFace): number {
  const [rightEye = 0, , leftEye = 0, , nose = 0] = landmarks;
  const across = Math.abs(leftEye - rightEye);
  const off = across === 0 ? 1 : Math.abs(nose - (leftEye + rightEye) / 2) / across;
  return Math.sqrt(box.w * box.h) * score * Math.max(0.05, 1 - off);
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
