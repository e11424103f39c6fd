import type { Rate } from '../time/rate.ts';
import type { TrackKind } from '../timeline/timeline.ts';
import { timeAttribute, type FcpAsset, type FcpResources } from './fcpxml-time.ts';
import { readClipTiming, readSound, sourceChannels } from './fcpxml-clip.ts';
import type { ImportedClip, ImportedMarker, ImportedTrack } from './handoff.ts';
import { dropLoneLinks, importedClip, type Losses } from './imported.ts';
import { pathOfMediaUrl } from './media-path.ts';
import {
  addSeconds,
  divideSeconds,
  framesInSeconds,
  multiplySeconds,
  subtractSeconds,
  ZERO_SECONDS,
  type Seconds,
} from '../time/seconds.ts';
import { child, childText, type XmlElement } from './xml-read.ts';

/** A clip found on a lane; sound without a picture of its own hangs below. */
export type Entry = { readonly kind: TrackKind; readonly lane: number; readonly clip: ImportedClip };

export type StoryReader = {
  readonly rate: Rate;
  readonly resources: FcpResources;
  readonly losses: Losses;
  readonly entries: Entry[];
  readonly markers: ImportedMarker[];
};

/** Where a container lies: its local time `local` falls on record time `record`. */
export type Origin = { readonly record: Seconds; readonly local: Seconds };

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
]);
const MARKERS = new Set(['marker', 'chapter-marker']);
/** Children of clips that are read elsewhere, or say nothing about the cut. */
const SILENT = new Set([
  'note',
  'conform-rate',
  'timeMap',
  'adjust-volume',
  'adjust-blend',
  'audio-channel-source',
  'metadata',
  'adjust-conform',
  'adjust-colorConform',
  'text',
  'text-style-def',
  'reserved',
  'mc-source',
  'sync-source',
  'audio-role-source',
  'param',
]);
const LABELS = new Set(['keyword', 'rating', 'analysis-marker']);

/** Reads the elements of a storyline one after another; those without an offset follow the one before. */
export function walkSpine(reader: StoryReader, spine: XmlElement, origin: Origin, lane: number): void {
  let cursor = origin.local;
  for (const item of spine.children) {
    const offset = timeAttribute(item, 'offset') ?? cursor;
    const record = addSeconds(origin.record, subtractSeconds(offset, origin.local));
    if (item.name === 'transition') {
      const name = item.attributes.get('name') ?? 'transition';
      reader.losses.add(
        'transition',
        'cut',
        name,
        placeOf(reader, lane, record, item),
        'the transition becomes a straight cut',
      );
      continue;
    }
    walkItem(reader, item, record, lane);
    cursor = addSeconds(offset, timeAttribute(item, 'duration') ?? ZERO_SECONDS);
  }
}

function placeOf(reader: StoryReader, lane: number, record: Seconds, item: XmlElement) {
  const label = lane >= 0 ? `V${lane + 1}` : `A${-lane}`;
  return reader.losses.at(label, framesInSeconds(record, reader.rate, 'nearest'), item.line);
}

function walkItem(reader: StoryReader, item: XmlElement, record: Seconds, lane: number): void {
  const place = placeOf(reader, lane, record, item);
  const name = item.attributes.get('name') ?? item.name;
  const left = (kind: 'nested' | 'title', what: string) =>
    reader.losses.add(kind, 'cut', name, place, `${what} is left out and leaves a hole`);
  if (item.name === 'spine') {
    walkSpine(reader, item, { record, local: ZERO_SECONDS }, lane);
    return;
  }
  if (item.name === 'audition') {
    const active = item.children.find((candidate) => STORY.has(candidate.name));
    if (item.children.length > 1)
      reader.losses.add('nested', 'detail', name, place, 'only the active pick of the audition is kept');
    if (active !== undefined) walkItem(reader, active, record, lane);
    return;
  }
  if (item.name === 'title' || item.name === 'caption') left('title', `a ${item.name}`);
  else if (item.name === 'ref-clip') left('nested', 'a compound clip');
  else if (item.name === 'mc-clip') left('nested', 'a multicam clip');
  else if (item.name === 'sync-clip') left('nested', 'a synchronised clip');
  else if (item.name !== 'gap' && STORY.has(item.name)) readClip(reader, item, record, lane);
  walkAnchored(reader, item, record, lane);
}

