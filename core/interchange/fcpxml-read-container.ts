import { toNumber } from '../time/rational.ts';
import { framesInSeconds, ZERO_SECONDS, type Seconds } from '../time/seconds.ts';
import type { TrackKind } from '../timeline/timeline.ts';
import { recordSpan, type ItemPlace, type Own } from './fcpxml-read-clip.ts';
import { trimmedEntries } from './fcpxml-read-tracks.ts';
import { numberAttribute, timeAttribute, type Entry, type Origin, type StoryReader } from './fcpxml-read-types.ts';
import { refuse } from './imported.ts';
import { child, childrenNamed, type XmlElement } from './xml-read.ts';

/** Reads elements one after another. */
type WalkSpine = (reader: StoryReader, items: readonly XmlElement[], origin: Origin, lane: number) => void;

/** Whether an element is laid open: multicam and synchronised clips, and clips that hold more than one thing. */
export function isContainer(item: XmlElement): boolean {
  if (item.name === 'mc-clip' || item.name === 'sync-clip') return true;
  if (item.name !== 'clip') return false;
  const [first, ...others] = contentOf(item);
  return others.length > 0 || !['video', 'audio', 'asset-clip'].includes(first?.name ?? 'audio');
}

/** What lies inside a clip rather than on it. */
function contentOf(item: XmlElement): readonly XmlElement[] {
  const inside = item.children.filter(
    (inner) => INSIDE.has(inner.name) && (inner.attributes.get('lane') ?? '0') === '0',
  );
  const [first] = inside;
  return first?.name === 'spine' && inside.length === 1 ? first.children : inside;
}

const INSIDE = new Set([
  'audio',
  'video',
  'clip',
  'title',
  'mc-clip',
  'ref-clip',
  'sync-clip',
  'asset-clip',
  'audition',
  'gap',
  'spine',
]);

const DEEPEST = 16;

/** Lays a container open: its contents, cut to what it shows, lie on the tracks themselves. */
export function walkContainer(reader: StoryReader, item: XmlElement, place: ItemPlace, walkSpine: WalkSpine): Own {
  const span = recordSpan(reader, item, place);
  if (span === undefined) return [];
  if (child(item, 'timeMap') !== undefined) {
    reader.losses.add('speed', 'cut', place.name, place.where, 'it is laid open and plays at normal speed');
  }
  const entries =
    item.name === 'mc-clip' ? anglesOf(reader, item, place, walkSpine) : insideOf(reader, item, place, walkSpine);
  const gain = numberAttribute(child(item, 'adjust-volume'), 'amount') ?? 0;
  const isOff = item.attributes.get('enabled') === '0';
  const shown = trimmedEntries(entries, reader.rate, span.recordIn, span.recordIn + span.duration).map(
    (entry): Entry => ({
      ...entry,
      clip: {
        ...entry.clip,
        enabled: entry.clip.enabled && !isOff,
        gainDb: entry.kind === 'audio' ? entry.clip.gainDb + gain : 0,
      },
    }),
  );
  const message = `a ${NAMES.get(item.name) ?? 'clip'} is laid open: its parts are clips of their own`;
  reader.losses.add('nested', 'detail', place.name, place.where, message);
  for (const name of ['adjust-transform', 'adjust-crop', 'adjust-blend', 'adjust-panner', 'adjust-stabilization']) {
    const adjustment = child(item, name);
    if (adjustment === undefined || adjustment.attributes.get('enabled') === '0') continue;
    reader.losses.add('effect', 'cut', place.name, place.where, `${name} of what is laid open is left out`);
  }
  return shown.map((entry) => reader.entries.push(entry) - 1);
}

const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({ 'mc-clip': 'multicam clip', 'sync-clip': 'synchronised clip' }),
);

/** Reads contents with entries of their own, so that they can be cut before they are placed. */
function laidOpen(
  reader: StoryReader,
  items: readonly XmlElement[],
  origin: Origin,
  place: ItemPlace,
  length: Seconds,
  walkSpine: WalkSpine,
): readonly Entry[] {
  if (reader.open.length > DEEPEST) {
    const message = `clips inside clips lie more than ${DEEPEST} deep`;
    throw refuse('E_INTERCHANGE_FCPXML', message, `line ${place.where.line ?? 1}`);
  }
  const inner: StoryReader = { ...reader, entries: [], markers: [], open: [...reader.open, ''] };
  walkSpine(inner, withinReach(items, origin, length), origin, place.lane);
  for (const marker of inner.markers) {
    reader.losses.add('marker', 'detail', marker.name, place.where, 'a marker inside what is laid open is left out');
  }
  return inner.entries;
}

/** A long angle is cut many times: elements that lie wholly outside what is shown are not read again. */
function withinReach(items: readonly XmlElement[], { local }: Origin, length: Seconds): readonly XmlElement[] {
  if (items.some((item) => !item.attributes.has('offset'))) return items;
  const [from, to] = [toNumber(local) - 1, toNumber(local) + toNumber(length) + 1];
  return items.filter((item) => {
    const [offset, duration] = [timeAttribute(item, 'offset'), timeAttribute(item, 'duration')];
    if (offset === undefined || duration === undefined || item.children.some(isConnected)) return true;
    return toNumber(offset) + toNumber(duration) >= from && toNumber(offset) <= to;
  });
}

