import type { Rate } from '../time/rate.ts';
import { secondsOfFrame, type Seconds } from '../time/seconds.ts';
import type { Size } from './fcp7-effects-read.ts';
import { numberText, rateIn, wholeText } from './fcp7-values.ts';
import type { DeclaredMedia, MediaReference } from './handoff.ts';
import { namedMedia } from './imported.ts';
import { nameOfMediaUrl, pathOfMediaUrl } from './media-path.ts';
import { child, childText, childrenNamed, descendant, type XmlElement } from './xml-read.ts';

/** A clip's file as xmeml describes it, at one of its uses. */
export type ReadFile = {
  readonly media: MediaReference;
  readonly rate: Rate | undefined;
  readonly length: Seconds | undefined;
  readonly size: Size | undefined;
  readonly isStill: boolean;
};

const STILLS = /\.(?:png|jpe?g|tiff?|psd|bmp|gif|webp|heic|heif|exr|dpx|tga|svg)$/i;

/** Files are described at one use and named by id at the others. */
export function readFile(files: ReadonlyMap<string, XmlElement>, item: XmlElement, clipName: string): ReadFile {
  const own = child(item, 'file');
  const file = own === undefined || own.children.length > 0 ? own : files.get(own.attributes.get('id') ?? '');
  const rate = rateIn(file);
  const frames = wholeText(file, 'duration');
  const length = rate === undefined || frames === undefined || frames < 1 ? undefined : secondsOfFrame(frames, rate);
  const size = sizeOf(file);
  const url = childText(file, 'pathurl');
  const name = childText(file, 'name') ?? (url === undefined ? clipName : nameOfMediaUrl(url));
  const isStill = STILLS.test(url ?? name);
  const declared = declaredOf(file, { rate, length: isStill ? undefined : length, size, isStill });
  const reel = childText(descendant(file, 'timecode', 'reel'), 'name');
  const media: MediaReference =
    url === undefined ? { ...namedMedia(name), declared } : { name, url, path: pathOfMediaUrl(url), reel, declared };
  return { media, rate, length, size, isStill };
}

function sizeOf(file: XmlElement | undefined): Size | undefined {
  const characteristics = descendant(file, 'media', 'video', 'samplecharacteristics');
  const width = numberText(characteristics, 'width') ?? numberText(file, 'width');
  const height = numberText(characteristics, 'height') ?? numberText(file, 'height');
  if (width === undefined || height === undefined) return undefined;
  return width >= 1 && height >= 1 && width <= 65_536 && height <= 65_536 ? { width, height } : undefined;
}

function declaredOf(
  file: XmlElement | undefined,
  known: {
    readonly rate: Rate | undefined;
    readonly length: Seconds | undefined;
    readonly size: Size | undefined;
    readonly isStill: boolean;
  },
): DeclaredMedia | undefined {
  if (file === undefined) return undefined;
  const timecode = child(file, 'timecode');
  const start = wholeText(timecode, 'frame');
  const startRate = rateIn(timecode) ?? known.rate;
  const sound = childrenNamed(child(file, 'media'), 'audio');
  const sampleRateHz = sound.map((one) => numberText(child(one, 'samplecharacteristics'), 'samplerate')).find(Boolean);
  return {
    ...(start !== undefined && startRate !== undefined && { start: secondsOfFrame(start, startRate) }),
    ...(childText(timecode, 'displayformat')?.trim() === 'DF' && { dropFrame: true }),
    ...(known.length !== undefined && { duration: known.length }),
    ...(known.isStill && { still: true }),
    ...(known.size !== undefined && { width: known.size.width, height: known.size.height }),
    ...(sound.length > 0 && { audio: sound.map((one) => Math.max(1, wholeText(one, 'channelcount') ?? 2)) }),
    ...(sampleRateHz !== undefined && { sampleRateHz }),
  };
}
