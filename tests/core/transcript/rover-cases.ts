import { readdirSync, readFileSync } from 'node:fs';
import { createRandom, heardBy, type Recogniser } from './generated-talk.ts';
import { transcriptOf } from './words.ts';
import type { Transcript } from '../../../core/transcript/transcript.ts';

const docs = new URL('../../../docs/', import.meta.url);

/** Real English prose of this house: the decisions (for tests) or the guides (for the benchmark). */
export function realText(which: 'decisions' | 'guides'): readonly string[] {
  const folder = which === 'decisions' ? new URL('decisions/', docs) : docs;
  const files = readdirSync(folder, { withFileTypes: true }).filter(
    (file) => file.isFile() && file.name.endsWith('.md'),
  );
  const text = files.map((file) => readFileSync(new URL(file.name, folder), 'utf8')).join('\n');
  return text.split(/[^\p{L}\p{N}'’.,?!;:-]+/u).filter((word) => /\p{L}/u.test(word) && word.length < 25);
}

const usual: Recogniser = {
  substitutions: 0.07,
  deletions: 0.03,
  insertions: 0.02,
  insight: 0.5,
  jitter: 0.08,
  burst: 4,
};
const scaledErrors = (factor: number, more: Partial<Recogniser> = {}): Recogniser => ({
  ...usual,
  substitutions: usual.substitutions * factor,
  deletions: usual.deletions * factor,
  insertions: usual.insertions * factor,
  ...more,
});

/** Sets of three recognisers with errors of their own. */
export const ROVER_SETS: Readonly<Record<string, readonly Recogniser[]>> = {
  'three alike': [usual, usual, usual],
  'without confidences': [usual, usual, usual].map((one) => ({ ...one, insight: null })),
  'one good, two poor': [scaledErrors(3), scaledErrors(0.4), scaledErrors(3)],
  'one very good, two very poor': [scaledErrors(0.15), scaledErrors(4), scaledErrors(4)],
  'two good, one hopeless': [usual, scaledErrors(6), usual],
  'long bursts': [usual, usual, usual].map((one) => ({ ...one, burst: 15 })),
  'one leaves much out': [usual, { ...usual, deletions: 0.25 }, usual],
  'one adds much': [usual, { ...usual, insertions: 0.2 }, usual],
  'confidence means nothing': [usual, usual, usual].map((one) => ({ ...one, insight: 0 })),
};

export function heardByAll(set: readonly Recogniser[], said: readonly string[], seed: number): readonly Transcript[] {
  return set.map((recogniser, index) => transcriptOf(heardBy(recogniser, said, createRandom(seed * 31 + index))));
}

/** Any length of talk whose words follow each other as they do in a text (a Markov chain of its word pairs). */
export function longTalk(text: readonly string[], count: number, seed: number): readonly string[] {
  const random = createRandom(seed);
  const followers = new Map<string, string[]>();
  for (const [index, word] of text.entries()) {
    const known = followers.get(word);
    if (known === undefined) followers.set(word, [text[index + 1] ?? 'the']);
    else known.push(text[index + 1] ?? 'the');
  }
  let word = text[0] ?? '';
  return Array.from({ length: count }, () => {
    const next = followers.get(word) ?? text;
    word = next[Math.floor(random() * next.length)] ?? 'the';
    return word;
  });
}
