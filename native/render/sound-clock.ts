import { z } from 'zod';
import type { AudioStream } from '../../core/media/media.ts';
import { mulDiv, parseRational } from '../../core/time/rational.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { checkInput } from '../ffmpeg/input.ts';
import { askFfprobeJson } from '../ffmpeg/query.ts';

/**
 * How a stream's time stamps tell its samples, all in samples of the stream's own rate. Matroska and its like stamp whole
 * milliseconds, and so does what was copied from them: a decoder that enters in the middle learns to ±24 samples where it
 * is. Blocks, though, follow each other
 * without a gap and have whole lengths, so a stamp names the block exactly.
 */
export type SoundClock = {
  /** The stamp of the first sample that is heard, after what encoders put before it. */
  readonly first: number;
  /**
   * Undefined where stamps are exact. Otherwise blocks start at `origin` plus whole multiples of `quantum`, and are
   * stamped about `phase` plus as many.
   */
  readonly blocks?: { readonly quantum: number; readonly origin: number; readonly phase: number } | undefined;
  /** Neither stamps nor blocks tell where a decoder is: it has to start with the file. */
  readonly startsWithFile: boolean;
};

const FRAMES = 64;
/** A block is told from its neighbours if it is this many times longer than what stamps may be off. */
const CLEAR = 1.25;
const MEANT_S = 0.003;

const answerSchema = z.object({
  frames: z.array(z.object({ pts: z.number().optional(), nb_samples: z.number().optional() })),
  streams: z.array(z.object({ time_base: z.string() })),
});

/**
 * Looks at a stream's first frames. Damaged or stampless streams count from 0 and have exact stamps.
 *
 * @throws MontageError as ffprobe's messages tell
 */
export async function soundClock(
  tools: FfmpegTools,
  path: string,
  stream: Pick<AudioStream, 'index' | 'sampleRateHz'>,
  signal?: AbortSignal,
): Promise<SoundClock> {
  const select = ['-select_streams', String(stream.index), '-read_intervals', `%+#${FRAMES}`];
  const entries = ['-show_frames', '-show_entries', 'frame=pts,nb_samples:stream=time_base'];
  const input = await checkInput(path);
  const { value } = await askFfprobeJson(tools, input, [...select, ...entries], answerSchema, signal);
  const base = parseRational(value.streams[0]?.time_base ?? '');
  const frames = value.frames.flatMap(({ pts, nb_samples: length }) =>
    pts === undefined || length === undefined || base === undefined
      ? []
      : [{ at: mulDiv(pts, base.num * stream.sampleRateHz, base.den, 'nearest'), length }],
  );
  const [first] = frames;
  if (first === undefined || base === undefined) return { first: 0, startsWithFile: false };
  const tick = (base.num * stream.sampleRateHz) / base.den;
  const { spread, ...blocks } = blocksOf(frames, first);
  // Holes of more than a few milliseconds are meant; less is what a container rounded, or one that it was copied from.
  const doubt = spread > stream.sampleRateHz * MEANT_S ? tick : Math.max(tick, spread);
  if (doubt <= 1) return { first: first.at, startsWithFile: false };
  if (blocks.quantum <= CLEAR * doubt) return { first: first.at, startsWithFile: true };
  return { first: first.at, blocks, startsWithFile: false };
}

type Stamped = { readonly at: number; readonly length: number };

/** The largest length that all blocks are made of, how far stamps lie from whole ones on average, and how they spread. */
function blocksOf(
  frames: readonly Stamped[],
  first: Stamped,
): NonNullable<SoundClock['blocks']> & { readonly spread: number } {
  const origin = first.at + first.length;
  // The first may be cut by what is skipped, the last by the end.
  const whole = frames.slice(1, -1);
  if (whole.length === 0) return { quantum: 0, origin, phase: origin, spread: 0 };
  let position = origin;
  const drifts = whole.map(({ at, length }) => {
    position += length;
    return at - (position - length);
  });
  const mean = drifts.reduce((sum, drift) => sum + drift, 0) / drifts.length;
  return {
    quantum: whole.reduce((divisor, { length }) => greatestCommonDivisor(divisor, length), 0),
    origin,
    phase: origin + Math.round(mean),
    spread: Math.max(...drifts) - Math.min(...drifts),
  };
}

/** Greatest common divisor of two whole numbers from 0. */
export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
