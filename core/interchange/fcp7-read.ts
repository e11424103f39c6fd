import type { Rate } from '../time/rate.ts';
import { mulDiv, rational, type Rational } from '../time/rational.ts';
import type { TrackKind } from '../timeline/timeline.ts';
import { mergeExplodedSound, type XmemlTrack } from './fcp7-merge.ts';
import type { ImportedClip, ImportedMarker, ImportedTimeline, MediaReference } from './handoff.ts';
import {
  collectLosses,
  dropLoneLinks,
  importedClip,
  namedMedia,
  rateOfTimebase,
  refuse,
  type Losses,
} from './imported.ts';
import { nameOfMediaUrl, pathOfMediaUrl } from './media-path.ts';
import {
  divideSeconds,
  exactSeconds,
  framesInSeconds,
  secondsOfFrame,
  subtractSeconds,
  type Seconds,
} from '../time/seconds.ts';
import { fractionOfDecimal } from '../time/speed-text.ts';
import { child, childText, childrenNamed, descendant, readXml, type XmlElement } from './xml-read.ts';

const TICKS_PER_SECOND = 254_016_000_000n;

type Reader = {
  readonly rate: Rate;
  readonly losses: Losses;
  readonly files: ReadonlyMap<string, XmlElement>;
  readonly groups: ReadonlyMap<string, string>;
  readonly markers: ImportedMarker[];
};

/**
 * Reads Final Cut Pro 7 XML, versions 4 and 5. The first sequence is read; further ones, nested sequences, generators,
 * transitions and filters are listed as losses.
 *
 * @throws MontageError E_INTERCHANGE_XML, E_INTERCHANGE_HOSTILE, E_INTERCHANGE_FCP7 with the line
 */
export function readFcp7(text: string): ImportedTimeline {
  const root = readXml(text);
  const sequences = root.name === 'xmeml' ? topSequences(root) : [];
  const [sequence] = sequences;
  if (sequence === undefined)
    throw refuse('E_INTERCHANGE_FCP7', `the ${root.name} holds no sequence`, `line ${root.line}`);
  const rate = rateOf(sequence);
  if (rate === undefined) throw refuse('E_INTERCHANGE_FCP7', 'the sequence has no rate', `line ${sequence.line}`);
  const timecode = child(sequence, 'timecode');
  const startFrame = wholeText(timecode, 'frame') ?? 0;
  const dropFrame = childText(timecode, 'displayformat') === 'DF';
  const losses = collectLosses({ rate, dropFrame }, startFrame);
  for (const other of sequences.slice(1)) {
    losses.add('nested', 'cut', childText(other, 'name') ?? '', { line: other.line }, 'a further sequence is left out');
  }
  const reader: Reader = { rate, losses, files: describedFiles(root), groups: linkGroups(sequence), markers: [] };
  for (const marker of childrenNamed(sequence, 'marker')) readMarker(reader, marker, (frame) => frame);
  const media = child(sequence, 'media');
  const video = childrenNamed(child(media, 'video'), 'track').map((track, index) =>
    readTrack(reader, track, 'video', index),
  );
  const audio = childrenNamed(child(media, 'audio'), 'track').map((track, index) =>
    readTrack(reader, track, 'audio', index),
  );
  const size = descendant(media, 'video', 'format', 'samplecharacteristics');
  return {
    name: childText(sequence, 'name') ?? '',
    rate,
    startFrame,
    dropFrame,
    width: wholeText(size, 'width'),
    height: wholeText(size, 'height'),
    tracks: dropLoneLinks([...video.map((track) => track.track), ...mergeExplodedSound(audio)]),
    markers: reader.markers.toSorted((a, b) => a.at - b.at),
    losses: losses.list,
  };
}

