import { z } from 'zod';
import { parseRational } from '../time/rational.ts';
import { durationSchema } from '../time/schema.ts';
import {
  metadataSchema,
  pictureKeyframesSchema,
  pictureOptions,
  soundKeyframesSchema,
} from '../timeline/clip-schema.ts';
import { captionsSchema, colourSpaceSchema } from '../timeline/schema.ts';
import type { Metadata } from '../timeline/timeline.ts';
import type { LossPlace } from './handoff.ts';
import type { Losses } from './imported.ts';
import { isObject, objectAt, without, type JsonObject } from './otio-json.ts';

/** Lengths in frames, as the editor asked for it; `played` is what the file's own transition says. */
const askedTransition = z.object({
  kind: z.enum(['dissolve', 'fade-through-black', 'wipe', 'slide']),
  inOffset: z.int().nonnegative(),
  outOffset: z.int().nonnegative(),
  direction: z.enum(['left', 'right', 'up', 'down']).optional(),
  played: z.tuple([z.int(), z.int()]).optional(),
});

/** An exact fraction as text. */
const fraction = z
  .string()
  .transform(parseRational)
  .refine((value) => value !== undefined, 'not a fraction');

const CLIP_FIELDS = {
  name: z.string(),
  note: z.string(),
  speed: fraction,
  opacity: z.number().min(0).max(1),
  gainDb: z.number(),
  pan: z.number().min(-1).max(1),
  stream: z.int().nonnegative(),
  channels: z.array(z.int().positive()),
  fadeIn: durationSchema,
  fadeOut: durationSchema,
  head: askedTransition,
  tail: askedTransition,
  effects: z.strictObject(pictureOptions).partial(),
  pictureKeyframes: pictureKeyframesSchema,
  soundKeyframes: soundKeyframesSchema,
};

const TIMELINE_FIELDS = {
  name: z.string(),
  rate: fraction,
  startFrame: z.int().nonnegative(),
  dropFrame: z.boolean(),
  width: z.int().positive(),
  height: z.int().positive(),
  colourSpace: colourSpaceSchema,
  metadata: metadataSchema,
};

const TRACK_FIELDS = {
  name: z.string(),
  locked: z.boolean(),
  solo: z.boolean(),
  syncLock: z.boolean(),
  captions: captionsSchema,
};

type Fields = Readonly<Record<string, z.ZodType>>;
type Read<F extends Fields> = { readonly [K in keyof F]?: z.infer<F[K]> | undefined };

export type OwnClip = Read<typeof CLIP_FIELDS>;
export type OwnTimeline = Read<typeof TIMELINE_FIELDS>;
type OwnTrack = Read<typeof TRACK_FIELDS>;
export type OwnTransition = z.infer<typeof askedTransition>;

/** Who hears of a field of ours that somebody damaged. */
export type OwnReport = { readonly losses: Losses; readonly what: string; readonly where: LossPlace };

/** What Montage wrote beside a clip. */
export function readOwnClip(item: JsonObject, report: OwnReport): OwnClip {
  return fieldsOf(CLIP_FIELDS, ownOf(item), report);
}

/** What Montage wrote beside a track. */
export function readOwnTrack(track: JsonObject, report: OwnReport): OwnTrack {
  return fieldsOf(TRACK_FIELDS, ownOf(track), report);
}

/** What Montage wrote of a timeline: beside it, or beside the stack that stands for a nested one. */
export function readOwnTimeline(object: JsonObject | undefined, report: OwnReport): OwnTimeline {
  return fieldsOf(TIMELINE_FIELDS, object, report);
}

/** The namespace of Montage in an object's metadata. */
export function ownOf(item: JsonObject | undefined): JsonObject | undefined {
  return objectAt(objectAt(item, 'metadata'), 'montage');
}

function fieldsOf<F extends Fields>(fields: F, own: JsonObject | undefined, report: OwnReport): Read<F> {
  const read: { [K in keyof F]?: z.infer<F[K]> } = {};
  if (own === undefined) return read;
  for (const key of Object.keys(fields) as (keyof F & string)[]) {
    const value = own[key];
    if (value === undefined) continue;
    const result = fields[key]?.safeParse(value);
    if (result?.success === true) read[key] = result.data as z.infer<F[typeof key]>;
    else {
      const message = `its ${key} in the metadata of Montage is damaged and left out`;
      report.losses.add('metadata', 'cut', report.what, report.where, message);
    }
  }
  return read;
}

/**
 * The metadata of other programs, verbatim: without our namespace and what we wrote into theirs for this export
 * (`written`: paths of keys). Undefined where nothing is left.
 */
export function foreignMetadata(item: JsonObject | undefined): Metadata | undefined {
  const metadata = objectAt(item, 'metadata');
  const own = objectAt(metadata, 'montage');
  const written = Array.isArray(own?.['written']) ? own['written'] : [];
  let rest = without(metadata, ['montage']);
  for (const path of written) {
    if (Array.isArray(path) && path.every((key) => typeof key === 'string')) rest = withoutPath(rest, path);
  }
  return rest;
}

function withoutPath(object: JsonObject | undefined, [key, ...inner]: readonly string[]): JsonObject | undefined {
  if (object === undefined || key === undefined) return object;
  const value = object[key];
  if (inner.length === 0 || !isObject(value)) return inner.length === 0 ? without(object, [key]) : object;
  const rest = withoutPath(value, inner);
  return rest === undefined ? without(object, [key]) : { ...object, [key]: rest };
}