function isConnected(inner: XmlElement): boolean {
  return (inner.attributes.get('lane') ?? '0') !== '0';
}

function insideOf(reader: StoryReader, item: XmlElement, place: ItemPlace, walkSpine: WalkSpine): readonly Entry[] {
  const start = timeAttribute(item, 'start') ?? ZERO_SECONDS;
  const length = timeAttribute(item, 'duration') ?? ZERO_SECONDS;
  const entries = laidOpen(
    reader,
    contentOf(item),
    { record: place.record, local: start, first: ZERO_SECONDS },
    place,
    length,
    walkSpine,
  );
  const muted = childrenNamed(item, 'sync-source').map((source) => {
    const roles = childrenNamed(source, 'audio-role-source');
    const isOff = roles.length > 0 && roles.every((role) => role.attributes.get('active') === '0');
    if (!isOff && roles.some((role) => role.attributes.get('active') === '0')) {
      reader.losses.add(
        'channels',
        'cut',
        place.name,
        place.where,
        'some roles of its sound are off but are heard here',
      );
    }
    return isOff ? source.attributes.get('sourceID') : undefined;
  });
  const isHeard = ({ kind, lane }: Entry) => {
    if (kind !== 'audio') return true;
    const isStoryline = lane === Math.max(0, place.lane < 0 ? -place.lane - 1 : place.lane);
    return !muted.includes(isStoryline ? 'storyline' : 'connected');
  };
  return muted.some((source) => source !== undefined) ? separated(entries).filter(isHeard) : entries;
}

/** Sound connected inside a synchronised clip never shares the lane of its storyline. */
function separated(entries: readonly Entry[]): readonly Entry[] {
  const linked = new Set(entries.flatMap((entry) => (entry.kind === 'video' ? [entry.clip.linkGroup] : [])));
  return entries.map((entry) =>
    entry.kind === 'audio' && (entry.clip.linkGroup === null || !linked.has(entry.clip.linkGroup))
      ? { ...entry, lane: entry.lane + 1 }
      : entry,
  );
}

/** The angles that a multicam clip shows and plays; the rest is listed. */
function anglesOf(reader: StoryReader, item: XmlElement, place: ItemPlace, walkSpine: WalkSpine): readonly Entry[] {
  const ref = item.attributes.get('ref') ?? '';
  const multicam = child(reader.resources.media.get(ref), 'multicam');
  const { losses } = reader;
  if (multicam === undefined) {
    losses.add('nested', 'cut', place.name, place.where, 'its multicam media are not in the file and leave a hole');
    return [];
  }
  if (reader.open.includes(ref)) {
    throw refuse('E_INTERCHANGE_FCPXML', `the multicam clip ${ref} contains itself`, `line ${item.line}`);
  }
  const inner: StoryReader = { ...reader, open: [...reader.open, ref] };
  const start = timeAttribute(item, 'start') ?? timeAttribute(multicam, 'tcStart') ?? ZERO_SECONDS;
  const angles = childrenNamed(multicam, 'mc-angle');
  const chosen = sourcesOf(item, angles);
  if (angles.length > chosen.size) {
    losses.add('nested', 'detail', place.name, place.where, `${angles.length - chosen.size} other angles are left out`);
  }
  const frame = framesInSeconds(place.record, reader.rate, 'nearest');
  const length = timeAttribute(item, 'duration') ?? ZERO_SECONDS;
  return [...chosen].flatMap(([angle, kinds]) => {
    const items = angle.children;
    const origin = { record: place.record, local: start, first: timeAttribute(multicam, 'tcStart') ?? ZERO_SECONDS };
    const entries = laidOpen(inner, items, origin, place, length, walkSpine);
    if (entries.length === 0)
      losses.add('nested', 'cut', place.name, losses.at('V1', frame, item.line), 'its angle is empty');
    return entries.filter(({ kind }) => kinds.includes(kind));
  });
}

/** Which angles show and which are heard; where the clip does not say, the first does both. */
function sourcesOf(item: XmlElement, angles: readonly XmlElement[]): ReadonlyMap<XmlElement, readonly TrackKind[]> {
  const found = new Map<XmlElement, readonly TrackKind[]>();
  const clipUse = item.attributes.get('srcEnable') ?? 'all';
  const add = (angle: XmlElement | undefined, use: string) => {
    if (angle === undefined || use === 'none') return;
    const kinds = (['video', 'audio'] as const).filter(
      (kind) => (use === 'all' || use === kind) && (clipUse === 'all' || clipUse === kind),
    );
    if (kinds.length > 0) found.set(angle, [...(found.get(angle) ?? []), ...kinds]);
  };
  const sources = childrenNamed(item, 'mc-source');
  for (const source of sources) {
    const id = source.attributes.get('angleID');
    add(
      angles.find((angle) => angle.attributes.get('angleID') === id),
      source.attributes.get('srcEnable') ?? 'all',
    );
  }
  if (sources.length === 0) add(angles[0], 'all');
  return found;
}
