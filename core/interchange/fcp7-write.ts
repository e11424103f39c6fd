import { displaySize, primaryVideo, type Media, type MediaId } from '../media/media.ts';
import { canDropFrame, frameOfTime, nominalFps, type Rate } from '../time/rate.ts';
import { equalRational, formatRational } from '../time/rational.ts';
import { formatTimecode } from '../time/timecode.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { demandTimebase, loss, type Cut, type CutClip } from './export-cut.ts';
import { channelsOfStream } from '../media/channels.ts';
import { layTracks, linkNodes, type Placed, type PlacedTrack } from './fcp7-tracks.ts';
import { mediaUrlOf } from './media-url.ts';
import {
  declaredFrameCount,
  declaredRate,
  frameOnGrid,
  listSourceLosses,
  mediaStart,
  sourceLength,
} from './placement.ts';
import {
  addSeconds,
  framesInSeconds,
  isWholeFrames,
  multiplySeconds,
  secondsOfFlicks,
  secondsOfFrame,
  type Seconds,
} from '../time/seconds.ts';
import { fractionOfDecimal, percentText } from '../time/speed-text.ts';
import { leaf, node, writeXml, type XmlNode } from './xml-write.ts';

/** Premiere's unit of time; a whole number in one frame of every listed rate. */
const TICKS_PER_SECOND = 254_016_000_000;

/** Long enough for any use of a still: 12 hours, as Premiere writes it. */
const STILL_HOURS = 12;

type Writer = {
  readonly cut: Cut;
  readonly fileIds: Map<MediaId, string>;
  readonly links: ReadonlyMap<Placed, readonly XmlNode[]>;
};

/**
 * Writes Final Cut Pro 7 XML (xmeml 4). `in` and `out` count on the sequence's grid from the file's first frame;
 * `pproTicksIn`/`Out` carry the exact source time, which Premiere reads.
 *
 * @throws MontageError E_INTERCHANGE_RATE for rates that are no whole number of frames per second
 */
export function writeFcp7(cut: Cut): string {
  const { timeline } = cut;
  demandTimebase(timeline, 'fcp7');
  const tracks = layTracks(cut);
  const writer: Writer = { cut, fileIds: new Map(), links: linkNodes(tracks) };
  const video = tracks.filter((track) => track.kind === 'video').map((track) => trackNode(writer, track));
  const audio = tracks.filter((track) => track.kind === 'audio').map((track) => trackNode(writer, track));
  const sequence = node('sequence', { id: 'sequence-1' }, [
    leaf('name', timeline.name),
    leaf('duration', cut.length),
    rateNode(timeline.rate),
    timecodeNode(timeline.startFrame, timeline.rate, timeline.dropFrame),
    node('media', {}, [
      node('video', {}, [videoFormat(timeline), ...video]),
      node('audio', {}, [
        leaf('numOutputChannels', 2),
        node('format', {}, [audioCharacteristics(48_000)]),
        node('outputs', {}, [outputGroup(1), outputGroup(2)]),
        ...audio,
      ]),
    ]),
    ...timeline.markers.map((marker) =>
      node('marker', {}, [
        leaf('comment', marker.note),
        leaf('name', marker.name),
        leaf('in', frameOfTime(marker.at, timeline.rate, 'nearest')),
        leaf(
          'out',
          marker.duration === 0
            ? -1
            : frameOfTime(marker.at, timeline.rate, 'nearest') + frameOfTime(marker.duration, timeline.rate, 'nearest'),
        ),
      ]),
    ),
  ]);
  return writeXml(node('xmeml', { version: '4' }, [sequence]));
}

function flag(value: boolean): string {
  return value ? 'TRUE' : 'FALSE';
}

function rateNode(rate: Rate): XmlNode {
  return node('rate', {}, [leaf('timebase', nominalFps(rate)), leaf('ntsc', flag(rate.den === 1001))]);
}

function timecodeNode(frame: number, rate: Rate, dropFrame: boolean, reel?: string): XmlNode {
  return node('timecode', {}, [
    rateNode(rate),
    leaf('string', formatTimecode(frame, { rate, dropFrame })),
    leaf('frame', frame),
    leaf('displayformat', dropFrame ? 'DF' : 'NDF'),
    reel === undefined ? undefined : node('reel', {}, [leaf('name', reel)]),
  ]);
}

function pictureCharacteristics(rate: Rate | undefined, width: number, height: number): XmlNode {
  return node('samplecharacteristics', {}, [
    rate === undefined ? undefined : rateNode(rate),
    leaf('width', width),
    leaf('height', height),
    leaf('anamorphic', 'FALSE'),
    leaf('pixelaspectratio', 'square'),
    leaf('fielddominance', 'none'),
  ]);
}

