import type { Media } from '../media/media.ts';
import type { AudioTrack, Marker, MarkerColour, VideoTrack } from '../timeline/timeline.ts';
import { frameOfTime, type Rate } from '../time/rate.ts';
import { rational, toNumber, type Rational } from '../time/rational.ts';
import { loss, type Cut, type CutClip, type CutTrack } from './export-cut.ts';
import { mediaUrlOf } from './media-url.ts';
import { declaredRate, firstWholeRate, listSourceLosses, mediaStart, sourceLength, sourceStart } from './placement.ts';
import { addSeconds, framesInSeconds, multiplySeconds, secondsOfFrame, type Seconds } from '../time/seconds.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const ACTIVE_MEDIA = 'DEFAULT_MEDIA';

/** Marker colours as OTIO names them; ours all have a name there. */
const OTIO_COLOURS: Readonly<Record<MarkerColour, string>> = {
  red: 'RED',
  orange: 'ORANGE',
  yellow: 'YELLOW',
  green: 'GREEN',
  cyan: 'CYAN',
  blue: 'BLUE',
  purple: 'PURPLE',
  pink: 'PINK',
};

/**
 * Writes OpenTimelineIO JSON: Clip.2 with media references, source ranges in the media's own timecode, retimes as
 * LinearTimeWarp.1 whose range keeps the record length.
 */
