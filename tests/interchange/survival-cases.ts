import type { CutDifferenceKind } from '../../core/interchange/cut-difference.ts';
import { frameIndex } from '../../core/media/frames.ts';
import { timeOfFrame, type Rate } from '../../core/time/rate.ts';
import { rational } from '../../core/time/rational.ts';
import { nestedMedia, TITLE_MEDIA } from '../../core/timeline/generated-media.ts';
import { NO_TRANSFORM } from '../../core/timeline/picture.ts';
import {
  timelineId,
  type AudioClip,
  type Timeline,
  type Track,
  type VideoClip,
  type VideoTrack,
} from '../../core/timeline/timeline.ts';
import type { Transition } from '../../core/timeline/transition.ts';
import {
  audioTrack,
  marker,
  picture,
  R,
  sound,
  timelineOf,
  videoMedia,
  videoTrack,
  type TestMedia,
} from './cut-builder.ts';

/** A cut that has one property of the survival table, and the differences that would show its loss. */
export type SurvivalCase = {
  readonly label: string;
  readonly timeline: Timeline;
  readonly media: readonly TestMedia[];
  readonly kinds: readonly CutDifferenceKind[];
};

const rate: Rate = R.r25;
const at = (frame: number) => timeOfFrame(frame, rate);
const a = videoMedia('A.mov', rate, 1000, { timecode: '10:00:00:00', audio: [2, 2], reel: 'A001' });
const b = videoMedia('ü %#&+é.mov', rate, 1000, { audio: [2] });
const hdr = videoMedia('hdr.mov', rate, 500, {
  colour: { primaries: 'bt2020', transfer: 'smpte2084', matrix: 'bt2020nc', hdr: 'pq' },
});
const media = [a, b, hdr];

const base = (): VideoClip => picture(a, rate, 100, 0, 50);
const next = (): VideoClip => picture(b, rate, 100, 50, 50);
const noise = (): AudioClip => sound(a, rate, 100, 0, 50);

function of(
  label: string,
  kinds: readonly CutDifferenceKind[],
  tracks: readonly Track[],
  set: Partial<Timeline> = {},
): SurvivalCase {
  return { label, kinds, media, timeline: timelineOf(rate, tracks, { startFrame: 90_000, ...set }) };
}

function pictureCase(label: string, kinds: readonly CutDifferenceKind[], change: Partial<VideoClip>): SurvivalCase {
  return of(label, kinds, [videoTrack(1, [{ ...base(), ...change }])]);
}

function soundCase(label: string, kinds: readonly CutDifferenceKind[], change: Partial<AudioClip>): SurvivalCase {
  return of(label, kinds, [audioTrack(1, [{ ...noise(), ...change }])]);
}

function transitionCase(label: string, head: Transition): SurvivalCase {
  return of(label, ['transition'], [videoTrack(1, [base(), { ...next(), head }])]);
}

function trackCase(label: string, kinds: readonly CutDifferenceKind[], set: Partial<VideoTrack>): SurvivalCase {
  return of(label, kinds, [videoTrack(1, [base()], set)]);
}

const TITLE: VideoClip = {
  ...base(),
  mediaId: TITLE_MEDIA,
  sourceIn: frameIndex(0),
  title: {
    text: 'One\nTwo',
    style: { font: 'Inter', size: 0.05, bold: false, italic: false, colour: '#ffffff', align: 'centre', x: 0, y: 0.4 },
  },
};
const INNER = timelineOf(rate, [videoTrack(1, [picture(b, rate, 0, 0, 100)])], {
  id: timelineId('inner'),
  name: 'Inner',
});
const offsets = { inOffset: at(6), outOffset: at(6) };
const ramp = (from: number, to: number) =>
  [
    { at: at(0), value: from, interpolation: 'linear' },
    { at: at(40), value: to, interpolation: 'linear' },
  ] as const;
const link = { link: 'av' };

