import { isFrameAligned } from '../time/rate.ts';
import type { Clip } from '../timeline/timeline.ts';
import { demandTimebase, loss, type Cut } from './export-cut.ts';
import { generatorFrames, speedFilter, timingOf, type ClipTiming } from './fcp7-clip-write.ts';
import { pictureFilters, soundFilters } from './fcp7-effects-write.ts';
import { fileNode, fileNumber, type Files } from './fcp7-file-write.ts';
import { markerNode } from './fcp7-marker-write.ts';
import { keptNodes } from './fcp7-kept-write.ts';
import { audioCharacteristics, flag, pictureCharacteristics, rateNode, timecodeNode } from './fcp7-rate-write.ts';
import { titleEffect } from './fcp7-title-write.ts';
import { layTracks, linkNodes, type Placed, type PlacedTrack } from './fcp7-tracks.ts';
import { fadeNode, transitionNode } from './fcp7-transition-write.ts';
import { leaf, node, writeXml, type XmlNode } from './xml-write.ts';

type Writer = {
  readonly files: Files;
  readonly nextId: () => string;
  /** Ids of nested sequences; each is described where it is first played. */
  readonly sequences: Map<string, string>;
};

/** One sequence while its clips are written. */
type Sequence = {
  readonly writer: Writer;
  readonly cut: Cut;
  readonly links: ReadonlyMap<Placed, readonly XmlNode[]>;
};

/**
 * Writes Final Cut Pro 7 XML as the profile's program reads it (version, retimed `in` points, turned files): tracks,
 * clips with their exact source times, transitions as they play, motion, crop, opacity, levels and pan with key frames,
 * titles as generators, nested sequences, markers, links. What it cannot hold joins the cut's losses.
 *
 * @throws MontageError E_INTERCHANGE_RATE for rates that are no whole number of frames per second
 */
export function writeFcp7(cut: Cut): string {
  demandTimebase(cut.timeline, 'fcp7');
  let ids = 0;
  const writer: Writer = {
    files: { numbers: new Map(), described: new Set() },
    nextId: () => {
      ids += 1;
      return `clipitem-${ids}`;
    },
    sequences: new Map([[cut.timeline.id, 'sequence-1']]),
  };
  const version = String(cut.profile.xmemlVersion);
  return writeXml(node('xmeml', { version }, [sequenceNode(writer, cut, 'sequence-1')]));
}

function sequenceNode(writer: Writer, cut: Cut, id: string): XmlNode {
  const { timeline } = cut;
  const placement = layTracks(cut, writer.nextId);
  const sequence: Sequence = { writer, cut, links: linkNodes(placement) };
  listUnheld(cut);
  const video = placement.video.map((track) => trackNode(sequence, track, 'video'));
  const audio = placement.audio.map((track) => trackNode(sequence, track, 'audio'));
  return node('sequence', { id }, [
    leaf('name', timeline.name),
    leaf('duration', cut.length),
    rateNode(timeline.rate),
    timecodeNode(timeline.startFrame, timeline.rate, timeline.dropFrame),
    node('media', {}, [
      node('video', {}, [
        // Without it Resolve drops the sequence.
        node('format', {}, [pictureCharacteristics(timeline.rate, timeline.width, timeline.height)]),
        ...video,
      ]),
      node('audio', {}, [
        leaf('numOutputChannels', 2),
        node('format', {}, [audioCharacteristics(48_000)]),
        node('outputs', {}, [outputGroup(1), outputGroup(2)]),
        ...audio,
      ]),
    ]),
    ...timeline.markers.map((marker) => markerNode(marker, timeline.rate, 0)),
    ...keptNodes(timeline.metadata, KEPT_OF_SEQUENCES),
  ]);
}

const KEPT_OF_SEQUENCES: ReadonlySet<string> = new Set(['labels', 'logginginfo', 'comments', 'filmdata']);
const KEPT_OF_CLIPS: ReadonlySet<string> = new Set([
  ...['alphatype', 'anamorphic', 'pixelaspectratio', 'fielddominance', 'labels', 'comments', 'colorinfo', 'filter'],
  ...['itemhistory', 'filmdata', 'syncoffset', 'mediaSource', 'fcp'],
]);

/** What sequences and their tracks hold here and not there. */
function listUnheld(cut: Cut): void {
  for (const { track, label } of [...cut.video, ...cut.audio]) {
    if (track.syncLock === false) {
      const message = 'FCP7 XML does not say which tracks ripple';
      cut.losses.push(loss('track-state', 'detail', track.name, { track: label }, message));
    }
  }
}

function outputGroup(index: number): XmlNode {
  return node('group', {}, [
    leaf('index', index),
    leaf('numchannels', 1),
    leaf('downmix', 0),
    node('channel', {}, [leaf('index', index)]),
  ]);
}

const TRACK_TYPES: Readonly<Record<number, string>> = { 1: 'Mono', 2: 'Stereo', 6: '5.1' };