/** Sequences beside and inside projects and bins, not those inside clips. */
function topSequences(root: XmlElement): readonly XmlElement[] {
  const found: XmlElement[] = [];
  const queue: XmlElement[] = [root];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const item of next.children) {
      if (item.name === 'sequence') found.push(item);
      else if (['project', 'bin', 'children'].includes(item.name)) queue.push(item);
    }
  }
  return found;
}

function elementsNamed(root: XmlElement, name: string): readonly XmlElement[] {
  const found: XmlElement[] = [];
  const stack: XmlElement[] = [root];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (next.name === name) found.push(next);
    stack.push(...next.children);
  }
  return found;
}

/** Files are described at one use and named by id at the others. */
function describedFiles(root: XmlElement): ReadonlyMap<string, XmlElement> {
  const described = elementsNamed(root, 'file').filter((file) => file.children.length > 0);
  return new Map(described.map((file) => [file.attributes.get('id') ?? '', file]));
}

/** Clips that name each other in links, transitively, share the smallest id. */
function linkGroups(sequence: XmlElement): ReadonlyMap<string, string> {
  const parent = new Map<string, string>();
  const find = (id: string): string => {
    let at = id;
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) at = up;
    return at;
  };
  for (const item of elementsNamed(sequence, 'clipitem')) {
    const id = item.attributes.get('id');
    if (id === undefined) continue;
    for (const link of childrenNamed(item, 'link')) {
      const [a, b] = [find(id), find(childText(link, 'linkclipref') ?? id)].toSorted();
      if (a !== undefined && b !== undefined && a !== b) parent.set(b, a);
      if (!parent.has(id)) parent.set(id, find(id));
    }
  }
  return new Map([...parent.keys()].map((id) => [id, find(id)]));
}

function numberText(element: XmlElement | undefined, name: string): number | undefined {
  const text = childText(element, name)?.trim();
  const value = text === undefined || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined;
}

function wholeText(element: XmlElement | undefined, name: string): number | undefined {
  const value = numberText(element, name);
  return value === undefined ? undefined : Math.round(value);
}

function rateOf(element: XmlElement | undefined): Rate | undefined {
  const rate = child(element, 'rate');
  const timebase = numberText(rate, 'timebase');
  return timebase === undefined
    ? undefined
    : rateOfTimebase(timebase, childText(rate, 'ntsc')?.toUpperCase() === 'TRUE');
}

function isOff(element: XmlElement, name: string): boolean {
  return childText(element, name)?.toUpperCase() === 'FALSE';
}

function readTrack(reader: Reader, track: XmlElement, kind: TrackKind, index: number): XmemlTrack {
  const label = `${kind === 'video' ? 'V' : 'A'}${index + 1}`;
  const clips: ImportedClip[] = [];
  for (const [position, item] of track.children.entries()) {
    const place = reader.losses.at(label, Math.max(0, wholeText(item, 'start') ?? 0), item.line);
    const name = childText(item, 'name') ?? '';
    if (item.name === 'clipitem') clips.push(...readClipItem(reader, track, position, label));
    else if (item.name === 'generatoritem') {
      reader.losses.add('generator', 'cut', name, place, 'a generator or title is left out and leaves a hole');
    } else if (item.name === 'transitionitem') {
      const effect = descendant(item, 'effect');
      reader.losses.add(
        'transition',
        'cut',
        childText(effect, 'name') ?? '',
        place,
        'the transition becomes a straight cut',
      );
    }
  }
  return {
    explodedIndex: Number(track.attributes.get('currentExplodedTrackIndex') ?? '0'),
    explodedCount: Number(track.attributes.get('totalExplodedTrackCount') ?? '1'),
    track: {
      kind,
      name: childText(track, 'name') ?? label,
      enabled: !isOff(track, 'enabled'),
      locked: childText(track, 'locked')?.toUpperCase() === 'TRUE',
      clips,
    },
  };
}

type Edges = { readonly start: number; readonly end: number; readonly skip: number };

