import { MontageError } from '../../core/errors.ts';
import { stereoMap } from '../../core/media/channel-layout.ts';
import type { AudioStream } from '../../core/media/media.ts';
import { mulDiv } from '../../core/time/rational.ts';
import { FLICKS_PER_SECOND, flicksFromTicks, type Flicks } from '../../core/time/flicks.ts';
import type { AudioClip } from '../../core/timeline/timeline.ts';
import { checkInput, inputArgs } from '../ffmpeg/input.ts';
import { RENDER_SAMPLE_RATE, type RenderMedia } from './request.ts';
import { greatestCommonDivisor, type SoundClock } from './sound-clock.ts';

/** Where sound is read from: a file's stream, or interleaved stereo PCM that was mixed before. */
export type SoundSource =
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly stream: AudioStream;
      readonly channels: readonly number[] | undefined;
      readonly clock: SoundClock;
      /** Source time 0 on the file's own clock; null where it is the first sample that is heard. */
      readonly origin: Flicks | null;
    }
  | { readonly kind: 'mixed'; readonly path: string; readonly channels: readonly number[] | undefined };

/** Decoders and resamplers get this much before the first sample that counts. */
const RUN_UP_S = 1;
const RESAMPLER_RUN_UP = 4800;
/** Shorter than any block that may be lost, longer than what stamps may be off. */
const SHORTEST_HOLE_S = 0.015;

/** The nearest sample at 48 kHz. */
export function samplesOf(time: number): number {
  return mulDiv(time, RENDER_SAMPLE_RATE, FLICKS_PER_SECOND, 'nearest');
}

/**
 * The stream that a clip plays.
 *
 * @throws MontageError E_NO_STREAMS
 */
export function soundStream(clip: AudioClip, media: RenderMedia): AudioStream {
  const stream = media.facts.audio[clip.streamOrdinal];
  if (stream !== undefined) return stream;
  throw new MontageError({
    code: 'E_NO_STREAMS',
    message: 'the file has no such sound',
    where: media.path,
    stage: 'render',
    hint: 'remove the clip or relink its file',
  });
}

/** The sound that a clip plays of a file. */
export function fileSource(clip: AudioClip, media: RenderMedia, stream: AudioStream, clock: SoundClock): SoundSource {
  const [video] = media.facts.video;
  const origin = video === undefined ? null : flicksFromTicks(video.startTicks, video.timeBase);
  return { kind: 'file', path: media.path, stream, channels: clip.channels, clock, origin };
}

/** Whether left and right carry the same channel. */
export function isMono(source: SoundSource): boolean {
  if (source.channels !== undefined) return source.channels.length === 1;
  return source.kind === 'file' && source.stream.channels === 1;
}

/** Samples `start` up to `end` (48 kHz) of a source's own time. */
export type SoundStretch = { readonly source: SoundSource; readonly start: number; readonly end: number };

/** Raw floats; and nothing is so damaged that the rest of it is not played. */
const OUTPUT = ['-vn', '-sn', '-dn', '-f', 'f32le', 'pipe:1'];
const GLOBAL = ['-copyts', '-max_error_rate', '1'];

/**
 * ffmpeg arguments that give a stretch of sound as interleaved stereo floats: the first byte is the first sample, silence
 * stands where the file has none before or between, and it ends where the file ends. `after` is appended to the filters.
 *
 * @throws MontageError as {@link checkInput}
 */
export async function decodeArgs(stretch: SoundStretch, after: readonly string[] = []): Promise<readonly string[]> {
  const { input, stream, filters } = await soundInput(stretch);
  return [...GLOBAL, ...input, '-map', `0:${stream}`, '-af', [...filters, ...after].join(','), ...OUTPUT];
}

/**
 * {@link decodeArgs} for several stretches, one behind the other in one run: each is as long as it says, with silence
 * where its file ends early.
 *
 * @throws MontageError as {@link checkInput}
 */
export async function decodeAllArgs(stretches: readonly SoundStretch[]): Promise<readonly string[]> {
  const inputs = await Promise.all(stretches.map(soundInput));
  const pieces = inputs.map(({ stream, filters }, n) => {
    const { start = 0, end = 0 } = stretches[n] ?? {};
    return `[${n}:${stream}]${[...filters, `apad=whole_len=${end - start}`].join(',')}[s${n}]`;
  });
  const labels = inputs.map((_, n) => `[s${n}]`).join('');
  const graph = [...pieces, `${labels}concat=n=${inputs.length}:v=0:a=1[sound]`].join(';');
  const files = inputs.flatMap(({ input }) => input);
  return [...GLOBAL, ...files, '-filter_complex', graph, '-map', '[sound]', ...OUTPUT];
}

/** A stretch as one input of ffmpeg: its options and file, the stream in it, and what makes the wanted samples of it. */
type SoundInput = { readonly input: readonly string[]; readonly stream: string; readonly filters: readonly string[] };

