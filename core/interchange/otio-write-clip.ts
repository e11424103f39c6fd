import type { Media } from '../media/media.ts';
import { rational } from '../time/rational.ts';
import { addSeconds, framesInSeconds, secondsOfFrame, subtractSeconds, type Seconds } from '../time/seconds.ts';
import type { Marker, MarkerColour } from '../timeline/timeline.ts';
import { frameOfTime, type Rate } from '../time/rate.ts';
import { toNumber, type Rational } from '../time/rational.ts';
import { loss, type Cut, type CutClip } from './export-cut.ts';
import { mediaUrlOf } from './media-url.ts';
import {
  asJson,
  frameRange,
  metadataJson,
  rationalTime,
  splitMetadata,
  timeRange,
  valueOn,
  type ForProgram,
  type Json,
  type JsonRecord,
  type KeptOtio,
} from './otio-write-json.ts';
import { ownClip, ownTimeline, type Ends } from './otio-write-own.ts';
import { programEffects } from './otio-write-programs.ts';
import { declaredRate, firstWholeRate, listSourceLosses, mediaStart, sourceLength, sourceStart } from './placement.ts';

const ACTIVE_MEDIA = 'DEFAULT_MEDIA';

/** What all parts of one document share. */
export type Writing = {
  /** Numbers of link groups, given as they are met. */
  readonly links: Map<string, number>;
  /** Items that may still be written inside nested timelines. */
  readonly budget: { items: number };
  /** Timelines around this one. */
  readonly depth: number;
  /** The tracks of a nested timeline as JSON. */
  readonly compose: (writing: Writing, cut: Cut) => readonly Json[];
};

const DEEPEST = 24;

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

/** A Marker.2 at its time, counted from `from` frames. Resolve reads notes from its own metadata. */
export function markerJson(cut: Cut, marker: Marker, from: Seconds): JsonRecord {
  const { rate } = cut.timeline;
  const at = addSeconds(from, secondsOfFrame(frameOfTime(marker.at, rate, 'nearest'), rate));
  const hasNote = cut.profile.otio === 'resolve' && marker.note !== '';
  return {
    OTIO_SCHEMA: 'Marker.2',
    metadata: hasNote ? { Resolve_OTIO: { Keywords: [], Note: marker.note } } : {},
    name: marker.name,
    color: OTIO_COLOURS[marker.colour],
    marked_range: timeRange(
      rationalTime(valueOn(at, rate), rate),
      rationalTime(frameOfTime(marker.duration, rate, 'nearest'), rate),
    ),
    comment: marker.note,
  };
}

/** A Clip.2, or the Stack.1 that stands for a nested timeline. */
export function clipJson(writing: Writing, cut: Cut, item: CutClip, ends: Ends): JsonRecord {
  if (writing.depth > 0) writing.budget.items -= 1;
  if (item.content?.kind === 'nested') return nestedJson(writing, cut, item, item.content.timeline, ends);
  const { clip } = item;
  const { rate } = cut.timeline;
  const { foreign, kept } = splitMetadata(clip.metadata);
  const { origin, from, grid } = item.content === undefined ? sourceOf(cut, item) : titleStart(rate);
  const name = cut.profile.otio === 'resolve' && item.content === undefined ? item.media.name : clip.name;
  const effects = [...timeEffects(clip.speed), ...kept.effects, ...programEffects(cut, item, valueOn(from, rate))];
  const reference = item.content === undefined ? referenceJson(cut, item, origin, kept) : titleJson(cut, item);
  const key = kept.references[ACTIVE_MEDIA] === undefined ? ACTIVE_MEDIA : 'MONTAGE_MEDIA';
  return {
    OTIO_SCHEMA: 'Clip.2',
    metadata: metadataJson(foreign, ownClip(item, ends, cut.timeline, name), forPrograms(writing, cut, item)),
    name,
    source_range: timeRange(rationalTime(valueOn(from, grid), grid), rationalTime(item.duration, rate)),
    effects,
    markers: (clip.markers ?? []).map((marker) => markerJson(cut, marker, from)),
    enabled: clip.enabled,
    ...(kept.colour === undefined ? {} : { color: kept.colour }),
    media_references: { [key]: reference, ...kept.references },
    active_media_reference_key: key,
  };
}

/** Where a clip's media start on their own clock, where it starts in them, and a rate that counts that in whole units. */
function sourceOf(cut: Cut, item: CutClip): { readonly origin: Seconds; readonly from: Seconds; readonly grid: Rate } {
  const { clip, media, source } = item;
  const { rate } = cut.timeline;
  const ownRate = declaredRate(source) ?? rate;
  const start = sourceStart(item, ownRate);
  listSourceLosses(cut, item, start);
  const origin = mediaStart(media, declaredRate(source));
  const isBackwards = clip.kind === 'video' && clip.speed.num < 0 && source.frames?.kind !== 'still';
  // OTIO names the frame that is shown first, which lies inside the media; exact times give its end.
  const first = isBackwards ? subtractSeconds(start.seconds, secondsOfFrame(1, ownRate)) : start.seconds;
  const from = addSeconds(origin, first);
  const sampleRate = rational(media.audio[0]?.sampleRateHz ?? 48_000);
  return { origin, from, grid: firstWholeRate(from, [ownRate, rate, sampleRate]) ?? sampleRate };
}

function titleStart(rate: Rate): { readonly origin: Seconds; readonly from: Seconds; readonly grid: Rate } {
  return { origin: secondsOfFrame(0, rate), from: secondsOfFrame(0, rate), grid: rate };
}

