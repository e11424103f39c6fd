import type { ImportedClip, ImportedTrack, ImportedTransition } from './handoff.ts';
import { listAt, objectAt, schemaOf, textAt, type JsonObject } from './otio-json.ts';
import { finished, readClip, withTransitions, type Placed } from './otio-read-clip.ts';
import { OFF_GRID } from './imported.ts';
import { foreignMetadata, readOwnTrack } from './otio-read-own.ts';
import { readTransition } from './otio-read-transitions.ts';
import { readMarkers, type OtioReader } from './otio-reader.ts';
import { demandNesting, demandRecordTime, durationOf, isOffGrid, rangeOf } from './otio-time.ts';
import { addSeconds, framesInSeconds, subtractSeconds, ZERO_SECONDS, type Seconds } from '../time/seconds.ts';

/** Reads a Track.1, or what stands beside tracks as a track of its own. `label` is what editors call it: 'V1'. */
export function readTrack(
  reader: OtioReader,
  track: JsonObject,
  kind: 'video' | 'audio',
  label: string,
): ImportedTrack {
  const { losses } = reader;
  const place = losses.at(label, 0);
  const isTrack = schemaOf(track) === 'Track';
  const own = isTrack ? readOwnTrack(track, { losses, what: textAt(track, 'name'), where: place }) : {};
  const items = isTrack ? inlined(track, kind, 0) : [track];
  const clips = readItems(reader, items, kind, label);
  if (isTrack) reader.markers.push(...readMarkers(reader, track, place, (time) => time));
  const metadata = isTrack ? trackMetadata(reader, track, label) : undefined;
  return {
    kind,
    name: own.name ?? textAt(track, 'name'),
    enabled: !isTrack || track['enabled'] !== false,
    locked: own.locked ?? objectAt(objectAt(track, 'metadata'), 'Resolve_OTIO')?.['Locked'] === true,
    ...(own.solo === true ? { solo: true } : {}),
    ...(own.syncLock === false ? { syncLock: false } : {}),
    ...(own.captions === undefined || kind === 'audio' ? {} : { captions: own.captions }),
    ...(metadata === undefined ? {} : { metadata }),
    clips,
  };
}

/** A track's items; a track inside it that only groups them is the same as its items. */
function inlined(track: JsonObject, kind: 'video' | 'audio', depth: number): readonly JsonObject[] {
  demandNesting(depth);
  return listAt(track, 'children').flatMap((item) => {
    const isSameKind = (textAt(item, 'kind') === 'Audio' ? 'audio' : 'video') === kind;
    const isPlain =
      item['enabled'] !== false &&
      rangeOf(item['source_range']) === undefined &&
      listAt(item, 'effects').length + listAt(item, 'markers').length === 0 &&
      Object.keys(objectAt(item, 'metadata') ?? {}).length === 0;
    return schemaOf(item) === 'Track' && isSameKind && isPlain ? inlined(item, kind, depth + 1) : [item];
  });
}

type Entry = { readonly item: JsonObject; readonly clip: ImportedClip | undefined; readonly at: Seconds };

function readItems(
  reader: OtioReader,
  items: readonly JsonObject[],
  kind: 'video' | 'audio',
  label: string,
): readonly ImportedClip[] {
  const { losses, rate } = reader;
  const entries: Entry[] = [];
  /** By the index of the item that follows. */
  const transitions = new Map<number, ImportedTransition>();
  let at = ZERO_SECONDS;
  for (const item of items) {
    const place = losses.at(label, framesInSeconds(at, rate, 'nearest'));
    if (schemaOf(item) === 'Transition') {
      const transition = readTransition(reader, item, place);
      if (transitions.has(entries.length)) {
        losses.add('transition', 'cut', textAt(item, 'name'), place, 'two transitions meet; the second is left out');
      } else if (transition !== undefined) transitions.set(entries.length, transition);
      continue;
    }
    const end = addSeconds(at, durationOf(item));
    demandRecordTime(end, label);
    entries.push({ item, clip: readItem(reader, item, kind, label, at, end), at });
    at = end;
  }
  for (const [index, transition] of transitions) listStranded(reader, entries, index, transition, label, at);
  return entries.flatMap(({ item, clip }, index) => {
    if (clip === undefined) return [];
    const isLast = entries[index + 1]?.clip === undefined;
    const ends = { head: transitions.get(index), tail: isLast ? transitions.get(index + 1) : undefined };
    return [withTransitions(reader, clip, item, losses.at(label, clip.recordIn), ends)];
  });
}