async function soundInput({ source, start, end }: SoundStretch): Promise<SoundInput> {
  const checked = await checkInput(source.path);
  if (source.kind === 'mixed') return mixedInput(source, start, end);
  const { stream, clock, origin } = source;
  const from = start + samplesOf(origin ?? 0);
  const grid = gridOf(stream.sampleRateHz, from);
  const opening = grid.source + (origin === null ? clock.first : 0);
  const early = opening / stream.sampleRateHz - RUN_UP_S;
  const isNearStart = early - clock.first / stream.sampleRateHz < RUN_UP_S;
  const entry = clock.startsWithFile || isNearStart ? [] : ['-noaccurate_seek', '-ss', early.toFixed(6)];
  const input = ['-seek_timestamp', '1', ...entry, ...inputArgs(checked)];
  return { input, stream: String(stream.index), filters: decoding(source, grid, from, end - start) };
}

type Grid = { readonly source: number; readonly render: number };

/**
 * A moment before sample `from` (48 kHz) that is a whole sample in both rates: resampling that starts there gives the
 * same samples wherever a file is entered.
 */
function gridOf(rate: number, from: number): Grid {
  const divisor = greatestCommonDivisor(rate, RENDER_SAMPLE_RATE);
  const step = RENDER_SAMPLE_RATE / divisor;
  const index = Math.floor((from - (rate === RENDER_SAMPLE_RATE ? 0 : RESAMPLER_RUN_UP)) / step);
  return { source: index * (rate / divisor), render: index * step };
}

function decoding(
  source: Extract<SoundSource, { kind: 'file' }>,
  grid: Grid,
  from: number,
  length: number,
): readonly string[] {
  const { stream, channels } = source;
  const skipped = from - grid.render;
  const resample = stream.sampleRateHz === RENDER_SAMPLE_RATE ? [] : [`aresample=${RENDER_SAMPLE_RATE}:${RESAMPLER}`];
  return [
    'aformat=sample_fmts=fltp',
    pan(stream, channels),
    ...stamping(source),
    // Holes in the stream become silence, so that time stamps and samples agree.
    `aresample=${stream.sampleRateHz}:async=1:min_hard_comp=${SHORTEST_HOLE_S}`,
    `atrim=start_pts=${grid.source}`,
    `asetpts=PTS-${integer(grid.source)}`,
    'aresample=async=1:first_pts=0:min_comp=0.00001',
    ...resample,
    `atrim=start_sample=${skipped}:end_sample=${skipped + length}`,
    'aformat=sample_fmts=flt:channel_layouts=stereo',
  ];
}

/** Brings coarse time stamps to the samples they mean, and the clock of sound without pictures to its first sample. */
function stamping({ clock, origin }: Extract<SoundSource, { kind: 'file' }>): readonly string[] {
  const shift = origin === null ? clock.first : 0;
  if (clock.blocks === undefined) return shift === 0 ? [] : [`asetpts=PTS-${integer(shift)}`];
  const { quantum, phase, origin: whole } = clock.blocks;
  // By where a block ends: the first one may have lost its beginning.
  const exact = `round((PTS+NB_SAMPLES-${integer(phase)})/${quantum})*${quantum}-NB_SAMPLES+${integer(whole - shift)}`;
  return [`asetpts='${exact}'`];
}

function integer(value: number): string {
  return value < 0 ? `(${value})` : String(value);
}

/** ffmpeg's own, long enough to be transparent (stop band below −120 dB): it is in every build, and the same in each. */
export const RESAMPLER =
  'filter_size=128:phase_shift=14:cutoff=0.97:linear_interp=0:exact_rational=1:kaiser_beta=12:filter_type=kaiser';

function pan(stream: Pick<AudioStream, 'channels' | 'channelLayout'>, channels: readonly number[] | undefined): string {
  const map = stereoMap(stream, channels);
  const sum = (side: readonly number[]) => {
    const terms = side.flatMap((share, channel) => (share === 0 ? [] : [`${share}*c${channel}`]));
    return terms.length === 0 ? '0*c0' : terms.join('+');
  };
  return `pan=stereo|c0=${sum(map.left)}|c1=${sum(map.right)}`;
}

const BYTES = 8;

function mixedInput(
  { path, channels }: Extract<SoundSource, { kind: 'mixed' }>,
  start: number,
  end: number,
): SoundInput {
  const filters = [
    ...(channels === undefined ? [] : [pan({ channels: 2, channelLayout: 'stereo' }, channels)]),
    ...(start < 0 ? [`adelay=${-start}S:all=1`] : []),
    `atrim=end_sample=${end - start}`,
  ];
  const skip = ['-skip_initial_bytes', String(Math.max(0, start) * BYTES)];
  const input = ['-f', 'f32le', '-ar', String(RENDER_SAMPLE_RATE), '-ac', '2', ...skip, '-i', `file:${path}`];
  return { input, stream: 'a:0', filters };
}
