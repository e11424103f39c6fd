import { equalRational } from '../time/rational.ts';
import {
  addSeconds,
  divideSeconds,
  framesInSeconds,
  isWholeFrames,
  multiplySeconds,
  subtractSeconds,
  ZERO_SECONDS,
  type Seconds,
} from '../time/seconds.ts';
import { NORMAL_PACE, type OwnTime } from './fcpxml-read-keyframes.ts';
import { readPicture } from './fcpxml-read-picture.ts';
import { wholeFile } from './fcpxml-read-resources.ts';
import { readSound } from './fcpxml-read-sound.ts';
import { readClipTiming, type ClipTiming } from './fcpxml-read-timing.ts';
import { captionLanguage, readTitle } from './fcpxml-read-title.ts';
import { timeAttribute, type FcpAsset, type StoryReader } from './fcpxml-read-types.ts';
import type { ImportedClip, LossKind, LossPlace } from './handoff.ts';
import { importedClip, OFF_GRID } from './imported.ts';
import { pathOfMediaUrl } from './media-path.ts';
import { child, childText, type XmlElement } from './xml-read.ts';

/** The entries that an element made, by their index; what is connected to it is not among them. */
export type Own = readonly number[];

/** Where an element lies and what to say where something of it is lost. */
export type ItemPlace = {
  readonly record: Seconds;
  readonly lane: number;
  readonly name: string;
  readonly where: LossPlace;
};

/** The record frames an element covers; undefined, and listed, where it has no length. Edges between frames are listed. */
export function recordSpan(
  reader: StoryReader,
  item: XmlElement,
  place: ItemPlace,
  fallback: Seconds = ZERO_SECONDS,
): { readonly recordIn: number; readonly duration: number } | undefined {
  const duration = timeAttribute(item, 'duration') ?? fallback;
  const end = addSeconds(place.record, duration);
  const recordIn = framesInSeconds(place.record, reader.rate, 'nearest');
  const recordOut = framesInSeconds(end, reader.rate, 'nearest');
  if (recordOut > recordIn) {
    if (!isWholeFrames(place.record, reader.rate) || !isWholeFrames(end, reader.rate))
      reader.losses.add('off-grid', 'cut', place.name, place.where, OFF_GRID);
    return { recordIn, duration: recordOut - recordIn };
  }
  reader.losses.add('media', 'cut', place.name, place.where, 'it has no length and is left out');
  return undefined;
}

/** A title, or a caption of a language. */
export function readTitleClip(reader: StoryReader, item: XmlElement, place: ItemPlace): Own {
  const span = recordSpan(reader, item, place);
  if (span === undefined) return [];
  const lose = (kind: LossKind, message: string) => reader.losses.add(kind, 'detail', place.name, place.where, message);
  const isCaption = item.name === 'caption';
  const title = readTitle(item, reader.frame, (message) => lose('title', message));
  const effect = reader.resources.effects.get(item.attributes.get('ref') ?? '') ?? '';
  if (!isCaption && !effect.includes('Basic Title')) lose('title', 'the look of its template becomes plain text');
  const start = timeAttribute(item, 'start') ?? ZERO_SECONDS;
  const picture = readPicture(item, {
    frame: reader.frame,
    media: undefined,
    time: { start, pace: NORMAL_PACE },
    duration: timeAttribute(item, 'duration') ?? ZERO_SECONDS,
    lose,
  });
  const clip = importedClip({
    name: item.attributes.get('name') ?? '',
    media: { name: 'Title' },
    ...span,
    sourceIn: ZERO_SECONDS,
    content: { kind: 'title' },
    enabled: item.attributes.get('enabled') !== '0',
    note: childText(item, 'note') ?? '',
    ...picture,
    effects: { ...picture.effects, title },
  });
  const captions = isCaption ? captionLanguage(item) : undefined;
  return [reader.entries.push({ kind: 'video', lane: place.lane, captions, clip }) - 1];
}

