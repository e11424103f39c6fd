import type { MarkerColour } from '../timeline/timeline.ts';
import { FLICKS_PER_SECOND } from '../time/flicks.ts';
import type { Rate } from '../time/rate.ts';
import { rational } from '../time/rational.ts';
import type { ImportedClip, ImportedMarker, ImportedTimeline, ImportedTrack, MediaReference } from './handoff.ts';
import { collectLosses, dropLoneLinks, importedClip, rateOfNumber, refuse, type Losses } from './imported.ts';
import { nameOfMediaUrl, pathOfMediaUrl } from './media-path.ts';
import {
  addSeconds,
  divideSeconds,
  framesInSeconds,
  isWholeFrames,
  secondsOfFrame,
  subtractSeconds,
  ZERO_SECONDS,
  type Seconds,
} from '../time/seconds.ts';
import { fractionOfNumber } from '../time/speed-text.ts';

type JsonObject = Readonly<Record<string, unknown>>;

const MAX_CHARACTERS = 64 * 1024 * 1024;
const MAX_DEPTH = 32;

type Reader = { readonly rate: Rate; readonly losses: Losses; readonly markers: ImportedMarker[] };

/**
 * Reads OpenTimelineIO JSON. Nested stacks, transitions, unknown effects, reverse and freeze are listed as losses.
 *
 * @throws MontageError E_INTERCHANGE_JSON, E_INTERCHANGE_OTIO
 */
export function readOtio(text: string): ImportedTimeline {
  const root = timelineObject(parseJson(text));
  const stack = objectAt(root, 'tracks');
  if (stack === undefined) throw refuse('E_INTERCHANGE_OTIO', 'the timeline has no tracks', 'tracks');
  const children = listAt(stack, 'children');
  const rate = timelineRate(root, children);
  const start = timeOf(root['global_start_time']);
  const startFrame = start === undefined ? 0 : framesInSeconds(start, rate, 'nearest');
  const own = objectAt(objectAt(root, 'metadata'), 'montage');
  const dropFrame = own?.['dropFrame'] === true;
  const losses = collectLosses({ rate, dropFrame }, startFrame);
  const reader: Reader = { rate, losses, markers: [] };
  readMarkers(reader, stack, (at) => at);
  const tracks = children.flatMap((child, index) => readTrack(reader, child, index));
  const size = (key: string) => (typeof own?.[key] === 'number' ? own[key] : undefined);
  return {
    name: textAt(root, 'name'),
    rate,
    startFrame,
    dropFrame,
    width: size('width'),
    height: size('height'),
    tracks: dropLoneLinks([
      ...tracks.filter((track) => track.kind === 'video'),
      ...tracks.filter((track) => track.kind === 'audio'),
    ]),
    markers: reader.markers.toSorted((a, b) => a.at - b.at),
    losses: losses.list,
  };
}

