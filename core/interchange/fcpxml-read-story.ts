import {
  addSeconds,
  divideSeconds,
  framesInSeconds,
  subtractSeconds,
  ZERO_SECONDS,
  type Seconds,
} from '../time/seconds.ts';
import { isContainer, walkContainer } from './fcpxml-read-container.ts';
import { playedBy, readMediaClip, readTitleClip, type ItemPlace, type Own } from './fcpxml-read-clip.ts';
import { readClipTiming } from './fcpxml-read-timing.ts';
import { settleTransition, type OpenTransition } from './fcpxml-read-transition.ts';
import { timeAttribute, type Origin, type StoryReader } from './fcpxml-read-types.ts';
import type { ImportedMarker } from './handoff.ts';
import { child, type XmlElement } from './xml-read.ts';

const STORY = new Set([
  'asset-clip',
  'clip',
  'video',
  'audio',
  'gap',
  'title',
  'ref-clip',
  'mc-clip',
  'sync-clip',
  'audition',
  'caption',
  'spine',
  'live-drawing',
]);
const MARKERS = new Set(['marker', 'chapter-marker']);
/** Children of clips that are read elsewhere, or say nothing about the cut. */
const SILENT = new Set([
  'note',
  'conform-rate',
  'timeMap',
  'adjust-volume',
  'adjust-panner',
  'adjust-blend',
  'adjust-crop',
  'adjust-conform',
  'adjust-transform',
  'adjust-stabilization',
  'adjust-colorConform',
  'audio-channel-source',
  'audio-role-source',
  'metadata',
  'text',
  'text-style-def',
  'reserved',
  'mc-source',
  'sync-source',
  'param',
]);
const LABELS = new Set(['keyword', 'rating', 'analysis-marker', 'hidden-clip-marker']);

/** Whether an element takes time in a storyline or hangs on one. */
function isStoryElement(item: XmlElement): boolean {
  return STORY.has(item.name);
}

/**
 * Reads the elements of a storyline one after another; those without an offset follow the one before. `isMain`: markers
 * of its clips are markers of the timeline, as Final Cut has no others.
 */
export function walkSpine(
  reader: StoryReader,
  items: readonly XmlElement[],
  origin: Origin,
  lane: number,
  isMain = false,
): void {
  let cursor = origin.first ?? origin.local;
  let before: Own = [];
  let open: OpenTransition | undefined;
  for (const item of items) {
    const offset = timeAttribute(item, 'offset') ?? cursor;
    const record = addSeconds(origin.record, subtractSeconds(offset, origin.local));
    if (item.name === 'transition') {
      open = { item, record, place: placeOf(reader, lane, record, item) };
      listMarkersIn(reader, item, open.place);
      continue;
    }
    if (!isStoryElement(item)) {
      reader.losses.add('metadata', 'detail', item.name, placeOf(reader, lane, record, item).where, 'it is left out');
      continue;
    }
    const own = walkItem(reader, item, record, lane, isMain);
    if (open !== undefined) settleTransition(reader, open, record, before, own);
    open = undefined;
    before = own;
    cursor = addSeconds(offset, lengthOf(reader, item));
  }
  if (open !== undefined) {
    const end = addSeconds(origin.record, subtractSeconds(cursor, origin.local));
    settleTransition(reader, open, end, before, []);
  }
}

/** An element's length: its own, or all of the media it plays. */
function lengthOf(reader: StoryReader, item: XmlElement): Seconds {
  const active = item.name === 'audition' ? item.children.find(isStoryElement) : undefined;
  if (active !== undefined) return lengthOf(reader, active);
  const played = item.name === 'asset-clip' && !item.attributes.has('duration') ? playedBy(reader, item) : undefined;
  return timeAttribute(item, 'duration') ?? played?.asset.declared?.duration ?? ZERO_SECONDS;
}

function listMarkersIn(reader: StoryReader, transition: XmlElement, { where }: ItemPlace): void {
  for (const marker of transition.children.filter((inner) => MARKERS.has(inner.name))) {
    const name = marker.attributes.get('value') ?? '';
    reader.losses.add('marker', 'detail', name, where, 'a marker of a transition is left out');
  }
}

function placeOf(reader: StoryReader, lane: number, record: Seconds, item: XmlElement): ItemPlace {
  const label = lane >= 0 ? `V${lane + 1}` : `A${-lane}`;
  const where = reader.losses.at(label, framesInSeconds(record, reader.rate, 'nearest'), item.line);
  return { record, lane, name: item.attributes.get('name') ?? item.name, where };
}

/** Reads one element and what hangs on it. */
function walkItem(reader: StoryReader, item: XmlElement, record: Seconds, lane: number, isMain: boolean): Own {
  if (reader.open.length > 0) reader.spend(item.line);
  const place = placeOf(reader, lane, record, item);
  if (item.name === 'spine') {
    walkSpine(reader, item.children, { record, local: ZERO_SECONDS }, lane);
    return [];
  }
  if (item.name === 'audition') {
    const active = item.children.find(isStoryElement);
    if (item.children.length > 1) {
      reader.losses.add('nested', 'detail', place.name, place.where, 'only the active pick of the audition is kept');
    }
    return active === undefined ? [] : walkItem(reader, active, record, lane, isMain);
  }
  const own = readItem(reader, item, place);
  walkAnchored(reader, item, place, own, isMain);
  return own;
}