function timeEffects(speed: Rational): readonly Json[] {
  if (speed.num === speed.den) return [];
  const isFrozen = speed.num === 0;
  return [
    {
      OTIO_SCHEMA: isFrozen ? 'FreezeFrame.1' : 'LinearTimeWarp.1',
      metadata: {},
      name: '',
      effect_name: isFrozen ? 'FreezeFrame' : 'LinearTimeWarp',
      enabled: true,
      time_scalar: toNumber(speed),
    },
  ];
}

/** Links, and what Premiere wants to know of sound, in the programs' own words. */
function forPrograms(writing: Writing, cut: Cut, { clip, media }: CutClip): ForProgram {
  const link = clip.linkId === null ? undefined : numberOf(writing, clip.linkId);
  const resolve = link === undefined ? {} : { 'Link Group ID': link };
  if (cut.profile.otio !== 'premiere') {
    const isResolve = cut.profile.otio === 'resolve';
    return link === undefined && !isResolve ? {} : { Resolve_OTIO: resolve };
  }
  const count = clip.kind === 'audio' ? (media.audio[clip.streamOrdinal]?.channels ?? 2) : 0;
  const channels =
    clip.kind === 'video' ? undefined : (clip.channels ?? Array.from({ length: count }, (_, index) => index));
  const premiere = {
    ...(channels === undefined
      ? {}
      : {
          AudioChannels: {
            ChannelType: channels.length === 1 ? 'Mono' : 'Stereo',
            SecondaryAssignments: channels.map((channel) => ({ SecondaryChannelIndex: channel })),
          },
        }),
    ...(link === undefined ? {} : { LinkID: String(link) }),
    OriginalChannelGroupIndex: 0,
    SourceClipIndex: 0,
  };
  return { ...(link === undefined ? {} : { Resolve_OTIO: resolve }), PremierePro_OTIO: premiere };
}

function numberOf({ links }: Writing, link: string): number {
  const known = links.get(link) ?? links.size + 1;
  links.set(link, known);
  return known;
}

function referenceJson(cut: Cut, item: CutClip, origin: Seconds, kept: KeptOtio): Json {
  const { media, source } = item;
  if (kept.reference !== undefined && kept.referencePath === media.path) return kept.reference;
  const rate = declaredRate(source) ?? cut.timeline.rate;
  const still = source.frames?.kind === 'still';
  const length = still ? secondsOfFrame(item.duration, rate) : sourceLength(source, declaredRate(source));
  return {
    OTIO_SCHEMA: 'ExternalReference.1',
    metadata: metadataJson(kept.referenceMetadata ?? {}, {}),
    name: media.name,
    available_range: timeRange(
      rationalTime(valueOn(origin, rate), rate),
      rationalTime(framesInSeconds(length, rate, 'floor'), rate),
    ),
    available_image_bounds: null,
    target_url: targetUrl(cut, item, media),
  };
}

/** A percent-encoded URL, or for Resolve the bare path; of what no such URL can name only the file's name. */
function targetUrl(cut: Cut, item: CutClip, media: Media): string {
  const url = mediaUrlOf(media.path);
  if (url.kind === 'url') return cut.profile.otioUrl === 'bare-path' ? media.path.replace(/^\\\\\?\\/, '') : url.url;
  const why =
    url.reason === 'unc'
      ? 'its path is on a network share, which would send your password to that host'
      : 'its path is unknown or relative';
  cut.losses.push(loss('path', 'cut', media.name, item.place, `${why}, so only the name is written`));
  return encodeURIComponent(media.name.toWellFormed());
}

/** A title as a generator: programs that know it not show nothing, its words stay readable in the file. */
function titleJson(cut: Cut, item: CutClip): Json {
  const { content, clip } = item;
  return {
    OTIO_SCHEMA: 'GeneratorReference.1',
    metadata: {},
    name: clip.name,
    available_range: frameRange(0, item.duration, cut.timeline.rate),
    available_image_bounds: null,
    generator_kind: 'Title',
    parameters: content?.kind === 'title' ? { text: content.title.text, style: asJson(content.title.style) } : {},
  };
}

/** A nested timeline as the stack of its tracks; its range counts in its own time. */
function nestedJson(
  writing: Writing,
  cut: Cut,
  item: CutClip,
  nested: Parameters<Cut['nested']>[0],
  ends: Ends,
): JsonRecord {
  const { clip } = item;
  const { rate } = cut.timeline;
  const { from, grid } = sourceOf(cut, item);
  const { foreign, kept } = splitMetadata(clip.metadata);
  const inner = cut.nested(nested);
  const isHeld = writing.depth < DEEPEST && writing.budget.items > 0;
  if (!isHeld)
    cut.losses.push(
      loss('nested', 'cut', clip.name, item.place, 'nested timelines play too many others, and it is written empty'),
    );
  const own = { ...ownClip(item, ends, cut.timeline, nested.name), timeline: ownTimeline(nested, true) };
  return {
    OTIO_SCHEMA: 'Stack.1',
    metadata: metadataJson(foreign, own, forPrograms(writing, cut, item)),
    name: nested.name,
    source_range: timeRange(rationalTime(valueOn(from, grid), grid), rationalTime(item.duration, rate)),
    effects: [...timeEffects(clip.speed), ...kept.effects],
    markers: (clip.markers ?? []).map((marker) => markerJson(cut, marker, from)),
    enabled: clip.enabled,
    ...(kept.colour === undefined ? {} : { color: kept.colour }),
    children: isHeld ? writing.compose({ ...writing, depth: writing.depth + 1 }, inner) : [],
  };
}
