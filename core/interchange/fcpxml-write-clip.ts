import { equalRational } from '../time/rational.ts';
import { frameOfTime } from '../time/rate.ts';
import { addSeconds, secondsOfFlicks, secondsOfFrame, ZERO_SECONDS, type Seconds } from '../time/seconds.ts';
import type { AudioClip, Marker, VideoClip } from '../timeline/timeline.ts';
import { loss, recordTimecode, type Cut, type CutClip, type CutTransition } from './export-cut.ts';
import { timeText } from './fcpxml-format.ts';
import { effectId, type Asset, type FcpDocument } from './fcpxml-resources.ts';
import type { LossPlace } from './handoff.ts';
import type { Merged } from './fcpxml-write-merge.ts';
import { pictureNodes } from './fcpxml-write-picture.ts';
import { channelNodes, soundNodes } from './fcpxml-write-sound.ts';
import { GENERATOR_START, timingOf, type Handles, type Timing } from './fcpxml-write-timing.ts';
import {
  BASIC_TITLE,
  captionPlacement,
  captionRole,
  listTitleLosses,
  textNodes,
  titlePosition,
} from './fcpxml-write-title.ts';
import { declaredRate, listSourceLosses, sourceStart } from './placement.ts';
import { leaf, node, type XmlNode } from './xml-write.ts';

/** One sequence while it is written. */
export type SequenceWriter = {
  readonly document: FcpDocument;
  readonly cut: Cut;
  readonly merged: Merged;
  /** The sound that rides on pictures. */
  readonly riding: ReadonlySet<CutClip>;
  /** Each track's transitions by the frame of their cut. */
  readonly cuts: {
    readonly video: readonly ReadonlyMap<number, CutTransition<VideoClip>>[];
    readonly audio: readonly ReadonlyMap<number, CutTransition<AudioClip>>[];
  };
  readonly handles: ReadonlyMap<CutClip, Handles>;
  /** The asset, compound or nested sequence a clip plays; undefined for titles. */
  readonly assetOf: (item: CutClip) => Asset | undefined;
};

/** Where an element is put, and what hangs on it. */
export type Placing = {
  readonly offset: Seconds;
  readonly lane?: number | undefined;
  readonly anchored?: readonly XmlNode[];
  /** Of the timeline; given on the main storyline only. */
  readonly markers?: readonly Marker[];
};

const NO_HANDLES: Handles = { before: 0, after: 0 };

/** Where a clip's own time starts. */
export function timingOfClip(writer: SequenceWriter, item: CutClip): Timing {
  const asset = writer.assetOf(item);
  if (asset === undefined) return { start: GENERATOR_START, conform: undefined, map: undefined };
  return timingOf(writer.cut, item, asset, writer.handles.get(item) ?? NO_HANDLES);
}

/** A clip as its element: title, still, clip of an asset or of a compound. */
export function clipNode(writer: SequenceWriter, item: CutClip, placing: Placing): XmlNode {
  const { cut, merged } = writer;
  const sound = item.clip.kind === 'audio' ? soundOf(item, item.clip) : merged.get(item);
  const picture = item.clip.kind === 'video' ? pictureOf(item, item.clip) : undefined;
  const timing = timingOfClip(writer, item);
  listClipLosses(writer, item, sound);
  const shared = {
    lane: placing.lane,
    offset: timeText(placing.offset),
    name: item.clip.name,
    start: timeText(timing.start),
    duration: timeText(secondsOfFrame(item.duration, cut.timeline.rate)),
    enabled: item.enabled ? undefined : 0,
  };
  const tail = [
    ...(placing.anchored ?? []),
    ...markerNodes(writer, item, placing.markers ?? [], timing.start, placing.markers !== undefined),
  ];
  const pictures = picture === undefined ? [] : pictureNodes(cut, picture, timing.start);
  const note = item.clip.note === '' ? undefined : leaf('note', item.clip.note);
  if (picture !== undefined && item.content?.kind === 'title') {
    const { title } = item.content;
    listTitleLosses(cut, picture, title, false);
    const ref = effectId(writer.document, BASIC_TITLE.name, BASIC_TITLE.uid);
    const text = textNodes(writer.document, title);
    return node('title', { ref, ...shared }, [titlePosition(cut, title), ...text, note, ...pictures, ...tail]);
  }
  const asset = writer.assetOf(item);
  const before = [note, timing.conform, timing.map, ...pictures];
  if (item.source.frames?.kind === 'still') return node('video', { ref: asset?.id, ...shared }, [...before, ...tail]);
  const isPartial = asset?.hasVideo === true && asset.hasAudio;
  const srcEnable = isPartial || item.content !== undefined ? usedPart(picture, sound) : undefined;
  const isCompound = asset?.element === 'ref-clip';
  return node(
    isCompound ? 'ref-clip' : 'asset-clip',
    { ref: asset?.id, ...shared, srcEnable, format: isCompound ? undefined : asset?.format },
    [
      ...before,
      ...(sound === undefined ? [] : soundNodes(cut, sound, timing.start)),
      ...tail,
      ...(sound === undefined || isCompound ? [] : channelNodes(item, sound.clip)),
    ],
  );
}

function soundOf(item: CutClip, clip: AudioClip): CutClip<AudioClip> {
  return { ...item, clip };
}

function pictureOf(item: CutClip, clip: VideoClip): CutClip<VideoClip> {
  return { ...item, clip };
}

function usedPart(picture: CutClip | undefined, sound: CutClip | undefined): 'audio' | 'video' | undefined {
  if (picture === undefined) return 'audio';
  return sound === undefined ? 'video' : undefined;
}

