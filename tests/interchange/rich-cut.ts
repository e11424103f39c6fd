import fc from 'fast-check';
import { frameAt, frameIndex, sourceDuration, startOfFrame } from '../../core/media/frames.ts';
import { flicks, ZERO_FLICKS } from '../../core/time/flicks.ts';
import { frameOfTime, timeOfFrame, type Rate } from '../../core/time/rate.ts';
import { mulDiv, rational } from '../../core/time/rational.ts';
import { nestedMedia, TITLE_MEDIA } from '../../core/timeline/generated-media.ts';
import type { Curve, Keyframe } from '../../core/timeline/keyframes.ts';
import type { TitleStyle } from '../../core/timeline/picture.ts';
import {
  clipId,
  markerId,
  timelineId,
  type AudioClip,
  type Clip,
  type Marker,
  type MarkerColour,
  type Timeline,
  type Track,
  type VideoClip,
} from '../../core/timeline/timeline.ts';
import type { Transition, TransitionDirection, TransitionKind } from '../../core/timeline/transition.ts';
import { picture, timelineOf, videoTrack, type TestMedia } from './cut-builder.ts';
import { pick, randomCut, whole, type Gen, type RandomCut } from './random-cut.ts';

/** What a random cut may hold besides straight clips. */
export type RichPart =
  | 'transitions'
  | 'wipes'
  | 'sound-transitions'
  | 'reverse'
  | 'freeze'
  | 'transform'
  | 'crop'
  | 'looks'
  | 'picture-fades'
  | 'keyframes'
  | 'sound-keyframes'
  | 'pan'
  | 'channels'
  | 'clip-markers'
  | 'titles'
  | 'captions'
  | 'nested'
  | 'colour-space'
  | 'solo'
  | 'metadata';

export const RICH_PARTS: readonly RichPart[] = [
  'transitions',
  'wipes',
  'sound-transitions',
  'reverse',
  'freeze',
  'transform',
  'crop',
  'looks',
  'picture-fades',
  'keyframes',
  'sound-keyframes',
  'pan',
  'channels',
  'clip-markers',
  'titles',
  'captions',
  'nested',
  'colour-space',
  'solo',
  'metadata',
];

type Rich = { readonly g: Gen; readonly rate: Rate; readonly has: (part: RichPart) => boolean };

/** A random cut of mixed rates whose clips, tracks and timeline hold the parts asked for, each where chance puts it. */
export function richCut(g: Gen, parts: readonly RichPart[] = RICH_PARTS): RandomCut {
  const { timeline, media } = randomCut(g);
  const rich: Rich = { g, rate: timeline.rate, has: (part) => parts.includes(part) && g(fc.boolean) };
  const byId = new Map(media.map((item) => [item.media.id, item]));
  const tracks = timeline.tracks.map((track): Track => {
    const solo = rich.has('solo') ? { solo: true } : {};
    const metadata = rich.has('metadata') ? { metadata: { other: { track: track.name } } } : {};
    if (track.kind === 'audio')
      return { ...track, ...solo, ...metadata, clips: track.clips.map((clip) => richSound(rich, clip, byId)) };
    return { ...track, ...solo, ...metadata, clips: track.clips.map((clip) => richPicture(rich, clip, byId)) };
  });
  const straight: Timeline = {
    ...timeline,
    tracks: withoutBrokenLinks(tracks),
    ...(rich.has('colour-space') ? { colourSpace: pick(g, ['rec2020', 'rec2020-pq', 'rec2020-hlg', 'p3-d65']) } : {}),
    ...(rich.has('metadata') ? { metadata: { other: { list: [1, 'two', null], nested: { a: true } } } } : {}),
  };
  return { timeline: withGenerated(rich, straight, media), media };
}

/** Pictures that play backwards or stand still have left their sound behind. */
function withoutBrokenLinks(tracks: readonly Track[]): readonly Track[] {
  const count = new Map<string, number>();
  for (const { linkId } of tracks.flatMap((track): readonly Clip[] => track.clips))
    if (linkId !== null) count.set(linkId, (count.get(linkId) ?? 0) + 1);
  const fix = <C extends Clip>(clip: C): C =>
    clip.linkId !== null && (count.get(clip.linkId) ?? 0) < 2 ? { ...clip, linkId: null } : clip;
  return tracks.map(
    (track): Track =>
      track.kind === 'video'
        ? { ...track, clips: track.clips.map((clip) => fix(clip)) }
        : { ...track, clips: track.clips.map((clip) => fix(clip)) },
  );
}

