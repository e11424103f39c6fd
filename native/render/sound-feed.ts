import { once } from 'node:events';
import { assert } from '../../core/errors.ts';
import { toNumber, type Rational } from '../../core/time/rational.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { startFfmpeg } from '../ffmpeg/run.ts';
import { RENDER_SAMPLE_RATE } from './request.ts';
import { decodeAllArgs, decodeArgs, RESAMPLER, type SoundSource, type SoundStretch } from './sound-source.ts';

/** Two sides, 32-bit floats. */
export const CHANNELS = 2;
const BYTES_PER_SAMPLE = 4 * CHANNELS;
/** Read from ffmpeg at a time. */
const CHUNK = 8192;
/** Sound that plays backwards is decoded in pieces of this many samples (10 s), the last one first. */
const BACKWARD_PIECE = 480_000;
/** Film and video differ by a thousandth: no pitch is worth keeping there. */
const SAME_PITCH = 0.002;

/** ffmpeg's name for interleaved 32-bit float stereo at 48 kHz. */
export const SOUND_INPUT_ARGS: readonly string[] = [
  ...['-f', 'f32le', '-ar', String(RENDER_SAMPLE_RATE), '-ac', String(CHANNELS)],
];

export type FeedContext = {
  readonly tools: FfmpegTools;
  readonly signal?: AbortSignal | undefined;
  /** Told of stretches in which, or before which, a decoder met errors: which of them is not known yet. */
  readonly onErrors?: ((stretches: readonly SoundStretch[]) => void) | undefined;
};

/** What is played: `length` samples of the film from source sample `at` on, which plays first (backwards: the end of it). */
export type FeedWish = {
  readonly source: SoundSource;
  readonly at: number;
  readonly length: number;
  readonly speed: Rational;
};

/** Interleaved stereo in order; what the source lacks is silent. */
export interface SoundFeed {
  read(samples: number): Promise<Float32Array>;
  close(): Promise<void>;
}

type Chunks = AsyncGenerator<Uint8Array<ArrayBuffer>, void, void>;

/**
 * Opens a stretch of sound at a speed. Within 0.2 % of normal speed (film to video and back) it is resampled, to the
 * sample; at other speeds its pitch is kept (WSOLA, ffmpeg's atempo). Decoding starts at once and waits for its reader.
 *
 * @throws MontageError as ffmpeg's messages tell, from `read`
 */
export function openFeed(context: FeedContext, wish: FeedWish): SoundFeed {
  return feedOf(chunksOf(context, wish));
}

/** Whether a stretch is played as it is, so that several can be decoded in one run. */
export function isPlayedAsIs({ speed }: Pick<FeedWish, 'speed'>): boolean {
  return speed.num === speed.den;
}

/**
 * Opens several stretches that are played as they are, one behind the other: what starting a decoder costs is paid once.
 *
 * @throws MontageError as ffmpeg's messages tell, from `read`
 */
export function openFeedOfAll(context: FeedContext, wishes: readonly FeedWish[]): SoundFeed {
  assert(wishes.every(isPlayedAsIs), 'sound that is joined is played as it is');
  const stretches = wishes.map(({ source, at, length }) => ({ source, start: at, end: at + length }));
  return feedOf(started(decodedAll(context, stretches)));
}

function chunksOf(context: FeedContext, { source, at, length, speed }: FeedWish): Chunks {
  const span = Math.ceil((length * Math.abs(speed.num)) / speed.den);
  const filters = retiming({ num: Math.abs(speed.num), den: speed.den });
  if (speed.num > 0) return started(decoded(context, source, { start: at, end: at + span, filters }));
  const backwards = reversed(context, source, at, span);
  return started(filters.length === 0 ? backwards : filtered(context, backwards, filters));
}

/** Starts a generator at once: its first chunk is on the way before somebody asks. */
function started(chunks: Chunks): Chunks {
  const first = chunks.next();
  first.catch(() => undefined);
  return (async function* () {
    try {
      const { value, done } = await first;
      if (done !== true) yield value;
      yield* chunks;
    } finally {
      await chunks.return();
    }
  })();
}

type Span = { readonly start: number; readonly end: number; readonly filters: readonly string[] };

