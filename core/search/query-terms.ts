import { isStopWord } from '../transcript/talk.ts';
import { comparedWord } from '../transcript/transcript.ts';
import type { Trait } from './traits.ts';
import { OBJECT_WORDS, TRAIT_WORDS } from './vocabulary.ts';

/** What a word of a query may mean. */
export type Meaning =
  | { readonly kind: 'said'; readonly words: readonly string[] }
  | { readonly kind: 'described'; readonly words: readonly string[] }
  | { readonly kind: 'person'; readonly name: string }
  | { readonly kind: 'speaker'; readonly name: string }
  | { readonly kind: 'object'; readonly label: string }
  | { readonly kind: 'trait'; readonly trait: Trait }
  | { readonly kind: 'file-name'; readonly word: string };

/** A part of a query with all it may mean; what is met best counts. */
export type QueryTerm = { readonly text: string; readonly isUnwanted: boolean; readonly meanings: readonly Meaning[] };

/** What words can mean beside being said: objects that detectors know, and names of people. */
export type Lexicon = { readonly objects: readonly string[]; readonly people: readonly string[] };

const LONGEST_PHRASE = 3;
/** After a name: it is asked what they say. */
const SAYING = new Set(
  'say says said saying speak speaks speaking spoke talk talks talked talking tell tells told ask asks asked asking mention mentions mentioned explain explains explained answer answers answered'.split(
    ' ',
  ),
);
const WITHOUT = new Set(['without', 'no', 'not', 'except', 'minus']);
/** Words that say that something is wanted, not what. */
const ASKING = new Set([
  'show',
  'find',
  'shot',
  'shots',
  'clip',
  'clips',
  'scene',
  'scenes',
  'footage',
  'picture',
  'video',
  'film',
  'moment',
]);

/**
 * Reads a query: after a name, "said about" and the like ask for what they say themselves; quoted words are said as they stand; "without" turns what follows it round; the longest phrase that is
 * known counts as one; every other word is looked for in what is said and in file names.
 */
export function queryTerms(text: string, lexicon: Lexicon): readonly QueryTerm[] {
  const phrases = phraseTable(lexicon);
  const terms: QueryTerm[] = [];
  let isUnwanted = false;
  for (const { text: part, isQuoted } of partsOf(text)) {
    const words = part
      .split(/\s+/u)
      .map(comparedWord)
      .filter((word) => word !== '');
    if (isQuoted) {
      if (words.length > 0) terms.push({ text: part, isUnwanted, meanings: [{ kind: 'said', words }] });
      isUnwanted = false;
      continue;
    }
    for (let at = 0; at < words.length; ) {
      const word = words[at] ?? '';
      if (WITHOUT.has(word)) [isUnwanted, at] = [true, at + 1];
      else {
        const { term, length } = termAt(words, at, phrases);
        if (term !== undefined) {
          terms.push({ ...term, isUnwanted });
          isUnwanted = false;
        }
        at += length;
      }
    }
  }
  return terms;
}

function partsOf(text: string): readonly { readonly text: string; readonly isQuoted: boolean }[] {
  return text.split(/["“”„«»]/u).map((part, index) => ({ text: part, isQuoted: index % 2 === 1 }));
}

type Phrases = ReadonlyMap<string, readonly Meaning[]>;

function termAt(words: readonly string[], at: number, phrases: Phrases) {
  for (let length = Math.min(LONGEST_PHRASE, words.length - at); length > 0; length--) {
    const phrase = words.slice(at, at + length).join(' ');
    const known = phrases.get(phrase);
    if (known === undefined) continue;
    const next = words[at + length];
    const speakers = known.flatMap((meaning) =>
      meaning.kind === 'person' ? [{ ...meaning, kind: 'speaker' } as const] : [],
    );
    if (speakers.length > 0 && next !== undefined && SAYING.has(next)) {
      return {
        term: { text: phrase, meanings: speakers },
        length: length + (words[at + length + 1] === 'about' ? 2 : 1),
      };
    }
    const inWords = saidOrDescribed(words.slice(at, at + length));
    return { term: { text: phrase, meanings: [...known, ...inWords, ...fileName(phrase)] }, length };
  }
  const word = words[at] ?? '';
  if (isStopWord(word) || ASKING.has(word)) return { term: undefined, length: 1 };
  return { term: { text: word, meanings: [...saidOrDescribed([word]), ...fileName(word)] }, length: 1 };
}

function saidOrDescribed(words: readonly string[]): readonly Meaning[] {
  return [
    { kind: 'said', words },
    { kind: 'described', words },
  ];
}

function fileName(word: string): readonly Meaning[] {
  return word.includes(' ') ? [] : [{ kind: 'file-name', word }];
}

function phraseTable({ objects, people }: Lexicon): Phrases {
  const table = new Map<string, Meaning[]>();
  const add = (phrase: string, meaning: Meaning) => {
    const known = table.get(phrase) ?? [];
    if (!known.some((other) => JSON.stringify(other) === JSON.stringify(meaning)))
      table.set(phrase, [...known, meaning]);
  };
  for (const name of people) {
    const whole = name.split(/\s+/u).map(comparedWord);
    for (const phrase of new Set([whole.join(' '), ...whole]))
      if (phrase.length > 1) add(phrase, { kind: 'person', name });
  }
  for (const label of objects) {
    for (const word of [label, ...(OBJECT_WORDS[label] ?? [])]) {
      for (const phrase of [word, ...pluralsOf(word)]) add(phrase, { kind: 'object', label });
    }
  }
  for (const [trait, words] of traitEntries()) for (const word of words) add(word, { kind: 'trait', trait });
  return table;
}

function pluralsOf(word: string): readonly string[] {
  if (/(?:s|x|ch|sh)$/u.test(word)) return [`${word}es`];
  return /[^aeiou]y$/u.test(word) ? [`${word.slice(0, -1)}ies`] : [`${word}s`];
}

function traitEntries(): readonly (readonly [Trait, readonly string[]])[] {
  const isTrait = (key: string): key is Trait => key in TRAIT_WORDS;
  return Object.keys(TRAIT_WORDS)
    .filter(isTrait)
    .map((trait) => [trait, TRAIT_WORDS[trait]]);
}
