import { secondsOf, flicks, type Flicks } from '../time/flicks.ts';
import type { TimeSpan } from '../analysis/sound-results.ts';
import { median } from '../analysis/median.ts';
import { alignWords } from './align-words.ts';
import { comparedWord, endsSentence, type Word } from './transcript.ts';

/** A sentence: its words by index (`end` exclusive), its text and what it is. Scores are 0–1. */
export type Sentence = TimeSpan & {
  readonly first: number;
  readonly last: number;
  readonly text: string;
  readonly isQuestion: boolean;
  /** How central it is to what is said (LexRank), highest 1. */
  readonly weight: number;
  /** How far it is stressed: by its marks, strong words, capitals and slow speech. */
  readonly emphasis: number;
  /** The topic it belongs to, from 0. */
  readonly topic: number;
};

/** A stretch of talk about one thing, with the words that mark it; confidence 0–1 is how far it stands apart from the next. */
export type Topic = TimeSpan & { readonly words: readonly string[]; readonly confidence: number };

/** Something that is usually cut out: a filler by word index, or an earlier take of what is said again. */
export type Slip =
  | (TimeSpan & { readonly kind: 'filler'; readonly first: number; readonly last: number; readonly confidence: number })
  | (TimeSpan & {
      readonly kind: 'repeated-take';
      readonly first: number;
      readonly last: number;
      readonly confidence: number;
    });

export type Talk = {
  readonly sentences: readonly Sentence[];
  readonly topics: readonly Topic[];
  readonly slips: readonly Slip[];
  /** The few sentences, by index and in order, that say most of it. */
  readonly summary: readonly number[];
};

/** A pause that ends a sentence without punctuation, and the most words of one; seconds, words. */
const SENTENCE_PAUSE = 1.2;
const LONGEST_SENTENCE = 60;
/** Sounds that are always fillers, and words that are where a pause or comma sets them off. */
const SOUNDS = new Set(['um', 'uh', 'uhm', 'erm', 'er', 'hmm', 'mm', 'äh', 'ähm', 'öh', 'euh', 'eh']);
const SET_OFF = new Set([
  'like',
  'well',
  'so',
  'basically',
  'actually',
  'literally',
  'right',
  'okay',
  'halt',
  'also',
  'quasi',
]);
const STOP_WORDS = new Set(
  'a an and are as at be been but by can could did do does for from had has have he her him his how i if in into is it its just me my no not of on or our she so that the their them then there these they this those to up us was we were what when where which who will with would you your der die das und ist in zu den ein eine nicht es ich sie wir auf mit für von im dem des als auch'.split(
    ' ',
  ),
);

const STRONG_WORDS = new Set(
  'never always must absolutely exactly every everything nothing really truly most best worst important crucial only first finally remember nie immer muss müssen unbedingt genau alles nichts wirklich wichtig endlich'.split(
    ' ',
  ),
);

/** What talk is made of: sentences with weight and topic, topics, slips that an editor would cut, and a summary. */
export function readTalk(words: readonly Word[]): Talk {
  const spans = sentenceSpans(words);
  const terms = spans.map(({ first, last }) => termsOf(words.slice(first, last)));
  const { topicOf, topics } = findTopics(words, spans, terms);
  const weights = lexRank(terms);
  const pace = usualPace(words, spans);
  const sentences = spans.map(({ first, last }, index): Sentence => {
    const own = words.slice(first, last);
    const text = own.map((word) => word.text).join(' ');
    return {
      first,
      last,
      text,
      ...spanOf(own),
      isQuestion: /\?[)\]"'”’»]*$/u.test(text),
      weight: weights[index] ?? 0,
      emphasis: emphasisOf(own, pace),
      topic: topicOf[index] ?? 0,
    };
  });
  const takes = repeatedTakes(words, spans);
  return {
    sentences,
    topics,
    slips: [...fillers(words), ...takes].toSorted((a, b) => a.start - b.start),
    summary: summaryOf(sentences, new Set(takes.map(({ first }) => first))),
  };
}

/** Letters that are spoken per second in the middle of all sentences. */
function usualPace(words: readonly Word[], spans: readonly WordRange[]): number {
  return median(spans.map(({ first, last }) => paceOf(words.slice(first, last))));
}

function paceOf(words: readonly Word[]): number {
  const spoken = words.reduce((sum, { start, end }) => sum + secondsOf(flicks(end - start)), 0);
  return words.reduce((sum, { text }) => sum + text.length, 0) / Math.max(0.1, spoken);
}

