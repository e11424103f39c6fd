import { flicks, type Flicks } from '../time/flicks.ts';
import { alignSlots, NO_WORD, numberWords } from './align-words.ts';
import { comparedWord, type Transcript, type Word } from './transcript.ts';

/** One transcript made of several, with the agreement on each word. Lists run along its words. */
export type MergedTranscript = {
  readonly transcript: Transcript;
  /** What else was heard here and how likely that is, likeliest first, from 0.1 %; `text` is '' where a transcript has no word. */
  readonly alternatives: readonly (readonly { readonly text: string; readonly probability: number }[])[];
  /** How far each transcript proved right, 0–1, in the order given. */
  readonly reliability: readonly number[];
};

/** A place of the network: for each transcript the index of its word here, or NO_WORD. */
type Place = number[];
type Input = {
  readonly words: readonly Word[];
  readonly numbers: readonly number[];
  readonly classes: readonly number[];
};

/** Confidences of one transcript are told apart by fifths; words without confidence are a class of their own. */
const FIFTHS = 5;
const UNRATED = FIFTHS;
const CLASSES = FIFTHS + 1;
/** How many wrong words would be as likely as each other: two that agree are rarely wrong together. */
const WRONG_WORDS = 6;
const ROUNDS = 8;

/**
 * Recogniser Output Voting Error Reduction (Fiscus, "A post-processing system to yield reduced word error rates", ASRU
 * 1997): all transcripts are aligned into one word transition network, and each place is voted. In the place of its tuned
 * weights for frequency and confidence, how often each transcript hears right, wrong, too little and too much, and what its
 * confidence is worth, is estimated from the agreement itself by expectation maximisation (Dawid and Skene 1979), so that
 * one good transcript may outvote two bad ones; one that errs ten times as often as the best, and in a quarter of its words,
 * has no vote at all, and `agreement` is that of the others.
 * Words that are punctuation alone are left out. Times are medians of those who heard the word.
 */
export function mergeTranscripts(transcripts: readonly Transcript[]): MergedTranscript {
  const number = numberWords();
  const inputs = transcripts.map((transcript): Input => {
    const words = transcript.words.filter((word) => comparedWord(word.text) !== '');
    return { words, numbers: number(words.map((word) => word.text)), classes: confidenceClasses(words) };
  });
  const places = network(inputs);
  const { right, chances } = estimate(inputs, places);
  const trusted = transcripts.filter((_, who) => !isHopeless(right, who));
  if (trusted.length < transcripts.length) return { ...mergeTranscripts(trusted), reliability: right };
  const words: Word[] = [];
  const agreement: number[] = [];
  const alternatives: { text: string; probability: number }[][] = [];
  let isHeard = true;
  for (const [index, place] of places.entries()) {
    const agreed: readonly (readonly [number, number])[] = [[numberAt(inputs, 0, place[0] ?? NO_WORD), 1]];
    const voted = chances[index];
    const ranked = voted === undefined ? agreed : [...voted].toSorted((a, b) => b[1] - a[1]);
    const [winner, probability] = ranked[0] ?? [NO_WORD, 0];
    if (winner === NO_WORD) continue;
    const voters = place.flatMap((at, who) => (numberAt(inputs, who, at) === winner ? [{ at, who }] : []));
    const heard = voters.filter(({ who }) => transcripts[who]?.timing === 'heard');
    if (heard.length === 0) isHeard = false;
    const timed = (heard.length > 0 ? heard : voters).flatMap(({ at, who }) => inputs[who]?.words[at] ?? []);
    const spoken = voters.flatMap(({ at, who }) => inputs[who]?.words[at] ?? []);
    const start = flicks(Math.max(words[words.length - 1]?.start ?? 0, median(timed.map((word) => word.start))));
    words.push({
      start,
      end: flicks(Math.max(start, median(timed.map((word) => word.end)))),
      text: mostFrequent(spoken.map((word) => word.text)) ?? '',
      confidence: Math.min(1, probability),
      speaker: mostFrequent(spoken.flatMap((word) => word.speaker ?? [])) ?? null,
    });
    agreement.push(voters.length / transcripts.length);
    alternatives.push(
      ranked
        .slice(1)
        .filter(([, chance]) => chance >= 0.001)
        .map(([word, chance]) => ({ text: textOf(inputs, place, word), probability: chance })),
    );
  }
  return { transcript: { ...merged(transcripts, words, isHeard), agreement }, alternatives, reliability: right };
}