/** What an element plays: an asset, or a sequence kept as media, with the clip whose channels count. */
export function playedBy(
  reader: StoryReader,
  item: XmlElement,
): { readonly asset: FcpAsset; readonly channels: XmlElement } | undefined {
  const ref = item.attributes.get('ref') ?? '';
  if (item.name !== 'ref-clip') {
    const asset = reader.resources.assets.get(ref);
    return asset === undefined ? undefined : { asset, channels: item };
  }
  const media = reader.resources.media.get(ref);
  const whole =
    media === undefined || child(item, 'timeMap') === undefined ? undefined : wholeFile(media, reader.resources);
  if (whole !== undefined) {
    const asset = reader.resources.assets.get(whole.attributes.get('ref') ?? '');
    return asset === undefined ? undefined : { asset, channels: whole };
  }
  const asset = reader.nested(ref, item.line);
  return asset === undefined ? undefined : { asset, channels: item };
}

/** A clip of a file or a nested timeline; `media` is the element inside a `clip` that names the file. */
export function readMediaClip(reader: StoryReader, item: XmlElement, media: XmlElement, place: ItemPlace): Own {
  const played = playedBy(reader, media);
  if (played === undefined) {
    const kind = item.name === 'ref-clip' ? 'nested' : 'generator';
    const what =
      item.name === 'ref-clip'
        ? 'its compound clip is not in the file and leaves a hole'
        : 'it plays no file (a generator or effect) and leaves a hole';
    reader.losses.add(kind, 'cut', place.name, place.where, what);
    return [];
  }
  const { asset, channels } = played;
  const span = recordSpan(reader, item, place, asset.declared?.duration);
  if (span === undefined) return [];
  const timing = readClipTiming(reader, item, asset, (kind, message) =>
    reader.losses.add(kind, 'cut', place.name, place.where, message),
  );
  // Inside a `clip`, the media lie at their own offset in the clip's time.
  const shift =
    media === item
      ? ZERO_SECONDS
      : subtractSeconds(timeAttribute(media, 'start') ?? asset.start, timeAttribute(media, 'offset') ?? ZERO_SECONDS);
  const isStill = asset.rate === undefined && asset.hasVideo;
  const clip = importedClip({
    name: item.attributes.get('name') ?? asset.name,
    media: mediaOf(asset),
    ...span,
    sourceIn: isStill ? ZERO_SECONDS : subtractSeconds(addSeconds(timing.source, shift), asset.start),
    sourceRate: asset.rate,
    speed: isStill ? NORMAL_PACE : multiplySeconds(timing.speed, timing.conform),
    content: asset.key === undefined ? undefined : { kind: 'nested', key: asset.key },
    enabled: item.attributes.get('enabled') !== '0',
    note: childText(item, 'note') ?? '',
    metadata: rolesOf(item),
  });
  return addEntries(reader, { item, media, channels, asset, timing, place }, clip);
}

function mediaOf(asset: FcpAsset): ImportedClip['media'] {
  if (asset.key !== undefined) return { name: asset.name };
  return { name: asset.name, url: asset.url, path: pathOfMediaUrl(asset.url), declared: asset.declared };
}

/** Roles and the values of Final Cut's inspector, kept verbatim. */
function rolesOf(item: XmlElement): ImportedClip['metadata'] {
  const kept: Record<string, unknown> = {};
  for (const role of ['audioRole', 'videoRole', 'role'] as const) {
    const value = item.attributes.get(role);
    if (value !== undefined) kept[role] = value;
  }
  const entries = child(item, 'metadata')?.children.filter((md) => md.name === 'md') ?? [];
  if (entries.length > 0) {
    kept['md'] = entries.map((md) => ({
      ...Object.fromEntries(md.attributes),
      ...(md.children.length === 0
        ? {}
        : { array: md.children.flatMap((array) => array.children.map(({ text }) => text)) }),
    }));
  }
  return Object.keys(kept).length === 0 ? undefined : { fcpxml: kept };
}