/** Connected items and markers of an element, in its local time. */
function walkAnchored(reader: StoryReader, item: XmlElement, record: Seconds, lane: number): void {
  const asset = assetOf(reader, item);
  const local = timeAttribute(item, 'start') ?? (asset === undefined ? ZERO_SECONDS : asset.start);
  const pace = readClipTiming(reader, item, asset, () => undefined).conform;
  const at = (time: Seconds) => addSeconds(record, subtractSeconds(time, local));
  for (const inner of item.children) {
    if (MARKERS.has(inner.name)) {
      const start = timeAttribute(inner, 'start') ?? local;
      readMarker(reader, inner, addSeconds(record, divideSeconds(subtractSeconds(start, local), pace)));
    } else if (STORY.has(inner.name) && inner.attributes.has('lane') && item.name !== 'audition') {
      if (item.name === 'clip' && !isConnected(inner)) continue;
      const innerLane = Number(inner.attributes.get('lane'));
      const offset = timeAttribute(inner, 'offset') ?? local;
      walkItem(reader, inner, at(offset), lane + (Number.isInteger(innerLane) ? innerLane : 0));
    } else if (!SILENT.has(inner.name) && !STORY.has(inner.name)) {
      loseExtra(reader, item, inner, record, lane);
    }
  }
}

/** A clip's own sound lies on a lane inside it; what is connected to a clip is a clip, title or storyline. */
function isConnected(inner: XmlElement): boolean {
  return inner.name !== 'audio' && inner.name !== 'video';
}

function loseExtra(reader: StoryReader, item: XmlElement, inner: XmlElement, record: Seconds, lane: number): void {
  const name = item.attributes.get('name') ?? item.name;
  const place = placeOf(reader, lane, record, inner);
  if (LABELS.has(inner.name)) {
    reader.losses.add(
      'note',
      'detail',
      name,
      place,
      `the ${inner.name} ${inner.attributes.get('value') ?? ''} is left out`,
    );
  } else {
    reader.losses.add('effect', 'cut', name, place, `${inner.attributes.get('name') ?? inner.name} is left out`);
  }
}

function readMarker(reader: StoryReader, marker: XmlElement, at: Seconds): void {
  const duration = timeAttribute(marker, 'duration') ?? ZERO_SECONDS;
  const frames = framesInSeconds(duration, reader.rate, 'nearest');
  reader.markers.push({
    at: Math.max(0, framesInSeconds(at, reader.rate, 'nearest')),
    // One frame is FCPXML's shortest marker: a point.
    duration: frames > 1 ? frames : 0,
    name: marker.attributes.get('value') ?? '',
    note: marker.attributes.get('note') ?? '',
    colour: 'blue',
  });
}

/** The asset that an element plays: its own, or that of the first picture or sound inside a `clip`. */
function assetOf(reader: StoryReader, item: XmlElement): FcpAsset | undefined {
  if (item.name === 'clip') return undefined;
  return reader.resources.assets.get(item.attributes.get('ref') ?? '');
}

