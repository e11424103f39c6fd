import type { ImportedTimeline } from './handoff.ts';
import { dropLoneLinks, refuse } from './imported.ts';
import { isObject, listAt, objectAt, parseOtioJson, schemaOf, textAt, type JsonObject } from './otio-json.ts';
import { readComposition } from './otio-read-composition.ts';
import { foreignMetadata, ownOf } from './otio-read-own.ts';
import type { NestedPool } from './otio-reader.ts';

/**
 * Reads OpenTimelineIO JSON: a Timeline, a bare Stack or Track, or the first of these in a collection. What other
 * programs wrote is kept in `metadata` (what has no place of its own under its key `otio`); what cannot be played is
 * listed as well.
 *
 * @throws MontageError E_INTERCHANGE_JSON, E_INTERCHANGE_ENCODING, E_INTERCHANGE_OTIO, E_INTERCHANGE_HOSTILE
 */
export function readOtio(text: string): ImportedTimeline {
  const json = parseOtioJson(text);
  if (!isObject(json)) throw refuse('E_INTERCHANGE_OTIO', 'it is no OTIO object', 'otio');
  const root = rootOf(json);
  const isTimeline = schemaOf(root) === 'Timeline';
  const stack = isTimeline ? objectAt(root, 'tracks') : root;
  if (stack === undefined) throw refuse('E_INTERCHANGE_OTIO', 'the timeline has no tracks', 'tracks');
  const pool: NestedPool = { keys: new Map(), list: [] };
  const { losses, ...timeline } = readComposition({
    stack,
    name: textAt(root, 'name'),
    start: root['global_start_time'],
    own: ownOf(root),
    parent: undefined,
    kind: 'video',
    pool,
  });
  const metadata = { ...(isTimeline ? foreignMetadata(root) : {}), ...timeline.metadata };
  return {
    ...timeline,
    tracks: dropLoneLinks(timeline.tracks),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    ...(pool.list.length === 0 ? {} : { nested: pool.list }),
    losses: [...losses, ...wholeFileLosses(json, root, text)],
  };
}

const COMPOSITIONS: readonly string[] = ['Timeline', 'Stack', 'Track'];

function rootOf(json: JsonObject): JsonObject {
  const schema = schemaOf(json);
  if (COMPOSITIONS.includes(schema)) return json;
  const inside = schema === 'SerializableCollection' ? listAt(json, 'children') : [];
  for (const wanted of COMPOSITIONS) {
    const found = inside.find((child) => schemaOf(child) === wanted);
    if (found !== undefined) return found;
  }
  const what = schema === '' ? 'a thing without a schema' : `a ${schema}`;
  const message = `it holds ${what}, not a Timeline, Stack or Track`;
  throw refuse('E_INTERCHANGE_OTIO', message, 'OTIO_SCHEMA');
}

function wholeFileLosses(json: JsonObject, root: JsonObject, text: string): ImportedTimeline['losses'] {
  const others = json === root ? 0 : listAt(json, 'children').length - 1;
  return [
    ...(others < 1
      ? []
      : [
          {
            kind: 'nested' as const,
            severity: 'cut' as const,
            what: textAt(json, 'name'),
            where: {},
            message: `the collection holds ${others} more things, which are left out`,
          },
        ]),
    ...(!text.includes('\uFFFD')
      ? []
      : [
          {
            kind: 'name' as const,
            severity: 'detail' as const,
            what: textAt(root, 'name'),
            where: {},
            message: 'some characters are no UTF-8 and cannot be read; names and paths may be wrong',
          },
        ]),
  ];
}
