import { frameAt, sourceDuration, startOfFrame, type SourceFrames } from '../media/frames.ts';
import type { Media } from '../media/media.ts';
import { flicks, FLICKS_PER_SECOND, type Flicks, ZERO_FLICKS } from '../time/flicks.ts';
import { frameDuration, isListedRate, nearestListedRate, timeOfFrame, type Rate } from '../time/rate.ts';
import { mulDiv } from '../time/rational.ts';
import {
  clipId,
  linkId,
  markerId,
  timelineId,
  trackId,
  type AudioClip,
  type LinkId,
  type Source,
  type Timeline,
  type Track,
  type VideoClip,
} from '../timeline/timeline.ts';
import { streamOfChannel } from '../media/channels.ts';
import type {
  ImportedClip,
  ImportedTimeline,
  ImportedTrack,
  MediaReference,
  ResolvedMedia,
  ResolvedTimeline,
} from './handoff.ts';
import { collectLosses, type Losses } from './imported.ts';
import { declaredRate, mediaStart, timecodeOnGrid } from './placement.ts';
import { flicksOfSeconds, framesInSeconds, secondsOfFrame, subtractSeconds, type Seconds } from '../time/seconds.ts';

type Resolver = {
  readonly imported: ImportedTimeline;
  readonly rate: Rate;
  readonly find: (reference: MediaReference) => ResolvedMedia | undefined;
  readonly ids: () => string;
  readonly links: Map<string, LinkId>;
  readonly losses: Losses;
};

/** Size where the file gives none. */
const DEFAULT_SIZE = { width: 1920, height: 1080 };

/**
 * Turns a described cut into a timeline once its media are found. What cannot be found, heard or shown is left out and
 * listed; clips that reach past their media are shortened and listed. `ids` gives a fresh id at each call.
 */
export function resolveImported(
  imported: ImportedTimeline,
  find: (reference: MediaReference) => ResolvedMedia | undefined,
  ids: () => string,
): ResolvedTimeline {
  const rate = isListedRate(imported.rate) ? imported.rate : nearestListedRate(imported.rate);
  const losses = collectLosses({ rate, dropFrame: imported.dropFrame }, imported.startFrame);
  if (rate !== imported.rate) {
    losses.add(
      'rate',
      'cut',
      imported.name,
      {},
      `its rate of ${imported.rate.num}/${imported.rate.den} fps becomes ${rate.num}/${rate.den}`,
    );
  }
  const resolver: Resolver = { imported, rate, find, ids, links: new Map(), losses };
  const counts = { video: 0, audio: 0 };
  const tracks = imported.tracks.map((track) => {
    counts[track.kind] += 1;
    return resolveTrack(resolver, track, `${track.kind === 'video' ? 'V' : 'A'}${counts[track.kind]}`);
  });
  const timeline: Timeline = {
    schema: 'montage.timeline/1',
    id: timelineId(ids()),
    name: imported.name,
    rate,
    startFrame: imported.startFrame,
    dropFrame: imported.dropFrame,
    width: imported.width ?? DEFAULT_SIZE.width,
    height: imported.height ?? DEFAULT_SIZE.height,
    tracks: loneLinksDropped(tracks),
    markers: imported.markers.map((marker) => ({
      id: markerId(ids()),
      at: timeOfFrame(marker.at, rate),
      duration: timeOfFrame(marker.duration, rate),
      name: marker.name,
      note: marker.note,
      colour: marker.colour,
    })),
  };
  return { timeline, losses: [...imported.losses, ...losses.list] };
}

function resolveTrack(resolver: Resolver, track: ImportedTrack, label: string): Track {
  const base = {
    id: trackId(resolver.ids()),
    name: track.name === '' ? label : track.name,
    enabled: track.enabled,
    locked: track.locked,
  };
  const placed = placedClips(resolver, track, label);
  if (track.kind === 'video') {
    return { ...base, kind: 'video', clips: placed.flatMap((clip) => videoClip(resolver, clip, label) ?? []) };
  }
  return { ...base, kind: 'audio', clips: placed.flatMap((clip) => audioClip(resolver, clip, label) ?? []) };
}

