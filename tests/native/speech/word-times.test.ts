import { expect, test } from 'vitest';
import { levelCurve, energyTimes } from '../../../core/transcript/energy-times.ts';
import { spreadWords } from '../../../core/transcript/spread-words.ts';
import { runProgram } from '../../../native/process/programs.ts';
import { flicksFromSeconds, ZERO_FLICKS } from '../../../core/time/flicks.ts';
import { attentionTimes } from '../../../core/transcript/attention-times.ts';
import { createRandom } from '../../core/transcript/generated-talk.ts';
import { boundaryErrors, spreadSentences } from '../../media/word-time-score.ts';
import { speakWords } from '../../media/spoken-words.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { median } from '../../../core/analysis/median.ts';

const hasVoice = await runProgram('espeak-ng', ['--version']).then(
  () => true,
  () => false,
);

test.skipIf(!hasVoice)(
  'words of spoken sentences lie where their sound has dips and pauses, nearer than their letters say',
  async () => {
    const sentences = [
      'the quick brown fox jumps over the lazy dog',
      'we have never been so close to the old river in winter',
      'please remember to bring seven large umbrellas tomorrow morning',
    ];
    const spoken = await speakWords(sentences, { voice: 'en-us+m3', folder: temporaryFolder(), left: 0.04 });
    const curve = levelCurve(spoken.samples, ZERO_FLICKS);
    const letters = spreadSentences(spoken);
    const heard = letters.map((sentence) => energyTimes(sentence, curve));
    const [byLetters, byEnergy] = [letters, heard].map((found) => median(boundaryErrors(found.flat(), spoken.words)));
    expect(byEnergy).toBeLessThanOrEqual(0.06);
    expect(byEnergy).toBeLessThan(byLetters ?? 0);
    for (const words of heard) {
      for (const [index, { start, end }] of words.entries()) {
        expect(start).toBeLessThanOrEqual(end);
        expect(start).toBeGreaterThanOrEqual(words[index - 1]?.end ?? 0);
      }
    }
  },
);

test('silence and single words keep the times of their segment', () => {
  const words = spreadWords('one two three', ZERO_FLICKS, flicksFromSeconds(1), { confidence: null, speaker: null });
  expect(energyTimes(words, levelCurve(new Float32Array(16_000), ZERO_FLICKS)).length).toBe(3);
  expect(energyTimes([], levelCurve(new Float32Array(), ZERO_FLICKS))).toEqual([]);
});

test('tokens lie where blurred and noisy attention of several heads looks', () => {
  const random = createRandom(31);
  const truth = [5, 14, 30, 33, 60, 81, 90, 120];
  const [heads, frames] = [4, 1500];
  const shares = new Float32Array(heads * truth.length * frames);
  for (let head = 0; head < heads; head++) {
    for (const [token, from] of truth.entries()) {
      const to = truth[token + 1] ?? 140;
      const row = shares.subarray((head * truth.length + token) * frames, (head * truth.length + token + 1) * frames);
      let sum = 0;
      for (const frame of row.keys()) {
        const off = Math.max(0, from - frame, frame - to + 1) / 4;
        row[frame] = Math.exp(-off * off) * (0.5 + random()) + 0.01 * random();
        sum += row[frame] ?? 0;
      }
      for (const frame of row.keys()) row[frame] = (row[frame] ?? 0) / sum;
    }
  }
  const found = attentionTimes({ heads, tokens: truth.length, frames, shares }, 145);
  // Frames are 20 ms: the median is to be within 80 ms.
  expect(median(found.map((frame, token) => Math.abs(frame - (truth[token] ?? 0))))).toBeLessThanOrEqual(3);
  expect(attentionTimes({ heads: 1, tokens: 0, frames: 10, shares: new Float32Array() }, 10)).toEqual([]);
});