function firstMedia(item: XmlElement): XmlElement | undefined {
  for (const inner of item.children) {
    if (inner.name === 'video' || inner.name === 'audio' || inner.name === 'asset-clip') return inner;
    const deeper = inner.name === 'gap' || inner.name === 'spine' ? firstMedia(inner) : undefined;
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

function holdsSound(item: XmlElement): boolean {
  return item.children.some((inner) => inner.name === 'audio' || holdsSound(inner));
}

function readClip(reader: StoryReader, item: XmlElement, record: Seconds, lane: number): void {
  const { losses, rate, resources } = reader;
  const media = item.name === 'clip' ? firstMedia(item) : item;
  const asset = resources.assets.get(media?.attributes.get('ref') ?? '');
  const place = placeOf(reader, lane, record, item);
  const name = item.attributes.get('name') ?? asset?.name ?? '';
  if (media === undefined || asset === undefined) {
    losses.add('generator', 'cut', name, place, 'it plays no file (a generator or effect) and leaves a hole');
    return;
  }
  const duration = timeAttribute(item, 'duration');
  const recordIn = framesInSeconds(record, rate, 'nearest');
  const recordOut = framesInSeconds(addSeconds(record, duration ?? ZERO_SECONDS), rate, 'nearest');
  if (recordOut <= recordIn) {
    losses.add('media', 'cut', name, place, 'it has no length and is left out');
    return;
  }
  const timing = readClipTiming(reader, item, asset, (kind, message) => losses.add(kind, 'cut', name, place, message));
  // Inside a `clip`, the media lie at their own offset in the clip's time.
  const shift =
    media === item
      ? ZERO_SECONDS
      : subtractSeconds(timeAttribute(media, 'start') ?? asset.start, timeAttribute(media, 'offset') ?? ZERO_SECONDS);
  const clip = importedClip({
    name,
    media: { name: asset.name, url: asset.url, path: pathOfMediaUrl(asset.url) },
    recordIn,
    duration: recordOut - recordIn,
    // A still is the same at all times.
    sourceIn:
      asset.rate === undefined && asset.hasVideo
        ? ZERO_SECONDS
        : subtractSeconds(addSeconds(timing.source, shift), asset.start),
    sourceRate: asset.rate,
    speed: multiplySeconds(timing.speed, timing.conform),
    enabled: item.attributes.get('enabled') !== '0',
    note: childText(item, 'note') ?? '',
  });
  addEntries(reader, item, asset, clip, lane);
}

function addEntries(reader: StoryReader, item: XmlElement, asset: FcpAsset, clip: ImportedClip, lane: number): void {
  const use = item.attributes.get('srcEnable') ?? 'all';
  const shows =
    item.name !== 'audio' &&
    asset.hasVideo &&
    use !== 'audio' &&
    (item.name !== 'clip' ||
      child(item, 'video') !== undefined ||
      child(item, 'asset-clip') !== undefined ||
      child(item, 'spine') !== undefined);
  const sounds =
    item.name !== 'video' &&
    asset.hasAudio &&
    use !== 'video' &&
    (item.name !== 'clip' || holdsSound(item) || child(item, 'asset-clip') !== undefined);
  const linkGroup = shows && sounds ? `line-${item.line}-${reader.entries.length}` : null;
  if (shows) {
    const amount = Number(child(item, 'adjust-blend')?.attributes.get('amount') ?? '1');
    const opacity = Number.isFinite(amount) ? Math.min(1, Math.max(0, amount)) : 1;
    reader.entries.push({ kind: 'video', lane, clip: { ...clip, linkGroup, opacity } });
  }
  if (sounds) {
    const index = lane < 0 ? -lane - 1 : shows ? lane : Math.max(lane - 1, 0);
    const sound = readSound(item);
    reader.entries.push({
      kind: 'audio',
      lane: index,
      clip: { ...clip, linkGroup, ...sound, channels: sourceChannels(item) },
    });
  }
}

/** Lays entries on tracks: pictures by lane, sound on the track its lane means, or the next free one. */
export function placeEntries(reader: StoryReader): readonly ImportedTrack[] {
  const lowest = reader.entries.reduce((low, entry) => (entry.kind === 'video' ? Math.min(low, entry.lane) : low), 0);
  const rows: Readonly<Record<TrackKind, ImportedClip[][]>> = { video: [], audio: [] };
  for (const entry of reader.entries.toSorted((a, b) => a.clip.recordIn - b.clip.recordIn)) {
    const kindRows = rows[entry.kind];
    let index = entry.kind === 'video' ? entry.lane - lowest : entry.lane;
    while (isTaken(kindRows[index], entry.clip)) index += 1;
    while (kindRows.length <= index) kindRows.push([]);
    kindRows[index]?.push(entry.clip);
  }
  const track = (kind: TrackKind, clips: readonly ImportedClip[], index: number): ImportedTrack => ({
    kind,
    name: `${kind === 'video' ? 'V' : 'A'}${index + 1}`,
    enabled: true,
    locked: false,
    clips,
  });
  return dropLoneLinks([
    ...rows.video.map((clips, index) => track('video', clips, index)),
    ...rows.audio.map((clips, index) => track('audio', clips, index)),
  ]);
}

function isTaken(row: readonly ImportedClip[] | undefined, clip: ImportedClip): boolean {
  const last = row?.at(-1);
  return last !== undefined && last.recordIn + last.duration > clip.recordIn;
}