function common(rich: Rich, clip: Clip) {
  const { g } = rich;
  const isSound = clip.kind === 'audio';
  const asked = isSound ? rich.has('sound-transitions') : rich.has('transitions') || rich.has('wipes');
  const wipes = !isSound && rich.has('wipes');
  return {
    ...(asked ? { head: transition(rich, isSound, wipes) } : {}),
    ...(asked && g(fc.boolean) ? { tail: transition(rich, isSound, wipes) } : {}),
    ...(rich.has('clip-markers') ? { markers: [clipMarker(rich, clip)] } : {}),
    ...(rich.has('metadata') ? { metadata: { 'other program': { id: 'x<&>"\'', deep: [{ b: 1, a: [] }] } } } : {}),
  };
}

function transition({ g, rate }: Rich, isSound: boolean, wipes: boolean): Transition {
  const kinds: readonly TransitionKind[] = wipes ? ['wipe', 'slide'] : ['dissolve', 'dissolve', 'fade-through-black'];
  const kind = isSound ? 'dissolve' : pick(g, kinds);
  const directions: readonly TransitionDirection[] = ['left', 'right', 'up', 'down'];
  const [before, after] = [whole(g, 0, 12), whole(g, 0, 12)];
  return {
    kind,
    inOffset: timeOfFrame(before, rate),
    outOffset: timeOfFrame(before + after === 0 ? 1 : after, rate),
    ...(wipes && kind !== 'dissolve' ? { direction: pick(g, directions) } : {}),
  };
}

const COLOURS: readonly MarkerColour[] = ['red', 'orange', 'yellow', 'green', 'cyan', 'blue', 'purple', 'pink'];
let markers = 0;

function clipMarker({ g, rate }: Rich, clip: Clip): Marker {
  markers += 1;
  return {
    id: markerId(`clip-marker-${markers}`),
    at: timeOfFrame(whole(g, 0, framesOf(clip, rate) - 1), rate),
    duration: ZERO_FLICKS,
    name: pick(g, ['here', 'A & B <"\'> 日本']),
    note: pick(g, ['', 'look\nagain']),
    colour: pick(g, COLOURS),
  };
}

function framesOf(clip: Clip, rate: Rate): number {
  return frameOfTime(clip.duration, rate, 'nearest');
}

function richPicture(rich: Rich, clip: VideoClip, media: ReadonlyMap<string, TestMedia>): VideoClip {
  const { g } = rich;
  const fraction = () => whole(g, -100, 100) / 100;
  const transform = {
    positionX: fraction(),
    positionY: fraction(),
    scaleX: whole(g, 10, 300) / 100,
    scaleY: whole(g, 10, 300) / 100,
    rotationDegrees: whole(g, -180, 180),
    anchorX: fraction() / 2,
    anchorY: fraction() / 2,
  };
  const edge = () => whole(g, 0, 40) / 100;
  return {
    ...retimed(rich, clip, media),
    ...common(rich, clip),
    ...(rich.has('transform') ? { transform } : {}),
    ...(rich.has('crop') ? { crop: { left: edge(), top: edge(), right: edge(), bottom: edge() } } : {}),
    ...(rich.has('looks') ? looks(g) : {}),
    ...(rich.has('picture-fades') ? { fadeIn: timeOfFrame(1, rich.rate) } : {}),
    ...(rich.has('keyframes')
      ? {
          keyframes: {
            positionX: curve(rich, clip, -1, 1),
            scaleX: curve(rich, clip, 0.5, 2),
            scaleY: curve(rich, clip, 0.5, 2),
            ...(g(fc.boolean) ? { opacity: curve(rich, clip, 0, 1) } : {}),
            ...(g(fc.boolean) ? { cropLeft: curve(rich, clip, 0, 0.4) } : {}),
            ...(g(fc.boolean) ? { rotationDegrees: curve(rich, clip, -90, 90) } : {}),
          },
        }
      : {}),
  };
}

function looks(g: Gen): Partial<VideoClip> {
  return {
    blend: pick(g, ['add', 'multiply', 'screen', 'overlay', 'darken', 'lighten', 'difference']),
    fit: pick(g, ['fit', 'fill', 'stretch', 'blur']),
    retiming: pick(g, ['nearest', 'blend', 'flow']),
    ...(g(fc.boolean) ? { lut: { path: '/luts/ä b.cube', intensity: 0.5 } } : {}),
    ...(g(fc.boolean) ? { stabilise: true } : {}),
  };
}

