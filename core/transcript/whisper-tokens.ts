import { z } from 'zod';

const tokenizerSchema = z.object({
  model: z.object({ vocab: z.record(z.string(), z.int()) }),
  added_tokens: z.array(z.object({ id: z.int(), content: z.string() })),
});

/** What the tokens of a Whisper model mean. */
export type WhisperVocabulary = {
  readonly size: number;
  /** Bytes of each text token; special ones have none. */
  readonly bytes: ReadonlyMap<number, readonly number[]>;
  /** Language tags by token. */
  readonly languages: ReadonlyMap<number, string>;
  readonly special: {
    readonly start: number;
    readonly end: number;
    readonly transcribe: number;
    readonly noTimestamps: number;
    /** `<|0.00|>`; each one after it is 20 ms later. */
    readonly firstTimestamp: number;
  };
};

/** GPT-2's byte alphabet: printable bytes stand for themselves, the others for characters from 256 on. */
export function byteAlphabet(): ReadonlyMap<string, number> {
  const alphabet = new Map<string, number>();
  let next = 256;
  for (let byte = 0; byte < 256; byte++) {
    const isPrintable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    alphabet.set(String.fromCodePoint(isPrintable ? byte : next++), byte);
  }
  return alphabet;
}

/**
 * Reads a Whisper `tokenizer.json`.
 *
 * @throws ZodError where it is none; RangeError where a token that decoding needs is missing
 */
export function whisperVocabulary(tokenizer: unknown): WhisperVocabulary {
  const { model, added_tokens: added } = tokenizerSchema.parse(tokenizer);
  const alphabet = byteAlphabet();
  const specials = new Map(added.map(({ id, content }) => [content, id]));
  const needed = (content: string) => {
    const id = specials.get(content);
    if (id === undefined) throw new RangeError(`the tokenizer has no ${content}`);
    return id;
  };
  const bytes = new Map<number, readonly number[]>();
  for (const [text, id] of Object.entries(model.vocab)) {
    if (!specials.has(text))
      bytes.set(
        id,
        Array.from(text, (character) => alphabet.get(character) ?? 63),
      );
  }
  const noTimestamps = needed('<|notimestamps|>');
  const languages = added.flatMap(({ id, content }) => {
    const tag = /^<\|([a-z]{2,3})\|>$/.exec(content)?.[1];
    return tag === undefined ? [] : [[id, tag] as const];
  });
  return {
    size: noTimestamps + 1502,
    bytes,
    languages: new Map(languages),
    special: {
      start: needed('<|startoftranscript|>'),
      end: needed('<|endoftext|>'),
      transcribe: needed('<|transcribe|>'),
      noTimestamps,
      firstTimestamp: noTimestamps + 1,
    },
  };
}

/** UTF-8 of bytes; what is cut or wrong becomes U+FFFD (Unicode 16, 3.9). */
export function utf8Text(bytes: readonly number[]): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const more =
      first < 0x80
        ? 0
        : first >= 0xc2 && first < 0xe0
          ? 1
          : first >= 0xe0 && first < 0xf0
            ? 2
            : first >= 0xf0 && first < 0xf5
              ? 3
              : -1;
    const rest = bytes.slice(at + 1, at + 1 + Math.max(0, more));
    const isWhole = more >= 0 && rest.length === more && rest.every((byte) => (byte & 0xc0) === 0x80);
    const code = rest.reduce((sum, byte) => sum * 64 + (byte & 0x3f), more <= 0 ? first : first & (0x3f >> more));
    text += isWhole && code <= 0x10ffff ? String.fromCodePoint(code) : '\uFFFD';
    at += isWhole ? more + 1 : 1;
  }
  return text;
}
