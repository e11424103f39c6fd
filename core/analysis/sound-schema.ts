import { z } from 'zod';
import { flicksSchema } from '../time/schema.ts';
import type { AnalysisPath, SoundFault } from './sound-results.ts';

const span = { start: flicksSchema, end: flicksSchema };
const found = { ...span, confidence: z.number() };
const channel = z.int().nonnegative();
const pair = { channels: z.tuple([channel, channel]), correlation: z.number() };

export const analysisPathSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('model'), model: z.string() }),
  z.strictObject({ kind: z.literal('signal'), because: z.string().nullable() }),
  z.strictObject({ kind: z.literal('provider'), address: z.string(), model: z.string() }),
]) satisfies z.ZodType<AnalysisPath>;

const faultSchema = z.discriminatedUnion('fault', [
  z.strictObject({ ...found, fault: z.literal('silence'), levelDbfs: z.number() }),
  z.strictObject({ ...found, fault: z.literal('clipping'), channel, samples: z.int() }),
  z.strictObject({
    ...found,
    fault: z.literal('hum'),
    mainsHz: z.literal([50, 60]),
    levelDbfs: z.number(),
    harmonics: z.int(),
  }),
  z.strictObject({ ...found, fault: z.literal('noise'), levelDbfs: z.number(), signalToNoiseDb: z.number() }),
  z.strictObject({ ...found, fault: z.literal('dc-offset'), channel, offset: z.number() }),
  z.strictObject({ ...found, fault: z.literal('dead-channel'), channel, levelDbfs: z.number() }),
  z.strictObject({ ...found, fault: z.literal('out-of-phase'), ...pair }),
  z.strictObject({ ...found, fault: z.literal('dual-mono'), ...pair }),
]) satisfies z.ZodType<SoundFault>;

/** The fields of what is found in sound, without the analyser's stamp. */
export const speechSegmentsFields = {
  kind: z.literal('speech-segments'),
  path: analysisPathSchema,
  segments: z.array(z.strictObject(found)),
};

export const soundKindsFields = {
  kind: z.literal('sound-kinds'),
  path: analysisPathSchema,
  segments: z.array(z.strictObject({ ...found, sound: z.literal(['silence', 'speech', 'music', 'other']) })),
};

export const soundFaultsFields = {
  kind: z.literal('sound-faults'),
  noiseFloorDbfs: z.number().nullable(),
  faults: z.array(faultSchema),
};

export const storyCurveFields = {
  kind: z.literal('story-curve'),
  path: analysisPathSchema,
  tension: z.strictObject({ stepMs: z.number(), values: z.array(z.number()) }),
  moments: z.array(z.strictObject({ moment: z.literal(['hook', 'climax']), at: flicksSchema, confidence: z.number() })),
};

export const breathsFields = {
  kind: z.literal('breaths'),
  path: analysisPathSchema,
  breaths: z.array(z.strictObject({ ...found, levelDbfs: z.number() })),
};
