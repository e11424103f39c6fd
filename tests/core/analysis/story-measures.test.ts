import { expect, test } from 'vitest';
import { createLoudnessMeter, LOUDNESS_ANALYSER } from '../../../core/analysis/loudness.ts';
import type { AnalysisResult } from '../../../core/analysis/results.ts';
import { storyMeasures } from '../../../core/analysis/story-measures.ts';
import { mediaId } from '../../../core/media/media.ts';
import { flicksFromSeconds, ZERO_FLICKS } from '../../../core/time/flicks.ts';

const timeOf = (frame: number) => flicksFromSeconds(frame / 25);

test('cuts, movement and loudness lie in their seconds, sound from where it begins', () => {
  const shots: AnalysisResult = {
    kind: 'shots',
    path: { kind: 'signal', because: null },
    borders: [],
    analyserId: 'shots',
    analyserVersion: 1,
    frameCount: 150,
    shots: [
      { firstFrame: 0, lastFrame: 59, transitionIn: { kind: 'start' } },
      { firstFrame: 60, lastFrame: 149, transitionIn: { kind: 'cut' } },
    ],
  };
  const loudness: AnalysisResult = {
    ...createLoudnessMeter(48_000, 1, 'mono').finish(),
    ...LOUDNESS_ANALYSER,
    momentary: { stepMs: 100, lufs: Array.from({ length: 40 }, (_, step) => (step < 20 ? -30 : null)) },
  };
  const analysis = { mediaId: mediaId('a'), results: [shots, loudness] };
  const found = storyMeasures(analysis, { seconds: 6.2, soundStart: flicksFromSeconds(1), timeOf });
  expect(found.cuts).toEqual([0, 0, 1, 0, 0, 0]);
  expect(found.motion).toBeUndefined();
  expect(found.loudness?.slice(1)).toEqual([-30, -30, null, null, null]);
});

test('of a file of which nothing is known, nothing is told', () => {
  const none = storyMeasures({ mediaId: mediaId('a'), results: [] }, { seconds: 3, soundStart: ZERO_FLICKS, timeOf });
  expect(none).toEqual({ motion: undefined, cuts: undefined, loudness: undefined });
});