type Played = {
  readonly item: XmlElement;
  readonly media: XmlElement;
  readonly channels: XmlElement;
  readonly asset: FcpAsset;
  readonly timing: ClipTiming;
  readonly place: ItemPlace;
};

function addEntries(reader: StoryReader, played: Played, clip: ImportedClip): Own {
  const { item, channels, asset, timing, place } = played;
  const { shows, sounds } = usedParts(played);
  const linkGroup = shows && sounds ? reader.link() : null;
  const lose = (kind: LossKind, message: string) => reader.losses.add(kind, 'cut', place.name, place.where, message);
  const time: OwnTime = { start: timing.local, pace: timing.conform };
  const own: number[] = [];
  if (shows) {
    const { width, height } = asset.format ?? {};
    const picture = readPicture(item, {
      frame: reader.frame,
      media: width === undefined || height === undefined ? undefined : { width, height },
      time,
      duration: timeAttribute(item, 'duration') ?? ZERO_SECONDS,
      lose,
    });
    const effects = timing.retiming === undefined ? picture.effects : { ...picture.effects, retiming: timing.retiming };
    const shown = { ...clip, linkGroup, ...picture, effects };
    own.push(reader.entries.push({ kind: 'video', lane: place.lane, clip: shown }) - 1);
  }
  if (sounds) {
    const lane = place.lane < 0 ? -place.lane - 1 : shows ? place.lane : Math.max(place.lane - 1, 0);
    const sound = readSound(item, time, lose);
    const heard = channels === item ? sound.channels : readSound(channels, time, lose).channels;
    const whole: ImportedClip = { ...clip, linkGroup, ...sound, channels: heard };
    const split = clip.speed.num === 0 ? undefined : splitEdit(reader, played, whole);
    if (clip.speed.num === 0) lose('freeze', 'the sound of a frozen picture is left out');
    else own.push(reader.entries.push({ kind: 'audio', lane, clip: split ?? whole }) - 1);
  }
  return own;
}

/** Whether an element shows pictures and plays sound. */
function usedParts({ item, media, asset }: Played): { readonly shows: boolean; readonly sounds: boolean } {
  const use = item.attributes.get('srcEnable') ?? 'all';
  const isWhole = media === item || media.name === 'asset-clip';
  const shows = item.name !== 'audio' && asset.hasVideo && use !== 'audio' && (isWhole || media.name === 'video');
  // A nested timeline without sound may still be asked for its silence.
  const hasAudio = asset.hasAudio || (asset.key !== undefined && use === 'audio');
  const sounds = item.name !== 'video' && hasAudio && use !== 'video' && (isWhole || holdsSound(item));
  return { shows, sounds };
}

function holdsSound(item: XmlElement): boolean {
  return item.children.some((inner) => inner.name === 'audio' || holdsSound(inner));
}

/** Sound that starts or ends apart from its picture (`audioStart`, `audioDuration`). */
function splitEdit(reader: StoryReader, { item, timing }: Played, clip: ImportedClip): ImportedClip | undefined {
  const start = timeAttribute(item, 'audioStart');
  const duration = timeAttribute(item, 'audioDuration');
  if (start === undefined && duration === undefined) return undefined;
  const lead = divideSeconds(subtractSeconds(start ?? timing.local, timing.local), timing.conform);
  const frames = framesInSeconds(lead, reader.rate, 'nearest');
  const length = duration === undefined ? clip.duration : framesInSeconds(duration, reader.rate, 'nearest');
  if (length < 1 || (frames === 0 && length === clip.duration)) return undefined;
  const exact = equalRational(timing.speed, NORMAL_PACE) ? lead : multiplySeconds(lead, timing.speed);
  return {
    ...clip,
    recordIn: clip.recordIn + frames,
    duration: length,
    sourceIn: addSeconds(clip.sourceIn, exact),
  };
}
