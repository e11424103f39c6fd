import fc from 'fast-check';
import { frameIndex } from '../../core/media/frames.ts';
import { flicks } from '../../core/time/flicks.ts';
import { frameOfTime, timeOfFrame, type Rate } from '../../core/time/rate.ts';
import { rational } from '../../core/time/rational.ts';
import { nestedMedia, TITLE_MEDIA } from '../../core/timeline/generated-media.ts';
import type { Curve } from '../../core/timeline/keyframes.ts';
import { timelineDuration } from '../../core/timeline/lookup.ts';
import {
  clipId,
  markerId,
  timelineId,
  trackId,
  type AudioClip,
  type Marker,
  type Timeline,
  type Track,
  type VideoClip,
} from '../../core/timeline/timeline.ts';
import type { Transition } from '../../core/timeline/transition.ts';
import type { TestMedia } from './cut-builder.ts';
import { randomCut, type RandomCut } from './random-cut.ts';

type Gen = fc.GeneratorValue;

const whole = (g: Gen, min: number, max: number) => g(fc.integer, { min, max });

function pick<T>(g: Gen, values: readonly T[]): T {
  const value = values[whole(g, 0, values.length - 1)];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
}

const maybe = <T>(g: Gen, make: () => T): T | undefined => (whole(g, 0, 2) === 0 ? make() : undefined);

/** A value as a hand would set it: four decimals. */
const value = (g: Gen, min: number, max: number) => whole(g, min * 10_000, max * 10_000) / 10_000;

function transition(g: Gen, rate: Rate): Transition {
  const kind = pick(g, ['dissolve', 'fade-through-black', 'wipe', 'slide'] as const);
  const inOffset = whole(g, 0, 20);
  const direction = kind === 'wipe' || kind === 'slide' ? maybe(g, () => pick(g, ['left', 'up'] as const)) : undefined;
  return {
    kind,
    inOffset: timeOfFrame(inOffset, rate),
    outOffset: timeOfFrame(whole(g, inOffset === 0 ? 1 : 0, 20), rate),
    ...(direction === undefined ? {} : { direction }),
  };
}

function curve(g: Gen, min: number, max: number): Curve {
  const times = [...new Set(Array.from({ length: whole(g, 1, 4) }, () => whole(g, -20, 200)))].toSorted(
    (a, b) => a - b,
  );
  return times.map((at) => ({
    at: flicks(at * 14_700_000),
    value: value(g, min, max),
    interpolation: pick(g, ['linear', 'hold', 'smooth'] as const),
  }));
}

let ids = 0;

function markers(g: Gen, rate: Rate): readonly Marker[] {
  return Array.from({ length: whole(g, 1, 3) }, () => whole(g, 0, 60))
    .toSorted((a, b) => a - b)
    .map((at) => ({
      id: markerId(`m${(ids += 1)}`),
      at: timeOfFrame(at, rate),
      duration: timeOfFrame(whole(g, 0, 5), rate),
      name: pick(g, ['', 'Ü & <x>', 'beat']),
      note: pick(g, ['', 'why\nnot']),
      colour: pick(g, ['red', 'orange', 'green', 'cyan', 'pink'] as const),
    }));
}

/** JSON of other programs; keys that Montage and its targets use are not among them. */
const foreign = (g: Gen) =>
  pick(g, [
    { cmx_3600: { reel: 'A001' }, list: [1, 2.5, null, { x: [] }] },
    { Resolve_OTIO: { 'Clip Color': 'Teal' } },
    { PremierePro_OTIO: { Label: 3 }, otio: { effects: [{ OTIO_SCHEMA: 'Effect.1', effect_name: 'Glow' }] } },
  ]);

type Optional = Partial<Pick<VideoClip, 'head' | 'tail' | 'markers' | 'metadata'>>;

function extras(g: Gen, rate: Rate): Optional {
  return defined({
    head: maybe(g, () => transition(g, rate)),
    tail: maybe(g, () => transition(g, rate)),
    markers: maybe(g, () => markers(g, rate)),
    metadata: maybe(g, () => foreign(g)),
  });
}

/** Without what is undefined: absent means none. */
function defined<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> };
function defined(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, inner]) => inner !== undefined));
}

