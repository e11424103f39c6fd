import type { GradualTransition } from './gradual-transitions.ts';
import type { LearnedBorder } from './picture-results.ts';
import type { Shot } from './results.ts';
import { assembleShots, middleOf } from './shots.ts';

/** What TransNet V2 sees at once: so many frames of this size, packed red, green, blue; the middle half is answered. */
export const LEARNED_WINDOW = { frames: 100, answered: 50, width: 48, height: 27 } as const;
const BEFORE = (LEARNED_WINDOW.frames - LEARNED_WINDOW.answered) / 2;

/** How many windows answer for all frames of a file. */
export function learnedWindows(frameCount: number): number {
  return Math.ceil(frameCount / LEARNED_WINDOW.answered);
}

/** Frames of a window; the first and the last frame stand in for those outside of the file, as in the authors' code. */
export function framesOfWindow(window: number, frameCount: number): readonly number[] {
  const first = window * LEARNED_WINDOW.answered - BEFORE;
  return Array.from({ length: LEARNED_WINDOW.frames }, (_, at) => Math.max(0, Math.min(frameCount - 1, first + at)));
}

/** Probabilities of the frames that a window answers for, from its logits; frames beyond the end are left out. */
export function answerOfWindow(logits: Float32Array, window: number, frameCount: number): readonly number[] {
  const count = Math.min(LEARNED_WINDOW.answered, frameCount - window * LEARNED_WINDOW.answered);
  return Array.from(logits.subarray(BEFORE, BEFORE + count), (logit) => 1 / (1 + Math.exp(-logit)));
}

/** The authors' threshold. */
const SURE = 0.5;
/** Below this even next to a cut that was measured, the model is sure that there is none. */
const DENIED = 0.02;
/** How far apart two that mean the same cut may lie. */
const NEAR = 2;

type Marked = { readonly firstFrame: number; readonly lastFrame: number; readonly probability: number };

/**
 * Runs of frames with a probability of at least a half: the frames that belong to a change. A change of one frame is that
 * before a hard cut.
 */
function changesIn(probabilities: readonly number[]): readonly Marked[] {
  const found: Marked[] = [];
  probabilities.forEach((probability, frame) => {
    if (probability < SURE) return;
    const before = found.at(-1);
    if (before?.lastFrame !== frame - 1) {
      found.push({ firstFrame: frame, lastFrame: frame, probability });
    } else {
      found[found.length - 1] = { ...before, lastFrame: frame, probability: Math.max(before.probability, probability) };
    }
  });
  return found;
}

/**
 * Shots from what was measured and what TransNet V2 (Souček and Lokoč 2020, arXiv 2008.04838) says of each frame. A border
 * of both stands where it was measured, which is exact to the frame; one of the model alone is added; one of the
 * measurement alone stays unless the model is sure that there is none.
 */
export function mergeLearnedShots(
  frameCount: number,
  measured: readonly Shot[],
  probabilities: readonly number[],
): { readonly shots: readonly Shot[]; readonly borders: readonly LearnedBorder[] } {
  const changes = changesIn(probabilities);
  const used = new Set<Marked>();
  const cuts: number[] = [];
  const graduals: GradualTransition[] = [];
  const borders: LearnedBorder[] = [];
  for (const { firstFrame, transitionIn } of measured) {
    if (transitionIn.kind === 'start') continue;
    const span = transitionIn.kind === 'cut' ? { firstFrame: firstFrame - 1, lastFrame: firstFrame - 1 } : transitionIn;
    const same = changes.filter(
      (one) => one.firstFrame <= span.lastFrame + NEAR && one.lastFrame >= span.firstFrame - NEAR,
    );
    const near = probabilities.slice(Math.max(0, span.firstFrame - NEAR), span.lastFrame + NEAR + 1);
    const probability = near.reduce((most, value) => Math.max(most, value), 0);
    if (same.length === 0 && probability < DENIED) continue;
    same.forEach((one) => used.add(one));
    if (transitionIn.kind === 'cut') cuts.push(firstFrame);
    else graduals.push(transitionIn);
    borders.push({ frame: firstFrame, by: same.length > 0 ? 'both' : 'signal', probability });
  }
  for (const change of changes) {
    const { firstFrame, lastFrame, probability } = change;
    if (used.has(change) || lastFrame + 1 >= frameCount) continue;
    if (firstFrame === lastFrame) cuts.push(lastFrame + 1);
    else graduals.push({ kind: 'dissolve', firstFrame, lastFrame });
    const frame = firstFrame === lastFrame ? lastFrame + 1 : middleOf(change);
    borders.push({ frame, by: 'model', probability });
  }
  const shots = assembleShots(
    frameCount,
    cuts.toSorted((a, b) => a - b),
    graduals,
  );
  const starts = new Set(shots.map(({ firstFrame }) => firstFrame));
  return { shots, borders: borders.filter(({ frame }) => starts.has(frame)).toSorted((a, b) => a.frame - b.frame) };
}
