import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { MontageError } from '../../core/errors.ts';
import { concatListValue } from '../ffmpeg/escape.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { checkInput } from '../ffmpeg/input.ts';
import { runFfmpeg } from '../ffmpeg/run.ts';
import { listPackets } from '../media/frame-table.ts';
import { audioArgs, gridTimes } from './encoders.ts';
import { writeWhole } from '../files.ts';
import type { RenderPlan } from './render-plan.ts';
import { SOUND_INPUT_ARGS } from './sound-feed.ts';

export type JoinParts = {
  /** Segment files in order; none for a film that is only heard. Their paths hold no line breaks. */
  readonly segments: readonly string[];
  /** What `mixSound` made; undefined for a silent film. */
  readonly sound: string | undefined;
  /** An empty file of ours that the list of segments may be written to. */
  readonly listPath: string;
};

/**
 * Joins segments and sound into the film: pictures are copied, sound is encoded once, so that it has one run-in that
 * the container declares. The film appears whole or not at all.
 *
 * @throws MontageError as {@link writeWhole} and ffmpeg's messages tell
 */
export async function joinSegments(
  tools: FfmpegTools,
  plan: RenderPlan,
  parts: JoinParts,
  output: string,
  signal?: AbortSignal,
): Promise<void> {
  const hasPictures = parts.segments.length > 0;
  const list = parts.segments.map((path) => `file ${concatListValue(`file:${path}`)}\n`);
  await writeFile(parts.listPath, `ffconcat version 1.0\n${list.join('')}`);
  const pictures = ['-f', 'concat', '-safe', '0', '-protocol_whitelist', 'file', '-i', `file:${parts.listPath}`];
  const { audio } = plan.settings;
  const sound = parts.sound === undefined || audio === null ? undefined : parts.sound;
  await writeWhole(output, async (temporary) => {
    const args = [
      ...(hasPictures ? pictures : []),
      ...(sound === undefined ? [] : [...SOUND_INPUT_ARGS, '-i', `file:${sound}`]),
      ...(hasPictures ? ['-map', '0:v:0', '-c:v', 'copy', '-bsf:v', gridTimes(plan.timeline.rate)] : []),
      ...(sound === undefined ? [] : ['-map', `${hasPictures ? 1 : 0}:a:0`]),
      ...(sound === undefined || audio === null ? [] : audioArgs(audio)),
      ...containerArgs(output, plan),
      `file:${temporary}`,
    ];
    await runFfmpeg(tools, { args, stage: 'render', where: output, signal });
    if (hasPictures) await refuseLoss(tools, plan, temporary);
  });
}

/** No dates, no encoder names: the same film is the same bytes. */
function containerArgs(output: string, { settings }: RenderPlan): readonly string[] {
  const plain = ['-map_metadata', '-1', '-fflags', '+bitexact'];
  const isMp4 = ['.mp4', '.mov', '.m4a', '.m4v'].includes(extname(output).toLowerCase());
  const tag = settings.video?.codec === 'hevc' && isMp4 ? ['-tag:v', 'hvc1'] : [];
  return [...plain, ...tag, ...(isMp4 ? ['-movflags', '+faststart'] : [])];
}

/** The film must hold every frame it was planned to: cheap to count, and never to be taken on trust. */
async function refuseLoss(tools: FfmpegTools, plan: RenderPlan, path: string): Promise<void> {
  const { packets } = await listPackets(tools, await checkInput(path));
  const count = packets.get(0)?.length ?? 0;
  if (count === plan.frameCount) return;
  throw new MontageError({
    code: 'E_BUG',
    message: `the joined film holds ${count} frames instead of ${plan.frameCount}`,
    stage: 'render',
  });
}
