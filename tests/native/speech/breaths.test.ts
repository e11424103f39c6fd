import { expect, test } from 'vitest';
import { breathPlaces, breathsIn } from '../../../core/analysis/breaths.ts';
import type { TimeSpan } from '../../../core/analysis/sound-results.ts';
import { voiceFrames, voiceProbabilities } from '../../../core/analysis/voice-signal.ts';
import { speechSpans } from '../../../core/analysis/voice-spans.ts';
import { FLICKS_PER_SECOND, flicks, flicksFromSeconds, secondsOf, ZERO_FLICKS } from '../../../core/time/flicks.ts';
import { runProgram } from '../../../native/process/programs.ts';
import { plantBreaths } from '../../media/planted-breaths.ts';
import { speakWords } from '../../media/spoken-words.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const hasVoice = await runProgram('espeak-ng', ['--version']).then(
  () => true,
  () => false,
);

function breathsOf(samples: Float32Array): readonly TimeSpan[] {
  const speech = speechSpans(voiceProbabilities(voiceFrames(samples, 0)), ZERO_FLICKS, samples.length);
  const sample = (time: number) => Math.round((time * 16_000) / FLICKS_PER_SECOND);
  const end = flicksFromSeconds(samples.length / 16_000);
  return breathPlaces(speech, end).flatMap((place) =>
    breathsIn(samples.subarray(sample(place.heard.start), sample(place.heard.end)), place),
  );
}

test.skipIf(!hasVoice)(
  'breaths planted between spoken sentences are found, and neither hum, clicks nor quiet are',
  async () => {
    const sentences = [
      'seven large umbrellas tomorrow',
      'quick brown foxes',
      'heavy wagons uphill',
      'old river winter',
    ];
    const spoken = await speakWords([...sentences, ...sentences], { voice: 'en-us+m3', folder: temporaryFolder() });
    const { samples, breaths } = plantBreaths(spoken, 11);
    const found = breathsOf(samples);
    const overlap = (a: TimeSpan, b: TimeSpan) => Math.min(a.end, b.end) - Math.max(a.start, b.start) > 0;
    const missed = breaths.filter((breath) => !found.some((other) => overlap(breath, other)));
    const wrong = found.filter((other) => !breaths.some((breath) => overlap(breath, other)));
    expect(breaths.length).toBeGreaterThanOrEqual(4);
    expect([missed.length, wrong.length]).toEqual([0, 0]);
    for (const breath of breaths) {
      const [other] = found.filter((one) => overlap(breath, one));
      expect(Math.abs(secondsOf(flicks((other?.start ?? 0) - breath.start)))).toBeLessThan(0.12);
    }
  },
);

test('places lie beside speech, never inside of it, and silence holds no breath', () => {
  const at = (start: number, end: number) => ({ start: flicksFromSeconds(start), end: flicksFromSeconds(end) });
  const places = breathPlaces([at(2, 3), at(3.4, 5), at(20, 21)], flicksFromSeconds(21.05));
  expect(places.map(({ pause: { start, end } }) => [secondsOf(start), secondsOf(end)])).toEqual([
    [0.5, 2],
    [3, 3.4],
    [5, 6.5],
    [18.5, 20],
  ]);
  for (const place of places) expect(breathsIn(new Float32Array(64_000), place)).toEqual([]);
});
