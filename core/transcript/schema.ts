import { z } from 'zod';
import { flicksSchema } from '../time/schema.ts';
import type { Transcript, TranscriptSource, Word } from './transcript.ts';

const format = z.literal(['srt', 'vtt', 'ass', 'txt', 'json']);

const sourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('recogniser'),
    model: z.string(),
    wordTimes: z.literal(['attention', 'energy']).optional(),
  }),
  z.strictObject({ kind: z.literal('imported'), format, fileName: z.string() }),
  z.strictObject({ kind: z.literal('merged'), transcripts: z.int().positive() }),
]) satisfies z.ZodType<TranscriptSource>;

export const wordSchema = z
  .strictObject({
    start: flicksSchema,
    end: flicksSchema,
    text: z.string().regex(/^\S+$/, 'a word has no white space'),
    confidence: z.number().min(0).max(1).nullable(),
    speaker: z.string().min(1).nullable(),
  })
  .refine(({ start, end }) => start >= 0 && end >= start, 'a word ends before it starts') satisfies z.ZodType<Word>;

/** The fields of a transcript, without the analyser's stamp. */
export const transcriptFields = {
  language: z.string().nullable(),
  source: sourceSchema,
  timing: z.literal(['heard', 'spread']),
  words: z
    .array(wordSchema)
    .refine(
      (words) => words.every((word, index) => word.start >= (words[index - 1]?.start ?? 0)),
      'words are in order of their starts',
    ),
  agreement: z.array(z.number().min(0).max(1)).optional(),
};

export const transcriptSchema = z.strictObject(transcriptFields) satisfies z.ZodType<Transcript>;
