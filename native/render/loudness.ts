import { z } from 'zod';
import { MontageError } from '../../core/errors.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { runFfmpeg } from '../ffmpeg/run.ts';
import { RENDER_SAMPLE_RATE, type LoudnessTarget } from './render-plan.ts';
import { SOUND_INPUT_ARGS } from './sound-feed.ts';

const number = z.string().transform(Number);
const measured = z.object({
  input_i: number,
  input_tp: number,
  input_lra: number,
  input_thresh: number,
  target_offset: number,
});

/**
 * Brings a mixed PCM file to a loudness (EBU R128) in two passes of loudnorm: measure, then one gain for all where the
 * true peak allows it. `from` and `to` hold the same number of samples. Silence stays silence.
 *
 * @throws MontageError as ffmpeg's messages tell
 */
export async function normaliseLoudness(
  tools: FfmpegTools,
  files: { readonly from: string; readonly to: string; readonly sampleCount: number },
  target: LoudnessTarget,
  signal?: AbortSignal,
): Promise<void> {
  const input = [...SOUND_INPUT_ARGS, '-i', `file:${files.from}`];
  const goal = `I=${target.targetLufs}:TP=${target.truePeakDbtp}:LRA=20`;
  const lines: string[] = [];
  await runFfmpeg(tools, {
    // loudnorm writes its findings as information.
    args: [...input, '-af', `loudnorm=${goal}:print_format=json`, '-f', 'null', '-', '-loglevel', 'info'],
    stage: 'render',
    signal,
    onLine: (line) => lines.push(line) > 0,
  });
  const found = measured.safeParse(JSON.parse(/\{[^{}]*"input_i"[^{}]*\}/.exec(lines.join('\n'))?.[0] ?? '{}'));
  if (!found.success)
    throw new MontageError({ code: 'E_LOUDNESS', message: 'the loudness could not be measured', stage: 'render' });
  const { input_i, input_tp, input_lra, input_thresh, target_offset } = found.data;
  const measurements = `measured_I=${input_i}:measured_TP=${input_tp}:measured_LRA=${input_lra}:measured_thresh=${input_thresh}:offset=${target_offset}`;
  const isSilent = !Number.isFinite(input_i) || input_i < -69;
  const normalise = isSilent ? 'anull' : `loudnorm=${goal}:${measurements}:linear=true,aresample=${RENDER_SAMPLE_RATE}`;
  const exact = `apad=whole_len=${files.sampleCount},atrim=end_sample=${files.sampleCount}`;
  await runFfmpeg(tools, {
    args: [...input, '-af', `${normalise},${exact}`, '-f', 'f32le', `file:${files.to}`],
    stage: 'render',
    signal,
  });
}
