import { channelsOfStream, streamOfChannel } from '../media/channels.ts';
import { frameAt, sourceDuration, type FrameIndex, type SourceFrames } from '../media/frames.ts';
import type { Media, MediaId } from '../media/media.ts';
import { flicks, FLICKS_PER_SECOND, ZERO_FLICKS, type Flicks } from '../time/flicks.ts';
import { timeOfFrame, type Rate } from '../time/rate.ts';
import { flicksOfSeconds, type Seconds } from '../time/seconds.ts';
import { nestedMedia, sourcesOf, TITLE_MEDIA } from '../timeline/generated-media.ts';
import type { Curve, PictureKeyframes, SoundKeyframes } from '../timeline/keyframes.ts';
import {
  clipId,
  linkId,
  markerId,
  type AudioClip,
  type LinkId,
  type Marker,
  type Source,
  type Timeline,
  type VideoClip,
} from '../timeline/timeline.ts';
import type { Transition } from '../timeline/transition.ts';
import type {
  ImportedClip,
  ImportedMarker,
  ImportedTimeline,
  ImportedTransition,
  LossKind,
  MediaReference,
  ResolvedMedia,
} from './handoff.ts';
import type { Losses } from './imported.ts';
import { withValidParts } from './valid-parts.ts';
import {
  fittingFrames,
  isPlayable,
  isReachable,
  pictureStart,
  soundSpan,
  soundStart,
  sourceTime,
} from './resolve-time.ts';

/** What clips of one timeline are resolved with. */
export type Resolver = {
  readonly imported: ImportedTimeline;
  readonly rate: Rate;
  readonly find: (reference: MediaReference) => ResolvedMedia | undefined;
  readonly nested: (key: string) => Timeline | undefined;
  readonly ids: () => string;
  readonly links: Map<string, LinkId>;
  readonly losses: Losses;
};

/** What a clip plays; `media` is absent for what is no file. */
type Played = { readonly id: MediaId; readonly media?: Media; readonly source: Source };

type Lose = (kind: LossKind, message: string) => void;

/** A picture clip; undefined where it cannot be shown, which is listed. */
export function resolveVideoClip(resolver: Resolver, clip: ImportedClip, label: string): VideoClip | undefined {
  const lose: Lose = (kind, message) =>
    resolver.losses.add(kind, 'cut', clip.name, resolver.losses.at(label, clip.recordIn), message);
  const played = playedBy(resolver, clip, lose);
  if (played === undefined) return undefined;
  const { frames } = played.source;
  if (frames === undefined) {
    lose('media', 'its file holds no picture');
    return undefined;
  }
  const sourceIn = firstFrame(resolver, clip, played, frames);
  const end = sourceDuration(frames);
  const start = pictureStart(clip, frames, sourceIn);
  const fits = fittingFrames(clip, start, { start: ZERO_FLICKS, end }, resolver.rate);
  const duration = fittingDuration(clip, fits, lose);
  if (duration === undefined) return undefined;
  const { title, ...effects } = clip.effects ?? {};
  const shown: VideoClip = {
    ...clipBase(resolver, clip, played.id, duration),
    ...effects,
    ...(clip.content?.kind === 'title' ? { title } : {}),
    ...pictureFades(clip, timeOfFrame(duration, resolver.rate)),
    kind: 'video',
    sourceIn,
    opacity: clip.opacity,
    ...pictureKeyframes(clip),
  };
  return withValidParts(shown, resolver.rate, lose);
}

/** A sound clip; undefined where it cannot be heard, which is listed. */
export function resolveAudioClip(resolver: Resolver, clip: ImportedClip, label: string): AudioClip | undefined {
  const lose: Lose = (kind, message) =>
    resolver.losses.add(kind, 'cut', clip.name, resolver.losses.at(label, clip.recordIn), message);
  const played = playedBy(resolver, clip, lose);
  if (played === undefined) return undefined;
  const span = soundSpan(played.source);
  if (span === undefined || clip.speed.num === 0) {
    if (span === undefined) lose('media', 'its file holds no sound');
    else lose('freeze', 'sound that stands still is not heard and is left out');
    return undefined;
  }
  const time = sourceTime(clip, resolver.imported, played.media, played.source);
  const from = soundStart(clip, time, span, resolver.rate);
  const duration = fittingDuration(clip, fittingFrames(clip, from, span, resolver.rate), lose);
  if (duration === undefined) return undefined;
  const length = timeOfFrame(duration, resolver.rate);
  const fadeIn = fadeWithin(clip.fadeIn, length);
  const heard: AudioClip = {
    ...clipBase(resolver, clip, played.id, duration),
    kind: 'audio',
    sourceIn: from,
    ...channelsOf(clip, played.media, lose),
    gainDb: clip.gainDb,
    ...(clip.pan === undefined || clip.pan === 0 ? {} : { pan: clip.pan }),
    fadeIn,
    fadeOut: fadeWithin(clip.fadeOut, length - fadeIn),
    ...soundKeyframes(clip),
  };
  return withValidParts(heard, resolver.rate, lose);
}

