import { toNumber, type Rational } from '../time/rational.ts';
import { multiplySeconds, type Seconds } from '../time/seconds.ts';
import type { Metadata } from '../timeline/timeline.ts';

export type Json = string | number | boolean | null | readonly Json[] | JsonRecord;
export type JsonRecord = { readonly [key: string]: Json };

/** A RationalTime.1: `value` frames or samples at `rate`, which is written as a full double. */
export function rationalTime(value: number, rate: Rational): JsonRecord {
  return { OTIO_SCHEMA: 'RationalTime.1', rate: toNumber(rate), value };
}

/** A TimeRange.1. */
export function timeRange(start: Json, duration: Json): JsonRecord {
  return { OTIO_SCHEMA: 'TimeRange.1', duration, start_time: start };
}

/** A range of whole record frames. */
export function frameRange(start: number, duration: number, rate: Rational): JsonRecord {
  return timeRange(rationalTime(start, rate), rationalTime(duration, rate));
}

/** Seconds as a value on a grid; whole where the grid fits. */
export function valueOn(seconds: Seconds, grid: Rational): number {
  return toNumber(multiplySeconds(seconds, grid));
}

/** What may be written of data that nobody here knows: JSON as it is; what JSON has no words for becomes null. */
export function asJson(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(asJson);
  if (typeof value !== 'object') return null;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, asJson(inner)]));
}

/** What an OTIO file that was imported held beside its cut, kept under the key `otio` of a model's metadata. */
export type KeptOtio = {
  readonly effects: readonly Json[];
  readonly references: JsonRecord;
  /** A reference that is no plain file, e.g. an image sequence, and the path that it was read as. */
  readonly reference: Json | undefined;
  readonly referencePath: Json | undefined;
  readonly referenceMetadata: Metadata | undefined;
  readonly stack: Metadata | undefined;
  readonly colour: Json | undefined;
};

/** Splits a model's metadata into that of other programs and what belongs to other places of an OTIO file. */
export function splitMetadata(metadata: Metadata | undefined): { readonly foreign: Metadata; readonly kept: KeptOtio } {
  const { otio, ...foreign } = metadata ?? {};
  const kept = recordOf(otio);
  return {
    foreign,
    kept: {
      effects: Array.isArray(kept['effects']) ? kept['effects'].map(asJson) : [],
      references: recordOf(kept['references']),
      reference: kept['reference'],
      referencePath: kept['referencePath'],
      referenceMetadata: metadataOf(kept['referenceMetadata']),
      stack: metadataOf(kept['stack']),
      colour: kept['color'],
    },
  };
}

function recordOf(value: unknown): JsonRecord {
  const json = asJson(value);
  return isRecord(json) ? json : {};
}

function metadataOf(value: Json | undefined): Metadata | undefined {
  return value !== undefined && isRecord(value) ? value : undefined;
}

function isRecord(json: Json): json is JsonRecord {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** What is written into the namespace of another program: its name, then its keys. */
export type ForProgram = Readonly<Record<string, JsonRecord>>;

/**
 * The metadata of an object: other programs' verbatim, what we write for them where they say nothing themselves, and our
 * own namespace, which names what we wrote for them so that reading the file back leaves it out again.
 */
export function metadataJson(foreign: Metadata, own: JsonRecord, forPrograms: ForProgram = {}): JsonRecord {
  const result: Record<string, Json> = {};
  for (const [program, value] of Object.entries(foreign)) if (program !== 'montage') result[program] = asJson(value);
  const written: Json[] = [];
  for (const [program, keys] of Object.entries(forPrograms)) {
    const there = recordOf(result[program]);
    const isNew = result[program] === undefined;
    const added = Object.keys(keys).filter((key) => there[key] === undefined);
    if (isNew) written.push([program]);
    else written.push(...added.map((key) => [program, key]));
    result[program] = { ...keys, ...there, ...linksOf(keys) };
  }
  const namespace = written.length === 0 ? own : { ...own, written };
  return Object.keys(namespace).length === 0 ? result : { ...result, montage: namespace };
}

/** Links are ours: the groups of an imported file are renumbered with those of the project. */
function linksOf(keys: JsonRecord): JsonRecord {
  return Object.fromEntries(Object.entries(keys).filter(([key]) => key === 'Link Group ID' || key === 'LinkID'));
}
