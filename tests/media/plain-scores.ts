import type { ShotScores } from '../../core/analysis/score-results.ts';

/** Scores of a shot that nothing stands out in. */
export const PLAIN_SCORES: Omit<ShotScores, 'firstFrame' | 'lastFrame'> = {
  ...{ keyFrame: 0, quality: 60, sharpness: 50, motionBlur: 0, exposure: 70, shadowsClipped: 0, highlightsClipped: 0 },
  ...{ noise: 1, colourfulness: 20, contrast: 50, shake: 0, camera: 'static', cameraSpeed: 0, subjectMotion: 5 },
  ...{ thirds: 20, symmetry: 20, gravityX: 0.5, gravityY: 0.5, blackFrames: 0, frozenFrames: 0, flashFrames: 0 },
  ...{ motion: 13, steadiness: 90, meanColour: [110, 128, 128] },
  ...{ nearDuplicateOf: null, descriptor: Array.from({ length: 48 }, () => 100) },
};

/** Scores of shots without windows, as stored. */
export function scoresResult(analyserVersion: number, shots: readonly ShotScores[]) {
  const windows = { frames: 24 as const, sharpness: [], exposure: [], noise: [], shake: [], subjectMotion: [] };
  return { kind: 'shot-scores' as const, analyserId: 'shot-scores', analyserVersion, shots, windows };
}