function listClipLosses(writer: SequenceWriter, item: CutClip, sound: CutClip<AudioClip> | undefined): void {
  const { cut } = writer;
  const { clip } = item;
  if (item.content?.kind !== 'title') {
    const from = sourceStart(item, declaredRate(item.source) ?? cut.timeline.rate);
    listSourceLosses(cut, item, from);
    // Sound that rides on its picture starts on the grid of the one rate that the format is told.
    if (
      sound !== undefined &&
      sound.clip !== clip &&
      !equalRational(secondsOfFlicks(sound.clip.sourceIn), from.seconds)
    ) {
      const message =
        'it starts with its picture on the grid of one steady rate, less than a frame from where it should';
      cut.losses.push(loss('source-in', 'detail', sound.clip.name, sound.place, message));
    }
  }
}

/** Markers of a sequence in an element's own time, and those of the clip itself and of the sound that rides on it. */
function markerNodes(
  writer: SequenceWriter,
  item: CutClip,
  ofSequence: readonly Marker[],
  start: Seconds,
  isMain: boolean,
): readonly XmlNode[] {
  const { rate } = writer.cut.timeline;
  const sound = item.clip.kind === 'video' ? writer.merged.get(item) : undefined;
  const add = (marker: Marker, message: string) =>
    writer.cut.losses.push(loss('marker', 'detail', marker.name, item.place, message));
  const own = [...(item.clip.markers ?? []), ...(sound?.clip.markers ?? [])].flatMap((marker) => {
    const at = frameOfTime(marker.at, rate, 'nearest');
    if (at < 0 || at >= item.duration) {
      add(marker, 'it lies outside its clip, where FCPXML has nothing to hold it');
      return [];
    }
    return [markerNode(writer.cut, marker, addSeconds(start, secondsOfFrame(at, rate)), item.place)];
  });
  listMovedMarkers(writer.cut, item, sound, isMain);
  const shared = ofSequence.map((marker) => {
    const at = frameOfTime(marker.at, rate, 'nearest') - item.recordIn;
    return markerNode(writer.cut, marker, addSeconds(start, secondsOfFrame(at, rate)), markerPlace(writer.cut, marker));
  });
  return [...shared, ...own];
}

/** Markers that are read back elsewhere: those of the main storyline, and of sound that rides on a picture. */
function listMovedMarkers(
  { timeline, losses }: Cut,
  item: CutClip,
  sound: CutClip<AudioClip> | undefined,
  isMain: boolean,
): void {
  const onMain = 'FCPXML has markers of clips only: on the main storyline it is read as one of the timeline';
  const onSound = 'it becomes a marker of the picture that its sound rides on';
  const list = (clip: CutClip, message: string) => {
    for (const marker of clip.clip.markers ?? []) {
      const at = item.recordIn + frameOfTime(marker.at, timeline.rate, 'nearest');
      const places: readonly LossPlace[] = [
        clip.place,
        ...(clip === item ? [] : [item.place]),
        ...(isMain ? [{ timecode: recordTimecode(timeline, at) }] : []),
      ];
      for (const place of places) losses.push(loss('marker', 'detail', marker.name, place, message));
    }
  };
  if (isMain) list(item, onMain);
  if (sound !== undefined) list(sound, isMain ? onMain : onSound);
}

/** Where a marker of the timeline stands. */
export function markerPlace({ timeline }: Cut, marker: Marker): LossPlace {
  return { timecode: recordTimecode(timeline, frameOfTime(marker.at, timeline.rate, 'nearest')) };
}

/** Final Cut's kinds of markers by colour: to-do red, done green, chapters orange, all else plain. */
export function markerNode(cut: Cut, marker: Marker, start: Seconds, where: LossPlace): XmlNode {
  const { rate } = cut.timeline;
  const frames = Math.max(1, frameOfTime(marker.duration, rate, 'nearest'));
  const note = marker.note === '' ? undefined : marker.note;
  const shared = { start: timeText(start), duration: timeText(secondsOfFrame(frames, rate)), value: marker.name };
  if (!['blue', 'red', 'green', 'orange'].includes(marker.colour)) {
    const message = `Final Cut has no ${marker.colour} markers: it is read as a plain one`;
    cut.losses.push(loss('marker', 'detail', marker.name, where, message));
  }
  if (marker.colour === 'orange') return node('chapter-marker', { ...shared, note });
  const completed = marker.colour === 'red' ? 0 : marker.colour === 'green' ? 1 : undefined;
  return node('marker', { ...shared, completed, note });
}

/** A title of a caption track, connected to whatever lies below it. */
export function captionNode(
  writer: SequenceWriter,
  item: CutClip<VideoClip>,
  language: string,
  placing: Placing,
): XmlNode | undefined {
  if (item.content?.kind !== 'title') return undefined;
  const { title } = item.content;
  listTitleLosses(writer.cut, item, title, true);
  for (const marker of item.clip.markers ?? []) {
    writer.cut.losses.push(loss('marker', 'detail', marker.name, item.place, 'captions of FCPXML have no markers'));
  }
  return node(
    'caption',
    {
      lane: placing.lane,
      offset: timeText(placing.offset),
      name: item.clip.name,
      start: timeText(ZERO_SECONDS),
      duration: timeText(secondsOfFrame(item.duration, writer.cut.timeline.rate)),
      enabled: item.enabled ? undefined : 0,
      role: captionRole(language),
    },
    [
      ...textNodes(writer.document, title, captionPlacement(title)),
      item.clip.note === '' ? undefined : leaf('note', item.clip.note),
    ],
  );
}