function playedBy(resolver: Resolver, clip: ImportedClip, lose: Lose): Played | undefined {
  if (!isPlayable(clip)) {
    lose('speed', 'its speed or source time is out of all bounds, and it is left out');
    return undefined;
  }
  const { content } = clip;
  if (content?.kind === 'title') {
    if (clip.effects?.title !== undefined)
      return { id: TITLE_MEDIA, source: { frames: { kind: 'still' }, audio: undefined } };
    lose('title', 'the title has no text that can be read and leaves a hole');
    return undefined;
  }
  if (content?.kind === 'nested') return playedNested(resolver, content.key, lose);
  const found = resolver.find(clip.media);
  if (found === undefined) lose('media', `its media ${clip.media.url ?? clip.media.name} are not found`);
  return found === undefined ? undefined : { id: found.media.id, media: found.media, source: found.source };
}

function playedNested(resolver: Resolver, key: string, lose: Lose): Played | undefined {
  const timeline = resolver.nested(key);
  const id = timeline === undefined ? undefined : nestedMedia(timeline.id);
  if (timeline === undefined || id === undefined) {
    lose('nested', 'the timeline that it plays is missing, or plays itself, and leaves a hole');
    return undefined;
  }
  const source = sourcesOf({ ...timeline, nested: [timeline] }, { source: () => undefined }).source(id);
  return source === undefined ? undefined : { id, source };
}

/** The frame shown first; played backwards the one that ends at the clip's source time. */
function firstFrame(resolver: Resolver, clip: ImportedClip, played: Played, frames: SourceFrames): FrameIndex {
  const time = sourceTime(clip, resolver.imported, played.media, played.source);
  return frameAt(frames, clip.speed.num < 0 && time > 0 ? flicks(time - 1) : time);
}

/** The clip's length in frames as far as its media reach: all of it lies inside them. */
function fittingDuration(clip: ImportedClip, fits: number | undefined, lose: Lose): number | undefined {
  if (fits === undefined || fits >= clip.duration) return clip.duration;
  if (fits < 1) {
    lose('media', 'it starts after the end of its media, or they are empty, and is left out');
    return undefined;
  }
  lose('media', `it is shortened by ${clip.duration - fits} of its frames, because its media end before it`);
  return fits;
}

function clipBase(resolver: Resolver, clip: ImportedClip, id: MediaId, duration: number) {
  const { rate } = resolver;
  const markers = resolveMarkers(clip.markers ?? [], rate, resolver.ids);
  const head = transitionOf(clip.head, rate);
  const tail = transitionOf(clip.tail, rate);
  return {
    id: clipId(resolver.ids()),
    mediaId: id,
    name: clip.name,
    recordIn: timeOfFrame(clip.recordIn, rate),
    duration: timeOfFrame(duration, rate),
    speed: clip.speed,
    enabled: clip.enabled,
    linkId: linkOf(resolver, clip.linkGroup),
    note: clip.note,
    ...(head === undefined ? {} : { head }),
    ...(tail === undefined ? {} : { tail }),
    ...(markers.length === 0 ? {} : { markers }),
    ...(clip.metadata === undefined ? {} : { metadata: clip.metadata }),
  };
}

/** Markers in the order of timelines; those off the end of time are dropped. */
export function resolveMarkers(markers: readonly ImportedMarker[], rate: Rate, ids: () => string): readonly Marker[] {
  const kept = markers
    .filter(({ at, duration }) => isReachable(at, rate) && isReachable(duration, rate))
    .toSorted((a, b) => a.at - b.at);
  // At one time they stand in the order of their ids, which is to be that of the file.
  const ordered = kept.map(() => ids()).toSorted();
  return kept.map((marker, index) => ({
    id: markerId(ordered[index] ?? ids()),
    at: timeOfFrame(marker.at, rate),
    duration: timeOfFrame(Math.max(marker.duration, 0), rate),
    name: marker.name,
    note: marker.note,
    colour: marker.colour,
  }));
}

