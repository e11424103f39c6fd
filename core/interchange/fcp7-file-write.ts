import { primaryVideo, type Media, type MediaId } from '../media/media.ts';
import { canDropFrame, frameOfTime, nominalFps, type Rate } from '../time/rate.ts';
import { framesInSeconds, secondsOfFrame, type Seconds } from '../time/seconds.ts';
import { loss, type Cut, type CutClip } from './export-cut.ts';
import { writtenSize } from './fcp7-effects-write.ts';
import { audioCharacteristics, pictureCharacteristics, rateNode, timecodeNode } from './fcp7-rate-write.ts';
import { mediaUrlOf } from './media-url.ts';
import { declaredFrameCount, declaredRate, mediaStart } from './placement.ts';
import { leaf, node, type XmlNode } from './xml-write.ts';

/** Long enough for any use of a still: 12 hours, as Premiere writes it. */
const STILL_HOURS = 12;

/** Numbers of files in document order; a file is described where it first appears. */
export type Files = { readonly numbers: Map<MediaId, number>; readonly described: Set<MediaId> };

/** The number under which a file and its master clip are known. */
export function fileNumber({ numbers }: Files, media: Media): number {
  const known = numbers.get(media.id);
  if (known !== undefined) return known;
  numbers.set(media.id, numbers.size + 1);
  return numbers.size;
}

/** The rate a file's frames are counted at: its own, else the sequence's. */
function fileRate(cut: Cut, item: CutClip): Rate {
  return declaredRate(item.source) ?? cut.timeline.rate;
}

/** The media's length in frames of the file's rate, at least one. */
function mediaFrames(cut: Cut, item: CutClip): number {
  const { source } = item;
  const rate = fileRate(cut, item);
  if (source.frames?.kind === 'still') return STILL_HOURS * 3600 * nominalFps(rate);
  if (source.frames !== undefined) return declaredFrameCount(source, rate);
  return source.audio === undefined ? 1 : Math.max(1, frameOfTime(source.audio.end, rate, 'ceil'));
}

/** The length that the file's description states. */
export function statedLength(cut: Cut, item: CutClip): Seconds {
  return secondsOfFrame(mediaFrames(cut, item), fileRate(cut, item));
}

/** Described at first use, in document order; later uses name its id. */
export function fileNode(files: Files, cut: Cut, item: CutClip): XmlNode {
  const { media } = item;
  const id = `file-${fileNumber(files, media)}`;
  if (files.described.has(media.id)) return node('file', { id });
  files.described.add(media.id);
  const own = declaredRate(item.source);
  const rate = fileRate(cut, item);
  const start = framesInSeconds(mediaStart(media, own), rate, 'nearest');
  const dropFrame = media.timecode?.dropFrame === true && canDropFrame(rate);
  return node('file', { id }, [
    leaf('name', media.name),
    leaf('pathurl', pathUrl(cut, item)),
    rateNode(rate),
    leaf('duration', mediaFrames(cut, item)),
    timecodeNode(start, rate, dropFrame, media.timecode?.reel),
    node('media', {}, [
      pictureNode(cut, item, own),
      ...media.audio.map((stream) =>
        node('audio', {}, [audioCharacteristics(stream.sampleRateHz), leaf('channelcount', stream.channels)]),
      ),
    ]),
  ]);
}

function pictureNode(cut: Cut, item: CutClip, rate: Rate | undefined): XmlNode | undefined {
  const stream = item.source.frames === undefined ? undefined : primaryVideo(item.media);
  if (stream === undefined) return undefined;
  const { width, height } = writtenSize(cut, stream);
  return node('video', {}, [pictureCharacteristics(rate, width, height)]);
}

function pathUrl(cut: Cut, item: CutClip): string {
  const url = mediaUrlOf(item.media.path, 'xmeml');
  if (url.kind === 'url') return url.url;
  const message = 'its path is unknown, relative or on a network share, so only the name is written';
  cut.losses.push(loss('path', 'cut', item.media.name, item.place, message));
  return encodeURIComponent(item.media.name.toWellFormed());
}
