import { MontageError } from '../errors.ts';
import type { Rate } from '../time/rate.ts';
import { toNumber } from '../time/rational.ts';
import { ZERO_SECONDS } from '../time/seconds.ts';
import type { AudioTrack, VideoTrack } from '../timeline/timeline.ts';
import { type Cut, type CutClip, type CutTrack, type CutTransition } from './export-cut.ts';
import { clipJson, markerJson, type Writing } from './otio-write-clip.ts';
import {
  frameRange,
  metadataJson,
  rationalTime,
  splitMetadata,
  type ForProgram,
  type Json,
  type JsonRecord,
} from './otio-write-json.ts';
import { ownTimeline, ownTrack } from './otio-write-own.ts';

/** Items that may be written inside nested timelines, each of which is written out wherever it plays. */
const MOST_NESTED_ITEMS = 20_000;

/**
 * Writes OpenTimelineIO JSON: Clip.2 with media references, source ranges in the media's own timecode, transitions as
 * they play, retimes as LinearTimeWarp.1 whose range keeps the record length, titles as generators, nested timelines as
 * stacks. The profile decides on URLs, names and what is written into the metadata of Resolve or Premiere; everything
 * that OTIO has no place for stands in our own.
 *
 * @throws MontageError E_TOO_LARGE
 */
export function writeOtio(cut: Cut): string {
  const { timeline } = cut;
  const { foreign, kept } = splitMetadata(timeline.metadata);
  const writing: Writing = { links: new Map(), budget: { items: MOST_NESTED_ITEMS }, depth: 0, compose: tracksJson };
  const tracks = tracksJson(writing, cut);
  const document: Json = {
    OTIO_SCHEMA: 'Timeline.1',
    metadata: metadataJson(foreign, ownTimeline(timeline, false), documentMetadata(cut)),
    name: timeline.name,
    global_start_time: rationalTime(timeline.startFrame, timeline.rate),
    tracks: {
      OTIO_SCHEMA: 'Stack.1',
      metadata: metadataJson(kept.stack ?? {}, {}, stackMetadata(cut)),
      name: 'tracks',
      source_range: null,
      effects: [],
      markers: timeline.markers.map((marker) => markerJson(cut, marker, ZERO_SECONDS)),
      enabled: true,
      children: tracks,
    },
  };
  return textOf(document, timeline.name);
}

function textOf(document: Json, name: string): string {
  try {
    return `${JSON.stringify(document, null, 2)}\n`;
  } catch (cause) {
    // What the engine cannot hold in one string.
    const hint = 'export its parts one by one';
    const message = 'the timeline is too large to be written as OTIO';
    throw new MontageError({ code: 'E_TOO_LARGE', message, where: name, hint, stage: 'export' }, { cause });
  }
}

function documentMetadata({ profile }: Cut): ForProgram {
  switch (profile.otio) {
    case 'generic':
      return {};
    case 'resolve':
      return { Resolve_OTIO: { 'Resolve OTIO Meta Version': '1.0' } };
    case 'premiere':
      return { PremierePro_OTIO: { MetadataVersion: '1.0' } };
  }
}

function stackMetadata({ profile, timeline }: Cut): ForProgram {
  if (profile.otio !== 'premiere') return {};
  const { width, height, rate } = timeline;
  return {
    PremierePro_OTIO: {
      AudioFrameRate: 48_000,
      PixelAspectRatio: { denominator: 1, numerator: 1 },
      VideoFrameRate: toNumber(rate),
      VideoResolution: { height, width },
    },
  };
}

function tracksJson(writing: Writing, cut: Cut): readonly Json[] {
  const tracks: readonly CutTrack<CutClip['clip'], VideoTrack | AudioTrack>[] = [...cut.video, ...cut.audio];
  return tracks.map((track, index) => trackJson(writing, cut, track, index === 0));
}