/** A fade plays inside its clip; a transition needs a clip at one side at least. */
function listStranded(
  reader: OtioReader,
  entries: readonly Entry[],
  index: number,
  transition: ImportedTransition,
  label: string,
  end: Seconds,
): void {
  const [before, after] = [entries[index - 1]?.clip, entries[index]?.clip];
  const frame = framesInSeconds(entries[index]?.at ?? end, reader.rate, 'nearest');
  const place = reader.losses.at(label, frame);
  const add = (message: string) => reader.losses.add('transition', 'cut', transition.kind, place, message);
  if (before === undefined && after === undefined) add('a transition without a clip beside it is left out');
  else if (before === undefined && transition.inOffset > 0)
    add('a fade starts before its clip; that part is not played');
  else if (after === undefined && transition.outOffset > 0)
    add('a fade goes on after its clip; that part is not played');
}

function readItem(
  reader: OtioReader,
  item: JsonObject,
  kind: 'video' | 'audio',
  label: string,
  at: Seconds,
  end: Seconds,
): ImportedClip | undefined {
  const { losses, rate } = reader;
  const schema = schemaOf(item);
  const recordIn = framesInSeconds(at, rate, 'nearest');
  const place = losses.at(label, recordIn);
  const name = textAt(item, 'name');
  if (schema === 'Gap' || schema === 'Filler') {
    readGap(reader, item, label, at);
    return undefined;
  }
  const isComposition = schema === 'Stack' || schema === 'Track' || schema === 'Timeline';
  if (schema !== 'Clip' && !isComposition) {
    const what = schema === '' ? 'object' : schema;
    losses.add('nested', 'cut', name, place, `a nested ${what} cannot be read and leaves a hole`);
    return undefined;
  }
  const duration = framesInSeconds(end, rate, 'nearest') - recordIn;
  if (isOffGrid(at, rate) || isOffGrid(end, rate)) losses.add('off-grid', 'cut', name, place, OFF_GRID);
  if (duration < 1) {
    losses.add('media', 'cut', name, place, 'it is shorter than a frame and left out');
    return undefined;
  }
  const placed: Placed = { kind, recordIn, duration, place };
  return isComposition ? readNested(reader, item, placed) : readClip(reader, item, placed);
}

function readGap(reader: OtioReader, item: JsonObject, label: string, at: Seconds): void {
  const { losses, rate } = reader;
  const place = losses.at(label, framesInSeconds(at, rate, 'nearest'));
  const start = rangeOf(item['source_range'])?.start ?? ZERO_SECONDS;
  reader.markers.push(...readMarkers(reader, item, place, (time) => addSeconds(at, subtractSeconds(time, start))));
  if (foreignMetadata(item) !== undefined || listAt(item, 'effects').length > 0) {
    const message = 'what another program wrote beside the gap is left out';
    losses.add('metadata', 'detail', textAt(item, 'name') || 'gap', place, message);
  }
}

function readNested(reader: OtioReader, item: JsonObject, at: Placed): ImportedClip {
  const { key, timeline } = reader.nest(reader, item, at.kind);
  const from = rangeOf(item['source_range'])?.start ?? ZERO_SECONDS;
  return finished(reader, item, at, from, {
    content: { kind: 'nested', key },
    media: { name: timeline.name },
    sourceIn: from,
    sourceOrigin: 'first-frame',
    sourceRate: timeline.rate,
  });
}

function trackMetadata(reader: OtioReader, track: JsonObject, label: string) {
  const effects = listAt(track, 'effects').filter((effect) => objectAt(effect, 'metadata')?.['montage'] === undefined);
  for (const effect of effects) {
    const name = textAt(effect, 'effect_name') || textAt(effect, 'name') || schemaOf(effect);
    const message = `the effect ${name} of the whole track is not played`;
    reader.losses.add('effect', 'cut', textAt(track, 'name') || label, { track: label }, message);
  }
  const metadata = { ...foreignMetadata(track), ...(effects.length === 0 ? {} : { otio: { effects } }) };
  return Object.keys(metadata).length === 0 ? undefined : metadata;
}