/** Without it Resolve drops the sequence. */
function videoFormat(timeline: Timeline): XmlNode {
  return node('format', {}, [pictureCharacteristics(timeline.rate, timeline.width, timeline.height)]);
}

function audioCharacteristics(sampleRateHz: number): XmlNode {
  return node('samplecharacteristics', {}, [leaf('depth', 16), leaf('samplerate', sampleRateHz)]);
}

function outputGroup(index: number): XmlNode {
  return node('group', {}, [
    leaf('index', index),
    leaf('numchannels', 1),
    leaf('downmix', 0),
    node('channel', {}, [leaf('index', index)]),
  ]);
}

function trackNode(writer: Writer, track: PlacedTrack): XmlNode {
  const exploded =
    track.kind === 'video'
      ? {}
      : {
          currentExplodedTrackIndex: track.explodedIndex,
          totalExplodedTrackCount: track.explodedCount,
          premiereTrackType: track.explodedCount === 2 ? 'Stereo' : track.explodedCount === 1 ? 'Mono' : undefined,
        };
  return node('track', exploded, [
    ...track.items.map((item) => clipItem(writer, item, track.explodedCount)),
    leaf('enabled', flag(track.enabled)),
    leaf('locked', flag(track.locked)),
    track.kind === 'video' ? undefined : leaf('outputchannelindex', track.explodedIndex + 1),
  ]);
}

/** Where a clip's source starts: on the sequence's grid, and exactly. */
function sourceIn(writer: Writer, placed: Placed): { readonly frame: number; readonly seconds: Seconds } {
  const { cut } = writer;
  const { rate } = cut.timeline;
  const { item } = placed;
  const { clip, source } = item;
  if (clip.kind === 'audio') {
    const seconds = secondsOfFlicks(clip.sourceIn);
    if (!isWholeFrames(seconds, rate) && placed.channel === 0) {
      const message =
        "programs that ignore Premiere's ticks start its sound up to a frame later, together with its picture";
      cut.losses.push(loss('source-in', 'detail', clip.name, item.place, message));
    }
    return { frame: framesInSeconds(seconds, rate, 'ceil'), seconds };
  }
  if (source.frames === undefined) return { frame: 0, seconds: secondsOfFrame(0, rate) };
  const grid = frameOnGrid(source.frames, clip.sourceIn, rate);
  const own = frameOnGrid(source.frames, clip.sourceIn, declaredRate(source) ?? rate);
  listSourceLosses(cut, item, { seconds: secondsOfFrame(grid.frame, rate), exact: grid.exact });
  return { frame: grid.frame, seconds: secondsOfFrame(own.frame, declaredRate(source) ?? rate) };
}

function ticks(seconds: Seconds): string {
  return String((BigInt(seconds.num) * BigInt(TICKS_PER_SECOND)) / BigInt(seconds.den));
}

function clipItem(writer: Writer, placed: Placed, channels: number): XmlNode {
  const { rate } = writer.cut.timeline;
  const { item } = placed;
  const { clip, media } = item;
  const { frame, seconds } = sourceIn(writer, placed);
  const used = multiplySeconds(secondsOfFrame(item.duration, rate), clip.speed);
  const isSound = clip.kind === 'audio';
  return node(
    'clipitem',
    {
      id: placed.id,
      premiereChannelType: isSound && channels === 2 ? 'stereo' : isSound && channels === 1 ? 'mono' : undefined,
    },
    [
      leaf('masterclipid', `masterclip-${fileNumber(writer, media)}`),
      leaf('name', clip.name),
      leaf('enabled', flag(clip.enabled)),
      leaf('duration', sequenceFrames(item, rate)),
      rateNode(rate),
      leaf('start', item.recordIn),
      leaf('end', item.recordIn + item.duration),
      leaf('in', frame),
      leaf('out', frame + item.duration),
      leaf('pproTicksIn', ticks(seconds)),
      leaf('pproTicksOut', ticks(addSeconds(seconds, used))),
      fileNode(writer, item),
      isSound ? sourceTrack(item, clip.streamOrdinal, placed.channel) : undefined,
      clip.speed.num === clip.speed.den ? undefined : speedFilter(writer.cut, placed),
      clip.kind === 'audio' && clip.gainDb !== 0 ? levelFilter(clip.gainDb) : undefined,
      clip.kind === 'video' && clip.opacity !== 1 ? opacityFilter(clip.opacity) : undefined,
      ...(writer.links.get(placed) ?? []),
      clip.note === '' ? undefined : node('logginginfo', {}, [leaf('lognote', clip.note)]),
    ],
  );
}

function sourceTrack(item: CutClip, ordinal: number, channel: number): XmlNode {
  return node('sourcetrack', {}, [
    leaf('mediatype', 'audio'),
    leaf('trackindex', channelsOfStream(item.media, ordinal)[channel] ?? channel + 1),
  ]);
}

