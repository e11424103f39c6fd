import fc from 'fast-check';
import { frameCountOf, frameIndex } from '../../core/media/frames.ts';
import { flicks, type Flicks } from '../../core/time/flicks.ts';
import { frameDuration, frameOfTime, timeOfFrame, type Rate } from '../../core/time/rate.ts';
import { rational, type Rational } from '../../core/time/rational.ts';
import { isInsideMedia } from '../../core/timeline/clip-source.ts';
import { nestedMedia, TITLE_MEDIA } from '../../core/timeline/generated-media.ts';
import type { Curve, Keyframe } from '../../core/timeline/keyframes.ts';
import type { Title } from '../../core/timeline/picture.ts';
import {
  clipId,
  timelineId,
  type AudioClip,
  type Clip,
  type SourceLookup,
  type Timeline,
  type Track,
  type VideoClip,
} from '../../core/timeline/timeline.ts';
import type { Transition } from '../../core/timeline/transition.ts';
import { marker } from './cut-builder.ts';
import { randomCut, type RandomCut } from './random-cut.ts';

type Gen = fc.GeneratorValue;

const whole = (g: Gen, min: number, max: number) => g(fc.integer, { min, max });
const chance = (g: Gen, oneIn: number) => whole(g, 1, oneIn) === 1;

function pick<T>(g: Gen, values: readonly [T, ...T[]]): T {
  return values[whole(g, 0, values.length - 1)] ?? values[0];
}

/** A number with at most three decimals. */
const decimal = (g: Gen, min: number, max: number) => whole(g, min * 1000, max * 1000) / 1000;

const ODD_SPEEDS: readonly [Rational, ...Rational[]] = [rational(-1), rational(-2), rational(-1, 2), rational(0)];

/** What of the model a rich cut may use; a format that cannot hold a thing need not be asked for it every time. */
export type Richness = { readonly generated: boolean };

/**
 * A random cut with what editors do to clips: transitions, speed both ways, freeze, placing, crop, key frames, blend,
 * fades, channels, pan, markers on clips, titles and a nested timeline.
 */
export function editedCut(g: Gen, richness: Richness = { generated: true }): RandomCut {
  const { timeline, media } = randomCut(g);
  const byId = new Map(media.map((item) => [item.media.id, item]));
  const sources: SourceLookup = { source: (id) => byId.get(id)?.source };
  const channelsOf = (clip: AudioClip) => byId.get(clip.mediaId)?.media.audio[clip.streamOrdinal]?.channels ?? 1;
  const { rate } = timeline;
  const tracks = timeline.tracks.map(
    (track): Track =>
      track.kind === 'video'
        ? {
            ...track,
            clips: withTransitions(
              g,
              track.clips.map((clip) => richPicture(g, clip, sources, rate)),
              rate,
              true,
            ),
          }
        : {
            ...track,
            clips: withTransitions(
              g,
              track.clips.map((clip) => richSound(g, clip, channelsOf(clip), rate)),
              rate,
              false,
            ),
          },
  );
  const rich: Timeline = { ...timeline, width: 1920, height: 1080, tracks };
  return { timeline: richness.generated ? withGenerated(g, rich) : rich, media };
}

function retimed<C extends Clip>(g: Gen, clip: C, sources: SourceLookup, rate: Rate): C {
  if (clip.kind === 'audio' || clip.linkId !== null || !chance(g, 4)) return clip;
  const frames = sources.source(clip.mediaId)?.frames;
  if (frames === undefined || frames.kind === 'still') return clip;
  const speed = pick(g, ODD_SPEEDS);
  const changed = { ...clip, speed, sourceIn: frameIndex(whole(g, 0, frameCountOf(frames) - 1)) };
  return isInsideMedia(changed, sources, rate) ? changed : clip;
}

function richPicture(g: Gen, given: VideoClip, sources: SourceLookup, rate: Rate): VideoClip {
  const clip = retimed(g, given, sources, rate);
  const curve = (low: number, high: number) => randomCurve(g, clip.duration, rate, () => decimal(g, low, high));
  const times = randomTimes(g, clip.duration, rate);
  const scale = curve(0.5, 2);
  return {
    ...clip,
    ...(chance(g, 3) && {
      transform: {
        positionX: decimal(g, -1, 1),
        positionY: decimal(g, -1, 1),
        ...same(decimal(g, 0.25, 3)),
        rotationDegrees: whole(g, -180, 180),
        anchorX: chance(g, 2) ? 0 : decimal(g, -0.5, 0.5),
        anchorY: chance(g, 2) ? 0 : decimal(g, -0.5, 0.5),
      },
    }),
    ...(chance(g, 4) && {
      crop: { left: decimal(g, 0, 0.4), top: 0, right: decimal(g, 0, 0.4), bottom: decimal(g, 0, 0.4) },
    }),
    ...(chance(g, 6) && { fit: pick(g, ['fill', 'stretch', 'blur'] as const) }),
    ...(chance(g, 5) && {
      blend: pick(g, ['add', 'multiply', 'screen', 'overlay', 'darken', 'lighten', 'difference']),
    }),
    ...(clip.speed.num !== clip.speed.den && chance(g, 3) && { retiming: pick(g, ['blend', 'flow'] as const) }),
    ...(chance(g, 8) && { fadeIn: timeOfFrame(whole(g, 1, 10), rate) }),
    ...(chance(g, 3) && {
      keyframes: {
        ...(chance(g, 2) && { scaleX: scale, scaleY: scale }),
        ...(chance(g, 2) && {
          positionX: keyed(times, () => decimal(g, -1, 1)),
          positionY: keyed(times, () => decimal(g, -1, 1)),
        }),
        ...(chance(g, 3) && { rotationDegrees: curve(-90, 90) }),
        ...(chance(g, 3) && { opacity: curve(0, 1) }),
        ...(chance(g, 3) && { cropLeft: curve(0, 0.5) }),
      },
    }),
    ...(chance(g, 4) && {
      markers: [marker(rate, whole(g, 0, 20), `on ${clip.name}`, { colour: pick(g, ['red', 'green', 'cyan']) })],
    }),
  };
}