function trackJson(
  writing: Writing,
  cut: Cut,
  { track, label, clips, transitions }: CutTrack<CutClip['clip'], VideoTrack | AudioTrack>,
  isFirst: boolean,
): JsonRecord {
  const { foreign, kept } = splitMetadata(track.metadata);
  const name = cut.profile.otio === 'generic' ? track.name : programName(label);
  const children: Json[] = [];
  const heads = new Map(
    transitions.flatMap((placed) => (placed.to === undefined ? [] : [[placed.to, placed] as const])),
  );
  const tails = new Map(
    transitions.flatMap((placed) =>
      placed.to === undefined && placed.from !== undefined ? [[placed.from, placed] as const] : [],
    ),
  );
  let at = 0;
  for (const clip of clips) {
    const ends = { head: heads.get(clip), tail: tails.get(clip) };
    if (clip.recordIn > at) children.push(gapJson(clip.recordIn - at, cut.timeline.rate));
    if (ends.head !== undefined) children.push(transitionJson(cut, ends.head));
    children.push(clipJson(writing, cut, clip, ends));
    if (ends.tail !== undefined) children.push(transitionJson(cut, ends.tail));
    at = clip.recordIn + clip.duration;
  }
  const isNested = writing.depth > 0;
  return {
    OTIO_SCHEMA: 'Track.1',
    metadata: metadataJson(foreign, ownTrack(track, name), trackMetadata(cut, track)),
    name,
    source_range: null,
    effects: kept.effects,
    // A stack's own markers are those of the clip that it stands for.
    markers: isNested && isFirst ? cut.timeline.markers.map((marker) => markerJson(cut, marker, ZERO_SECONDS)) : [],
    enabled: track.enabled,
    kind: track.kind === 'video' ? 'Video' : 'Audio',
    children,
  };
}

/** 'V2' as Resolve and Premiere call it: 'Video 2'. */
function programName(label: string): string {
  return `${label.startsWith('V') ? 'Video' : 'Audio'} ${label.slice(1)}`;
}

function trackMetadata({ profile }: Cut, track: VideoTrack | AudioTrack): ForProgram {
  if (profile.otio === 'resolve') {
    const audio = track.kind === 'audio' ? { 'Audio Type': 'Stereo', SoloOn: track.solo === true } : {};
    return { Resolve_OTIO: { Locked: track.locked, ...audio } };
  }
  if (profile.otio === 'generic' || track.kind === 'video') return {};
  return { PremierePro_OTIO: { AudioChannels: { ChannelType: 'Stereo', NumberOfChannels: 2 } } };
}

function gapJson(frames: number, rate: Rate): Json {
  return {
    OTIO_SCHEMA: 'Gap.1',
    metadata: {},
    name: '',
    source_range: frameRange(0, frames, rate),
    effects: [],
    markers: [],
    enabled: true,
  };
}

const TRANSITION_NAMES = {
  dissolve: 'Cross Dissolve',
  'fade-through-black': 'Dip to Black',
  wipe: 'Wipe',
  slide: 'Push',
} as const;

/** A Transition.1: OTIO's standard knows dissolves; the others are custom ones, told by their names. */
function transitionJson(cut: Cut, placed: CutTransition): Json {
  const { transition, inOffset, outOffset } = placed;
  const { rate } = cut.timeline;
  const isDissolve = transition.kind === 'dissolve';
  const name = TRANSITION_NAMES[transition.kind];
  const { direction } = transition;
  const isDirected = direction !== undefined && (transition.kind === 'wipe' || transition.kind === 'slide');
  return {
    OTIO_SCHEMA: 'Transition.1',
    metadata: {},
    name: isDirected ? `${name} ${direction.slice(0, 1).toUpperCase()}${direction.slice(1)}` : name,
    transition_type: isDissolve ? 'SMPTE_Dissolve' : 'Custom_Transition',
    in_offset: rationalTime(inOffset, rate),
    out_offset: rationalTime(outOffset, rate),
  };
}