function emphasisOf(words: readonly Word[], pace: number): number {
  const share = (isSo: (text: string) => boolean) => words.filter(({ text }) => isSo(text)).length;
  const exclaimed = /![)\]"'”’»]*$/u.test(words[words.length - 1]?.text ?? '') ? 0.4 : 0;
  const capitals = share((text) => /^\P{L}*\p{Lu}{3,}\P{L}*$/u.test(text));
  const shouted = capitals > 0 && capitals < words.length ? 0.3 : 0;
  const strong = Math.min(0.4, 0.15 * share((text) => STRONG_WORDS.has(comparedWord(text))));
  const slow = words.length >= 3 && paceOf(words) < 0.75 * pace ? 0.2 : 0;
  return Math.min(1, exclaimed + shouted + strong + slow);
}

/** A tenth of the sentences, at most seven: the weightiest of each topic first, then of all. Earlier takes are left out. */
function summaryOf(sentences: readonly Sentence[], takes: ReadonlySet<number>): readonly number[] {
  const most = Math.min(7, Math.ceil(sentences.length / 10));
  const ranked = sentences
    .map((sentence, index) => ({ index, ...sentence }))
    .filter(({ first, last }) => last - first >= 4 && !takes.has(first))
    .toSorted((a, b) => b.weight - a.weight);
  const bestOfTopics = ranked.filter(
    ({ topic, index }) => ranked.find((other) => other.topic === topic)?.index === index,
  );
  const chosen = new Set([...bestOfTopics, ...ranked].map(({ index }) => index));
  return [...chosen].slice(0, most).toSorted((a, b) => a - b);
}

type WordRange = { readonly first: number; readonly last: number };

function spanOf(words: readonly Word[]): TimeSpan {
  const start: Flicks = words[0]?.start ?? flicks(0);
  return { start, end: flicks(Math.max(start, ...words.map(({ end }) => end))) };
}

function pauseBetween(before: Word | undefined, after: Word | undefined): number {
  return before === undefined || after === undefined ? Infinity : secondsOf(flicks(after.start - before.end));
}

function sentenceSpans(words: readonly Word[]): readonly WordRange[] {
  const spans: WordRange[] = [];
  let first = 0;
  for (const [index, word] of words.entries()) {
    const next = words[index + 1];
    const isEnd =
      endsSentence(word.text) ||
      index + 1 - first >= LONGEST_SENTENCE ||
      pauseBetween(word, next) > SENTENCE_PAUSE ||
      next?.speaker !== word.speaker;
    if (!isEnd) continue;
    spans.push({ first, last: index + 1 });
    first = index + 1;
  }
  return spans;
}

/** A compared word without the usual English endings. */
export function wordStem(word: string): string {
  return word.replace(/(?:'s|ies|es|s|ing|ed)$/u, '');
}

/** Whether a compared word says nothing about what is talked of. */
export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word);
}