function same(scale: number): { scaleX: number; scaleY: number } {
  return { scaleX: scale, scaleY: scale };
}

function richSound(g: Gen, clip: AudioClip, channels: number, rate: Rate): AudioClip {
  const curve = (low: number, high: number) => randomCurve(g, clip.duration, rate, () => decimal(g, low, high));
  return {
    ...clip,
    ...(channels > 1 && chance(g, 3) && { channels: [whole(g, 0, channels - 1)] }),
    ...(chance(g, 4) && { pan: decimal(g, -1, 1) }),
    ...(chance(g, 6) && { fadeIn: timeOfFrame(whole(g, 1, 5), rate) }),
    ...(chance(g, 4) && { keyframes: chance(g, 2) ? { gainDb: curve(-30, 6) } : { pan: curve(-1, 1) } }),
  };
}

function randomTimes(g: Gen, duration: Flicks, rate: Rate): readonly Flicks[] {
  const frames = new Set(
    Array.from({ length: whole(g, 2, 5) }, () => whole(g, 0, frameOfTime(duration, rate, 'nearest') + 5)),
  );
  return [...frames].toSorted((a, b) => a - b).map((frame) => timeOfFrame(frame, rate));
}

function keyed(times: readonly Flicks[], value: () => number): Curve {
  return times.map((at): Keyframe => ({ at, value: value(), interpolation: 'linear' }));
}

/** Between frames of the grid now and then, and of every kind. */
function randomCurve(g: Gen, duration: Flicks, rate: Rate, value: () => number): Curve {
  return randomTimes(g, duration, rate).map((at) => ({
    at: chance(g, 12) ? flicks(at + Math.floor(frameDuration(rate) / 3)) : at,
    value: value(),
    interpolation: pick(g, ['linear', 'linear', 'hold', 'smooth'] as const),
  }));
}

function withTransitions<C extends Clip>(g: Gen, clips: readonly C[], rate: Rate, isPicture: boolean): readonly C[] {
  const random = (): Transition => ({
    kind: isPicture ? pick(g, ['dissolve', 'dissolve', 'fade-through-black', 'wipe', 'slide']) : 'dissolve',
    inOffset: timeOfFrame(whole(g, 0, 12), rate),
    outOffset: timeOfFrame(whole(g, 1, 12), rate),
  });
  const directed = (transition: Transition): Transition =>
    transition.kind === 'wipe' || transition.kind === 'slide'
      ? { ...transition, direction: pick(g, ['left', 'right', 'up', 'down']) }
      : transition;
  return clips.map((clip, index) => {
    const isFree = clips[index + 1]?.recordIn !== clip.recordIn + clip.duration;
    const head = chance(g, 3) ? { head: directed(random()) } : {};
    const tail =
      isFree && chance(g, 4) ? { tail: { ...directed(random()), inOffset: timeOfFrame(whole(g, 1, 9), rate) } } : {};
    return { ...clip, ...head, ...tail };
  });
}

const TITLE: Title = {
  text: 'Lower third\nsecond line',
  style: { font: 'Inter', size: 0.05, bold: true, italic: false, colour: '#ffcc00', align: 'left', x: -0.25, y: 0.375 },
};

/** Titles on a track of their own, and a nested timeline on another. */
function withGenerated(g: Gen, timeline: Timeline): Timeline {
  const { rate } = timeline;
  const clip = (id: string, mediaId: VideoClip['mediaId'], at: number, length: number): VideoClip => ({
    kind: 'video',
    id: clipId(`generated-${id}`),
    mediaId,
    name: `Generated ${id}`,
    recordIn: timeOfFrame(at, rate),
    duration: timeOfFrame(length, rate),
    sourceIn: frameIndex(0),
    speed: rational(1),
    enabled: true,
    linkId: null,
    note: '',
    opacity: 1,
  });
  const titles = chance(g, 2) ? [{ ...clip('title', TITLE_MEDIA, whole(g, 0, 20), 50), title: TITLE }] : [];
  const alone = timeline.tracks.filter((track) => track.kind === 'video').slice(0, 1);
  const inner = alone.map((track) => ({ ...track, clips: track.clips.map((one) => ({ ...one, linkId: null })) }));
  const [first] = inner[0]?.clips ?? [];
  if (first === undefined || chance(g, 2)) return withTracks(timeline, titles);
  const nested: Timeline = { ...timeline, id: timelineId('inner'), name: 'Inner', tracks: inner, markers: [] };
  const length = frameOfTime(flicks(first.duration), rate, 'floor');
  return { ...withTracks(timeline, titles, clip('nested', nestedMedia(nested.id), 3, length)), nested: [nested] };
}

function withTracks(timeline: Timeline, titles: readonly VideoClip[], nested?: VideoClip): Timeline {
  const [template] = timeline.tracks;
  if (template?.kind !== 'video') return timeline;
  const count = timeline.tracks.filter((track) => track.kind === 'video').length;
  const rows = [titles, nested === undefined ? [] : [nested]].filter((clips) => clips.length > 0);
  const added = rows.map((clips, index): Track => ({ ...template, name: `V${count + index + 1}`, clips }));
  const videos = timeline.tracks.filter((track) => track.kind === 'video');
  return { ...timeline, tracks: [...videos, ...added, ...timeline.tracks.filter((track) => track.kind === 'audio')] };
}