function curve({ g, rate }: Rich, clip: Clip, low: number, high: number): Curve {
  const frames = framesOf(clip, rate);
  const times = [...new Set([0, whole(g, 0, frames), frames])].toSorted((a, b) => a - b);
  const interpolation: Keyframe['interpolation'] = pick(g, ['linear', 'linear', 'hold', 'smooth']);
  return times.map((frame) => ({
    at: timeOfFrame(frame, rate),
    value: low + ((high - low) * whole(g, 0, 100)) / 100,
    interpolation,
  }));
}

/** Plays the same stretch backwards, or holds its first frame; sound that was linked stays as it is. */
function retimed(rich: Rich, clip: VideoClip, media: ReadonlyMap<string, TestMedia>): VideoClip {
  const frames = media.get(clip.mediaId)?.source.frames;
  if (frames?.kind !== 'constant') return clip;
  if (rich.has('freeze') && rich.g(fc.boolean)) return { ...clip, speed: rational(0), linkId: null };
  if (!rich.has('reverse')) return clip;
  const { num, den } = clip.speed;
  const end = startOfFrame(frames, clip.sourceIn) + mulDiv(clip.duration, num, den, 'ceil');
  const last = frameAt(frames, flicks(Math.min(end, sourceDuration(frames) ?? end)));
  return { ...clip, speed: { num: -num, den }, sourceIn: frameIndex(last), linkId: null };
}

function richSound(rich: Rich, clip: AudioClip, media: ReadonlyMap<string, TestMedia>): AudioClip {
  const channels = media.get(clip.mediaId)?.media.audio[clip.streamOrdinal]?.channels ?? 1;
  return {
    ...clip,
    ...common(rich, clip),
    ...(rich.has('pan') ? { pan: whole(rich.g, -10, 10) / 10 } : {}),
    ...(rich.has('channels') && channels > 1 ? { channels: [whole(rich.g, 0, channels - 1)] } : {}),
    ...(rich.has('sound-keyframes') ? { keyframes: { gainDb: curve(rich, clip, -30, 6) } } : {}),
  };
}

const STYLE: TitleStyle = {
  font: 'Inter',
  size: 0.08,
  bold: false,
  italic: false,
  colour: '#ffffff',
  align: 'centre',
  x: 0,
  y: 0.3,
};

/** Adds a track of titles, captions, and a track that plays a nested timeline. */
function withGenerated(rich: Rich, timeline: Timeline, media: readonly TestMedia[]): Timeline {
  const { rate } = rich;
  const video = timeline.tracks.filter((track) => track.kind === 'video');
  const audio = timeline.tracks.filter((track) => track.kind === 'audio');
  const added: Track[] = [];
  const label = () => video.length + added.length + 1;
  if (rich.has('titles')) added.push(videoTrack(label(), [titleClip(rich, 5, 'Hello\n<world> & "all"', 30)]));
  if (rich.has('captions')) {
    const clips = [titleClip(rich, 0, 'One line', 20), titleClip(rich, 25, 'Zwei\nZeilen – ü', 20)];
    added.push(videoTrack(label(), clips, { captions: { language: 'de' } }));
  }
  const still = media.find((item) => item.source.frames?.kind === 'still');
  if (still === undefined || !rich.has('nested')) return { ...timeline, tracks: [...video, ...added, ...audio] };
  const inner = timelineOf(rate, [videoTrack(1, [picture(still, rate, 0, 0, 100)])], {
    id: timelineId('inner'),
    name: 'Inner & <cut>',
  });
  const clip = { ...picture(still, rate, 10, 0, 40, { name: 'Inner' }), mediaId: nestedMedia(inner.id) };
  added.push(videoTrack(label(), [clip]));
  return { ...timeline, tracks: [...video, ...added, ...audio], nested: [inner] };
}

let titles = 0;

function titleClip({ g, rate }: Rich, at: number, text: string, length: number): VideoClip {
  titles += 1;
  return {
    kind: 'video',
    id: clipId(`title-${titles}`),
    mediaId: TITLE_MEDIA,
    name: text.split('\n')[0] ?? '',
    recordIn: timeOfFrame(at, rate),
    duration: timeOfFrame(length, rate),
    sourceIn: frameIndex(0),
    speed: rational(1),
    enabled: true,
    linkId: null,
    note: '',
    opacity: 1,
    title: { text, style: { ...STYLE, bold: g(fc.boolean), align: pick(g, ['left', 'centre', 'right']) } },
  };
}
