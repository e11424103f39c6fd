import { secondsOf } from '../../core/time/flicks.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { checkInput } from '../ffmpeg/input.ts';
import { askFfprobe } from '../ffmpeg/query.ts';
import { RENDER_SAMPLE_RATE } from './request.ts';
import type { RenderWarning } from './segment-context.ts';
import type { SoundStretch } from './sound-source.ts';

/** Longer holes between two blocks of sound are lost blocks, in seconds. */
const HOLE_S = 0.015;
/** Damage that is no further apart, in seconds, is told as one. */
const TOGETHER_S = 1;

/**
 * Looks where in stretches of sound, in or before which decoders met errors, these were: a warning for each place.
 *
 * @throws MontageError as ffprobe's messages tell
 */
export async function soundWarnings(
  tools: FfmpegTools,
  stretches: readonly SoundStretch[],
  signal: AbortSignal | undefined,
): Promise<readonly RenderWarning[]> {
  const found = new Map<string, number[]>();
  for (const stretch of stretches) {
    const { path } = stretch.source;
    found.set(path, [...(found.get(path) ?? []), ...(await damagedTimes(tools, stretch, signal))]);
  }
  return [...found].flatMap(([path, times]) => {
    const starts = times.sort((a, b) => a - b).filter((time, n) => time - (times[n - 1] ?? -Infinity) > TOGETHER_S);
    return starts.map((time): RenderWarning => {
      const message = `at ${time.toFixed(2)} s of the file the sound is damaged: what can be decoded is heard`;
      return { code: 'damaged-source', path, message };
    });
  });
}

/** Seconds of a source's own time where its decoder complains, or gives nothing. */
async function damagedTimes(
  tools: FfmpegTools,
  { source, start, end }: SoundStretch,
  signal: AbortSignal | undefined,
): Promise<readonly number[]> {
  if (source.kind === 'mixed') return [];
  const { stream, clock, origin } = source;
  const zero = origin === null ? clock.first / stream.sampleRateHz : secondsOf(origin);
  const [from, to] = [start / RENDER_SAMPLE_RATE, end / RENDER_SAMPLE_RATE];
  const around = `${Math.max(0, zero + from - 1).toFixed(3)}%${(zero + to + 1).toFixed(3)}`;
  const entries = ['-show_log', '16', '-show_entries', 'frame=pts_time,nb_samples:log=level', '-of', 'compact'];
  const args = ['-select_streams', String(stream.index), '-read_intervals', around, ...entries];
  const { text } = await askFfprobe(tools, await checkInput(source.path), args, signal, 0);
  const times: number[] = [];
  let before: number | undefined;
  for (const line of text.split('\n')) {
    const [, time, samples, log] = /^frame\|pts_time=([-\d.]+)\|nb_samples=(\d+)(\|log)?/.exec(line) ?? [];
    if (time === undefined) continue;
    const at = Number(time) - zero;
    if (before !== undefined && at - before > HOLE_S) times.push(before);
    else if (log !== undefined) times.push(at);
    before = at + Number(samples) / stream.sampleRateHz;
  }
  return times.filter((time) => time >= from && time < to);
}