/** The cut inside a transition: its middle, or the edge that its alignment names. */
function cutOf(transition: XmlElement | undefined): number | undefined {
  const [start, end] = [wholeText(transition, 'start'), wholeText(transition, 'end')];
  if (start === undefined || end === undefined) return undefined;
  const alignment = childText(transition, 'alignment') ?? 'center';
  if (alignment.startsWith('start')) return start;
  return alignment.startsWith('end') ? end : mulDiv(start + end, 1, 2, 'floor');
}

/** Record edges; −1 means that the edge lies in a transition, where `in` counts from the transition's start. */
function edgesOf(track: XmlElement, position: number): Edges | undefined {
  const item = track.children[position];
  const neighbour = (step: number) => {
    const candidate = track.children[position + step];
    return candidate?.name === 'transitionitem' ? candidate : undefined;
  };
  const [start, end] = [wholeText(item, 'start'), wholeText(item, 'end')];
  const before = neighbour(-1);
  const cut = start === -1 ? cutOf(before) : start;
  const out = end === -1 ? cutOf(neighbour(1)) : end;
  if (cut === undefined || out === undefined) return undefined;
  return { start: cut, end: out, skip: start === -1 ? cut - (wholeText(before, 'start') ?? cut) : 0 };
}

function readClipItem(reader: Reader, track: XmlElement, position: number, label: string): readonly ImportedClip[] {
  const { losses, rate } = reader;
  const item = track.children[position];
  const edges = edgesOf(track, position);
  if (item === undefined) return [];
  const name = childText(item, 'name') ?? '';
  if (edges === undefined || edges.end <= edges.start) {
    losses.add(
      'media',
      'cut',
      name,
      { track: label, line: item.line },
      'it has no length on the timeline and is left out',
    );
    return [];
  }
  const place = losses.at(label, edges.start, item.line);
  if (child(item, 'sequence') !== undefined) {
    losses.add('nested', 'cut', name, place, 'a nested sequence is left out and leaves a hole');
    return [];
  }
  const filters = readFilters(reader, item, name, place);
  const sourceIn = readSourceIn(reader, item, edges.skip, filters.retimed);
  const fileRate = rateOf(fileOf(reader, item));
  const grid = rateOf(item) ?? rate;
  for (const marker of childrenNamed(item, 'marker')) {
    readMarker(reader, marker, (frame) => {
      const time = divideSeconds(subtractSeconds(secondsOfFrame(frame, grid), sourceIn), filters.speed);
      return edges.start + framesInSeconds(time, rate, 'nearest');
    });
  }
  const channel = wholeText(child(item, 'sourcetrack'), 'trackindex');
  const logging = child(item, 'logginginfo');
  return [
    importedClip({
      name,
      media: mediaOf(reader, item, name),
      recordIn: edges.start,
      duration: edges.end - edges.start,
      sourceIn,
      sourceRate: fileRate,
      speed: filters.speed,
      enabled: !isOff(item, 'enabled'),
      note: childText(logging, 'lognote') ?? '',
      linkGroup: reader.groups.get(item.attributes.get('id') ?? '') ?? null,
      opacity: filters.opacity,
      gainDb: filters.gainDb,
      channels: channel === undefined ? [] : [channel],
    }),
  ];
}

function fileOf(reader: Reader, item: XmlElement): XmlElement | undefined {
  const file = child(item, 'file');
  return file === undefined || file.children.length > 0 ? file : reader.files.get(file.attributes.get('id') ?? '');
}

function mediaOf(reader: Reader, item: XmlElement, clipName: string): MediaReference {
  const file = fileOf(reader, item);
  const url = childText(file, 'pathurl');
  if (url === undefined) return namedMedia(childText(file, 'name') ?? clipName);
  const reel = childText(descendant(file, 'timecode', 'reel'), 'name');
  return { name: childText(file, 'name') ?? nameOfMediaUrl(url), url, path: pathOfMediaUrl(url), reel };
}

