import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLIP_SIDE, clipPicture } from '../../../core/search/clip-picture.ts';
import { clipTokens, clipVocabulary } from '../../../core/search/clip-tokens.ts';
import { wordPieces, wordPieceTokens } from '../../../core/search/word-pieces.ts';
import { modelsRoot } from '../../media-root.ts';
import { scaled } from '../../scale.ts';
import { CLIP_PICTURES, CLIP_TOKENS, WORD_PIECE_TOKENS } from './references.ts';

describe.skipIf(modelsRoot === undefined)('with the real vocabularies', () => {
  const read = (path: string) => readFileSync(join(modelsRoot ?? '', path));
  const clip = once(() => clipVocabulary(gunzipSync(read('clip-bpe/bpe_simple_vocab_16e6.txt.gz')).toString('utf8')));
  const miniLm = once(() => wordPieces(JSON.parse(read('minilm-tokenizer/tokenizer.json').toString('utf8'))));

  it('CLIP sees the tokens that the reference gives, between start and end', () => {
    const vocabulary = clip();
    expect(vocabulary.ids.size + 2).toBe(49_408);
    for (const [text, ids] of CLIP_TOKENS) {
      const tokens = clipTokens(text, vocabulary);
      expect([text, tokens.slice(0, ids.length + 2)]).toEqual([text, [49_406, ...ids, 49_407]]);
      expect(tokens).toHaveLength(77);
    }
    const long = clipTokens('a word '.repeat(100), vocabulary);
    expect([long.length, long[0], long[75], long[76]]).toEqual([77, 49_406, 320, 49_407]);
  });

  it('MiniLM sees the tokens that the reference gives', () => {
    const pieces = miniLm();
    for (const [text, ids] of WORD_PIECE_TOKENS) expect([text, wordPieceTokens(text, pieces)]).toEqual([text, ids]);
    expect(wordPieceTokens('word '.repeat(400), pieces)).toHaveLength(128);
  });

  it('any text has tokens of the vocabulary, whatever its letters', () => {
    const [vocabulary, pieces] = [clip(), miniLm()];
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const tokens = clipTokens(text, vocabulary);
        expect(tokens).toHaveLength(77);
        expect(tokens.every((token) => Number.isInteger(token) && token >= 0 && token < 49_408)).toBe(true);
        expect(wordPieceTokens(text, pieces).every((token) => Number.isInteger(token))).toBe(true);
        expect(clipTokens(`  ${text} `, vocabulary)).toEqual(tokens);
      }),
      { numRuns: scaled(20) },
    );
  });
});

it('a file that is no vocabulary is refused', () => {
  expect(() => clipVocabulary('#version\na b\n')).toThrow(RangeError);
  expect(() => wordPieces({ model: { type: 'BPE', vocab: {} } })).toThrow('WordPiece');
  expect(() => wordPieces({ model: { type: 'WordPiece', vocab: { a: 1 } } })).toThrow(RangeError);
});

/** Read when first asked for, and kept. */
function once<Value>(make: () => Value): () => Value {
  let value: Value | undefined;
  return () => (value ??= make());
}

function patternPicture(width: number, height: number) {
  const pixels = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 3 * (y * width + x);
      pixels[at] = (x * 7 + y * 3 + Math.floor((x * y) / 16)) % 256;
      pixels[at + 1] = (Math.floor((x * x) / 8) + y * 5) % 256;
      pixels[at + 2] = 255 * ((Math.floor(x / 9) + Math.floor(y / 7)) % 2);
    }
  }
  return { width, height, pixels };
}

it.each(CLIP_PICTURES)('CLIP sees $width × $height as the reference does', ({ width, height, mean, absMean, at }) => {
  const planes = clipPicture(patternPicture(width, height));
  const average = (of: (value: number) => number) => planes.reduce((sum, value) => sum + of(value), 0) / planes.length;
  expect(average((value) => value)).toBeCloseTo(mean, 5);
  expect(average(Math.abs)).toBeCloseTo(absMean, 5);
  for (const [plane, row, column, value] of at) {
    const own = planes[(plane * CLIP_SIDE + row) * CLIP_SIDE + column] ?? Number.NaN;
    expect(Math.abs(own - value)).toBeLessThan(1e-3);
  }
});
