import { byteAlphabet } from '../transcript/whisper-tokens.ts';

/** CLIP's vocabulary: the order of its merges says all. */
export type ClipVocabulary = {
  readonly ids: ReadonlyMap<string, number>;
  /** Rank of a merge by its two parts, joined by a space. */
  readonly ranks: ReadonlyMap<string, number>;
  readonly start: number;
  readonly end: number;
};

/** Length of CLIP's text input. */
const CLIP_LENGTH = 77;
/** Merges that the published models use of those in the file: 49 408 tokens, less 2 × 256 bytes and two special ones. */
const MERGES = 48_894;
const WORD_END = '</w>';
const WORDS = /'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+/gu;

/**
 * Reads `bpe_simple_vocab_16e6.txt` (unpacked): one merge per line after a first line that names the version.
 *
 * @throws RangeError where lines are missing
 */
export function clipVocabulary(text: string): ClipVocabulary {
  const merges = text.split('\n').slice(1, MERGES + 1);
  if (merges.length < MERGES || merges.some((merge) => !/^\S+ \S+\s*$/u.test(merge)))
    throw new RangeError('this is not the vocabulary of CLIP');
  const letters = [...byteAlphabet().keys()].toSorted((a, b) => (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0));
  const tokens = [
    ...letters,
    ...letters.map((letter) => letter + WORD_END),
    ...merges.map((merge) => merge.trim().replace(' ', '')),
  ];
  return {
    ids: new Map(tokens.map((token, id) => [token, id])),
    ranks: new Map(merges.map((merge, rank) => [merge.trim(), rank])),
    start: tokens.length,
    end: tokens.length + 1,
  };
}

/**
 * The 77 tokens of a text: composed (NFC), lower case, byte-pair encoded word by word (Sennrich, Haddow, Birch 2016) between
 * start and end; what is too long is cut, the rest is filled with end tokens, as CLIP's own tokenizer does.
 */
export function clipTokens(text: string, vocabulary: ClipVocabulary): readonly number[] {
  const { start, end } = vocabulary;
  const ids = clipWordTokens(text, vocabulary).slice(0, CLIP_LENGTH - 2);
  return [start, ...ids, ...Array.from({ length: CLIP_LENGTH - 1 - ids.length }, () => end)];
}

/** The tokens of a text's words, without start and end. */
function clipWordTokens(text: string, { ids, ranks }: ClipVocabulary): readonly number[] {
  const letterOf = new Map([...byteAlphabet()].map(([letter, byte]) => [byte, letter]));
  const words = text.normalize('NFC').replace(/\s+/gu, ' ').toLowerCase().match(WORDS) ?? [];
  return words.flatMap((word) => {
    const letters = utf8Bytes(word).map((byte) => letterOf.get(byte) ?? '');
    const last = letters.pop() ?? '';
    return merged([...letters, last + WORD_END], ranks).flatMap((part) => ids.get(part) ?? []);
  });
}

function utf8Bytes(text: string): readonly number[] {
  const escaped = encodeURIComponent(text.toWellFormed());
  return Array.from(escaped.matchAll(/%([0-9A-F]{2})|[^%]/gu), ([letter, byte]) =>
    byte === undefined ? letter.charCodeAt(0) : parseInt(byte, 16),
  );
}

/** Joins the pair of the lowest rank wherever it stands, until no pair has one. */
function merged(parts: readonly string[], ranks: ReadonlyMap<string, number>): readonly string[] {
  let now = parts;
  for (;;) {
    let [best, lowest] = ['', Infinity];
    for (let at = 0; at + 1 < now.length; at++) {
      const pair = `${now[at] ?? ''} ${now[at + 1] ?? ''}`;
      const rank = ranks.get(pair) ?? Infinity;
      if (rank < lowest) [best, lowest] = [pair, rank];
    }
    if (lowest === Infinity) return now;
    const next: string[] = [];
    for (let at = 0; at < now.length; at++) {
      const [part, after] = [now[at] ?? '', now[at + 1]];
      if (after !== undefined && `${part} ${after}` === best) {
        next.push(part + after);
        at++;
      } else next.push(part);
    }
    now = next;
  }
}