function readItem(reader: StoryReader, item: XmlElement, place: ItemPlace): Own {
  if (item.name === 'gap') return [];
  if (item.name === 'title' || item.name === 'caption') return readTitleClip(reader, item, place);
  if (item.name === 'live-drawing') {
    reader.losses.add('generator', 'cut', place.name, place.where, 'a drawing is left out and leaves a hole');
    return [];
  }
  if (isContainer(item)) return walkContainer(reader, item, place, walkSpine);
  return readMediaClip(reader, item, mediaIn(item) ?? item, place);
}

/** The element of a `clip` that names its file: its picture, else its sound. */
function mediaIn(item: XmlElement): XmlElement | undefined {
  if (item.name !== 'clip') return undefined;
  const inner = ['video', 'asset-clip', 'audio'].map((name) =>
    item.children.find((candidate) => candidate.name === name && isInside(candidate)),
  );
  return inner.find((candidate) => candidate !== undefined) ?? child(item, 'audio');
}

function isInside(inner: XmlElement): boolean {
  return (inner.attributes.get('lane') ?? '0') === '0';
}

/** Connected items, markers, labels and effects of an element, in its own time. */
function walkAnchored(reader: StoryReader, item: XmlElement, place: ItemPlace, own: Own, isMain: boolean): void {
  const asset = item.name === 'clip' ? undefined : playedBy(reader, item)?.asset;
  const { local, conform } = readClipTiming(reader, item, asset, () => undefined);
  const at = (time: Seconds) => addSeconds(place.record, subtractSeconds(time, local));
  for (const inner of item.children) {
    if (MARKERS.has(inner.name)) {
      const start = timeAttribute(inner, 'start') ?? local;
      const since = divideSeconds(subtractSeconds(start, local), conform);
      readMarker(reader, inner, place, since, isMain ? [] : own);
    } else if (isStoryElement(inner)) {
      if (!inner.attributes.has('lane') || isInside(inner) || isOwnSound(item, inner)) {
        if (item.name === 'clip') listInside(reader, inner, place);
        continue;
      }
      const lane = Number(inner.attributes.get('lane'));
      const offset = timeAttribute(inner, 'offset') ?? local;
      walkItem(
        reader,
        inner,
        at(offset),
        place.lane + (Number.isInteger(lane) && Math.abs(lane) < 1000 ? lane : 0),
        false,
      );
    } else if (!SILENT.has(inner.name)) {
      loseExtra(reader, inner, place);
    }
  }
}

/** A clip's own sound lies on a lane inside it; what is connected to a clip is a clip, title or storyline. */
function isOwnSound(item: XmlElement, inner: XmlElement): boolean {
  return item.name === 'clip' && (inner.name === 'audio' || inner.name === 'video');
}

/** What changes a part of a clip apart from the clip itself. */
function listInside(reader: StoryReader, inner: XmlElement, place: ItemPlace): void {
  for (const part of inner.children) {
    const isRead = isStoryElement(part) || MARKERS.has(part.name) || part.name === 'adjust-volume';
    if (!isRead && (!SILENT.has(part.name) || part.name.startsWith('adjust-'))) loseExtra(reader, part, place);
  }
}

function loseExtra(reader: StoryReader, inner: XmlElement, { name, where }: ItemPlace): void {
  const place = { ...where, line: inner.line };
  if (inner.attributes.get('enabled') === '0') return;
  if (LABELS.has(inner.name)) {
    const value = inner.attributes.get('value') ?? '';
    reader.losses.add('note', 'detail', name, place, `the ${inner.name} ${value} is left out`);
  } else {
    const what = inner.attributes.get('name') ?? inner.name;
    reader.losses.add('effect', 'cut', name, place, `${what} is left out`);
  }
}

/** A marker of the timeline, or of the clip where it hangs on one beside the main storyline. */
function readMarker(reader: StoryReader, marker: XmlElement, place: ItemPlace, since: Seconds, own: Own): void {
  const { rate } = reader;
  const frames = framesInSeconds(timeAttribute(marker, 'duration') ?? ZERO_SECONDS, rate, 'nearest');
  const read: Omit<ImportedMarker, 'at'> = {
    // One frame is FCPXML's shortest marker: a point.
    duration: frames > 1 ? frames : 0,
    name: marker.attributes.get('value') ?? '',
    note: marker.attributes.get('note') ?? '',
    colour: colourOf(marker),
  };
  const [index] = own;
  const entry = index === undefined ? undefined : reader.entries[index];
  if (index === undefined || entry === undefined) {
    const at = Math.max(0, framesInSeconds(addSeconds(place.record, since), rate, 'nearest'));
    reader.markers.push({ ...read, at });
    return;
  }
  const at = framesInSeconds(since, rate, 'nearest');
  reader.entries[index] = {
    ...entry,
    clip: { ...entry.clip, markers: [...(entry.clip.markers ?? []), { ...read, at }] },
  };
}

/** Chapters are orange, to-do items red, done ones green, as Final Cut draws them. */
function colourOf(marker: XmlElement): ImportedMarker['colour'] {
  if (marker.name === 'chapter-marker') return 'orange';
  const completed = marker.attributes.get('completed');
  if (completed === undefined) return 'blue';
  return completed === '1' ? 'green' : 'red';
}