function isHopeless(right: readonly number[], who: number): boolean {
  const errors = 1 - (right[who] ?? 0);
  return errors > 0.25 && errors > 10 * (1 - Math.max(...right));
}

function merged(transcripts: readonly Transcript[], words: readonly Word[], isHeard: boolean): Transcript {
  return {
    language: mostFrequent(transcripts.flatMap(({ language }) => language ?? [])) ?? null,
    source: { kind: 'merged', transcripts: transcripts.length },
    timing: isHeard ? 'heard' : 'spread',
    words,
  };
}

/** The fifth of its transcript's confidences that each word's falls into. */
function confidenceClasses(words: readonly Word[]): readonly number[] {
  const rated = words.flatMap(({ confidence }) => confidence ?? []).toSorted((a, b) => a - b);
  const limits = [1, 2, 3, 4].map((fifth) => rated[Math.floor((rated.length * fifth) / FIFTHS)] ?? 0);
  return words.map(({ confidence }) =>
    confidence === null ? UNRATED : limits.filter((limit) => confidence >= limit).length,
  );
}

function numberAt(inputs: readonly Input[], who: number, at: number): number {
  return at === NO_WORD ? NO_WORD : (inputs[who]?.numbers[at] ?? NO_WORD);
}

/** Aligns one transcript after the other with the places found so far. */
function network(inputs: readonly Input[]): readonly Place[] {
  let places: Place[] = (inputs[0]?.numbers ?? []).map((_, at) => [at]);
  for (const [who, input] of inputs.entries()) {
    if (who === 0) continue;
    const slots = places.map((place) => byFrequency(place.map((at, other) => numberAt(inputs, other, at))));
    places = alignSlots(slots, input.numbers).map(({ slot, word }) => {
      const place = slot === NO_WORD ? new Array<number>(who).fill(NO_WORD) : (places[slot] ?? []);
      return [...place, word];
    });
  }
  return places;
}

/** Distinct numbers, the most frequent word first and NO_WORD last. */
function byFrequency(numbers: readonly number[]): readonly number[] {
  if (numbers.length === 1) return numbers;
  const distinct = [...new Set(numbers)];
  const rank = (number: number) => (number === NO_WORD ? -1 : numbers.filter((other) => other === number).length);
  return distinct.length === 1 ? distinct : distinct.toSorted((a, b) => rank(b) - rank(a));
}

/** `chances` are undefined where all transcripts have the same word. */
type Estimate = {
  readonly right: readonly number[];
  readonly chances: readonly (ReadonlyMap<number, number> | undefined)[];
};

/** How one transcript hears: a word right, not at all, or as another; a word where there is none (per word spoken). */
type Hearing = {
  readonly hit: number;
  readonly miss: number;
  readonly wrong: number;
  readonly insert: number;
  /** How often right and wrong words have a confidence of each class. */
  readonly rightClasses: readonly number[];
  readonly wrongClasses: readonly number[];
};

/** What was counted for one transcript; starts as if a few dozen words had been seen. */
type Counts = { hit: number; miss: number; wrong: number; insert: number; right: number[]; bad: number[] };

function firstCounts(): Counts {
  return { hit: 24, miss: 3, wrong: 3, insert: 0.3, right: [2, 3, 4, 5, 6, 2], bad: [3, 2.5, 2, 1.5, 1, 1] };
}

function hearingOf({ hit, miss, wrong, insert, right, bad }: Counts): Hearing {
  const spoken = hit + miss + wrong;
  return {
    hit: hit / spoken,
    miss: miss / spoken,
    wrong: wrong / spoken,
    insert: Math.min(0.9, insert / spoken),
    rightClasses: right.map((count) => count / sum(right)),
    wrongClasses: bad.map((count) => count / sum(bad)),
  };
}

