import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join as joinPath } from 'node:path';
import { MontageError } from '../../core/errors.ts';
import { isImageSequence } from '../../core/output/codecs.ts';
import { concatListValue } from '../ffmpeg/escape.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { checkInput } from '../ffmpeg/input.ts';
import { runFfmpeg } from '../ffmpeg/run.ts';
import { listPackets } from '../media/frame-table.ts';
import { containerOf, isMadeFromPictures, muxerOf } from './containers.ts';
import { audioArgs, gridTimes } from './encoders.ts';
import { fileFault, writeWhole } from '../files.ts';
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
 * the container declares. The film appears whole or not at all. Animations and image sequences are encoded from the
 * joined pictures; a sequence's files appear one after the other once all are made.
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
  const list = parts.segments.map((path) => `file ${concatListValue(`file:${path}`)}\n`);
  await writeFile(parts.listPath, `ffconcat version 1.0\n${list.join('')}`);
  const join: Join = { tools, plan, parts, pictures: concatArgs(parts), signal };
  const container = containerOf(output);
  if (isImageSequence(container.id)) return writeSequence(join, output);
  await writeWhole(output, (temporary) =>
    isMadeFromPictures(container) ? writeAnimation(join, temporary) : writeFilm(join, output, temporary),
  );
}

type Join = {
  readonly tools: FfmpegTools;
  readonly plan: RenderPlan;
  readonly parts: JoinParts;
  /** Arguments of the input that gives all pictures; none for sound alone. */
  readonly pictures: readonly string[];
  readonly signal: AbortSignal | undefined;
};

function concatArgs({ segments, listPath }: JoinParts): readonly string[] {
  if (segments.length === 0) return [];
  return ['-f', 'concat', '-safe', '0', '-protocol_whitelist', 'file', '-i', `file:${listPath}`];
}

async function writeFilm({ tools, plan, parts, pictures, signal }: Join, output: string, path: string): Promise<void> {
  const { audio } = plan.settings;
  const sound = audio === null ? undefined : parts.sound;
  const hasPictures = pictures.length > 0;
  const args = [
    ...pictures,
    ...(sound === undefined ? [] : [...SOUND_INPUT_ARGS, '-i', `file:${sound}`]),
    ...(hasPictures ? ['-map', '0:v:0', '-c:v', 'copy', '-bsf:v', gridTimes(plan.timeline.rate)] : []),
    ...(sound === undefined ? [] : ['-map', `${hasPictures ? 1 : 0}:a:0`]),
    ...(sound === undefined || audio === null ? [] : audioArgs(audio)),
    ...containerArgs(output, plan),
    `file:${path}`,
  ];
  await runFfmpeg(tools, { args, stage: 'render', where: output, signal });
  if (hasPictures) await refuseLoss(tools, plan, path);
}

/** The container with its options. No dates, no encoder names: the same film is the same bytes. */
export function containerArgs(output: string, { settings }: RenderPlan): readonly string[] {
  const { id } = containerOf(output);
  const plain = ['-map_metadata', '-1', '-fflags', '+bitexact', '-f', muxerOf(id)];
  const isMp4 = ['mp4', 'mov', 'm4a', 'm4v'].includes(id);
  const { codec, hardware } = settings.video ?? {};
  const isHevc = codec === 'hevc' || codec === 'hevc10';
  // Where a device may have made some of them, parameter sets stand before each key frame, not in the header alone.
  const hevcTag = hardware === true ? 'hev1' : 'hvc1';
  return [...plain, ...(isHevc && isMp4 ? ['-tag:v', hevcTag] : []), ...(isMp4 ? ['-movflags', '+faststart'] : [])];
}

/** The film must hold every frame it was planned to: cheap to count, and never to be taken on trust. */
async function refuseLoss(tools: FfmpegTools, plan: RenderPlan, path: string): Promise<void> {
  const { packets } = await listPackets(tools, await checkInput(path));
  refuseOtherCount(packets.get(0)?.length ?? 0, plan);
}

