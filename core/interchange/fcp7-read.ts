import { canDropFrame } from '../time/rate.ts';
import type { TrackKind } from '../timeline/timeline.ts';
import { readClipItem, type ClipReader } from './fcp7-clip-read.ts';
import type { Size } from './fcp7-effects-read.ts';
import { readMarkers } from './fcp7-marker-read.ts';
import { mergeExplodedSound, type XmemlTrack } from './fcp7-merge.ts';
import { keptMetadata } from './fcp7-kept-read.ts';
import { edgesOf, trackTransitions } from './fcp7-transition-read.ts';
import { elementsNamed, isOff, isOn, numberText, rateIn, wholeText } from './fcp7-values.ts';
import type { ImportedClip, ImportedTimeline } from './handoff.ts';
import { collectLosses, dropLoneLinks, refuse } from './imported.ts';
import { child, childText, childrenNamed, descendant, readXml, type XmlElement } from './xml-read.ts';

/** Where a sequence states no size. */
const DEFAULT_SIZE: Size = { width: 1920, height: 1080 };

type Document = {
  readonly files: ReadonlyMap<string, XmlElement>;
  readonly groups: ReadonlyMap<string, string>;
  /** Full descriptions of sequences by id. */
  readonly sequences: ReadonlyMap<string, XmlElement>;
  /** Nested sequences that were read, or are being read, by key. */
  readonly nested: Map<string, ImportedTimeline | 'open'>;
  readonly keys: Map<XmlElement, string>;
};

/**
 * Reads Final Cut Pro 7 XML, versions 1 to 5, as Final Cut Pro, Premiere, Resolve and Hiero write it: the first sequence
 * that no other one plays, with those it plays nested in it; further ones are listed. What has no place in a cut is
 * listed, or kept verbatim in `metadata` where it changes neither picture nor sound.
 *
 * @throws MontageError E_INTERCHANGE_XML, E_INTERCHANGE_HOSTILE, E_INTERCHANGE_FCP7 with the line
 */
export function readFcp7(text: string): ImportedTimeline {
  const root = readXml(text);
  const all = root.name === 'xmeml' ? elementsNamed(root, 'sequence') : [];
  const described = all.filter((sequence) => sequence.children.length > 0);
  const document: Document = {
    files: describedFiles(root),
    groups: linkGroups(root),
    sequences: new Map(described.map((sequence) => [sequence.attributes.get('id') ?? '', sequence])),
    nested: new Map(),
    keys: new Map(),
  };
  const tops = topSequences(root);
  const played = playedSequences(root);
  const main = tops.find((sequence) => !played.has(sequence.attributes.get('id') ?? '')) ?? tops[0];
  if (main === undefined)
    throw refuse('E_INTERCHANGE_FCP7', `the ${root.name.slice(0, 40)} holds no sequence`, `line ${root.line}`);
  document.nested.set(main.attributes.get('id') ?? '', 'open');
  const timeline = readSequence(document, main);
  const nested = [...document.nested].flatMap(([key, one]) => (one === 'open' ? [] : [{ key, timeline: one }]));
  const losses = [...timeline.losses, ...nested.flatMap((one) => one.timeline.losses)];
  for (const other of tops) {
    if (other === main || document.keys.has(other)) continue;
    losses.push({
      kind: 'nested',
      severity: 'cut',
      what: childText(other, 'name') ?? '',
      where: { line: other.line },
      message: 'a further sequence is left out',
    });
  }
  return { ...timeline, ...(nested.length > 0 && { nested }), losses };
}

/** Sequences beside and inside projects and bins, not those inside clips. */
function topSequences(root: XmlElement): readonly XmlElement[] {
  const found: XmlElement[] = [];
  const queue: XmlElement[] = [root];
  for (const next of queue) {
    for (const item of next.children) {
      if (item.name === 'sequence') found.push(item);
      else if (['project', 'bin', 'children', 'xmeml'].includes(item.name)) queue.push(item);
    }
  }
  return found;
}

/** Ids of sequences that clips play. */
function playedSequences(root: XmlElement): ReadonlySet<string> {
  const inner = elementsNamed(root, 'clipitem').map((item) => child(item, 'sequence')?.attributes.get('id'));
  return new Set(inner.filter((id) => id !== undefined));
}

/** Files are described at one use and named by id at the others; of two descriptions the first counts. */
function describedFiles(root: XmlElement): ReadonlyMap<string, XmlElement> {
  const described = elementsNamed(root, 'file').filter((file) => file.children.length > 0);
  return new Map(described.toReversed().map((file) => [file.attributes.get('id') ?? '', file]));
}

