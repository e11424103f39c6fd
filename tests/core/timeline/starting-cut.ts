import { frameIndex, startOfFrame } from '../../../core/media/frames.ts';
import { mediaId } from '../../../core/media/media.ts';
import { flicks } from '../../../core/time/flicks.ts';
import { rational } from '../../../core/time/rational.ts';
import type { Rate } from '../../../core/time/rate.ts';
import { nestedMedia, TITLE_MEDIA } from '../../../core/timeline/generated-media.ts';
import type { Title } from '../../../core/timeline/picture.ts';
import {
  timelineId,
  type AudioClip,
  type Clip,
  type Timeline,
  type VideoClip,
} from '../../../core/timeline/timeline.ts';
import type { Transition } from '../../../core/timeline/transition.ts';
import { startingTimeline } from './edit-scripts.ts';
import { atFrame, FOOTAGE, picture, sound, timelineOf } from './footage.ts';
import { marker } from './interview.ts';

const isVideo = (clip: Clip): clip is VideoClip => clip.kind === 'video';
const isAudio = (clip: Clip): clip is AudioClip => clip.kind === 'audio';

const style: Title['style'] = {
  font: 'Inter',
  size: 0.08,
  bold: true,
  italic: false,
  colour: '#ffffff',
  align: 'centre',
  x: 0,
  y: 0.35,
};

/** A title clip. */
export function titled(id: string, at: number, frames: number, rate: Rate): VideoClip {
  return { ...picture({ id, at, frames }, rate), mediaId: TITLE_MEDIA, title: { text: id, style } };
}

/** A dissolve so many frames before and after its cut. */
export function dissolve(before: number, after: number, rate: Rate): Transition {
  return { kind: 'dissolve', inOffset: atFrame(before, rate), outOffset: atFrame(after, rate) };
}

/** Takes that play backwards and that hold, in sync with their sound where they play. */
function retimedTakes(rate: Rate): { readonly video: readonly VideoClip[]; readonly audio: readonly AudioClip[] } {
  const sport = FOOTAGE.get(mediaId('sport'))?.frames;
  if (sport === undefined) throw new Error('no sport');
  const plan = { media: 'sport', frames: 30, link: 'back' };
  const back = { ...picture({ ...plan, id: 'back', at: 180 }, rate), sourceIn: frameIndex(700), speed: rational(-1) };
  const heard = { ...sound({ ...plan, id: 'back a', at: 180 }, rate), speed: rational(-1) };
  const held = {
    ...picture({ id: 'held', at: 210, frames: 20, sourceIn: 33, link: 'held' }, rate),
    speed: rational(0),
  };
  return {
    video: [back, held],
    audio: [
      { ...heard, sourceIn: startOfFrame(sport, 701) },
      sound({ id: 'held a', at: 210, frames: 20, link: 'held' }, rate),
    ],
  };
}

/** What clips may carry, on the first takes: transitions, keyframes, fades, markers. */
function decorated(clips: readonly Clip[], rate: Rate): readonly Clip[] {
  return clips.map((clip, index): Clip => {
    const marked = index % 3 === 0 ? { markers: [marker(`m of ${clip.id}`)] } : {};
    const opacity = [
      { at: atFrame(-3, rate), value: 0.2, interpolation: 'linear' as const },
      { at: atFrame(12, rate), value: 1, interpolation: 'smooth' as const },
      { at: atFrame(40, rate), value: 0, interpolation: 'hold' as const },
    ];
    const head = index % 2 === 1 ? { head: dissolve(4, 5, rate) } : {};
    if (clip.kind === 'audio') return { ...clip, ...head, ...marked, fadeIn: atFrame(3, rate), pan: -0.5 };
    return {
      ...clip,
      ...head,
      ...marked,
      ...(index % 2 === 0 && { keyframes: { opacity } }),
      fadeOut: atFrame(2, rate),
    };
  });
}

/**
 * Where random edits start: pictures with sound of five rates, one backwards, one held, with transitions, keyframes and
 * markers; a still, a title and a nested timeline above (and one unused), captions on top, music below, a track without sync lock.
 */
export function startingCut(rate: Rate): Timeline {
  const takes = startingTimeline(rate);
  const retimed = retimedTakes(rate);
  const video = decorated([...takes.video, ...retimed.video], rate);
  const audio = decorated([...takes.audio, ...retimed.audio], rate);
  const inside = timelineId('inside');
  const above = [
    picture({ id: 'title', media: 'still', at: 20, frames: 30 }, rate),
    {
      ...picture({ id: 'nested', at: 60, frames: 30, link: 'nested' }, rate),
      mediaId: nestedMedia(inside),
      tail: dissolve(5, 0, rate),
    },
    titled('words', 100, 30, rate),
  ];
  const cut = timelineOf(
    [video.filter(isVideo), above, [titled('one', 0, 20, rate), titled('two', 40, 20, rate)]],
    [
      audio.filter(isAudio),
      [sound({ id: 'bed', media: 'music', at: 0, frames: 200 }, rate)],
      [{ ...sound({ id: 'nested a', at: 60, frames: 30, link: 'nested' }, rate), mediaId: nestedMedia(inside) }],
      [sound({ id: 'loose', media: 'music', at: 150, frames: 40 }, rate)],
    ],
    rate,
  );
  const nested = timelineOf(
    [[picture({ id: 'in', media: 'film', at: 0, frames: 100, sourceIn: 10 }, rational(24))]],
    [[sound({ id: 'in a', media: 'film', at: 0, frames: 100, sourceIn: flicks(0) }, rational(24))]],
    rational(24),
  );
  const tracks = cut.tracks.map((track, index) => {
    if (index === 2 && track.kind === 'video') return { ...track, captions: { language: 'en' } };
    return index === cut.tracks.length - 1 ? { ...track, syncLock: false } : track;
  });
  return {
    ...cut,
    tracks,
    nested: [
      { ...nested, id: inside },
      { ...nested, id: timelineId('unused') },
    ],
  };
}