/** `in` on the clip's own grid; Premiere's ticks where they say the same more exactly, or the clip is retimed. */
function readSourceIn(reader: Reader, item: XmlElement, skip: number, retimed: boolean): Seconds {
  const grid = rateOf(item) ?? reader.rate;
  const counted = secondsOfFrame((wholeText(item, 'in') ?? 0) + skip, grid);
  const text = childText(item, 'pproTicksIn')?.trim() ?? '';
  if (!/^-?\d{1,20}$/.test(text) || skip !== 0) return counted;
  const exact = exactSeconds(BigInt(text), TICKS_PER_SECOND);
  const apart = framesInSeconds(subtractSeconds(exact, counted), grid, 'nearest');
  return retimed || Math.abs(apart) <= 1 ? exact : counted;
}

type Filters = {
  readonly speed: Rational;
  readonly retimed: boolean;
  readonly gainDb: number;
  readonly opacity: number;
};

function readFilters(reader: Reader, item: XmlElement, name: string, place: ReturnType<Losses['at']>): Filters {
  const { losses } = reader;
  let filters: Filters = { speed: rational(1), retimed: false, gainDb: 0, opacity: 1 };
  for (const filter of childrenNamed(item, 'filter')) {
    const effect = child(filter, 'effect');
    const id = childText(effect, 'effectid') ?? '';
    const parameters = new Map(
      childrenNamed(effect, 'parameter').map((one) => [childText(one, 'parameterid') ?? '', one]),
    );
    const value = (key: string) => childText(parameters.get(key), 'value')?.trim();
    if ([...parameters.values()].some((one) => childrenNamed(one, 'keyframe').length > 1)) {
      losses.add('curve', 'cut', name, place, `the key frames of ${childText(effect, 'name') ?? id} are left out`);
    }
    if (id === 'timeremap') {
      const speed = readSpeed(value, (kind, message) => losses.add(kind, 'cut', name, place, message));
      filters = { ...filters, speed, retimed: true };
    } else if (id === 'audiolevels') {
      filters = { ...filters, gainDb: decibels(Number(value('level') ?? '1')) };
    } else if (id === 'opacity') {
      filters = { ...filters, opacity: Math.min(1, Math.max(0, Number(value('opacity') ?? '100') / 100)) };
    } else {
      losses.add('effect', 'cut', name, place, `the effect ${childText(effect, 'name') ?? id} is left out`);
    }
  }
  return filters;
}

function readSpeed(
  value: (key: string) => string | undefined,
  lose: (kind: 'curve' | 'freeze' | 'reverse' | 'speed', message: string) => void,
): Rational {
  const text = value('speed') ?? '100';
  if (value('variablespeed') === '1') lose('curve', 'its speed curve becomes a constant speed');
  if (value('reverse')?.toUpperCase() === 'TRUE' || text.startsWith('-')) lose('reverse', 'it plays forwards');
  if (Number(text) === 0) {
    lose('freeze', 'the freeze frame plays on at normal speed');
    return rational(1);
  }
  const speed = fractionOfDecimal(text.replace(/^-/, ''), 100);
  if (speed === undefined) lose('speed', `a speed of ${text} per cent cannot be held`);
  return speed ?? rational(1);
}

/** A factor of amplitude in decibels, to a hundredth; silence is −96. */
function decibels(level: number): number {
  if (!(level > 0)) return -96;
  return Math.round(20 * Math.log10(level) * 100) / 100;
}

function readMarker(reader: Reader, marker: XmlElement, toRecord: (frame: number) => number): void {
  const from = wholeText(marker, 'in') ?? 0;
  const to = wholeText(marker, 'out') ?? -1;
  reader.markers.push({
    at: Math.max(0, toRecord(from)),
    duration: to > from ? to - from : 0,
    name: childText(marker, 'name') ?? '',
    note: childText(marker, 'comment') ?? '',
    colour: 'blue',
  });
}