function picture(g: Gen, clip: VideoClip, rate: Rate): VideoClip {
  const keyframes = defined({
    opacity: maybe(g, () => curve(g, 0, 1)),
    positionX: maybe(g, () => curve(g, -1, 1)),
    scaleX: maybe(g, () => curve(g, 0, 3)),
    cropTop: maybe(g, () => curve(g, 0, 1)),
  });
  const fadeIn = maybe(g, () => timeOfFrame(1, rate));
  return {
    ...clip,
    ...extras(g, rate),
    ...defined({
      transform: maybe(g, () => ({
        positionX: value(g, -1, 1),
        positionY: value(g, -1, 1),
        scaleX: value(g, -2, 3),
        scaleY: value(g, 0, 3),
        rotationDegrees: value(g, -360, 360),
        anchorX: pick(g, [0, 0.25]),
        anchorY: 0,
      })),
      crop: maybe(g, () => ({ left: 0.1, top: value(g, 0, 0), right: 0, bottom: 0.25 })),
      fit: maybe(g, () => pick(g, ['fill', 'stretch', 'blur'] as const)),
      blend: maybe(g, () => pick(g, ['screen', 'difference'] as const)),
      lut: maybe(g, () => ({ path: '/luts/a b.cube', intensity: 0.5 })),
      stabilise: maybe(g, () => true),
      retiming: maybe(g, () => pick(g, ['blend', 'flow'] as const)),
      fadeIn,
      keyframes: Object.keys(keyframes).length === 0 ? undefined : keyframes,
    }),
    ...turned(g, clip, rate),
  };
}

/** Backwards over the same span, or frozen; sometimes. */
function turned(g: Gen, clip: VideoClip, rate: Rate): Partial<VideoClip> {
  const how = whole(g, 0, 5);
  if (how === 0) return { speed: rational(0) };
  if (how !== 1 || clip.sourceIn === 0) return {};
  // As far in as it plays at this speed in any rate of these tests, so that the media reach back far enough.
  const frames = Math.ceil((frameOfTime(clip.duration, rational(60), 'ceil') * clip.speed.num) / clip.speed.den) + 2;
  const isDeep = clip.sourceIn > frames;
  return isDeep ? { speed: { num: -clip.speed.num, den: clip.speed.den } } : { duration: timeOfFrame(1, rate) };
}

function sound(g: Gen, clip: AudioClip, rate: Rate): AudioClip {
  const keyframes = defined({ gainDb: maybe(g, () => curve(g, -30, 6)), pan: maybe(g, () => curve(g, -1, 1)) });
  return {
    ...clip,
    ...extras(g, rate),
    ...defined({
      pan: maybe(g, () => pick(g, [-1, 0.5])),
      channels: maybe(g, () => [whole(g, 0, 1)]),
      keyframes: Object.keys(keyframes).length === 0 ? undefined : keyframes,
    }),
  };
}

function decorated(g: Gen, timeline: Timeline): Timeline {
  const { rate } = timeline;
  const tracks = timeline.tracks.map(
    (track): Track => ({
      ...(track.kind === 'video'
        ? { ...track, clips: track.clips.map((clip) => picture(g, clip, rate)) }
        : { ...track, clips: track.clips.map((clip) => sound(g, clip, rate)) }),
      ...defined({
        solo: maybe(g, () => true),
        syncLock: maybe(g, () => false),
        metadata: maybe(g, () => ({ avid: { track: 7 } })),
      }),
      name: pick(g, [track.name, 'Dialogue & <FX>']),
      locked: g(fc.boolean),
      enabled: whole(g, 0, 4) > 0,
    }),
  );
  const more = defined({
    colourSpace: maybe(g, () => pick(g, ['rec2020-hlg', 'p3-d65'] as const)),
    metadata: maybe(g, () => ({ fcp_xml: { uuid: 'x' } })),
  });
  const ordered = timeline.markers.toSorted((a, b) => a.at - b.at);
  return { ...timeline, tracks, markers: ordered, ...more };
}