function parseJson(text: string): unknown {
  if (text.length > MAX_CHARACTERS) throw refuse('E_INTERCHANGE_HOSTILE', 'the file is larger than 64 MiB', 'otio');
  try {
    return JSON.parse(text);
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : 'it cannot be parsed';
    throw refuse('E_INTERCHANGE_JSON', `the JSON is damaged: ${what.slice(0, 200)}`, 'otio');
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectAt(object: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = object?.[key];
  return isObject(value) ? value : undefined;
}

function listAt(object: JsonObject | undefined, key: string): readonly JsonObject[] {
  const value = object?.[key];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function textAt(object: JsonObject | undefined, key: string): string {
  const value = object?.[key];
  return typeof value === 'string' ? value : '';
}

/** 'Clip' of 'Clip.2'. */
function schemaOf(object: JsonObject | undefined): string {
  return textAt(object, 'OTIO_SCHEMA').replace(/\.\d+$/, '');
}

function timelineObject(json: unknown): JsonObject {
  if (!isObject(json)) throw refuse('E_INTERCHANGE_OTIO', 'it is no OTIO object', 'otio');
  if (schemaOf(json) === 'Timeline') return json;
  const inside = schemaOf(json) === 'SerializableCollection' ? listAt(json, 'children') : [];
  const timeline = inside.find((child) => schemaOf(child) === 'Timeline');
  if (timeline !== undefined) return timeline;
  throw refuse(
    'E_INTERCHANGE_OTIO',
    `it holds a ${schemaOf(json) || 'thing without a schema'}, not a Timeline`,
    'OTIO_SCHEMA',
  );
}

function timelineRate(root: JsonObject, tracks: readonly JsonObject[]): Rate {
  const items = tracks.flatMap((track) => listAt(track, 'children'));
  const ranges = items.flatMap((item) => [item['source_range'], activeReference(item)?.['available_range']]);
  const times = [
    root['global_start_time'],
    ...ranges.map((range) => (isObject(range) ? range['duration'] : undefined)),
  ];
  const rates = times.flatMap((time) => (isObject(time) && typeof time['rate'] === 'number' ? [time['rate']] : []));
  // Sound may count in samples.
  const fps = rates.find((value) => value > 1 && value <= 240);
  return (fps === undefined ? undefined : rateOfNumber(fps)) ?? rational(24);
}

/** Exact seconds of a RationalTime; a fractional value is taken to the nearest flick. */
function timeOf(value: unknown): Seconds | undefined {
  if (!isObject(value)) return undefined;
  const [count, fps] = [value['value'], value['rate']];
  if (typeof count !== 'number' || typeof fps !== 'number' || !Number.isFinite(count)) return undefined;
  const rate = rateOfNumber(fps);
  if (rate === undefined || Math.abs(count) > Number.MAX_SAFE_INTEGER) return undefined;
  if (Number.isInteger(count)) return secondsOfFrame(count, rate);
  const flicks = Math.round(((count * rate.den) / rate.num) * FLICKS_PER_SECOND);
  return Number.isSafeInteger(flicks) ? rational(flicks, FLICKS_PER_SECOND) : undefined;
}

type Range = { readonly start: Seconds; readonly duration: Seconds };

function rangeOf(value: unknown): Range | undefined {
  if (!isObject(value)) return undefined;
  const duration = timeOf(value['duration']);
  return duration === undefined ? undefined : { start: timeOf(value['start_time']) ?? ZERO_SECONDS, duration };
}

function activeReference(clip: JsonObject): JsonObject | undefined {
  const references = objectAt(clip, 'media_references');
  if (references === undefined) return objectAt(clip, 'media_reference');
  return objectAt(references, textAt(clip, 'active_media_reference_key')) ?? objectAt(references, 'DEFAULT_MEDIA');
}

/** An item's length on its track: its range, else its media's, else what it holds. Transitions have none. */
function durationOf(item: JsonObject, depth = 0): Seconds {
  if (schemaOf(item) === 'Transition' || depth > MAX_DEPTH) return ZERO_SECONDS;
  const own = rangeOf(item['source_range']) ?? rangeOf(activeReference(item)?.['available_range']);
  if (own !== undefined) return own.duration;
  const inside = listAt(item, 'children').map((child) => durationOf(child, depth + 1));
  const longer = (a: Seconds, b: Seconds) =>
    framesInSeconds(subtractSeconds(a, b), rational(1_000_000), 'floor') > 0 ? a : b;
  return inside.reduce(schemaOf(item) === 'Stack' ? longer : addSeconds, ZERO_SECONDS);
}

function readTrack(reader: Reader, track: JsonObject, index: number): readonly ImportedTrack[] {
  const kind = textAt(track, 'kind') === 'Audio' ? 'audio' : 'video';
  const label = textAt(track, 'name') || `track ${index + 1}`;
  if (schemaOf(track) !== 'Track') {
    reader.losses.add('nested', 'cut', label, { track: label }, `a ${schemaOf(track)} beside the tracks is left out`);
    return [];
  }
  const clips: ImportedClip[] = [];
  let at = ZERO_SECONDS;
  readMarkers(reader, track, (time) => time);
  for (const item of listAt(track, 'children')) {
    const end = addSeconds(at, durationOf(item));
    clips.push(...readItem(reader, item, label, at, end));
    at = end;
  }
  return [
    {
      kind,
      name: textAt(track, 'name'),
      enabled: track['enabled'] !== false,
      locked: objectAt(objectAt(track, 'metadata'), 'montage')?.['locked'] === true,
      clips,
    },
  ];
}

function readItem(reader: Reader, item: JsonObject, track: string, at: Seconds, end: Seconds): readonly ImportedClip[] {
  const { losses, rate } = reader;
  const schema = schemaOf(item);
  const recordIn = framesInSeconds(at, rate, 'nearest');
  const place = losses.at(track, recordIn);
  if (schema === 'Gap' || schema === 'Filler') {
    readMarkers(reader, item, (time) => addSeconds(at, time));
    return [];
  }
  if (schema === 'Transition') {
    losses.add(
      'transition',
      'cut',
      textAt(item, 'name') || textAt(item, 'transition_type'),
      place,
      'the transition becomes a straight cut',
    );
    return [];
  }
  if (schema !== 'Clip') {
    losses.add(
      'nested',
      'cut',
      textAt(item, 'name'),
      place,
      `a nested ${schema || 'object'} is left out and leaves a hole`,
    );
    return [];
  }
  const duration = framesInSeconds(end, rate, 'nearest') - recordIn;
  if (offGrid(at, rate) || offGrid(end, rate)) {
    losses.add('rate', 'cut', textAt(item, 'name'), place, 'its edges lie between frames and move to the nearest');
  }
  if (duration < 1) {
    losses.add('media', 'cut', textAt(item, 'name'), place, 'it is shorter than a frame and left out');
    return [];
  }
  return [readClip(reader, item, track, { at, recordIn, duration })];
}

/** Doubles are not exact: a thousandth of a frame is still the frame. */
function offGrid(time: Seconds, rate: Rate): boolean {
  if (isWholeFrames(time, rate)) return false;
  const nearest = secondsOfFrame(framesInSeconds(time, rate, 'nearest'), rate);
  const difference = subtractSeconds(time, nearest);
  return Math.abs((difference.num / difference.den) * (rate.num / rate.den)) > 0.001;
}

type RecordSpan = { readonly at: Seconds; readonly recordIn: number; readonly duration: number };

function readClip(reader: Reader, item: JsonObject, track: string, record: RecordSpan): ImportedClip {
  const reference = activeReference(item);
  const available = rangeOf(reference?.['available_range']);
  const range = rangeOf(item['source_range']);
  const from = range?.start ?? available?.start ?? ZERO_SECONDS;
  const name = textAt(item, 'name');
  const metadata = objectAt(item, 'metadata');
  const own = objectAt(metadata, 'montage');
  const numberAt = (key: string) => (typeof own?.[key] === 'number' ? own[key] : undefined);
  const link = objectAt(metadata, 'Resolve_OTIO')?.['Link Group ID'];
  const speed = readSpeed(reader, item, track, record.recordIn);
  readMarkers(reader, item, (time) => addSeconds(record.at, divideSeconds(subtractSeconds(time, from), speed)));
  return importedClip({
    name,
    media: mediaOf(reference, name),
    recordIn: record.recordIn,
    duration: record.duration,
    sourceIn: available === undefined ? from : subtractSeconds(from, available.start),
    sourceOrigin: available === undefined ? 'timecode' : 'first-frame',
    sourceRate: rateIn(reference?.['available_range']),
    speed,
    enabled: item['enabled'] !== false,
    note: textAt(own, 'note'),
    linkGroup: typeof link === 'number' || typeof link === 'string' ? String(link) : null,
    opacity: numberAt('opacity') ?? 1,
    gainDb: numberAt('gainDb') ?? 0,
    stream: numberAt('stream'),
  });
}

function rateIn(range: unknown): Rate | undefined {
  const time = isObject(range) ? range['start_time'] : undefined;
  const fps = isObject(time) ? time['rate'] : undefined;
  return typeof fps === 'number' ? rateOfNumber(fps) : undefined;
}

function mediaOf(reference: JsonObject | undefined, clipName: string): MediaReference {
  const url = textAt(reference, 'target_url');
  if (url === '') return { name: textAt(reference, 'name') || clipName };
  return { name: textAt(reference, 'name') || nameOfMediaUrl(url), url, path: pathOfMediaUrl(url) };
}

function readSpeed(reader: Reader, item: JsonObject, track: string, recordIn: number) {
  let speed = rational(1);
  const name = textAt(item, 'name');
  const place = reader.losses.at(track, recordIn);
  for (const effect of listAt(item, 'effects')) {
    const schema = schemaOf(effect);
    const scalar = effect['time_scalar'];
    if (schema === 'FreezeFrame' || (schema === 'LinearTimeWarp' && scalar === 0)) {
      reader.losses.add('freeze', 'cut', name, place, 'the freeze frame plays on at normal speed');
    } else if (schema === 'LinearTimeWarp' && typeof scalar === 'number') {
      if (scalar < 0) reader.losses.add('reverse', 'cut', name, place, 'it plays forwards');
      const fraction = fractionOfNumber(Math.abs(scalar));
      if (fraction === undefined) reader.losses.add('speed', 'cut', name, place, `a speed of ${scalar} cannot be held`);
      else speed = fraction;
    } else {
      const what = textAt(effect, 'effect_name') || textAt(effect, 'name') || schema;
      reader.losses.add('effect', 'cut', name, place, `the effect ${what} is left out`);
    }
  }
  return speed;
}

const COLOURS: ReadonlyMap<string, MarkerColour> = new Map<string, MarkerColour>([
  ['RED', 'red'],
  ['ORANGE', 'orange'],
  ['YELLOW', 'yellow'],
  ['GREEN', 'green'],
  ['CYAN', 'cyan'],
  ['BLUE', 'blue'],
  ['PURPLE', 'purple'],
  ['PINK', 'pink'],
  ['MAGENTA', 'pink'],
]);

/** A marker colour by name, in any case; blue for names that are none of ours. */
export function markerColour(name: string): MarkerColour {
  return COLOURS.get(name.trim().toUpperCase()) ?? 'blue';
}

/** Markers of clips and tracks become markers of the timeline at the same record time. */
function readMarkers(reader: Reader, item: JsonObject, toRecord: (time: Seconds) => Seconds): void {
  for (const marker of listAt(item, 'markers')) {
    const range = rangeOf(marker['marked_range']);
    if (range === undefined) continue;
    reader.markers.push({
      at: Math.max(0, framesInSeconds(toRecord(range.start), reader.rate, 'nearest')),
      duration: Math.max(0, framesInSeconds(range.duration, reader.rate, 'nearest')),
      name: textAt(marker, 'name'),
      note: textAt(marker, 'comment'),
      colour: markerColour(textAt(marker, 'color')),
    });
  }
}
