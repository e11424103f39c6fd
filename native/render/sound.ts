import { open, type FileHandle } from 'node:fs/promises';
import { assert, MontageError } from '../../core/errors.ts';
import type { AudioStream } from '../../core/media/media.ts';
import type { AudioClip } from '../../core/timeline/timeline.ts';
import { FLICKS_PER_SECOND, flicksFromTicks, type Flicks } from '../../core/time/flicks.ts';
import { mulDiv, toNumber } from '../../core/time/rational.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { checkInput, inputArgs } from '../ffmpeg/input.ts';
import { startFfmpeg } from '../ffmpeg/run.ts';
import { fileFault } from '../files.ts';
import { RENDER_SAMPLE_RATE, type RenderMedia, type RenderPlan, type RenderSources } from './render-plan.ts';

/** Samples mixed at a time. */
const BLOCK = 8192;
const CHANNELS = 2;
const BYTES_PER_SAMPLE = 4 * CHANNELS;

export type SoundContext = {
  readonly tools: FfmpegTools;
  readonly plan: Pick<RenderPlan, 'timeline' | 'sampleCount'>;
  readonly sources: RenderSources;
  readonly signal?: AbortSignal | undefined;
  readonly onSample?: ((sample: number) => void) | undefined;
};

/** ffmpeg's name for what {@link mixSound} writes: interleaved 32-bit float stereo at 48 kHz. */
export const SOUND_INPUT_ARGS: readonly string[] = [
  '-f',
  'f32le',
  '-ar',
  String(RENDER_SAMPLE_RATE),
  '-ac',
  String(CHANNELS),
];

/**
 * Mixes all enabled sound into one PCM file, sample for sample, as long as the timeline. Not limited: sums may pass ±1.
 *
 * @throws MontageError E_OFFLINE, E_NO_STREAMS, E_NO_SPACE, or as ffmpeg's messages tell
 */
export async function mixSound(context: SoundContext, path: string): Promise<void> {
  const { plan, sources } = context;
  const waiting = plan.timeline.tracks
    .flatMap((track) => (track.kind === 'audio' && track.enabled ? track.clips : []))
    .filter(({ enabled }) => enabled)
    .map((clip) => placeClip(clip, sources))
    .sort((a, b) => a.from - b.from);
  let file: FileHandle | undefined;
  let playing: readonly Playing[] = [];
  try {
    file = await open(path, 'w');
    for (let from = 0; from < plan.sampleCount; from += BLOCK) {
      refuseCancelled(context.signal);
      const to = Math.min(from + BLOCK, plan.sampleCount);
      while (waiting[0] !== undefined && waiting[0].from < to) {
        const placed = waiting.shift();
        if (placed !== undefined) playing = [...playing, { placed, feed: await openFeed(context, placed) }];
      }
      const mix = new Float32Array((to - from) * CHANNELS);
      for (const { placed, feed } of playing) await addTo(mix, from, placed, feed);
      const over = playing.filter(({ placed }) => placed.to <= to);
      playing = playing.filter(({ placed }) => placed.to > to);
      await Promise.all(over.map(({ feed }) => feed.close()));
      await file.appendFile(new Uint8Array(mix.buffer));
      context.onSample?.(to);
    }
  } catch (error) {
    throw fileFault(error, path);
  } finally {
    await Promise.all(playing.map(({ feed }) => feed.close()));
    await file?.close();
  }
}

function refuseCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new MontageError({ code: 'E_CANCELLED', message: 'cancelled', stage: 'render' });
}

/** A clip in samples of the film. */
type Placed = { readonly clip: AudioClip; readonly media: RenderMedia; readonly from: number; readonly to: number };
type Playing = { readonly placed: Placed; readonly feed: Feed };
type Feed = { read(samples: number): Promise<Float32Array>; close(): Promise<void> };

function samplesOf(time: number): number {
  return mulDiv(time, RENDER_SAMPLE_RATE, FLICKS_PER_SECOND, 'nearest');
}

function placeClip(clip: AudioClip, sources: RenderSources): Placed {
  const media = sources.media(clip.mediaId);
  if (media === undefined) {
    throw new MontageError({
      code: 'E_OFFLINE',
      message: 'the file of a clip is not there',
      where: clip.name,
      stage: 'render',
    });
  }
  return { clip, media, from: samplesOf(clip.recordIn), to: samplesOf(clip.recordIn + clip.duration) };
}