function transitionOf(transition: ImportedTransition | undefined, rate: Rate): Transition | undefined {
  if (transition === undefined) return undefined;
  const { kind, direction } = transition;
  const [before, after] = [Math.max(transition.inOffset, 0), Math.max(transition.outOffset, 0)];
  if (!isReachable(before, rate) || !isReachable(after, rate) || before + after === 0) return undefined;
  const offsets = { inOffset: timeOfFrame(before, rate), outOffset: timeOfFrame(after, rate) };
  return { kind, ...offsets, ...(direction === undefined ? {} : { direction }) };
}

function linkOf(resolver: Resolver, group: string | null): LinkId | null {
  if (group === null) return null;
  const known = resolver.links.get(group);
  if (known !== undefined) return known;
  const fresh = linkId(resolver.ids());
  resolver.links.set(group, fresh);
  return fresh;
}

/** The stream that is heard, and which of its channels where those are not all. */
function channelsOf(
  clip: ImportedClip,
  media: Media | undefined,
  lose: Lose,
): Pick<AudioClip, 'streamOrdinal' | 'channels'> {
  const [first] = clip.channels;
  if (media === undefined || first === undefined) return { streamOrdinal: clip.stream ?? 0 };
  const streamOrdinal = clip.stream ?? streamOfChannel(media, first);
  const own = channelsOfStream(media, streamOrdinal);
  const channels = own.flatMap((channel, index) => (clip.channels.includes(channel) ? [index] : []));
  if (channels.length < new Set(clip.channels).size)
    lose('channels', 'it plays channels of several sound streams; those of the first are kept');
  const isAll = channels.length === 0 || channels.length === own.length;
  return isAll ? { streamOrdinal } : { streamOrdinal, channels };
}

function pictureFades(clip: ImportedClip, length: Flicks): Pick<VideoClip, 'fadeIn' | 'fadeOut'> {
  const fadeIn = fadeWithin(clip.fadeIn, length);
  const fadeOut = fadeWithin(clip.fadeOut, length - fadeIn);
  return { ...(fadeIn === 0 ? {} : { fadeIn }), ...(fadeOut === 0 ? {} : { fadeOut }) };
}

/** A fade no longer than what there is of the clip, in flicks. */
function fadeWithin(fade: Seconds, length: number): Flicks {
  const isLonger = fade.num / fade.den > length / FLICKS_PER_SECOND;
  return flicks(Math.max(isLonger ? length : flicksOfSeconds(fade), 0));
}

const PICTURE_PARAMETERS = [
  'opacity',
  'positionX',
  'positionY',
  'scaleX',
  'scaleY',
  'rotationDegrees',
  'anchorX',
  'anchorY',
  'cropLeft',
  'cropTop',
  'cropRight',
  'cropBottom',
] as const;
const SOUND_PARAMETERS = ['gainDb', 'pan'] as const;

function pictureKeyframes({ keyframes }: ImportedClip): { readonly keyframes?: PictureKeyframes } {
  return curvesOf(PICTURE_PARAMETERS.map((parameter) => [parameter, keyframes?.[parameter]] as const));
}

function soundKeyframes({ keyframes }: ImportedClip): { readonly keyframes?: SoundKeyframes } {
  return curvesOf(SOUND_PARAMETERS.map((parameter) => [parameter, keyframes?.[parameter]] as const));
}

function curvesOf<Parameter extends string>(
  curves: readonly (readonly [Parameter, Curve | undefined])[],
): { readonly keyframes?: Readonly<Partial<Record<Parameter, Curve>>> } {
  const kept: Partial<Record<Parameter, Curve>> = {};
  for (const [parameter, curve] of curves) {
    const ordered = orderedCurve(curve ?? []);
    if (ordered.length > 0) kept[parameter] = ordered;
  }
  return Object.keys(kept).length === 0 ? {} : { keyframes: kept };
}

/** Ascending, each time once (the last said wins), finite. */
function orderedCurve(curve: Curve): Curve {
  const byTime = new Map(curve.filter(({ value }) => Number.isFinite(value)).map((key) => [key.at, key]));
  return [...byTime.values()].toSorted((a, b) => a.at - b.at);
}
