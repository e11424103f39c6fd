/** The five steps of a score in words, with the token that colours its bar. */
export const SCORE_STEPS = [
  { word: 'poor', token: '--score-poor' },
  { word: 'weak', token: '--score-weak' },
  { word: 'fair', token: '--score-fair' },
  { word: 'good', token: '--score-good' },
  { word: 'great', token: '--score-great' },
] as const;

export type ScoreStep = (typeof SCORE_STEPS)[number] & { readonly segments: number };

/** The step of a score of 0–100: a fifth of the range each. */
export function scoreStep(score: number): ScoreStep {
  const index = Math.min(4, Math.max(0, Math.floor(score / 20)));
  return { ...(SCORE_STEPS[index] ?? SCORE_STEPS[0]), segments: index + 1 };
}