function titleTrack(g: Gen, rate: Rate): Track {
  const captions = maybe(g, () => ({ language: 'de-CH' }));
  const clips = Array.from({ length: whole(g, 1, 3) }, (_, index): VideoClip => {
    const style = {
      font: 'Inter',
      size: 0.05,
      bold: g(fc.boolean),
      italic: false,
      colour: '#ffcc00',
      ...defined({ outline: maybe(g, () => ({ colour: '#000000', width: 0.1 })) }),
      align: 'left' as const,
      x: 0.1,
      y: 0.4,
    };
    return {
      id: clipId(`title-${(ids += 1)}`),
      kind: 'video',
      mediaId: TITLE_MEDIA,
      name: 'Title',
      recordIn: timeOfFrame(index * 30, rate),
      duration: timeOfFrame(whole(g, 1, 30), rate),
      speed: rational(1),
      enabled: true,
      linkId: null,
      note: '',
      sourceIn: frameIndex(0),
      opacity: 1,
      title: { text: pick(g, ['Hello\nWorld', 'ünï 日本']), style },
      ...extras(g, rate),
    };
  });
  return {
    id: trackId(`titles-${(ids += 1)}`),
    kind: 'video',
    name: 'Titles',
    enabled: true,
    locked: false,
    clips,
    ...(captions === undefined ? {} : { captions }),
  };
}

function nestedClip(g: Gen, nested: Timeline, rate: Rate, at: number): VideoClip | undefined {
  const end = timelineDuration(nested);
  const length = Math.min(frameOfTime(end, rate, 'floor'), 50);
  if (length < 2) return undefined;
  // Frames of its own: two on a fast timeline can be a single one there.
  const sourceIn = whole(g, 0, frameOfTime(end, nested.rate, 'ceil') > 1 ? 1 : 0);
  return {
    id: clipId(`nested-${(ids += 1)}`),
    kind: 'video',
    mediaId: nestedMedia(nested.id),
    name: nested.name,
    recordIn: timeOfFrame(at, rate),
    duration: timeOfFrame(Math.max(1, Math.floor(length / 2) - 2), rate),
    speed: rational(1),
    enabled: true,
    linkId: null,
    note: '',
    sourceIn: frameIndex(sourceIn),
    opacity: 1,
    ...extras(g, rate),
  };
}

/** A cut with everything that the model holds: effects, transitions, titles, captions, nesting, two deep. */
export function randomFullCut(g: Gen): RandomCut {
  const outer = randomCut(g);
  const inner = { ...randomCut(g).timeline, id: timelineId('inner'), name: 'Inner' };
  const media: readonly TestMedia[] = outer.media;
  const decoratedInner = decorated(g, inner);
  const deepest: Timeline = {
    ...decoratedInner,
    tracks: decoratedInner.tracks.map((track): Track => withFitting(track, media, inner.rate)),
  };
  const middle: Timeline = {
    ...deepest,
    id: timelineId('middle'),
    name: 'Middle',
    tracks: [nestingTrack(g, deepest, deepest.rate, 'middle')],
    markers: markers(g, deepest.rate),
  };
  const timeline = decorated(g, outer.timeline);
  const video = timeline.tracks.filter((track) => track.kind === 'video');
  const audio = timeline.tracks.filter((track) => track.kind === 'audio');
  const added = [
    ...(g(fc.boolean) ? [titleTrack(g, timeline.rate)] : []),
    nestingTrack(g, pick(g, [deepest, middle]), timeline.rate, 'outer'),
  ];
  return { timeline: { ...timeline, tracks: [...video, ...added, ...audio], nested: [deepest, middle] }, media };
}

function nestingTrack(g: Gen, nested: Timeline, rate: Rate, name: string): Track {
  const clips = [0, 60].flatMap((at) => nestedClip(g, nested, rate, at) ?? []);
  return { id: trackId(name), kind: 'video', name, enabled: true, locked: false, clips };
}

function withFitting(track: Track, media: readonly TestMedia[], rate: Rate): Track {
  const isKept = (clip: VideoClip | AudioClip) => fits(clip, media, rate);
  // Whose partners are left out is linked to nothing.
  return track.kind === 'video'
    ? { ...track, clips: track.clips.filter(isKept).map((clip) => ({ ...clip, linkId: null })) }
    : { ...track, clips: track.clips.filter(isKept).map((clip) => ({ ...clip, linkId: null })) };
}

/** Media of the inner cut have the outer cut's lengths: only clips that stay inside are kept. */
function fits(clip: VideoClip | AudioClip, media: readonly TestMedia[], rate: Rate): boolean {
  const frames = media.find((item) => item.media.id === clip.mediaId)?.source.frames;
  if (clip.kind === 'audio') return clip.mediaId === 'media-music.wav';
  if (frames?.kind !== 'constant') return frames?.kind === 'still';
  return clip.speed.num > 0 && clip.sourceIn < 20 && frameOfTime(clip.duration, rate, 'ceil') < 20;
}
