import { z } from 'zod';
import { MontageError } from '../errors.ts';
import { flicks, flicksFromSeconds, ZERO_FLICKS, type Flicks } from '../time/flicks.ts';
import { transcriptSchema } from './schema.ts';
import { spreadWords } from './spread-words.ts';
import type { Transcript, Word } from './transcript.ts';

/** What Montage writes: the transcript as it is, so that it comes back the same. */
const ownSchema = z.strictObject({
  format: z.literal('montage-transcript'),
  version: z.literal(1),
  transcript: transcriptSchema,
});

const seconds = z.number().min(0).max(1_000_000);
const probability = z.number().min(0).max(1);
const speaker = z.string().trim().min(1).nullish();

/** One word of openai/whisper and faster-whisper (`probability`) or WhisperX (`score`, times may be absent). */
const heardWord = z.object({
  word: z.string(),
  start: seconds.nullish(),
  end: seconds.nullish(),
  probability: probability.nullish(),
  score: probability.nullish(),
  speaker,
});

const whisperSchema = z.object({
  language: z.string().max(40).nullish(),
  segments: z.array(
    z.object({
      start: seconds,
      end: seconds,
      text: z.string(),
      avg_logprob: z.number().nullish(),
      words: z.array(heardWord).nullish(),
      speaker,
    }),
  ),
});

/** whisper.cpp's `-oj`: offsets in milliseconds. */
const cppSchema = z.object({
  result: z.object({ language: z.string().max(40) }).optional(),
  transcription: z.array(z.object({ offsets: z.object({ from: seconds, to: seconds }), text: z.string() })),
});

/** transformers and transformers.js: chunks that are words or segments; the last may lack its end. */
const chunksSchema = z.object({
  chunks: z.array(z.object({ timestamp: z.tuple([seconds, seconds.nullable()]), text: z.string() })),
});

/**
 * Reads Montage's own JSON, or that of openai/whisper, faster-whisper, WhisperX, whisper.cpp or transformers.
 *
 * @throws MontageError E_TRANSCRIPT_SYNTAX with the path to what is wrong
 */
export function readJsonTranscript(text: string, fileName: string, language?: string): Transcript {
  const parsed = parse(text, fileName);
  const own = z.object({ format: z.literal('montage-transcript') }).safeParse(parsed);
  if (own.success) return checked(ownSchema, parsed, fileName).transcript;
  const as = (found: string | null, timing: Transcript['timing'], words: readonly Word[]): Transcript => ({
    language: language ?? found,
    source: { kind: 'imported', format: 'json', fileName },
    timing,
    words,
  });
  const cpp = cppSchema.safeParse(parsed);
  if (cpp.success) {
    const words = cpp.data.transcription.flatMap((one) =>
      spread(one.text, one.offsets.from / 1000, one.offsets.to / 1000, null, null),
    );
    return as(cpp.data.result?.language ?? null, 'spread', words);
  }
  const chunks = chunksSchema.safeParse(parsed);
  if (chunks.success) {
    const isHeard = chunks.data.chunks.every((chunk) => !/\S\s+\S/.test(chunk.text));
    const words = chunks.data.chunks.flatMap(({ timestamp: [from, to], text: said }) =>
      spread(said, from, to ?? from, null, null),
    );
    return as(null, isHeard ? 'heard' : 'spread', words);
  }
  const whisper = checked(whisperSchema, parsed, fileName);
  const isHeard = whisper.segments.every(({ words }) => (words ?? []).length > 0);
  return as(whisper.language ?? null, isHeard ? 'heard' : 'spread', whisper.segments.flatMap(segmentWords));
}

function parse(text: string, fileName: string): unknown {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return value;
  } catch {
    throw wrong('it is not JSON', fileName);
  }
}

function checked<Value>(schema: z.ZodType<Value>, value: unknown, fileName: string): Value {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw wrong(`at ${(issue?.path ?? []).join('.') || 'its top'}: ${issue?.message ?? 'unknown'}`, fileName);
}

function wrong(message: string, where: string): MontageError {
  return new MontageError({
    code: 'E_TRANSCRIPT_SYNTAX',
    message,
    where,
    hint: "use Montage's own JSON, or that of Whisper, WhisperX, whisper.cpp or transformers",
    stage: 'import',
  });
}

type Segment = z.infer<typeof whisperSchema>['segments'][number];

/** Words of a segment; those without times of their own share the room between their neighbours'. */
function segmentWords(segment: Segment): readonly Word[] {
  const confidence =
    segment.avg_logprob === null || segment.avg_logprob === undefined
      ? null
      : Math.min(1, Math.exp(segment.avg_logprob));
  const heard = (segment.words ?? []).filter(({ word }) => word.trim() !== '');
  if (heard.length === 0) return spread(segment.text, segment.start, segment.end, confidence, segment.speaker ?? null);
  return heard.flatMap((one, index) => {
    const start =
      one.start ?? heard.slice(0, index).findLast(({ end }) => typeof end === 'number')?.end ?? segment.start;
    const next = heard.slice(index + 1).find((other) => typeof other.start === 'number')?.start ?? segment.end;
    const end = one.end ?? Math.max(start, next);
    return spread(
      one.word,
      start,
      end,
      one.probability ?? one.score ?? confidence,
      one.speaker ?? segment.speaker ?? null,
    );
  });
}

function spread(
  text: string,
  from: number,
  to: number,
  confidence: number | null,
  speaker: string | null,
): readonly Word[] {
  const start: Flicks = flicks(Math.max(ZERO_FLICKS, flicksFromSeconds(from)));
  return spreadWords(text, start, flicks(Math.max(start, flicksFromSeconds(to))), { confidence, speaker });
}