function trackNode<C extends Clip>(sequence: Sequence, placed: PlacedTrack<C>, kind: 'video' | 'audio'): XmlNode {
  const { track, explodedIndex, explodedCount } = placed;
  const { rate } = sequence.cut.timeline;
  const exploded =
    kind === 'video'
      ? {}
      : {
          currentExplodedTrackIndex: explodedIndex,
          totalExplodedTrackCount: explodedCount,
          premiereTrackType: TRACK_TYPES[explodedCount],
        };
  return node('track', { 'MZ.TrackName': track.name === '' ? undefined : track.name, ...exploded }, [
    ...placed.items.map((item) => {
      if (item.kind === 'transition') return transitionNode(item.transition, kind, rate);
      return item.kind === 'fade' ? fadeNode(item, rate) : itemNode(sequence, item.placed, explodedCount);
    }),
    leaf('enabled', flag(track.enabled)),
    leaf('locked', flag(track.locked)),
    kind === 'video' ? undefined : leaf('outputchannelindex', explodedIndex + 1),
  ]);
}

function itemNode(sequence: Sequence, placed: Placed, channels: number): XmlNode {
  const { cut } = sequence;
  const { item } = placed;
  const timing = timingOf(cut, placed);
  const title = item.content?.kind === 'title' ? item.content.title : undefined;
  const head = [
    leaf('name', item.clip.name),
    leaf('enabled', flag(item.clip.enabled)),
    leaf('duration', title === undefined ? timing.duration : generatorFrames(cut.timeline.rate)),
    rateNode(cut.timeline.rate),
    leaf('start', timing.start),
    leaf('end', timing.end),
    leaf('in', timing.in),
    leaf('out', timing.out),
  ];
  if (title !== undefined) {
    return node('generatoritem', { id: placed.id }, [
      ...head,
      titleEffect(cut, item, title),
      ...tailOf(sequence, placed, timing),
    ]);
  }
  const sound = item.clip.kind === 'audio';
  const type = channels === 1 ? 'mono' : channels === 2 ? 'stereo' : undefined;
  return node('clipitem', { id: placed.id, premiereChannelType: sound ? type : undefined }, [
    leaf('masterclipid', masterClip(sequence, placed)),
    ...head,
    leaf('pproTicksIn', timing.ticksIn),
    leaf('pproTicksOut', timing.ticksOut),
    ...(timing.held === undefined ? [] : [leaf('stillframe', 'TRUE'), leaf('stillframeoffset', timing.held)]),
    playedNode(sequence, placed),
    sound ? node('sourcetrack', {}, [leaf('mediatype', 'audio'), leaf('trackindex', placed.sourceChannel)]) : undefined,
    ...tailOf(sequence, placed, timing),
  ]);
}

function masterClip({ writer }: Sequence, { item }: Placed): string {
  return item.content?.kind === 'nested'
    ? `masterclip-${item.clip.mediaId}`
    : `masterclip-${fileNumber(writer.files, item.media)}`;
}

/** The file, or the nested sequence: each described once and named by id afterwards. */
function playedNode({ writer, cut }: Sequence, { item }: Placed): XmlNode {
  if (item.content?.kind !== 'nested') return fileNode(writer.files, cut, item);
  const { timeline } = item.content;
  const known = writer.sequences.get(timeline.id);
  if (known !== undefined) return node('sequence', { id: known });
  const id = `sequence-${writer.sequences.size + 1}`;
  writer.sequences.set(timeline.id, id);
  const nested = cut.nested(timeline);
  demandTimebase(timeline, 'fcp7');
  return sequenceNode(writer, nested, id);
}

/** What stands behind a clip's media: filters, links, markers, notes, and what was kept for it. */
function tailOf({ cut, links }: Sequence, placed: Placed, timing: ClipTiming): readonly (XmlNode | undefined)[] {
  const { item } = placed;
  const { clip } = item;
  const { rate } = cut.timeline;
  const target = { cut, origin: timing.origin, isFirst: placed.channel === 0 };
  listFadeLosses(cut, placed);
  const filters =
    clip.kind === 'video'
      ? pictureFilters({ ...target, item: { ...item, clip } })
      : soundFilters({ ...target, item: { ...item, clip } });
  const blend = clip.kind === 'video' ? clip.blend : undefined;
  return [
    speedFilter(cut, placed, timing),
    ...filters,
    blend === undefined || blend === 'normal' ? undefined : leaf('compositemode', blend),
    ...(links.get(placed) ?? []),
    ...(clip.markers ?? []).map((marker) => markerNode(marker, rate, timing.origin)),
    clip.note === '' ? undefined : node('logginginfo', {}, [leaf('lognote', clip.note)]),
    ...keptNodes(clip.metadata, KEPT_OF_CLIPS),
  ];
}

/** A sound's fades that are cut to whole frames, or stand where a transition does. */
function listFadeLosses(cut: Cut, placed: Placed): void {
  const { clip, place } = placed.item;
  if (clip.kind !== 'audio' || placed.channel > 0) return;
  const { rate } = cut.timeline;
  for (const [fade, transition] of [
    [clip.fadeIn, placed.head],
    [clip.fadeOut, placed.tail],
  ] as const) {
    if (fade === 0) continue;
    if (transition !== undefined) {
      cut.losses.push(loss('fade', 'cut', clip.name, place, 'its fade is lost where its transition stands'));
    } else if (clip.fadeIn + clip.fadeOut > clip.duration || !isFrameAligned(fade, rate)) {
      cut.losses.push(loss('fade', 'detail', clip.name, place, 'its fade is cut to whole frames inside the clip'));
    }
  }
}