async function addTo(mix: Float32Array, blockFrom: number, placed: Placed, feed: Feed): Promise<void> {
  const { clip, from, to } = placed;
  const first = Math.max(from, blockFrom);
  const last = Math.min(to, blockFrom + mix.length / CHANNELS);
  const samples = await feed.read(last - first);
  const gain = 10 ** (clip.gainDb / 20);
  const [fadeIn, fadeOut] = [samplesOf(clip.fadeIn), samplesOf(clip.fadeOut)];
  for (let n = 0; n < last - first; n += 1) {
    const position = first + n - from;
    const rise = fadeIn > 0 ? Math.min(1, position / fadeIn) : 1;
    const fall = fadeOut > 0 ? Math.min(1, (to - from - position) / fadeOut) : 1;
    const at = (first + n - blockFrom) * CHANNELS;
    for (let channel = 0; channel < CHANNELS; channel += 1) {
      mix[at + channel] = (mix[at + channel] ?? 0) + (samples[n * CHANNELS + channel] ?? 0) * gain * rise * fall;
    }
  }
}

/** Where a clip's sound begins and ends on the file's own clock, in seconds, and in samples at 48 kHz. */
type SourceSpan = {
  readonly stream: AudioStream;
  readonly start: number;
  readonly end: number;
  readonly isAudioOnly: boolean;
};

function sourceSpan({ clip, media, from, to }: Placed): SourceSpan {
  const stream = media.facts.audio[clip.streamOrdinal];
  if (stream === undefined) {
    const hint = 'remove the clip or relink its file';
    throw new MontageError({
      code: 'E_NO_STREAMS',
      message: 'the file has no such sound',
      where: media.path,
      stage: 'render',
      hint,
    });
  }
  const [video] = media.facts.video;
  // Stills with sound do not exist; a file without pictures counts from its own sound.
  const origin: Flicks | 0 = video === undefined ? 0 : flicksFromTicks(video.startTicks, video.timeBase);
  const start = samplesOf(origin + clip.sourceIn);
  const length = Math.ceil(((to - from) * clip.speed.num) / clip.speed.den);
  return { stream, start, end: start + length, isAudioOnly: video === undefined };
}

/**
 * Decodes a clip's sound from its first sample on. The file is entered a second early, because decoders need a run-up;
 * the first sample is then found by its time stamp, and silence stands where the file has none.
 */
async function openFeed(context: SoundContext, placed: Placed): Promise<Feed> {
  const span = sourceSpan(placed);
  const input = await checkInput(placed.media.path);
  const early = span.start / RENDER_SAMPLE_RATE - 1;
  const clock = span.isAudioOnly ? ['-copyts', '-start_at_zero'] : ['-copyts', '-seek_timestamp', '1'];
  const entry = early > 1 ? ['-noaccurate_seek', '-ss', early.toFixed(6)] : [];
  const output = [
    '-map',
    `0:${span.stream.index}`,
    '-vn',
    '-sn',
    '-dn',
    '-af',
    filters(placed, span),
    '-f',
    'f32le',
    'pipe:1',
  ];
  const args = [...clock, ...entry, ...inputArgs(input), ...output];
  const job = { args, stage: 'render', where: input.path, stdout: 'pipe' as const, signal: context.signal };
  return feedOf(startFfmpeg(context.tools, job).chunks(BLOCK * BYTES_PER_SAMPLE));
}

function filters({ clip }: Placed, { stream, start, end }: SourceSpan): string {
  const speed = toNumber(clip.speed);
  return [
    // Mono plays on both sides at its own level.
    stream.channels === 1 ? 'pan=stereo|c0=c0|c1=c0' : 'aformat=channel_layouts=stereo',
    // Holes in the stream become silence, so that time stamps and samples agree.
    `aresample=${RENDER_SAMPLE_RATE}:async=1:osf=flt`,
    `atrim=start_pts=${start}:end_pts=${end}`,
    `asetpts=PTS-${start}`,
    'aresample=async=1:first_pts=0:min_comp=0.00001',
    ...tempo(speed),
    'aformat=sample_fmts=flt:channel_layouts=stereo',
  ].join(',');
}

/** Changes speed and keeps pitch; one atempo goes down to a half only. */
function tempo(speed: number): readonly string[] {
  if (speed === 1) return [];
  return speed < 0.5 ? ['atempo=0.5', ...tempo(speed * 2)] : [`atempo=${speed.toFixed(9)}`];
}

function feedOf(chunks: AsyncGenerator<Uint8Array<ArrayBuffer>, void, void>): Feed {
  let piece = new Float32Array(0);
  let taken = 0;
  return {
    async read(samples) {
      const result = new Float32Array(samples * CHANNELS);
      let filled = 0;
      while (filled < result.length) {
        if (taken === piece.length) {
          const next = await chunks.next();
          // What the file lacks stays silent.
          if (next.done === true) break;
          assert(next.value.length % 4 === 0, 'sound comes in whole floats');
          piece = new Float32Array(next.value.buffer, 0, next.value.length / 4);
          taken = 0;
        }
        const part = piece.subarray(taken, taken + result.length - filled);
        result.set(part, filled);
        filled += part.length;
        taken += part.length;
      }
      return result;
    },
    async close() {
      await chunks.return();
    },
  };
}