/** Clips that name each other in links, transitively, share the smallest id. */
function linkGroups(root: XmlElement): ReadonlyMap<string, string> {
  const parent = new Map<string, string>();
  const find = (id: string): string => {
    let at = id;
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) at = up;
    // Shortened on the way, so that chains of any length stay quick.
    for (let up = id; up !== at; ) {
      const next = parent.get(up) ?? at;
      parent.set(up, at);
      up = next;
    }
    return at;
  };
  for (const item of elementsNamed(root, 'clipitem')) {
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

/** Reads a sequence that a clip plays, once, and gives its key; undefined where it is nowhere described. */
function nestedKey(document: Document, sequence: XmlElement): string | undefined {
  const id = sequence.attributes.get('id') ?? '';
  const described = sequence.children.length > 0 ? sequence : document.sequences.get(id);
  if (described === undefined) return undefined;
  const key = document.keys.get(described) ?? (id === '' ? `sequence at line ${described.line}` : id);
  document.keys.set(described, key);
  const known = document.nested.get(key);
  if (known === 'open') {
    throw refuse('E_INTERCHANGE_HOSTILE', `the sequence ${key.slice(0, 80)} plays itself`, `line ${described.line}`);
  }
  if (known !== undefined) return key;
  document.nested.set(key, 'open');
  const read = readSequence(document, described);
  // Those it plays itself come before it.
  document.nested.delete(key);
  document.nested.set(key, read);
  return key;
}

function readSequence(document: Document, sequence: XmlElement): ImportedTimeline {
  const name = childText(sequence, 'name') ?? '';
  const rate = rateIn(sequence);
  if (rate === undefined) throw refuse('E_INTERCHANGE_FCP7', 'the sequence has no rate', `line ${sequence.line}`);
  const timecode = child(sequence, 'timecode');
  const startFrame = Math.max(0, wholeText(timecode, 'frame') ?? 0);
  const isDropping = childText(timecode, 'displayformat')?.trim() === 'DF';
  const dropFrame = isDropping && canDropFrame(rate);
  const losses = collectLosses({ rate, dropFrame }, startFrame);
  if (isDropping && !dropFrame) {
    const message = `drop-frame counting is not defined at ${rate.num}/${rate.den} fps and is ignored`;
    losses.add('start-timecode', 'detail', name, { line: sequence.line }, message);
  }
  const media = child(sequence, 'media');
  const size = sizeOf(descendant(media, 'video', 'format', 'samplecharacteristics'));
  const nest = (inner: XmlElement) => nestedKey(document, inner);
  const { files, groups } = document;
  const reader: ClipReader = { rate, frame: size ?? DEFAULT_SIZE, losses, files, groups, nest };
  const tracks = (kind: TrackKind) =>
    childrenNamed(child(media, kind), 'track').map((track, index) => readTrack(reader, track, kind, index));
  return {
    name,
    rate,
    startFrame,
    dropFrame,
    width: size?.width,
    height: size?.height,
    tracks: dropLoneLinks([...tracks('video').map(({ track }) => track), ...mergeExplodedSound(tracks('audio'))]),
    markers: readMarkers(sequence, (frame) => Math.max(0, frame)),
    metadata: keptMetadata(sequence.children.filter((part) => KEPT.has(part.name) && part.children.length > 0)),
    losses: losses.list,
  };
}

const KEPT: ReadonlySet<string> = new Set(['labels', 'logginginfo', 'comments', 'filmdata']);

function sizeOf(element: XmlElement | undefined): Size | undefined {
  const [width, height] = [numberText(element, 'width'), numberText(element, 'height')];
  if (width === undefined || height === undefined) return undefined;
  return width >= 1 && height >= 1 && width <= 65_536 && height <= 65_536
    ? { width: Math.round(width), height: Math.round(height) }
    : undefined;
}

/** A clip whose times, speeds or ticks lie beyond what can be counted is listed and left out. */
function boundedClip(
  { losses }: ClipReader,
  name: string,
  item: XmlElement,
  read: () => ImportedClip | undefined,
): ImportedClip | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    losses.add('media', 'cut', name, { line: item.line }, 'its times lie beyond any media; it is left out');
    return undefined;
  }
}

function readTrack(reader: ClipReader, track: XmlElement, kind: TrackKind, index: number): XmemlTrack {
  const label = `${kind === 'video' ? 'V' : 'A'}${index + 1}`;
  const { losses } = reader;
  const transitions = trackTransitions(track, reader.rate);
  const clips: ImportedClip[] = [];
  for (const item of track.children) {
    const name = childText(item, 'name') ?? '';
    if (item.name === 'transitionitem') {
      if (transitions.at.has(item)) continue;
      const place = losses.at(label, Math.max(0, wholeText(item, 'start') ?? 0), item.line);
      const effect = childText(child(item, 'effect'), 'name') ?? '';
      losses.add('transition', 'cut', effect, place, 'the transition stands at no clip and is left out');
    } else if (item.name === 'clipitem' || item.name === 'generatoritem') {
      const edges = edgesOf(item, transitions);
      if (edges === undefined || edges.end <= edges.start) {
        const message = 'it has no length on the timeline and is left out';
        losses.add('media', 'cut', name, { track: label, line: item.line }, message);
        continue;
      }
      const clip = boundedClip(reader, name, item, () => readClipItem(reader, item, edges, kind, label));
      if (clip !== undefined) clips.push(clip);
    } else if (item.name === 'filter') {
      const effect = childText(child(item, 'effect'), 'name') ?? '';
      losses.add('effect', 'cut', effect, { track: label, line: item.line }, 'an effect on a whole track is left out');
    }
  }
  const exploded = track.attributes.get('currentExplodedTrackIndex');
  return {
    explodedIndex: Number(exploded ?? '0'),
    isMarked: exploded !== undefined,
    track: {
      kind,
      name: track.attributes.get('MZ.TrackName') ?? childText(track, 'name') ?? label,
      enabled: !isOff(track, 'enabled'),
      locked: isOn(track, 'locked'),
      clips,
    },
  };
}
