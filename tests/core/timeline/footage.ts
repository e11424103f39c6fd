import { frameIndex } from '../../../core/media/frames.ts';
import { mediaId, type MediaId } from '../../../core/media/media.ts';
import { flicks, FLICKS_PER_SECOND, type Flicks } from '../../../core/time/flicks.ts';
import { frameDuration, timeOfFrame, type Rate } from '../../../core/time/rate.ts';
import { rational } from '../../../core/time/rational.ts';
import { emptyTimeline } from '../../../core/timeline/new-timeline.ts';
import {
  clipId,
  linkId,
  timelineId,
  type AudioClip,
  type Clip,
  type Source,
  type SourceLookup,
  type Timeline,
  type VideoClip,
} from '../../../core/timeline/timeline.ts';

export const PAL = rational(25);
export const FILM = rational(24000, 1001);

const seconds = (count: number) => flicks(Math.round(count * FLICKS_PER_SECOND));

/** Uneven steps as phones and screen recorders write them: 16 to 60 ms. */
function unevenFrames(count: number): Source['frames'] {
  const starts = new Float64Array(count);
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    starts[index] = at;
    at += Math.round(FLICKS_PER_SECOND * (0.016 + 0.011 * ((index * 7) % 5)));
  }
  return { kind: 'variable', averageRate: rational(25), starts, end: flicks(at) };
}

const constant = (rate: Rate, frameCount: number) => ({ kind: 'constant' as const, rate, frameCount });

/** One source of every kind that edits must cope with; 20 s each. */
export const FOOTAGE: ReadonlyMap<MediaId, Source> = new Map<MediaId, Source>([
  [mediaId('pal'), { frames: constant(rational(25), 500), audio: { start: flicks(0), end: seconds(20) } }],
  [mediaId('film'), { frames: constant(rational(24), 480), audio: { start: flicks(0), end: seconds(19.98) } }],
  [mediaId('ntsc-film'), { frames: constant(FILM, 480), audio: { start: seconds(-0.021), end: seconds(20.02) } }],
  [
    mediaId('ntsc'),
    { frames: constant(rational(30000, 1001), 600), audio: { start: seconds(0.01), end: seconds(20) } },
  ],
  [mediaId('sport'), { frames: constant(rational(60), 1200), audio: { start: flicks(0), end: seconds(20) } }],
  [mediaId('odd'), { frames: constant(rational(18000, 1003), 359), audio: { start: flicks(0), end: seconds(20) } }],
  [mediaId('phone'), { frames: unevenFrames(500), audio: { start: flicks(0), end: seconds(19) } }],
  [mediaId('silent'), { frames: constant(rational(24), 480), audio: undefined }],
  [mediaId('still'), { frames: { kind: 'still' }, audio: undefined }],
  [mediaId('music'), { frames: undefined, audio: { start: flicks(0), end: seconds(60) } }],
]);

export const SOURCES: SourceLookup = { source: (id) => FOOTAGE.get(id) };

/** A time of n timeline frames. */
export function atFrame(frame: number, rate: Rate = PAL): Flicks {
  return timeOfFrame(frame, rate);
}

/** Where and what a clip plays, in timeline frames. */
export type ClipPlan = {
  readonly id: string;
  readonly media?: string;
  readonly at: number;
  readonly frames: number;
  readonly sourceIn?: number;
  readonly link?: string;
};

const common = (plan: ClipPlan, rate: Rate) => ({
  id: clipId(plan.id),
  mediaId: mediaId(plan.media ?? 'pal'),
  name: plan.id,
  recordIn: atFrame(plan.at, rate),
  duration: atFrame(plan.frames, rate),
  speed: rational(1),
  enabled: true,
  linkId: plan.link === undefined ? null : linkId(plan.link),
  note: '',
});

/** A picture clip; `sourceIn` counts source frames. */
export function picture(plan: ClipPlan, rate: Rate = PAL): VideoClip {
  return { ...common(plan, rate), kind: 'video', sourceIn: frameIndex(plan.sourceIn ?? 0), opacity: 1 };
}

/** A sound clip; `sourceIn` counts flicks. */
export function sound(plan: ClipPlan, rate: Rate = PAL): AudioClip {
  return {
    ...common(plan, rate),
    kind: 'audio',
    sourceIn: flicks(plan.sourceIn ?? 0),
    streamOrdinal: 0,
    gainDb: 0,
    fadeIn: flicks(0),
    fadeOut: flicks(0),
  };
}

/** A timeline with the clips of each track given in the order V1, V2, …, A1, A2, …. */
export function timelineOf(
  video: readonly (readonly VideoClip[])[],
  audio: readonly (readonly AudioClip[])[],
  rate: Rate = PAL,
): Timeline {
  const empty = emptyTimeline({
    id: timelineId('t'),
    name: 'Test',
    rate,
    width: 1920,
    height: 1080,
    videoTracks: video.length,
    audioTracks: audio.length,
  });
  return {
    ...empty,
    tracks: empty.tracks.map((track, index) =>
      track.kind === 'video'
        ? { ...track, clips: video[index] ?? [] }
        : { ...track, clips: audio[index - video.length] ?? [] },
    ),
  };
}

/** All clips in track order. */
export function clipsOf(timeline: Timeline): readonly Clip[] {
  return timeline.tracks.flatMap((track): readonly Clip[] => track.clips);
}

/** `id start+length@source` in timeline frames, for reading expectations at a glance; sound sources in flicks. */
export function layout(timeline: Timeline): readonly string[] {
  const frame = frameDuration(timeline.rate);
  return timeline.tracks.map(
    (track) =>
      `${track.name}: ${track.clips.map((clip) => `${clip.id} ${clip.recordIn / frame}+${clip.duration / frame}@${clip.kind === 'video' ? clip.sourceIn : clip.sourceIn / frame}`).join(', ')}`,
  );
}