async function* decoded(context: FeedContext, source: SoundSource, { start, end, filters }: Span): Chunks {
  const stretch = { source, start, end };
  yield* outputOf(context, await decodeArgs(stretch, filters), [stretch]);
}

async function* decodedAll(context: FeedContext, stretches: readonly SoundStretch[]): Chunks {
  yield* outputOf(context, await decodeAllArgs(stretches), stretches);
}

async function* outputOf(
  { tools, signal, onErrors }: FeedContext,
  args: readonly string[],
  stretches: readonly SoundStretch[],
): Chunks {
  const where = stretches[0]?.source.path;
  const run = startFfmpeg(tools, { args, stage: 'render', where, stdout: 'pipe', signal });
  try {
    yield* run.chunks(CHUNK * BYTES_PER_SAMPLE);
  } finally {
    const { errorCount } = await run.done.catch(() => ({ errorCount: 0 }));
    if (errorCount > 0) onErrors?.(stretches);
  }
}

/** Memory stays that of one piece, however long it is. */
async function* reversed(context: FeedContext, source: SoundSource, end: number, span: number): Chunks {
  for (let to = end; to > end - span; to -= BACKWARD_PIECE) {
    const start = Math.max(to - BACKWARD_PIECE, end - span);
    const feed = feedOf(decoded(context, source, { start, end: to, filters: [] }));
    const piece = await feed.read(to - start).finally(() => feed.close());
    const mirrored = new Float32Array(piece.length);
    for (let n = 0; n < to - start; n += 1) {
      const from = (to - start - 1 - n) * CHANNELS;
      mirrored[n * CHANNELS] = piece[from] ?? 0;
      mirrored[n * CHANNELS + 1] = piece[from + 1] ?? 0;
    }
    yield new Uint8Array(mirrored.buffer);
  }
}

async function* filtered(context: FeedContext, input: Chunks, filters: readonly string[]): Chunks {
  const output = ['-af', filters.join(','), '-f', 'f32le', 'pipe:1'];
  const run = startFfmpeg(context.tools, {
    args: [...SOUND_INPUT_ARGS, '-i', 'pipe:0', ...output],
    stage: 'render',
    stdin: 'data',
    stdout: 'pipe',
    signal: context.signal,
  });
  const { stdin } = run;
  assert(stdin !== undefined, 'a filter takes sound');
  // Whoever reads may have enough before all is written: then the pipe breaks, and that is no fault.
  stdin.on('error', () => undefined);
  const writing = (async () => {
    for await (const chunk of input) {
      if (stdin.destroyed) return;
      if (!stdin.write(chunk)) await Promise.race([once(stdin, 'drain'), once(stdin, 'close')]);
    }
    stdin.end();
  })();
  // A source that cannot be read ends the filter; its own words are told, not the echo.
  writing.catch(() => stdin.destroy());
  try {
    yield* run.chunks(CHUNK * BYTES_PER_SAMPLE);
  } finally {
    stdin.destroy();
    await writing;
  }
}

function retiming(speed: Rational): readonly string[] {
  const factor = toNumber(speed);
  if (factor === 1) return [];
  if (Math.abs(factor - 1) > SAME_PITCH) return [...tempo(factor), 'aformat=sample_fmts=flt:channel_layouts=stereo'];
  const scale = Math.max(1, Math.round(RENDER_SAMPLE_RATE / Math.max(speed.num, speed.den)));
  return [
    `asetrate=${speed.num * scale}`,
    `aresample=${speed.den * scale}:${RESAMPLER}`,
    `asetrate=${RENDER_SAMPLE_RATE}`,
    'aformat=sample_fmts=flt:channel_layouts=stereo',
  ];
}

/** One atempo goes down to a half only. */
function tempo(speed: number): readonly string[] {
  return speed < 0.5 ? ['atempo=0.5', ...tempo(speed * 2)] : [`atempo=${speed.toFixed(9)}`];
}

function feedOf(chunks: Chunks): SoundFeed {
  let piece = new Float32Array(0);
  let taken = 0;
  return {
    async read(samples) {
      const result = new Float32Array(samples * CHANNELS);
      let filled = 0;
      while (filled < result.length) {
        if (taken === piece.length) {
          const next = await chunks.next();
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