function termsOf(words: readonly Word[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { text } of words) {
    const term = wordStem(comparedWord(text));
    if (term.length > 2 && !isStopWord(comparedWord(text))) counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  return counts;
}

function cosine(
  a: ReadonlyMap<string, number>,
  b: ReadonlyMap<string, number>,
  weight: (term: string) => number,
): number {
  const norm = (one: ReadonlyMap<string, number>) =>
    Math.sqrt([...one].reduce((sum, [term, count]) => sum + (count * weight(term)) ** 2, 0));
  const shared = [...a].reduce((sum, [term, count]) => sum + count * (b.get(term) ?? 0) * weight(term) ** 2, 0);
  return shared === 0 ? 0 : shared / (norm(a) * norm(b));
}

function inverseFrequency(terms: readonly ReadonlyMap<string, number>[]): (term: string) => number {
  const seen = new Map<string, number>();
  for (const one of terms) for (const term of one.keys()) seen.set(term, (seen.get(term) ?? 0) + 1);
  return (term) => Math.log(1 + terms.length / (seen.get(term) ?? 1));
}

/** Sentences beyond this far apart are not compared: what is central is central to its part of the talk. */
const RANK_REACH = 100;

/** LexRank (Erkan and Radev 2004): the stationary weights of a walk between similar sentences, highest 1. */
function lexRank(terms: readonly ReadonlyMap<string, number>[]): readonly number[] {
  const weight = inverseFrequency(terms);
  const edges = terms.map((one, index) =>
    terms.slice(index + 1, index + 1 + RANK_REACH).flatMap((other, step) => {
      const similarity = cosine(one, other, weight);
      return similarity > 0.08 ? [{ other: index + 1 + step, similarity }] : [];
    }),
  );
  const degree = terms.map(() => 0);
  for (const [index, list] of edges.entries())
    for (const { other, similarity } of list) {
      degree[index] = (degree[index] ?? 0) + similarity;
      degree[other] = (degree[other] ?? 0) + similarity;
    }
  let rank = terms.map(() => 1);
  for (let round = 0; round < 30; round++) {
    const next = terms.map(() => 0.15);
    for (const [index, list] of edges.entries())
      for (const { other, similarity } of list) {
        next[other] = (next[other] ?? 0) + (0.85 * (rank[index] ?? 0) * similarity) / (degree[index] ?? 1);
        next[index] = (next[index] ?? 0) + (0.85 * (rank[other] ?? 0) * similarity) / (degree[other] ?? 1);
      }
    rank = next;
  }
  const highest = rank.reduce((most, value) => Math.max(most, value), 1e-9);
  return rank.map((value) => value / highest);
}

/** Sentences on each side that are compared at a border. */
const BLOCK = 6;

/** TextTiling (Hearst 1997) over sentences: borders lie where the words on both sides have least in common. */
function findTopics(
  words: readonly Word[],
  spans: readonly WordRange[],
  terms: readonly ReadonlyMap<string, number>[],
): { readonly topicOf: readonly number[]; readonly topics: readonly Topic[] } {
  const even = () => 1;
  const block = (from: number, to: number) => {
    const sum = new Map<string, number>();
    for (const one of terms.slice(Math.max(0, from), to))
      for (const [term, count] of one) sum.set(term, (sum.get(term) ?? 0) + count);
    return sum;
  };
  const cohesion = spans.map((_, index) =>
    index === 0 ? 1 : cosine(block(index - BLOCK, index), block(index, index + BLOCK), even),
  );
  const depth = cohesion.map((value, index) => {
    const side = (list: readonly number[]) => Math.max(value, ...list);
    return (
      side(cohesion.slice(Math.max(1, index - BLOCK), index)) +
      side(cohesion.slice(index + 1, index + 1 + BLOCK)) -
      2 * value
    );
  });
  const usable = depth.slice(BLOCK / 2, -BLOCK / 2);
  const mean = usable.reduce((sum, value) => sum + value, 0) / Math.max(1, usable.length);
  const spread = Math.sqrt(usable.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, usable.length));
  const limit = Math.max(0.15, mean + spread);
  const borders = [0];
  for (let index = BLOCK / 2; index <= spans.length - BLOCK / 2; index++) {
    const near = depth.slice(Math.max(0, index - BLOCK / 2), index + BLOCK / 2 + 1);
    const isDeepest = (depth[index] ?? 0) >= Math.max(...near);
    if (isDeepest && (depth[index] ?? 0) > limit && index - (borders[borders.length - 1] ?? 0) >= BLOCK / 2)
      borders.push(index);
  }
  const weight = inverseFrequency(terms);
  const topics = borders.map((from, topic): Topic => {
    const to = borders[topic + 1] ?? spans.length;
    const marks = [...block(from, to)].toSorted((a, b) => b[1] * weight(b[0]) - a[1] * weight(a[0])).slice(0, 5);
    return {
      ...spanOf(words.slice(spans[from]?.first ?? 0, spans[to - 1]?.last ?? 0)),
      words: marks.map(([term]) => term),
      confidence: Math.min(1, topic === 0 ? (depth[borders[1] ?? -1] ?? 0) : (depth[from] ?? 0)),
    };
  });
  return {
    topicOf: spans.map((_, index) => borders.findLastIndex((from) => from <= index)),
    topics: spans.length === 0 ? [] : topics,
  };
}

function fillers(words: readonly Word[]): readonly Slip[] {
  return words.flatMap((word, index): Slip[] => {
    const text = comparedWord(word.text);
    const before = words[index - 1];
    const isApart =
      (pauseBetween(before, word) > 0.15 || /[,.…]$/.test(before?.text ?? '')) &&
      (pauseBetween(word, words[index + 1]) > 0.15 || word.text.endsWith(','));
    const confidence = SOUNDS.has(text) ? 0.95 : SET_OFF.has(text) && isApart ? 0.5 : 0;
    if (confidence === 0) return [];
    return [{ kind: 'filler', first: index, last: index + 1, start: word.start, end: word.end, confidence }];
  });
}

/** How many sentences on a take is looked for again. */
const TAKE_REACH = 4;

/** Sentences of at least four words that are said again soon, and mostly in the same words: the last take stands. */
function repeatedTakes(words: readonly Word[], spans: readonly WordRange[]): readonly Slip[] {
  const texts = spans.map(({ first, last }) => words.slice(first, last).map((word) => comparedWord(word.text)));
  return spans.flatMap(({ first, last }, index): Slip[] => {
    const own = texts[index] ?? [];
    if (own.length < 4) return [];
    const alike = texts.slice(index + 1, index + 1 + TAKE_REACH).map((other) => {
      // A take that was broken off is held against as much of the next one.
      const start = other.slice(0, own.length + 2);
      const same = alignWords(own, start).filter(
        ({ slot, word }) => own[slot] !== undefined && own[slot] === start[word],
      );
      return same.length / own.length;
    });
    const confidence = Math.max(0, ...alike);
    if (confidence < 0.7) return [];
    return [{ kind: 'repeated-take', first, last, ...spanOf(words.slice(first, last)), confidence }];
  });
}
