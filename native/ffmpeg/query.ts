import type { z } from 'zod';
import { MontageError } from '../../core/errors.ts';
import { runProgram } from '../process/programs.ts';
import { faultOfStderr } from './faults.ts';
import type { FfmpegTools } from './find.ts';
import { inputArgs, type CheckedInput } from './input.ts';

export type ProbeAnswer = { readonly text: string; readonly warnings: string };

/** Headers answer at once; a list of all packets takes as long as reading the file does. */
const PROBE_TIMEOUT_MS = 120_000;

/**
 * Asks ffprobe about a checked file. `args` choose sections and format; ffprobe's warnings come with the answer.
 *
 * @throws MontageError as stderr tells, E_CANCELLED, E_STALLED after `timeoutMs` (two minutes by default; 0 waits on)
 */
export async function askFfprobe(
  tools: FfmpegTools,
  input: CheckedInput,
  args: readonly string[],
  signal?: AbortSignal,
  timeoutMs = PROBE_TIMEOUT_MS,
): Promise<ProbeAnswer> {
  const place = { stage: 'probe', where: input.path };
  const answer = await runProgram(tools.ffprobe, ['-hide_banner', '-v', 'warning', ...args, ...inputArgs(input)], {
    signal,
    timeoutMs,
  });
  if (signal?.aborted === true) throw new MontageError({ code: 'E_CANCELLED', message: 'cancelled', ...place });
  if (answer.timedOut)
    throw new MontageError({ code: 'E_STALLED', message: 'ffprobe gave no answer in time', ...place });
  if (answer.exitCode !== 0) throw new MontageError(faultOfStderr(answer.stderr, place));
  return { text: answer.stdout, warnings: answer.stderr };
}

/**
 * Asks ffprobe for JSON and checks its shape.
 *
 * @throws MontageError as {@link askFfprobe}; E_BUG when ffprobe answers in a shape we do not know
 */
export async function askFfprobeJson<Schema extends z.ZodType>(
  tools: FfmpegTools,
  input: CheckedInput,
  args: readonly string[],
  schema: Schema,
  signal?: AbortSignal,
): Promise<{ readonly value: z.output<Schema>; readonly warnings: string }> {
  const answer = await askFfprobe(tools, input, [...args, '-of', 'json'], signal);
  const parsed = schema.safeParse(JSON.parse(answer.text));
  if (!parsed.success) {
    throw new MontageError({
      code: 'E_BUG',
      message: `ffprobe answered in an unknown shape: ${parsed.error.message}`,
      where: input.path,
      stage: 'probe',
    });
  }
  return { value: parsed.data, warnings: answer.warnings };
}