/** One case for each row of the table that names a property (rows without one are proven by the conformance cases). */
export const SURVIVAL_CASES: readonly SurvivalCase[] = [
  of(
    'cuts, gaps, source timecode, exact rates, links to the original files',
    ['missing', 'moved', 'gap', 'record-out', 'source-in', 'media', 'source-timecode'],
    [videoTrack(1, [base(), picture(b, rate, 7, 60, 30)])],
  ),
  of('reel names', ['reel'], [videoTrack(1, [base()])]),
  of(
    'media paths with spaces, # % & + and accents; Windows, macOS and Linux',
    ['media', 'url'],
    [videoTrack(1, [next()])],
  ),
  of(
    'several tracks',
    ['track-count', 'track-order', 'missing', 'extra'],
    [videoTrack(1, [base()]), videoTrack(2, [next()]), audioTrack(1, [noise()])],
  ),
  of('start timecode', ['start-timecode'], [videoTrack(1, [base()])]),
  {
    ...of('drop-frame counting', ['drop-frame'], []),
    timeline: timelineOf(R.r2997, [videoTrack(1, [picture(a, R.r2997, 100, 0, 50)])], {
      startFrame: 107_892,
      dropFrame: true,
    }),
  },
  of('frame size', ['frame-size'], [videoTrack(1, [base()])], { width: 1080, height: 1920 }),
  of('colour space of the timeline', ['colour-space'], [videoTrack(1, [base()])], { colourSpace: 'rec2020-hlg' }),
  of(
    'names with line breaks or runs of spaces',
    ['timeline-name', 'clip-name'],
    [videoTrack(1, [{ ...base(), name: 'a  b' }])],
    { name: 'x  y' },
  ),
  trackCase('disabled tracks', ['track-state'], { enabled: false }),
  trackCase('locked tracks', ['track-state'], { locked: true }),
  trackCase('solo tracks', ['track-state'], { solo: true }),
  trackCase('track names', ['track-name'], { name: 'Interview' }),
  of(
    'caption tracks',
    ['captions'],
    [videoTrack(1, [base()]), videoTrack(2, [TITLE], { captions: { language: 'de' } })],
  ),
  of('markers', ['marker'], [videoTrack(1, [base()])], { markers: [marker(rate, 20, 'here')] }),
  pictureCase('markers on clips', ['clip-marker'], { markers: [marker(rate, 20, 'here')] }),
  of('marker colours', ['marker'], [videoTrack(1, [base()])], {
    markers: [marker(rate, 20, 'here', { colour: 'red' })],
  }),
  of('marker notes and lengths', ['marker'], [videoTrack(1, [base()])], {
    markers: [marker(rate, 20, 'here', { note: 'why', duration: at(10) })],
  }),
  pictureCase('metadata of other programs', ['metadata'], { metadata: { other: { a: [1, { b: 'c' }] } } }),
  pictureCase('disabled clips', ['enabled', 'missing'], { enabled: false }),
  pictureCase('constant speed', ['speed', 'source-in'], { speed: rational(2) }),
  pictureCase('clips played backwards', ['speed', 'source-in'], { speed: rational(-1), sourceIn: frameIndex(200) }),
  pictureCase('held frames', ['speed', 'source-in'], { speed: rational(0) }),
  pictureCase('frame blending and optical flow', ['retiming'], { speed: rational(1, 2), retiming: 'blend' }),
  transitionCase('dissolves, with their alignment and handles', {
    kind: 'dissolve',
    inOffset: at(4),
    outOffset: at(9),
  }),
  transitionCase('fades through black', { kind: 'fade-through-black', ...offsets }),
  transitionCase('wipes', { kind: 'wipe', ...offsets, direction: 'right' }),
  transitionCase('slides', { kind: 'slide', ...offsets, direction: 'left' }),
  of(
    'crossfades of sound',
    ['transition'],
    [audioTrack(1, [noise(), { ...sound(b, rate, 100, 50, 50), head: { kind: 'dissolve', ...offsets } }])],
  ),
  of(
    'links between picture and sound',
    ['link'],
    [videoTrack(1, [picture(a, rate, 100, 0, 50, link)]), audioTrack(1, [sound(a, rate, 100, 0, 50, link)])],
  ),
  pictureCase('clip notes', ['note'], { note: 'because it is sharp' }),
  soundCase('gain', ['gain'], { gainDb: -6 }),
  soundCase('gain keyframes', ['keyframes'], { keyframes: { gainDb: ramp(-12, 0) } }),
  soundCase('pan', ['pan'], { pan: -0.5 }),
  soundCase('sound fades', ['fade'], { fadeIn: at(5), fadeOut: at(10) }),
  soundCase('single channels of a stream', ['channels'], { channels: [1] }),
  soundCase('choice among several sound streams of a file', ['channels'], { streamOrdinal: 1 }),
  of(
    'nested timelines',
    ['nested', 'missing'],
    [videoTrack(1, [{ ...base(), mediaId: nestedMedia(INNER.id), sourceIn: frameIndex(10), name: 'Inner' }])],
    { nested: [INNER] },
  ),
  of('titles', ['title', 'missing'], [videoTrack(1, [base()]), videoTrack(2, [TITLE])]),
  of('HDR colour tags', ['media'], [videoTrack(1, [picture(hdr, rate, 100, 0, 50)])]),
  pictureCase('opacity', ['opacity'], { opacity: 0.5 }),
  pictureCase('picture fades', ['fade'], { fadeIn: at(5), fadeOut: at(10) }),
  pictureCase('position, scale and rotation', ['transform'], {
    transform: { ...NO_TRANSFORM, positionX: 0.1, positionY: -0.2, scaleX: 1.5, scaleY: 1.5, rotationDegrees: 10 },
  }),
  pictureCase('crop', ['crop'], { crop: { left: 0.1, top: 0.2, right: 0.05, bottom: 0 } }),
  pictureCase('keyframes of position, scale and rotation (smart crop)', ['keyframes'], {
    keyframes: { positionX: ramp(-0.2, 0.2), scaleX: ramp(1, 2), scaleY: ramp(1, 2), rotationDegrees: ramp(0, 20) },
  }),
  pictureCase('keyframes of crop', ['keyframes'], { keyframes: { cropLeft: ramp(0, 0.2) } }),
  pictureCase('keyframes of opacity', ['keyframes'], { keyframes: { opacity: ramp(0, 1) } }),
  pictureCase('eased and held keyframes', ['curve'], {
    keyframes: { positionX: ramp(-0.2, 0.2).map((key) => ({ ...key, interpolation: 'smooth' })) },
  }),
  pictureCase('how pictures of other shapes meet the frame', ['fit'], { fit: 'fill' }),
  pictureCase('blend modes', ['blend'], { blend: 'multiply' }),
  pictureCase('look-up tables', ['lut'], { lut: { path: '/luts/film.cube', intensity: 1 } }),
  pictureCase('stabilisation', ['stabilise'], { stabilise: true }),
];
