import { mergeTranscripts } from '../core/transcript/rover.ts';
import type { Transcript } from '../core/transcript/transcript.ts';
import { wordErrors } from '../core/transcript/word-errors.ts';
import { heardByAll, longTalk, realText, ROVER_SETS } from '../tests/core/transcript/rover-cases.ts';
import { writeResults } from './results.ts';

/** Other text and other seeds than the tests, by which the constants were chosen. */
const text = realText('guides');
const texts = ({ words }: Transcript) => words.map((word) => word.text);
const seconds = (merge: () => unknown) => {
  const before = process.cpuUsage();
  merge();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
};

const rows: Record<string, string | number>[] = Object.entries(ROVER_SETS).map(([name, set]) => {
  const runs = [9001, 9002, 9003].map((seed) => {
    const said = text.slice((seed % 10) * 400, (seed % 10) * 400 + 4000);
    const heard = heardByAll(set, said, seed);
    const single = Math.min(...heard.map((one) => wordErrors(said, texts(one)).rate));
    return { single, merged: wordErrors(said, texts(mergeTranscripts(heard).transcript)).rate };
  });
  const mean = (of: 'single' | 'merged') => runs.reduce((sum, run) => sum + run[of], 0) / runs.length;
  return {
    set: name,
    'best single WER': mean('single'),
    'ROVER WER': mean('merged'),
    'fewer errors': 1 - mean('merged') / mean('single'),
    'worse in runs': runs.filter((run) => run.merged > run.single).length,
    'CPU s': 0,
  };
});
for (const words of [7_000, 28_000, 112_000]) {
  const heard = heardByAll(ROVER_SETS['three alike'] ?? [], longTalk(text, words, 9009), 9009);
  mergeTranscripts(heard.map((one) => ({ ...one, words: one.words.slice(0, 3000) })));
  const times = [0, 1, 2].map(() => seconds(() => mergeTranscripts(heard))).toSorted((a, b) => a - b);
  rows.push({
    set: `time: three of ${words} words (3 h of talk are about 28 000)`,
    'best single WER': 0,
    'ROVER WER': 0,
    'fewer errors': 0,
    'worse in runs': 0,
    'CPU s': times[1] ?? 0,
  });
}
await writeResults('rover', {
  what: "Three transcripts voted into one (ROVER): word error rates on this house's own prose with generated errors, mean of three seeds, and CPU seconds (median of three).",
  rows,
});
