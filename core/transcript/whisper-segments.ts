import { flicks, FLICKS_PER_SECOND } from '../time/flicks.ts';
import type { TimeSpan } from '../analysis/sound-results.ts';
import { energyTimes, type LevelCurve } from './energy-times.ts';
import { spreadWords } from './spread-words.ts';
import type { ChosenToken } from './token-choice.ts';
import type { Word } from './transcript.ts';
import { utf8Text, type WhisperVocabulary } from './whisper-tokens.ts';

const STEP = FLICKS_PER_SECOND / 50;

/** What is known of where in the sound words lie, beside the stamps of segments. */
export type TimesFrom = {
  /** The frame of 20 ms at which each text token begins, where the decoder told where it listened. */
  readonly tokenFrames?: readonly number[] | undefined;
  readonly sound?: LevelCurve | undefined;
};

/**
 * Words of what a decoder gave for a window that starts at `start` and holds sound up to `end`. Times are those of the
 * segments' stamps; inside of them words lie where the decoder listened, else where the sound has dips and pauses, else as
 * their letters are spread. A word's confidence is the geometric mean of its tokens' probabilities.
 */
export function segmentWords(
  tokens: readonly ChosenToken[],
  { special, bytes }: WhisperVocabulary,
  { start, end }: TimeSpan,
  { tokenFrames, sound }: TimesFrom = {},
): readonly Word[] {
  const words: Word[] = [];
  let opened = 0;
  let textBefore = 0;
  let text: ChosenToken[] = [];
  const close = (at: number) => {
    const from = flicks(Math.min(end, start + opened * STEP));
    const to = flicks(Math.max(from, Math.min(end, start + at * STEP)));
    const spoken = utf8Text(text.flatMap(({ token }) => bytes.get(token) ?? []));
    const groups = tokensOfWords(text, bytes);
    const spread = spreadWords(spoken, from, to, { confidence: null, speaker: null }).map((word, index) => ({
      ...word,
      confidence: confidenceOf(groups[index]?.map((n) => text[n]?.logProbability ?? 0) ?? []),
    }));
    const frames = tokenFrames?.slice(textBefore, textBefore + text.length);
    if (frames !== undefined && groups.length === spread.length) {
      const begins = groups.map(([first = 0]) =>
        flicks(Math.max(from, Math.min(to, start + (frames[first] ?? 0) * STEP))),
      );
      words.push(...spread.map((word, n) => ({ ...word, start: begins[n] ?? from, end: begins[n + 1] ?? to })));
    } else words.push(...(sound === undefined ? spread : energyTimes(spread, sound)));
    textBefore += text.length;
    text = [];
  };
  for (const chosen of tokens) {
    if (chosen.token === special.end) break;
    if (chosen.token >= special.firstTimestamp) {
      const at = chosen.token - special.firstTimestamp;
      if (text.length > 0) close(at);
      opened = at;
    } else if (bytes.has(chosen.token)) text.push(chosen);
  }
  if (text.length > 0) close(Math.ceil((end - start) / STEP));
  return words;
}

function confidenceOf(logProbabilities: readonly number[]): number | null {
  if (logProbabilities.length === 0) return null;
  return Math.min(1, Math.exp(logProbabilities.reduce((sum, value) => sum + value, 0) / logProbabilities.length));
}

/** The tokens of each word by index: those that begin with a space begin a word. */
function tokensOfWords(
  tokens: readonly ChosenToken[],
  bytes: WhisperVocabulary['bytes'],
): readonly (readonly number[])[] {
  const groups: number[][] = [];
  for (const [index, { token }] of tokens.entries()) {
    const isNew = (bytes.get(token) ?? [])[0] === 0x20 || groups.length === 0;
    if (isNew) groups.push([index]);
    else groups[groups.length - 1]?.push(index);
  }
  return groups;
}
