import type { StoryInput } from '../../../core/analysis/story-curve.ts';
import { randomOf } from '../../media/made-music.ts';

/** Measures of footage by the second in which a hook and a climax were planted: `hook` is where it begins, `climax` its middle. */
export type PlantedStory = { readonly input: StoryInput; readonly hook: number; readonly climax: number };

/**
 * Planted structure, not human ratings: a burst of 3 to 4 s early on, a climax of 5 to 7 s that builds up over 8 s, and
 * other bumps of half their height, all under noise; motion, loudness and cuts follow it each in its own way, and some
 * stories lack one of them.
 */
export function plantedStory(seed: number): PlantedStory {
  const random = randomOf(seed);
  const length = 50 + Math.floor(random() * 110);
  const hook = 3 + Math.floor(random() * Math.min(14, length * 0.2 - 3));
  const hookLength = 3 + Math.floor(random() * 2);
  const climaxLength = 5 + Math.floor(random() * 3);
  const climaxStart = Math.floor(length * (0.5 + 0.35 * random()));
  const tension = Array.from({ length }, (_, second) => {
    let value = 0.15 + (0.15 * second) / length;
    if (second >= hook && second < hook + hookLength) value += 0.55;
    const before = climaxStart - second;
    if (before > 0 && before <= 8) value += 0.45 * (1 - before / 8);
    if (before <= 0 && before > -climaxLength) value += 0.75;
    return value;
  });
  for (let bump = 0; bump < length / 25; bump++) {
    const at = Math.floor(hook + hookLength + 4 + random() * (length - hook - 12));
    for (let second = at; second < at + 3; second++) {
      if (second > climaxStart - 10 && second < climaxStart + climaxLength + 4) continue;
      if (second < length) tension[second] = (tension[second] ?? 0) + 0.3;
    }
  }
  const noisy = (spread: number) => tension.map((value) => Math.max(0, value + spread * (random() + random() - 1)));
  const motion = noisy(0.25).map((value) => 60 * value ** 1.3);
  const loudness = noisy(0.2).map((value) => (random() < 0.03 ? null : -42 + 26 * value));
  const cuts = noisy(0.15).map((value) => (random() < 0.55 * value ? 1 : 0));
  const lacking = seed % 4;
  return {
    input: { motion, loudness: lacking === 1 ? undefined : loudness, cuts: lacking === 2 ? undefined : cuts },
    hook,
    climax: climaxStart + (climaxLength - 1) / 2,
  };
}
