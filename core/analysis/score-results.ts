import { z } from 'zod';

/** What moved the camera in a shot. */
export const CAMERA_KINDS = ['static', 'pan', 'tilt', 'zoom', 'handheld'] as const;
export type CameraKind = (typeof CAMERA_KINDS)[number];

const score = z.number();
const count = z.int().nonnegative();

/** Scores of one shot; docs/scores.md has unit, range and source of each. */
export const shotScoresSchema = z.strictObject({
  firstFrame: count,
  lastFrame: z.int(),
  keyFrame: count,
  quality: score,
  motion: score,
  steadiness: score,
  sharpness: score,
  motionBlur: score,
  exposure: score,
  shadowsClipped: score,
  highlightsClipped: score,
  noise: score,
  colourfulness: score,
  contrast: score,
  shake: score,
  camera: z.enum(CAMERA_KINDS),
  cameraSpeed: score,
  subjectMotion: score,
  thirds: score,
  symmetry: score,
  gravityX: score,
  gravityY: score,
  blackFrames: count,
  frozenFrames: count,
  flashFrames: count,
  /** Index of an earlier shot of the file that looks the same. */
  nearDuplicateOf: count.nullable(),
  /** 48 whole numbers of 0–255, see `pictureDescriptor`. */
  descriptor: z.array(count),
  /** Mean luma and chroma, 0–255. */
  meanColour: z.tuple([score, score, score]),
});
export type ShotScores = z.output<typeof shotScoresSchema>;

/** Means of {@link WINDOW_FRAMES} frames each, from the file's first frame on; the last may be shorter. */
export const WINDOW_FRAMES = 24;
export const scoreWindowsSchema = z.strictObject({
  frames: z.literal(WINDOW_FRAMES),
  sharpness: z.array(score),
  exposure: z.array(score),
  noise: z.array(score),
  shake: z.array(score),
  subjectMotion: z.array(score),
});
export type ScoreWindows = z.output<typeof scoreWindowsSchema>;

export const shotScoresFields = {
  kind: z.literal('shot-scores'),
  shots: z.array(shotScoresSchema),
  windows: scoreWindowsSchema,
};
export type ShotScoresFields = {
  readonly kind: 'shot-scores';
  readonly shots: readonly ShotScores[];
  readonly windows: ScoreWindows;
};
