import { z } from 'zod';
import { analysisPathSchema } from './sound-schema.ts';

const frames = { firstFrame: z.int().nonnegative(), lastFrame: z.int() };
const box = z.strictObject({ x: z.number(), y: z.number(), w: z.number(), h: z.number() });

/** Fields of results about faces and things, as stored; the analyser's stamp is added where they are used. */
export const facesFields = {
  kind: z.literal('faces'),
  path: analysisPathSchema,
  stride: z.int().positive(),
  tracks: z.array(
    z.strictObject({
      id: z.int().nonnegative(),
      ...frames,
      confidence: z.number(),
      seen: z.array(z.strictObject({ frame: z.int().nonnegative(), box, score: z.number() })),
      portraits: z.array(z.strictObject({ frame: z.int().nonnegative(), landmarks: z.array(z.number()) })),
    }),
  ),
};

export const facePrintsFields = {
  kind: z.literal('face-prints'),
  path: analysisPathSchema,
  prints: z.array(z.strictObject({ trackId: z.int().nonnegative(), ...frames, vector: z.array(z.number()) })),
};

export const objectsFields = {
  kind: z.literal('objects'),
  path: analysisPathSchema,
  found: z.array(
    z.strictObject({ frame: z.int().nonnegative(), label: z.string(), score: z.number(), box, ...frames }),
  ),
  tracks: z.array(
    z.strictObject({
      id: z.int().nonnegative(),
      label: z.string(),
      ...frames,
      confidence: z.number(),
      seen: z.array(z.int().nonnegative()),
    }),
  ),
};

export const pictureEmbeddingsFields = {
  kind: z.literal('picture-embeddings'),
  path: analysisPathSchema,
  frames: z.array(z.strictObject({ frame: z.int().nonnegative(), ...frames, vector: z.string() })),
};

export const pictureCaptionsFields = {
  kind: z.literal('picture-captions'),
  path: analysisPathSchema,
  captions: z.array(z.strictObject({ frame: z.int().nonnegative(), ...frames, text: z.string() })),
};

export const sentenceEmbeddingsFields = {
  kind: z.literal('sentence-embeddings'),
  path: analysisPathSchema,
  sentences: z.array(z.strictObject({ text: z.string(), vector: z.string() })),
};
