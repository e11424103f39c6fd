import { refuse } from './imported.ts';

/** An object of a parsed JSON text, nothing known of its values. */
export type JsonObject = Readonly<Record<string, unknown>>;

const MAX_CHARACTERS = 64 * 1024 * 1024;
const MAX_DEPTH = 400;

/**
 * Parses untrusted OTIO text (UTF-8 that was decoded; a byte order mark is skipped).
 *
 * @throws MontageError E_INTERCHANGE_HOSTILE, E_INTERCHANGE_ENCODING, E_INTERCHANGE_JSON
 */
export function parseOtioJson(text: string): unknown {
  if (text.length > MAX_CHARACTERS) throw refuse('E_INTERCHANGE_HOSTILE', 'the file is larger than 64 MiB', 'otio');
  if (text.slice(0, 64).includes('\u0000')) {
    const hint = 'save it as UTF-8, as OpenTimelineIO does';
    throw refuse('E_INTERCHANGE_ENCODING', 'the file is not UTF-8; it looks like UTF-16', 'otio', hint);
  }
  const json = parsed(text.replace(/^\uFEFF/, ''));
  demandDepth(json);
  return json;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (/[:[,]\s*-?(?:NaN|Infinity)\b/.test(text)) {
      const hint = 'write the file again without NaN and Infinity, which JSON (RFC 8259) has no words for';
      throw refuse('E_INTERCHANGE_JSON', 'the JSON is damaged: it holds NaN or Infinity', 'otio', hint);
    }
    const what = cause instanceof Error ? cause.message : 'it cannot be parsed';
    throw refuse('E_INTERCHANGE_JSON', `the JSON is damaged: ${what.slice(0, 200)}`, 'otio');
  }
}

/** Everything after this may recurse. */
function demandDepth(json: unknown): void {
  let level: readonly unknown[] = [json];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) throw refuse('E_INTERCHANGE_HOSTILE', `it nests more than ${MAX_DEPTH} deep`, 'otio');
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) next.push(inner);
    }
    level = next;
  }
}

/** Whether a value is an object and no list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object under a key; undefined where there is none. */
export function objectAt(object: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = object?.[key];
  return isObject(value) ? value : undefined;
}

/** The objects of the list under a key. */
export function listAt(object: JsonObject | undefined, key: string): readonly JsonObject[] {
  const value = object?.[key];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The text under a key; '' where there is none. */
export function textAt(object: JsonObject | undefined, key: string): string {
  const value = object?.[key];
  return typeof value === 'string' ? value : '';
}

/** The finite number under a key. */
export function numberAt(object: JsonObject | undefined, key: string): number | undefined {
  const value = object?.[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** 'Clip' of 'Clip.2'; '' where there is no schema. */
export function schemaOf(object: JsonObject | undefined): string {
  return textAt(object, 'OTIO_SCHEMA').replace(/\.\d+$/, '');
}

/** An object without some of its keys; undefined where nothing is left. */
export function without(object: JsonObject | undefined, keys: readonly string[]): JsonObject | undefined {
  if (object === undefined) return undefined;
  const entries = Object.entries(object).filter(([key]) => !keys.includes(key));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