/** The media's length in frames of a rate, at least one. */
function mediaFrames(item: CutClip, rate: Rate): number {
  const { source } = item;
  if (source.frames?.kind === 'still') return STILL_HOURS * 3600 * nominalFps(rate);
  if (source.frames !== undefined) return declaredFrameCount(source, rate);
  return source.audio === undefined ? 1 : Math.max(1, frameOfTime(source.audio.end, rate, 'floor'));
}

/** The same on the sequence's grid, rounded up so that no `out` lies behind it. */
function sequenceFrames(item: CutClip, rate: Rate): number {
  const own = declaredRate(item.source);
  if (item.source.frames?.kind === 'still') return mediaFrames(item, rate);
  return Math.max(1, framesInSeconds(sourceLength(item.source, own), rate, 'ceil'));
}

function fileNumber(writer: Writer, media: Media): number {
  const known = [...writer.fileIds.keys()].indexOf(media.id);
  return known === -1 ? writer.fileIds.size + 1 : known + 1;
}

/** Described at first use, in document order; later uses name its id. */
function fileNode(writer: Writer, item: CutClip): XmlNode {
  const { media, source } = item;
  const known = writer.fileIds.get(media.id);
  if (known !== undefined) return node('file', { id: known });
  const id = `file-${fileNumber(writer, media)}`;
  writer.fileIds.set(media.id, id);
  const own = declaredRate(source);
  const rate = own ?? writer.cut.timeline.rate;
  const start = framesInSeconds(mediaStart(media, own), rate, 'nearest');
  const dropFrame = media.timecode?.dropFrame === true && canDropFrame(rate);
  return node('file', { id }, [
    leaf('name', media.name),
    leaf('pathurl', pathUrl(writer.cut, item)),
    rateNode(rate),
    leaf('duration', mediaFrames(item, rate)),
    timecodeNode(start, rate, dropFrame, media.timecode?.reel),
    node('media', {}, [
      pictureNode(item, own),
      ...media.audio.map((stream) =>
        node('audio', {}, [audioCharacteristics(stream.sampleRateHz), leaf('channelcount', stream.channels)]),
      ),
    ]),
  ]);
}

function pictureNode(item: CutClip, rate: Rate | undefined): XmlNode | undefined {
  const stream = item.source.frames === undefined ? undefined : primaryVideo(item.media);
  if (stream === undefined) return undefined;
  const { width, height } = displaySize(stream);
  return node('video', {}, [pictureCharacteristics(rate, width, height)]);
}

function pathUrl(cut: Cut, item: CutClip): string {
  const url = mediaUrlOf(item.media.path, 'xmeml');
  if (url.kind === 'url') return url.url;
  const message = 'its path is on a network share or relative, so only the name is written';
  cut.losses.push(loss('path', 'cut', item.media.name, item.place, message));
  return encodeURIComponent(item.media.name);
}

function parameter(id: string, name: string, value: string): XmlNode {
  return node('parameter', {}, [leaf('parameterid', id), leaf('name', name), leaf('value', value)]);
}

function effect(
  name: string,
  id: string,
  category: string,
  type: string,
  media: string,
  parameters: readonly XmlNode[],
): XmlNode {
  const head = [leaf('name', name), leaf('effectid', id), leaf('effectcategory', category), leaf('effecttype', type)];
  return node('filter', {}, [node('effect', {}, [...head, leaf('mediatype', media), ...parameters])]);
}

function speedFilter(cut: Cut, placed: Placed): XmlNode {
  const { clip, place } = placed.item;
  const percent = percentText(clip.speed);
  const readBack = fractionOfDecimal(percent, 100);
  if (placed.channel === 0 && (readBack === undefined || !equalRational(readBack, clip.speed))) {
    const message = `its speed of ${formatRational(clip.speed)} is rounded to ${percent} per cent`;
    cut.losses.push(loss('speed', 'detail', clip.name, place, message));
  }
  return effect('Time Remap', 'timeremap', 'motion', 'motion', clip.kind, [
    parameter('variablespeed', 'variablespeed', '0'),
    parameter('speed', 'speed', percent),
    parameter('reverse', 'reverse', 'FALSE'),
    parameter('frameblending', 'frameblending', 'FALSE'),
  ]);
}

/** `level` is a factor of amplitude. */
function levelFilter(gainDb: number): XmlNode {
  const level = (10 ** (gainDb / 20)).toFixed(6);
  return effect('Audio Levels', 'audiolevels', 'audiolevels', 'audiolevels', 'audio', [
    parameter('level', 'Level', level),
  ]);
}

function opacityFilter(opacity: number): XmlNode {
  const percent = String(Number((opacity * 100).toFixed(4)));
  return effect('Opacity', 'opacity', 'motion', 'motion', 'video', [parameter('opacity', 'opacity', percent)]);
}
