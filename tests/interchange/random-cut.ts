import fc from 'fast-check';
import { sourceDuration } from '../../core/media/frames.ts';
import { flicks } from '../../core/time/flicks.ts';
import { canDropFrame, frameOfTime, timeOfFrame, type Rate } from '../../core/time/rate.ts';
import { mulDiv, rational, type Rational } from '../../core/time/rational.ts';
import type { AudioClip, Marker, Timeline, VideoClip } from '../../core/timeline/timeline.ts';
import {
  audioTrack,
  marker,
  picture,
  R,
  sound,
  soundMedia,
  stillMedia,
  timelineOf,
  videoMedia,
  videoTrack,
  type TestMedia,
} from './cut-builder.ts';

const RATES: readonly Rate[] = Object.values(R);
const SPEEDS: readonly Rational[] = [
  rational(1),
  rational(1),
  rational(1),
  rational(2),
  rational(1, 2),
  rational(3, 2),
  rational(2, 3),
  rational(5, 4),
];
const NAMES = ['plain.mov', 'A & B <"\'> 日本', 'ünï#?%', 'e\u0301 combining', '🎬 take 2', 'a  b'];

export type RandomCut = { readonly timeline: Timeline; readonly media: readonly TestMedia[] };
export type Gen = fc.GeneratorValue;

export function pick<T>(g: Gen, values: readonly T[]): T {
  const value = values[whole(g, 0, values.length - 1)];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
}
export const whole = (g: Gen, min: number, max: number) => g(fc.integer, { min, max });

/** Sources of mixed rates with and without timecode, a still and a piece of music; all sound is stereo. */
function randomMedia(g: Gen): readonly TestMedia[] {
  const videos = [0, 1, 2, 3].map((index) => {
    const rate = pick(g, RATES);
    const dropFrame = canDropFrame(rate) && g(fc.boolean);
    const hour = String(whole(g, 0, 22)).padStart(2, '0');
    const timecode = g(fc.boolean)
      ? `${hour}:${String(whole(g, 0, 59)).padStart(2, '0')}:10${dropFrame ? ';' : ':'}05`
      : undefined;
    return videoMedia(`clip ${index}.mov`, rate, whole(g, 200, 3000), {
      ...(timecode === undefined ? {} : { timecode, dropFrame }),
      audio: pick(g, [[2], [2, 2], []]),
    });
  });
  return [...videos, stillMedia('still.png'), soundMedia('music.wav', flicks(705_600_000 * 90))];
}

function randomPicture(g: Gen, media: readonly TestMedia[], rate: Rate, at: number, link: string): VideoClip {
  const of = pick(
    g,
    media.filter((item) => item.source.frames !== undefined),
  );
  const frames = of.source.frames;
  const still = frames === undefined || frames.kind === 'still';
  const speed = still ? rational(1) : pick(g, SPEEDS);
  const count = frames?.kind === 'constant' ? frames.frameCount : 1;
  const sourceIn = still ? 0 : whole(g, 0, count - 40);
  const length = whole(g, 1, still ? 60 : longestFit(of, sourceIn, speed, rate));
  const enabled = whole(g, 0, 9) > 0;
  return picture(of, rate, sourceIn, at, length, {
    name: pick(g, NAMES),
    speed,
    enabled,
    note: pick(g, ['', 'because it is sharp']),
    opacity: pick(g, [1, 1, 0.5]),
    link,
  });
}

/** Record frames that the media hold from a source frame on. */
function longestFit(of: TestMedia, sourceIn: number, speed: Rational, rate: Rate): number {
  const frames = of.source.frames;
  if (frames?.kind !== 'constant') return 1;
  const left = flicks((sourceDuration(frames) ?? 0) - timeOfFrame(sourceIn + 1, frames.rate));
  return Math.max(1, Math.min(120, frameOfTime(flicks(mulDiv(left, speed.den, speed.num, 'floor')), rate, 'floor')));
}

/** One to three video tracks with sound beneath: linked or free, on the same or another track. */
export function randomCut(g: Gen): RandomCut {
  const rate = pick(g, RATES);
  const dropFrame = canDropFrame(rate) && g(fc.boolean);
  const media = randomMedia(g);
  const videoClips: VideoClip[][] = Array.from({ length: whole(g, 1, 3) }, () => []);
  const audioClips: AudioClip[][] = Array.from({ length: whole(g, 1, 3) }, () => []);
  const free = audioClips.map(() => 0);
  let link = 0;
  const byId = new Map(media.map((item) => [item.media.id, item]));
  for (const [index, clips] of videoClips.entries()) {
    let at = whole(g, 0, 30);
    for (let count = whole(g, 0, 5); count > 0; count -= 1) {
      link += 1;
      const clip = randomPicture(g, media, rate, at, `link-${link}`);
      const end = at + frameOfTime(clip.duration, rate, 'nearest');
      const of = byId.get(clip.mediaId);
      const row = whole(g, 0, 3) === 0 ? whole(g, 0, audioClips.length - 1) : index;
      const linked =
        of !== undefined && of.media.audio.length > 0 && (free[row] ?? Number.POSITIVE_INFINITY) <= at && g(fc.boolean);
      clips.push(linked ? clip : { ...clip, linkId: null });
      if (linked) {
        const options = {
          name: clip.name,
          speed: clip.speed,
          enabled: clip.enabled,
          note: clip.note,
          link: `link-${link}`,
          stream: whole(g, 0, of.media.audio.length - 1),
          gainDb: pick(g, [0, -6, -13.1]),
        };
        audioClips[row]?.push(sound(of, rate, clip.sourceIn, at, end - at, options));
        free[row] = end;
      }
      at = end + (g(fc.boolean) ? 0 : whole(g, 1, 40));
    }
  }
  addMusic(g, media, rate, audioClips, free);
  const markers: Marker[] = Array.from({ length: whole(g, 0, 3) }, (_, index) =>
    marker(rate, whole(g, 0, 20), `M${index}`),
  );
  const timeline = timelineOf(
    rate,
    [
      ...videoClips.map((clips, index) => videoTrack(index + 1, clips)),
      ...audioClips.map((clips, index) => audioTrack(index + 1, clips)),
    ],
    { startFrame: pick(g, [0, 86_400, 107_892]), dropFrame, name: pick(g, NAMES), markers },
  );
  return { timeline, media };
}

function addMusic(
  g: Gen,
  media: readonly TestMedia[],
  rate: Rate,
  tracks: AudioClip[][],
  free: readonly number[],
): void {
  const music = media.at(-1);
  const [row, from] = [tracks.at(-1), free.at(-1)];
  if (music === undefined || row === undefined || from === undefined || g(fc.boolean)) return;
  const length = whole(g, 1, 200);
  const fadeOut = flicks(Math.min(pick(g, [0, 352_800_000]), timeOfFrame(length, rate)));
  row.push(sound(music, rate, { flicks: whole(g, 0, 705_600_000) }, from, length, { fadeOut, gainDb: -3 }));
}