function refuseOtherCount(count: number, plan: RenderPlan): void {
  if (count === plan.frameCount) return;
  throw new MontageError({
    code: 'E_BUG',
    message: `the joined film holds ${count} frames instead of ${plan.frameCount}`,
    stage: 'render',
  });
}

const TO_RGB = 'scale=in_color_matrix=bt709:in_range=tv:out_range=pc:flags=bicubic+accurate_rnd+full_chroma_int';
/** GIFs are large: wider ones are scaled down to this, in pixels. */
const WIDEST_GIF = 480;

async function writeAnimation(join: Join, path: string): Promise<void> {
  if (extname(path).toLowerCase() === '.webp') {
    const encoder = ['-c:v', 'libwebp_anim', '-lossless', '0', '-quality', '80', '-loop', '0', '-f', 'webp'];
    await encodeAll(join, { output: ['-vf', `${TO_RGB},format=bgra`, ...encoder, `file:${path}`], where: path });
    return;
  }
  const palette = `${path}.palette.png`;
  const small = `scale='min(${WIDEST_GIF},iw)':-2:flags=lanczos,${TO_RGB}`;
  try {
    // Two passes: one would hold all pictures in memory until the palette is known.
    const first = ['-vf', `${small},palettegen=stats_mode=diff`, '-frames:v', '1', '-update', '1'];
    await encodeAll(join, { output: [...first, `file:${palette}`], where: path });
    const use = `[0:v]${small}[p];[p][1:v]paletteuse=dither=sierra2_4a:diff_mode=rectangle`;
    const output = ['-filter_complex', use, '-loop', '0', '-f', 'gif', `file:${path}`];
    await encodeAll(join, { inputs: ['-i', `file:${palette}`], output, where: path });
  } finally {
    await rm(palette, { force: true });
  }
  await refuseLoss(join.tools, join.plan, path);
}

type Encoding = {
  readonly inputs?: readonly string[];
  readonly output: readonly string[];
  readonly where: string;
};

async function encodeAll({ tools, pictures, signal }: Join, { inputs = [], output, where }: Encoding): Promise<void> {
  const plain = ['-fps_mode', 'passthrough', '-map_metadata', '-1', '-fflags', '+bitexact'];
  await runFfmpeg(tools, { args: [...pictures, ...inputs, ...plain, ...output], stage: 'render', where, signal });
}

/** `shot.png` becomes `shot_00000.png` and on; a name with a pattern such as `shot%04d.png` is kept. */
async function writeSequence(join: Join, output: string): Promise<void> {
  const folder = dirname(output);
  const own = await mkdtemp(joinPath(folder, '.montage-pictures-')).catch((error: unknown) => {
    throw fileFault(error, folder);
  });
  const extension = extname(output);
  const stem = basename(output, extension);
  const pattern = /%0?\d*d/.test(stem) ? stem : `${stem.replaceAll('%', '%%')}_%05d`;
  const isJpeg = extension.toLowerCase() === '.jpg';
  const jpeg = ['-vf', 'scale=in_color_matrix=bt709:out_color_matrix=bt601:out_range=pc,format=yuvj420p', '-q:v', '2'];
  const picture = isJpeg ? ['-c:v', 'mjpeg', ...jpeg] : ['-c:v', 'png', '-vf', `${TO_RGB},format=rgb24`];
  try {
    const files = `file:${joinPath(own.replaceAll('%', '%%'), `${pattern}${extension}`)}`;
    await encodeAll(join, { output: [...picture, '-start_number', '0', '-f', 'image2', files], where: output });
    const names = await readdir(own);
    refuseOtherCount(names.length, join.plan);
    for (const name of names) await rename(joinPath(own, name), joinPath(folder, name));
  } catch (error) {
    throw fileFault(error, output);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}