/** In record order from frame 0; what a later clip covers is cut off. */
function placedClips(resolver: Resolver, track: ImportedTrack, label: string): readonly ImportedClip[] {
  const { losses } = resolver;
  const clips = track.clips.toSorted((a, b) => a.recordIn - b.recordIn);
  return clips.flatMap((clip, index) => {
    const place = losses.at(label, clip.recordIn);
    const next = clips[index + 1]?.recordIn ?? Number.POSITIVE_INFINITY;
    const end = Math.min(clip.recordIn + clip.duration, next);
    if (clip.recordIn < 0 || end <= clip.recordIn) {
      losses.add('media', 'cut', clip.name, place, 'it lies before the start or under another clip and is left out');
      return [];
    }
    if (end < clip.recordIn + clip.duration) {
      losses.add('media', 'cut', clip.name, place, 'the next clip covers its end, which is cut off');
    }
    return [{ ...clip, duration: end - clip.recordIn }];
  });
}

function videoClip(resolver: Resolver, clip: ImportedClip, label: string): VideoClip | undefined {
  const found = findMedia(resolver, clip, label);
  const frames = found?.source.frames;
  if (found === undefined) return undefined;
  if (frames === undefined) {
    resolver.losses.add(
      'media',
      'cut',
      clip.name,
      resolver.losses.at(label, clip.recordIn),
      'its file holds no picture',
    );
    return undefined;
  }
  const sourceIn = frameAt(frames, sourceTime(resolver, clip, found));
  const duration = fittingDuration(resolver, clip, label, startOfFrame(frames, sourceIn), sourceDuration(frames));
  if (duration === undefined) return undefined;
  return {
    ...clipBase(resolver, clip, found.media, duration),
    kind: 'video',
    sourceIn,
    opacity: clip.opacity,
  };
}

function audioClip(resolver: Resolver, clip: ImportedClip, label: string): AudioClip | undefined {
  const found = findMedia(resolver, clip, label);
  if (found === undefined) return undefined;
  if (found.source.audio === undefined) {
    resolver.losses.add('media', 'cut', clip.name, resolver.losses.at(label, clip.recordIn), 'its file holds no sound');
    return undefined;
  }
  const end = longest(found.source.audio.end, found.source.frames);
  const from = pulledBack(resolver, clip, sourceTime(resolver, clip, found), end);
  const duration = fittingDuration(resolver, clip, label, from, end);
  if (duration === undefined) return undefined;
  const [channel] = clip.channels;
  return {
    ...clipBase(resolver, clip, found.media, duration),
    kind: 'audio',
    sourceIn: from,
    streamOrdinal: clip.stream ?? (channel === undefined ? 0 : streamOfChannel(found.media, channel)),
    gainDb: clip.gainDb,
    fadeIn: flicksOfSeconds(clip.fadeIn),
    fadeOut: flicksOfSeconds(clip.fadeOut),
  };
}

/** Sound that a format rounded up to its grid starts less than a frame earlier again where it would outrun its media. */
function pulledBack(resolver: Resolver, clip: ImportedClip, from: Flicks, end: Flicks): Flicks {
  const frame = mulDiv(frameDuration(resolver.rate), clip.speed.num, clip.speed.den, 'ceil');
  const latest = end - mulDiv(timeOfFrame(clip.duration, resolver.rate), clip.speed.num, clip.speed.den, 'ceil');
  return latest < from && latest >= 0 && from - latest < frame ? flicks(latest) : from;
}

/** Sound may end a little before its picture; silence follows. */
function longest(soundEnd: Flicks, frames: SourceFrames | undefined): Flicks {
  const pictureEnd = frames === undefined ? undefined : sourceDuration(frames);
  return pictureEnd === undefined || pictureEnd < soundEnd ? soundEnd : pictureEnd;
}

