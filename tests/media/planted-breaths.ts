import type { TimeSpan } from '../../core/analysis/sound-results.ts';
import { flicksFromSeconds, secondsOf } from '../../core/time/flicks.ts';
import { createRandom } from '../core/transcript/generated-talk.ts';
import type { SpokenWords } from './spoken-words.ts';

/** Seconds of a pause between sentences. */
const PAUSE = 1.1;

/**
 * Parts sentences by pauses: every other one holds a breath (low-passed noise that swells and ebbs for 0.25–0.5 s, about
 * 20–26 dB under the voice), the others a hum, a click or nothing; under all of it lies noise at −75 dB.
 */
export function plantBreaths(
  { samples, words, sentences }: SpokenWords,
  seed: number,
): { readonly samples: Float32Array; readonly breaths: readonly TimeSpan[] } {
  const random = createRandom(seed);
  const noise = () => random() + random() + random() - 1.5;
  const sample = (time: number) => Math.round(time * 16_000);
  const parts: Float32Array[] = [new Float32Array(8000)];
  const breaths: TimeSpan[] = [];
  let at = 8000;
  const add = (part: Float32Array) => {
    parts.push(part);
    at += part.length;
  };
  for (const [index, { first, end }] of sentences.entries()) {
    const [from, to] = [words[first]?.start, words[end - 1]?.end];
    if (from === undefined || to === undefined) continue;
    add(samples.slice(sample(secondsOf(from)), sample(secondsOf(to))));
    const pause = new Float32Array(sample(PAUSE));
    const kind = index % 2 === 0 ? 'breath' : (['hum', 'click', 'nothing'] as const)[(index >> 1) % 3];
    const begins = sample(0.25 + 0.15 * random());
    const length = kind === 'click' ? 200 : sample(0.25 + 0.25 * random());
    const level = 0.1 * 10 ** (-(2 + 6 * random()) / 20);
    let low = 0;
    for (let n = 0; n < length; n++) {
      const swell = Math.sin((Math.PI * n) / length) ** 0.7;
      low += 0.5 * (noise() - low);
      const value = kind === 'breath' ? low * level * swell : kind === 'hum' ? 0.02 * Math.sin(0.06 * n) * swell : 0;
      pause[begins + n] = kind === 'click' ? 0.05 * noise() : value;
    }
    if (kind === 'breath') {
      breaths.push({
        start: flicksFromSeconds((at + begins) / 16_000),
        end: flicksFromSeconds((at + begins + length) / 16_000),
      });
    }
    add(pause);
  }
  const all = new Float32Array(at);
  let place = 0;
  for (const part of parts) {
    all.set(part, place);
    place += part.length;
  }
  return { samples: all.map((value) => value + 0.0003 * noise()), breaths };
}