export function writeOtio(cut: Cut): string {
  const { timeline } = cut;
  const links = new Map<string, number>();
  for (const track of timeline.tracks) {
    for (const clip of track.clips)
      if (clip.linkId !== null && !links.has(clip.linkId)) links.set(clip.linkId, links.size + 1);
  }
  const document: Json = {
    OTIO_SCHEMA: 'Timeline.1',
    metadata: {
      montage: {
        dropFrame: timeline.dropFrame,
        width: timeline.width,
        height: timeline.height,
      },
    },
    name: timeline.name,
    global_start_time: rationalTime(timeline.startFrame, timeline.rate),
    tracks: {
      OTIO_SCHEMA: 'Stack.1',
      metadata: {},
      name: 'tracks',
      source_range: null,
      effects: [],
      markers: timeline.markers.map((marker) => markerJson(marker, timeline.rate)),
      enabled: true,
      children: [...cut.video, ...cut.audio].map((track) => trackJson(cut, track, links)),
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function rationalTime(value: number, rate: Rational): Json {
  return { OTIO_SCHEMA: 'RationalTime.1', rate: toNumber(rate), value };
}

function timeRange(start: Json, duration: Json): Json {
  return { OTIO_SCHEMA: 'TimeRange.1', duration, start_time: start };
}

function markerJson(marker: Marker, rate: Rate): Json {
  return {
    OTIO_SCHEMA: 'Marker.2',
    metadata: {},
    name: marker.name,
    color: OTIO_COLOURS[marker.colour],
    marked_range: timeRange(
      rationalTime(frameOfTime(marker.at, rate, 'nearest'), rate),
      rationalTime(frameOfTime(marker.duration, rate, 'nearest'), rate),
    ),
    comment: marker.note,
  };
}

function trackJson(
  cut: Cut,
  track: CutTrack<CutClip['clip'], VideoTrack | AudioTrack>,
  links: ReadonlyMap<string, number>,
): Json {
  const children: Json[] = [];
  let at = 0;
  for (const clip of track.clips) {
    if (clip.recordIn > at) children.push(gapJson(clip.recordIn - at, cut.timeline.rate));
    children.push(clipJson(cut, clip, links));
    at = clip.recordIn + clip.duration;
  }
  return {
    OTIO_SCHEMA: 'Track.1',
    metadata: track.track.locked ? { montage: { locked: true } } : {},
    name: track.track.name,
    source_range: null,
    effects: [],
    markers: [],
    enabled: track.track.enabled,
    kind: track.track.kind === 'video' ? 'Video' : 'Audio',
    children,
  };
}

function gapJson(frames: number, rate: Rate): Json {
  return {
    OTIO_SCHEMA: 'Gap.1',
    metadata: {},
    name: '',
    source_range: timeRange(rationalTime(0, rate), rationalTime(frames, rate)),
    effects: [],
    markers: [],
    enabled: true,
  };
}

function clipJson(cut: Cut, item: CutClip, links: ReadonlyMap<string, number>): Json {
  const { clip, media, source } = item;
  const { rate } = cut.timeline;
  const ownRate = declaredRate(source) ?? rate;
  const start = sourceStart(item, ownRate);
  listSourceLosses(cut, item, start);
  const origin = mediaStart(media, declaredRate(source));
  const from = addSeconds(origin, start.seconds);
  const sampleRate = rational(media.audio[0]?.sampleRateHz ?? 48_000);
  // A range counts in the media's frames; sound that lies between them in the record's frames or in samples.
  const grid = firstWholeRate(from, [ownRate, rate, sampleRate]) ?? sampleRate;
  const link = clip.linkId === null ? undefined : links.get(clip.linkId);
  return {
    OTIO_SCHEMA: 'Clip.2',
    metadata: {
      ...(link === undefined ? {} : { Resolve_OTIO: { 'Link Group ID': link } }),
      ...ownMetadata(item),
    },
    name: clip.name,
    source_range: timeRange(rationalTime(valueOn(from, grid), grid), rationalTime(item.duration, rate)),
    effects: clip.speed.num === clip.speed.den ? [] : [timeWarp(clip.speed)],
    markers: [],
    enabled: clip.enabled,
    media_references: { [ACTIVE_MEDIA]: referenceJson(cut, item, origin) },
    active_media_reference_key: ACTIVE_MEDIA,
  };
}

/** What has no place in OTIO itself; other programs ignore it. */
function ownMetadata(item: CutClip): { readonly montage?: Json } {
  const { clip } = item;
  const own: Record<string, Json> = {};
  if (clip.note !== '') own['note'] = clip.note;
  if (clip.kind === 'video' && clip.opacity !== 1) own['opacity'] = clip.opacity;
  if (clip.kind === 'audio' && clip.gainDb !== 0) own['gainDb'] = clip.gainDb;
  if (clip.kind === 'audio' && clip.streamOrdinal !== 0) own['stream'] = clip.streamOrdinal;
  return Object.keys(own).length === 0 ? {} : { montage: own };
}

function valueOn(seconds: Seconds, grid: Rational): number {
  return toNumber(multiplySeconds(seconds, grid));
}

function timeWarp(speed: Rational): Json {
  return {
    OTIO_SCHEMA: 'LinearTimeWarp.1',
    metadata: {},
    name: '',
    effect_name: 'LinearTimeWarp',
    enabled: true,
    time_scalar: toNumber(speed),
  };
}

function referenceJson(cut: Cut, item: CutClip, origin: Seconds): Json {
  const { media, source } = item;
  const rate = declaredRate(source) ?? cut.timeline.rate;
  const still = source.frames?.kind === 'still';
  const length = still ? secondsOfFrame(item.duration, rate) : sourceLength(source, declaredRate(source));
  return {
    OTIO_SCHEMA: 'ExternalReference.1',
    metadata: {},
    name: media.name,
    available_range: timeRange(
      rationalTime(valueOn(origin, rate), rate),
      rationalTime(framesInSeconds(length, rate, 'floor'), rate),
    ),
    available_image_bounds: null,
    target_url: targetUrl(cut, item, media),
  };
}

function targetUrl(cut: Cut, item: CutClip, media: Media): string {
  const url = mediaUrlOf(media.path);
  if (url.kind === 'url') return url.url;
  cut.losses.push(
    loss(
      'path',
      'cut',
      media.name,
      item.place,
      'its path is on a network share or relative, so only the name is written',
    ),
  );
  return encodeURIComponent(media.name);
}