function findMedia(resolver: Resolver, clip: ImportedClip, label: string): ResolvedMedia | undefined {
  const found = resolver.find(clip.media);
  if (found === undefined) {
    const place = resolver.losses.at(label, clip.recordIn);
    resolver.losses.add(
      'media',
      'cut',
      clip.name,
      place,
      `its media ${clip.media.url ?? clip.media.name} are not found`,
    );
  }
  return found;
}

/** Source time from the media's first frame, whatever the file counts from. */
function sourceTime(resolver: Resolver, clip: ImportedClip, found: ResolvedMedia): Flicks {
  const origin = originOf(resolver, clip, found.media, found.source);
  const relative = subtractSeconds(clip.sourceIn, origin);
  // A list that counts from the first frame of media that have a timecode would land before them.
  const seconds: Seconds = relative.num < 0 ? clip.sourceIn : relative;
  const time = flicksOfSeconds(seconds);
  return time < 0 ? ZERO_FLICKS : time;
}

function originOf(resolver: Resolver, clip: ImportedClip, media: Media, source: Source): Seconds {
  switch (clip.sourceOrigin) {
    case 'first-frame':
      return { num: 0, den: 1 };
    case 'timecode':
      return mediaStart(media, declaredRate(source));
    case 'label': {
      const { imported } = resolver;
      return secondsOfFrame(timecodeOnGrid(media, imported), imported.rate);
    }
  }
}

/** The clip's length in frames as far as its media reach: all of it lies inside them. */
function fittingDuration(
  resolver: Resolver,
  clip: ImportedClip,
  label: string,
  from: Flicks,
  end: Flicks | undefined,
): number | undefined {
  if (end === undefined) return clip.duration;
  const left = mulDiv(end - from, clip.speed.den, clip.speed.num, 'floor');
  const fits = framesInSeconds({ num: left, den: FLICKS_PER_SECOND }, resolver.rate, 'floor');
  if (fits >= clip.duration) return clip.duration;
  const place = resolver.losses.at(label, clip.recordIn);
  if (fits < 1) {
    resolver.losses.add('media', 'cut', clip.name, place, 'it starts after the end of its media and is left out');
    return undefined;
  }
  resolver.losses.add(
    'media',
    'cut',
    clip.name,
    place,
    `its media end ${clip.duration - fits} frames before it; it is shortened`,
  );
  return fits;
}

function clipBase(resolver: Resolver, clip: ImportedClip, media: Media, duration: number) {
  return {
    id: clipId(resolver.ids()),
    mediaId: media.id,
    name: clip.name,
    recordIn: timeOfFrame(clip.recordIn, resolver.rate),
    duration: timeOfFrame(duration, resolver.rate),
    speed: clip.speed,
    enabled: clip.enabled,
    linkId: linkOf(resolver, clip.linkGroup),
    note: clip.note,
  };
}

function linkOf(resolver: Resolver, group: string | null): LinkId | null {
  if (group === null) return null;
  const known = resolver.links.get(group);
  if (known !== undefined) return known;
  const fresh = linkId(resolver.ids());
  resolver.links.set(group, fresh);
  return fresh;
}

/** A clip whose partners were left out is linked to nothing. */
function loneLinksDropped(tracks: readonly Track[]): readonly Track[] {
  const sizes = new Map<LinkId, number>();
  for (const { clips } of tracks) {
    for (const { linkId: link } of clips) if (link !== null) sizes.set(link, (sizes.get(link) ?? 0) + 1);
  }
  const kept = (link: LinkId | null) => (link !== null && (sizes.get(link) ?? 0) > 1 ? link : null);
  return tracks.map(
    (track): Track =>
      track.kind === 'video'
        ? { ...track, clips: track.clips.map((clip) => ({ ...clip, linkId: kept(clip.linkId) })) }
        : { ...track, clips: track.clips.map((clip) => ({ ...clip, linkId: kept(clip.linkId) })) },
  );
}
