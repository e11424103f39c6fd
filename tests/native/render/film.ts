import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { startFfmpeg } from '../../../native/ffmpeg/run.ts';
import { inspectMedia, sourceFramesOfMedia } from '../../../native/media/probe.ts';
import type { RenderMedia, RenderSources } from '../../../native/render/request.ts';
import { mediaId, type MediaId } from '../../../core/media/media.ts';
import { addFlicks, flicks, ZERO_FLICKS, type Flicks } from '../../../core/time/flicks.ts';
import { rational, type Rational } from '../../../core/time/rational.ts';
import { timeOfFrame, type Rate } from '../../../core/time/rate.ts';
import { frameIndex } from '../../../core/media/frames.ts';
import {
  clipId,
  timelineId,
  trackId,
  type AudioClip,
  type Timeline,
  type Track,
  type VideoClip,
} from '../../../core/timeline/timeline.ts';
import { readNumber, type Picture, type PictureNumber } from '../../media/picture-code.ts';

/** Files by name, as a renderer finds them. */
export async function sourcesOf(files: Readonly<Record<string, string>>): Promise<RenderSources> {
  const found = new Map<MediaId, RenderMedia>();
  for (const [name, path] of Object.entries(files)) {
    const inspected = await inspectMedia(path);
    found.set(mediaId(name), { path, facts: inspected.facts, frames: sourceFramesOfMedia(inspected) });
  }
  return {
    media: (id) => found.get(id),
    source(id) {
      const media = found.get(id);
      const sound = media?.facts.audio[0];
      if (media === undefined) return undefined;
      const audio =
        sound === undefined ? undefined : { start: sound.offset, end: addFlicks(sound.offset, sound.duration) };
      return { frames: media.frames, audio };
    },
  };
}

const clipBase = (media: string, rate: Rate, at: number, length: number, speed: Rational) => ({
  id: clipId(`${media}@${at}`),
  mediaId: mediaId(media),
  name: media,
  recordIn: timeOfFrame(at, rate),
  duration: timeOfFrame(length, rate),
  speed,
  enabled: true,
  linkId: null,
  note: '',
});

export type ClipOptions = { readonly speed?: Rational; readonly opacity?: number; readonly enabled?: boolean };

/** `length` timeline frames of a media, from its frame `sourceIn`, at timeline frame `at`. */
export function picture(
  media: string,
  rate: Rate,
  at: number,
  length: number,
  sourceIn: number,
  options: ClipOptions = {},
): VideoClip {
  const base = clipBase(media, rate, at, length, options.speed ?? rational(1));
  return {
    ...base,
    kind: 'video',
    sourceIn: frameIndex(sourceIn),
    opacity: options.opacity ?? 1,
    enabled: options.enabled ?? true,
  };
}

export type SoundOptions = {
  readonly gainDb?: number;
  readonly fadeIn?: Flicks;
  readonly fadeOut?: Flicks;
  readonly speed?: Rational;
};

export function sound(
  media: string,
  rate: Rate,
  at: number,
  length: number,
  sourceIn: Flicks,
  options: SoundOptions = {},
): AudioClip {
  return {
    ...clipBase(media, rate, at, length, options.speed ?? rational(1)),
    kind: 'audio',
    sourceIn,
    streamOrdinal: 0,
    gainDb: options.gainDb ?? 0,
    fadeIn: options.fadeIn ?? ZERO_FLICKS,
    fadeOut: options.fadeOut ?? ZERO_FLICKS,
  };
}

export function timelineOf(
  rate: Rate,
  video: readonly (readonly VideoClip[])[],
  audio: readonly (readonly AudioClip[])[],
  size = { width: 320, height: 180 },
): Timeline {
  const base = (name: string) => ({ id: trackId(name), name, enabled: true, locked: false });
  const tracks: readonly Track[] = [
    ...video.map((clips, n) => ({ ...base(`V${n + 1}`), kind: 'video' as const, clips })),
    ...audio.map((clips, n) => ({ ...base(`A${n + 1}`), kind: 'audio' as const, clips })),
  ];
  return {
    schema: 'montage.timeline/1',
    id: timelineId('t'),
    name: 'Test',
    rate,
    startFrame: 0,
    dropFrame: false,
    ...size,
    tracks,
    markers: [],
  };
}

/** Every decoded picture of a film as luma. */
export async function* lumaOf(path: string, width = 320, height = 180): AsyncGenerator<Uint8Array> {
  const args = [
    '-i',
    `file:${path}`,
    '-map',
    '0:v:0',
    '-fps_mode',
    'passthrough',
    '-vf',
    'format=yuv420p,extractplanes=y',
    '-f',
    'rawvideo',
    'pipe:1',
  ];
  yield* startFfmpeg(await findFfmpeg(), { args, stage: 'test', stdout: 'pipe' }).chunks(width * height);
}

/** The number written in every picture of a film; undefined where none can be read. */
export async function numbersOf(
  path: string,
  width = 320,
  height = 180,
  area?: Picture['area'],
): Promise<readonly (PictureNumber | undefined)[]> {
  const numbers: (PictureNumber | undefined)[] = [];
  for await (const data of lumaOf(path, width, height))
    numbers.push(readNumber({ data, width, height, channels: 1, area }));
  return numbers;
}

/** A film's sound as 48 kHz mono (left), as a player hears it from the first picture on. */
export async function samplesOf(path: string): Promise<Float32Array> {
  const [video] = (await inspectMedia(path)).facts.video;
  const origin =
    video === undefined ? 0 : Math.round((video.startTicks * video.timeBase.num * 48_000) / video.timeBase.den);
  const filter = `pan=mono|c0=c0,aresample=48000:async=1:first_pts=${origin}:min_comp=0.00001`;
  const args = ['-copyts', '-i', `file:${path}`, '-map', '0:a:0', '-af', filter, '-f', 'f32le', 'pipe:1'];
  const pieces: Uint8Array[] = [];
  for await (const piece of startFfmpeg(await findFfmpeg(), { args, stage: 'test', stdout: 'pipe' }).chunks(65_536))
    pieces.push(piece);
  const bytes = new Uint8Array(Buffer.concat(pieces));
  return new Float32Array(bytes.buffer, 0, Math.floor(bytes.length / 4));
}

/** Seconds as flicks, exactly. */
export function seconds(value: number): Flicks {
  return flicks(Math.round(value * 705_600_000));
}
