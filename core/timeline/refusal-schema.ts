import { z } from 'zod';
import { mediaIdSchema } from '../media/schema.ts';
import { clipIdSchema, markerIdSchema } from './clip-schema.ts';
import type { Refusal } from './edit.ts';
import { timelineIdSchema, trackIdSchema } from './schema.ts';

const reason = <Name extends string>(name: Name) => ({ reason: z.literal(name) });

/** Why an edit was refused, as sent. */
export const refusalSchema = z.discriminatedUnion('reason', [
  z.strictObject({ ...reason('unknown-clip'), clipId: clipIdSchema }),
  z.strictObject({ ...reason('unknown-track'), trackId: trackIdSchema }),
  z.strictObject({ ...reason('unknown-marker'), markerId: markerIdSchema }),
  z.strictObject({ ...reason('unknown-nested'), mediaId: mediaIdSchema }),
  z.strictObject({ ...reason('nested-cycle'), timelineId: timelineIdSchema }),
  z.strictObject({ ...reason('nested-in-use'), timelineId: timelineIdSchema }),
  z.strictObject({ ...reason('duplicate-id'), id: z.string() }),
  z.strictObject({ ...reason('missing-new-id'), needed: z.int() }),
  z.strictObject({ ...reason('track-locked'), trackId: trackIdSchema }),
  z.strictObject({ ...reason('wrong-track-kind'), trackId: trackIdSchema }),
  z.strictObject({ ...reason('off-grid'), time: z.number() }),
  z.strictObject({ ...reason('before-start'), time: z.number() }),
  z.strictObject({ ...reason('would-overlap'), trackId: trackIdSchema, clipId: clipIdSchema }),
  z.strictObject({ ...reason('sync-lock-off'), trackId: trackIdSchema, clipId: clipIdSchema }),
  z.strictObject({ ...reason('no-media'), clipId: clipIdSchema, available: z.number() }),
  z.strictObject({ ...reason('too-short'), clipId: clipIdSchema }),
  z.strictObject({ ...reason('unknown-keyframe'), clipId: clipIdSchema, time: z.number() }),
  z.strictObject({ ...reason('not-continuous'), clipId: clipIdSchema }),
  z.strictObject({ ...reason('not-adjacent'), clipId: clipIdSchema }),
  z.strictObject({ ...reason('outside-clip'), clipId: clipIdSchema, time: z.number() }),
  z.strictObject({ ...reason('no-gap'), trackId: trackIdSchema, time: z.number() }),
  z.strictObject({ ...reason('track-not-empty'), trackId: trackIdSchema }),
  z.strictObject({ ...reason('invalid-value'), field: z.string(), message: z.string() }),
  z.strictObject(reason('nothing-to-do')),
]) satisfies z.ZodType<Refusal>;
