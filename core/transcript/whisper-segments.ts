import { flicks, FLICKS_PER_SECOND, type Flicks } from '../time/flicks.ts';
import { spreadWords } from './spread-words.ts';
import type { ChosenToken } from './token-choice.ts';
import type { Word } from './transcript.ts';
import { utf8Text, type WhisperVocabulary } from './whisper-tokens.ts';

const STEP = FLICKS_PER_SECOND / 50;

/**
 * Words of what a decoder gave for a window that starts at `start` and holds sound up to `end`. Times are those of the
 * segments' stamps, spread over their words by the letters: off by up to half a segment where speech is uneven. A word's
 * confidence is the geometric mean of its tokens' probabilities.
 */
export function segmentWords(
  tokens: readonly ChosenToken[],
  { special, bytes }: WhisperVocabulary,
  start: Flicks,
  end: Flicks,
): readonly Word[] {
  const words: Word[] = [];
  let opened = 0;
  let text: ChosenToken[] = [];
  const close = (at: number) => {
    const from = flicks(Math.min(end, start + opened * STEP));
    const to = flicks(Math.max(from, Math.min(end, start + at * STEP)));
    const spoken = utf8Text(text.flatMap(({ token }) => bytes.get(token) ?? []));
    const sure = confidences(text, bytes);
    const spread = spreadWords(spoken, from, to, { confidence: null, speaker: null });
    words.push(...spread.map((word, index) => ({ ...word, confidence: sure[index] ?? null })));
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

/** One confidence per word: tokens that begin with a space begin a word. */
function confidences(tokens: readonly ChosenToken[], bytes: WhisperVocabulary['bytes']): readonly number[] {
  const groups: number[][] = [];
  for (const { token, logProbability } of tokens) {
    const isNew = (bytes.get(token) ?? [])[0] === 0x20 || groups.length === 0;
    if (isNew) groups.push([logProbability]);
    else groups[groups.length - 1]?.push(logProbability);
  }
  return groups.map((group) => Math.min(1, Math.exp(group.reduce((sum, value) => sum + value, 0) / group.length)));
}
