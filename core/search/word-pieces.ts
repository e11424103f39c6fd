import { z } from 'zod';

const tokenizerSchema = z.object({
  model: z.object({
    type: z.literal('WordPiece'),
    vocab: z.record(z.string(), z.int()),
    max_input_chars_per_word: z.int().default(100),
  }),
});

/** A BERT vocabulary of word pieces. */
export type WordPieces = {
  readonly ids: ReadonlyMap<string, number>;
  readonly longestWord: number;
  readonly special: { readonly start: number; readonly end: number; readonly unknown: number };
};

/** Tokens of a sentence that count, as the tokenizer of all-MiniLM-L6-v2 says. */
const LONGEST = 128;

/**
 * Reads a `tokenizer.json` of the WordPiece kind.
 *
 * @throws ZodError where it is none; RangeError where a special token is missing
 */
export function wordPieces(tokenizer: unknown): WordPieces {
  const { vocab, max_input_chars_per_word: longestWord } = tokenizerSchema.parse(tokenizer).model;
  const ids = new Map(Object.entries(vocab));
  const needed = (token: string) => {
    const id = ids.get(token);
    if (id === undefined) throw new RangeError(`the tokenizer has no ${token}`);
    return id;
  };
  return { ids, longestWord, special: { start: needed('[CLS]'), end: needed('[SEP]'), unknown: needed('[UNK]') } };
}

/**
 * Tokens of a sentence as uncased BERT sees it (Devlin et al. 2019): lower case without accents, words and punctuation apart,
 * each word by its longest known pieces.
 */
export function wordPieceTokens(text: string, pieces: WordPieces): readonly number[] {
  const { start, end } = pieces.special;
  const ids = bertWords(text).flatMap((word) => piecesOf(word, pieces));
  return [start, ...ids.slice(0, LONGEST - 2), end];
}

function bertWords(text: string): readonly string[] {
  return text
    .replace(/[\t\n\r]/gu, ' ')
    .replace(/[\0\uFFFD\p{C}]/gu, '')
    .replace(/[\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF\u{20000}-\u{2CEAF}\u{2F800}-\u{2FA1F}]/gu, ' $& ')
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/[\p{P}$+<=>^`|~]/gu, ' $& ')
    .split(/\s+/u)
    .filter((word) => word !== '');
}

function piecesOf(word: string, { ids, longestWord, special }: WordPieces): readonly number[] {
  const letters = Array.from(word);
  if (letters.length > longestWord) return [special.unknown];
  const found: number[] = [];
  for (let from = 0; from < letters.length; ) {
    let to = letters.length;
    let id: number | undefined;
    for (; to > from && id === undefined; to--) {
      id = ids.get((from === 0 ? '' : '##') + letters.slice(from, to).join(''));
      if (id !== undefined) break;
    }
    if (id === undefined) return [special.unknown];
    found.push(id);
    from = to;
  }
  return found;
}