function estimate(inputs: readonly Input[], places: readonly Place[]): Estimate {
  const contested = places.flatMap((place, index) => (isUnanimous(inputs, place) ? [] : [index]));
  const agreed = places.filter((place) => isUnanimous(inputs, place));
  const sure = inputs.map((input, who) => {
    const classes = new Array<number>(CLASSES).fill(0);
    for (const place of agreed) {
      const kind = input.classes[place[who] ?? NO_WORD] ?? UNRATED;
      classes[kind] = (classes[kind] ?? 0) + 1;
    }
    return classes;
  });
  let hearings = inputs.map(() => hearingOf(firstCounts()));
  const chances: (ReadonlyMap<number, number> | undefined)[] = places.map(() => undefined);
  for (let round = 0; round < ROUNDS; round++) {
    const counts = sure.map((classes): Counts => {
      const first = firstCounts();
      return {
        ...first,
        hit: first.hit + agreed.length,
        right: first.right.map((count, kind) => count + (classes[kind] ?? 0)),
      };
    });
    for (const index of contested) {
      const place = places[index] ?? [];
      const voted = vote(inputs, place, hearings);
      chances[index] = voted;
      for (const [who, count] of counts.entries()) tally(count, inputs, who, place[who] ?? NO_WORD, voted);
    }
    hearings = counts.map(hearingOf);
  }
  const right = hearings.map(({ miss, wrong, insert }) => Math.max(0, 1 - miss - wrong - insert));
  return { right, chances };
}

function isUnanimous(inputs: readonly Input[], place: Place): boolean {
  const first = numberAt(inputs, 0, place[0] ?? NO_WORD);
  return place.every((at, who) => numberAt(inputs, who, at) === first);
}

function tally(
  counts: Counts,
  inputs: readonly Input[],
  who: number,
  at: number,
  voted: ReadonlyMap<number, number>,
): void {
  const silent = voted.get(NO_WORD) ?? 0;
  if (at === NO_WORD) {
    counts.miss += 1 - silent;
    return;
  }
  const right = voted.get(numberAt(inputs, who, at)) ?? 0;
  const kind = inputs[who]?.classes[at] ?? UNRATED;
  counts.hit += right;
  counts.wrong += Math.max(0, 1 - silent - right);
  counts.insert += silent;
  counts.right[kind] = (counts.right[kind] ?? 0) + right;
  counts.bad[kind] = (counts.bad[kind] ?? 0) + 1 - right;
}

/** How likely each word of a place, and none, was said, given how each transcript hears. */
function vote(inputs: readonly Input[], place: Place, hearings: readonly Hearing[]): ReadonlyMap<number, number> {
  const numbers = place.map((at, who) => numberAt(inputs, who, at));
  const scores = [...new Set([...numbers, NO_WORD])].map((truth) => {
    const likelihood = sum(
      numbers.map((number, who) => {
        const hearing = hearings[who];
        const kind = inputs[who]?.classes[place[who] ?? NO_WORD] ?? UNRATED;
        if (hearing === undefined) return 0;
        if (number === NO_WORD) return Math.log(truth === NO_WORD ? 1 - hearing.insert : hearing.miss);
        if (number === truth) return Math.log(hearing.hit * (hearing.rightClasses[kind] ?? 0));
        const rate = truth === NO_WORD ? hearing.insert : hearing.wrong;
        return Math.log((rate * (hearing.wrongClasses[kind] ?? 0)) / WRONG_WORDS);
      }),
    );
    return { truth, score: truth === NO_WORD ? likelihood : likelihood - Math.log(WRONG_WORDS) };
  });
  const highest = Math.max(...scores.map(({ score }) => score));
  const weights = scores.map(({ truth, score }) => [truth, Math.exp(score - highest)] as const);
  const total = sum(weights.map(([, weight]) => weight));
  return new Map(weights.map(([truth, weight]) => [truth, weight / total]));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function median(times: readonly Flicks[]): number {
  const ordered = times.toSorted((a, b) => a - b);
  const middle = (ordered.length - 1) / 2;
  return Math.round(((ordered[Math.floor(middle)] ?? 0) + (ordered[Math.ceil(middle)] ?? 0)) / 2);
}

/** The value that occurs most often; of several the first. */
function mostFrequent(values: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestCount = 0;
  for (const value of new Set(values)) {
    const count = values.filter((other) => other === value).length;
    if (count > bestCount) [best, bestCount] = [value, count];
  }
  return best;
}

function textOf(inputs: readonly Input[], place: Place, number: number): string {
  const who = place.findIndex((at, index) => at !== NO_WORD && numberAt(inputs, index, at) === number);
  return inputs[who]?.words[place[who] ?? NO_WORD]?.text ?? '';
}
