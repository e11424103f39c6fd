import { z } from 'zod';
import { flicksSchema } from '../time/schema.ts';
import { transcriptFields } from '../transcript/schema.ts';
import {
  facePrintsFields,
  facesFields,
  objectsFields,
  pictureCaptionsFields,
  pictureEmbeddingsFields,
  sentenceEmbeddingsFields,
} from './picture-schema.ts';
import { shotScoresFields } from './score-results.ts';
import type { AnalysisResult, Span } from './results.ts';
import {
  analysisPathSchema,
  breathsFields,
  soundFaultsFields,
  soundKindsFields,
  speechSegmentsFields,
  storyCurveFields,
} from './sound-schema.ts';

const stamp = { analyserId: z.string().min(1), analyserVersion: z.int().nonnegative() };
const frames = { firstFrame: z.int().nonnegative(), lastFrame: z.int() };

export const spanSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('frames'), ...frames }),
  z.strictObject({ kind: z.literal('time'), start: flicksSchema, end: flicksSchema }),
]) satisfies z.ZodType<Span>;

const transitionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('start') }),
  z.strictObject({ kind: z.literal('cut') }),
  z.strictObject({ kind: z.literal(['dissolve', 'fade']), ...frames }),
]);

const curveSchema = z.strictObject({ stepMs: z.number(), lufs: z.array(z.number().nullable()) });

/** What an analyser found, as stored. Fields that older versions did not have are filled in. */
export const analysisResultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...stamp,
    kind: z.literal('shots'),
    path: analysisPathSchema.default({ kind: 'signal', because: null }),
    frameCount: z.int().nonnegative(),
    shots: z.array(z.strictObject({ ...frames, transitionIn: transitionSchema })),
    borders: z
      .array(
        z.strictObject({
          frame: z.int().nonnegative(),
          by: z.enum(['both', 'model', 'signal']),
          probability: z.number(),
        }),
      )
      .default([]),
  }),
  z.strictObject({ ...stamp, ...shotScoresFields }),
  z.strictObject({
    ...stamp,
    kind: z.literal('loudness'),
    integratedLufs: z.number().nullable(),
    rangeLu: z.number().nullable(),
    truePeakDbtp: z.number().nullable(),
    maxMomentaryLufs: z.number().nullable().default(null),
    maxShortTermLufs: z.number().nullable().default(null),
    momentary: curveSchema,
    shortTerm: curveSchema.default({ stepMs: 1000, lufs: [] }),
  }),
  z.strictObject({
    ...stamp,
    kind: z.literal('rhythm'),
    tempoBpm: z.number().nullable(),
    confidence: z.number(),
    beats: z.array(z.strictObject({ at: flicksSchema, downbeat: z.boolean(), strength: z.number() })),
    onsets: z.array(z.strictObject({ at: flicksSchema, strength: z.number() })),
    path: analysisPathSchema.default({ kind: 'signal', because: null }),
    beatsPerBar: z.int().nullable().default(null),
    barConfidence: z.number().default(0),
    tempi: z.array(z.strictObject({ start: flicksSchema, bpm: z.number() })).default([]),
    alternativesBpm: z.array(z.strictObject({ bpm: z.number(), strength: z.number() })).default([]),
    energy: z.strictObject({ stepMs: z.number(), values: z.array(z.number()) }).default({ stepMs: 1000, values: [] }),
    sections: z.array(z.strictObject({ start: flicksSchema, end: flicksSchema, energy: z.number() })).default([]),
  }),
  z.strictObject({ ...stamp, ...speechSegmentsFields }),
  z.strictObject({ ...stamp, ...soundKindsFields }),
  z.strictObject({ ...stamp, ...soundFaultsFields }),
  z.strictObject({ ...stamp, ...storyCurveFields }),
  z.strictObject({ ...stamp, ...breathsFields }),
  z.strictObject({ ...stamp, ...facesFields }),
  z.strictObject({ ...stamp, ...facePrintsFields }),
  z.strictObject({ ...stamp, ...objectsFields }),
  z.strictObject({ ...stamp, ...pictureEmbeddingsFields }),
  z.strictObject({ ...stamp, ...pictureCaptionsFields }),
  z.strictObject({ ...stamp, ...sentenceEmbeddingsFields }),
  z.strictObject({ ...stamp, kind: z.literal('transcript'), ...transcriptFields }),
  z.strictObject({
    ...stamp,
    kind: z.literal('speakers'),
    path: analysisPathSchema,
    speakers: z.int().nonnegative(),
    turns: z.array(
      z.strictObject({
        start: flicksSchema,
        end: flicksSchema,
        speaker: z.int().nonnegative(),
        confidence: z.number(),
      }),
    ),
    voices: z.array(z.strictObject({ speaker: z.int().nonnegative(), vector: z.array(z.number()) })).default([]),
  }),
]) satisfies z.ZodType<AnalysisResult>;

/** Every kind of result. */
export const RESULT_KINDS = analysisResultSchema.options.map(({ shape }) => shape.kind.value);
