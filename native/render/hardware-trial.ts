import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import {
  graphicsDevices,
  HARDWARE_DECODING,
  hardwareEncoders,
  missingDevice,
  type HardwareCodec,
  type HardwareEncoder,
} from '../ffmpeg/hardware.ts';
import { checkInput } from '../ffmpeg/input.ts';
import { runFfmpeg } from '../ffmpeg/run.ts';
import { listPackets } from '../media/frame-table.ts';
import { userCacheFolder } from '../project/file-system.ts';
import { deviceArgs } from './hardware-args.ts';

/** What a film is encoded by on a graphics device. */
export type RenderDevice = {
  readonly encoder: HardwareEncoder;
  /** ffmpeg's `-hwaccel`, where it decodes what this device encodes bit for bit as software does. */
  readonly decoding: string | undefined;
};

/** Pictures of the trial: enough for a second group, so that what only goes wrong there shows. */
const FRAMES = 40;
const GROUP = 25;
const STALL_MS = 15_000;
/** Every picture must be this near to its original, in dB; the picture before is not. */
const LEAST_PSNR_DB = 28;
const SOURCE = `testsrc2=size=640x360:rate=25:duration=${FRAMES / 25},format=yuv420p`;

const verdictSchema = z.object({ encoder: z.string().nullable(), decoding: z.string().nullable() });
type Verdict = z.infer<typeof verdictSchema>;
const known = new Map<string, Promise<Verdict>>();

/**
 * The encoder of this machine's graphics device that makes a codec rightly; undefined where none does. Each is tried
 * once for each build of ffmpeg, device and driver: it encodes 40 pictures, and software must decode all of them as they
 * were. What was found is kept in `folder` (the user's cache by default).
 */
export async function workingDevice(
  tools: FfmpegTools,
  codec: HardwareCodec,
  folder: string = join(userCacheFolder(), 'devices'),
): Promise<RenderDevice | undefined> {
  const key = keyOf(tools, codec);
  if (distrusted.has(key)) return undefined;
  const asked = known.get(key) ?? remembered(tools, codec, join(folder, `${key}.json`));
  known.set(key, asked);
  const { encoder: id, decoding } = await asked;
  const encoder = hardwareEncoders(codec).find((one) => one.id === id);
  return encoder === undefined ? undefined : { encoder, decoding: decoding ?? undefined };
}

const distrusted = new Set<string>();

/**
 * From now on, as long as this process runs, a codec is made in software: its device failed in the middle of work.
 * False where that was known.
 */
export function distrustDevice(tools: FfmpegTools, codec: HardwareCodec): boolean {
  const key = keyOf(tools, codec);
  const isNew = !distrusted.has(key);
  distrusted.add(key);
  return isNew;
}

function keyOf({ build, ffmpeg }: FfmpegTools, codec: HardwareCodec): string {
  return Buffer.from(`${build} ${ffmpeg} ${codec} ${graphicsDevices()}`).toString('base64url').slice(-180);
}

async function remembered(tools: FfmpegTools, codec: HardwareCodec, path: string): Promise<Verdict> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const kept = text === undefined ? undefined : verdictSchema.safeParse(parsed(text)).data;
  if (kept !== undefined) return kept;
  const verdict = await tryAll(tools, codec);
  // What was found is only kept to save time.
  await mkdir(join(path, '..'), { recursive: true })
    .then(() => writeFile(path, JSON.stringify(verdict)))
    .catch(() => undefined);
  return verdict;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function tryAll(tools: FfmpegTools, codec: HardwareCodec): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), 'montage-device-'));
  try {
    for (const encoder of hardwareEncoders(codec)) {
      if (!tools.encoders.has(encoder.id) || missingDevice(encoder) !== null) continue;
      const path = join(folder, `${encoder.id}.mp4`);
      if (!(await encodesRightly(tools, encoder, path))) continue;
      const decoding = HARDWARE_DECODING[encoder.api];
      return { encoder: encoder.id, decoding: (await decodesExactly(tools, path, decoding)) ? decoding : null };
    }
    return { encoder: null, decoding: null };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const place = { stage: 'device', stallMs: STALL_MS } as const;

/** Whether a second of pictures comes out as it went in, every one. */
async function encodesRightly(tools: FfmpegTools, encoder: HardwareEncoder, path: string): Promise<boolean> {
  const { before, filter } = encoder;
  const args = [...before, '-f', 'lavfi', '-i', SOURCE, '-vf', filter, ...deviceArgs(encoder, {}, GROUP)];
  const psnr: number[] = [];
  try {
    await runFfmpeg(tools, { ...place, args: [...args, `file:${path}`] });
    const { packets } = await listPackets(tools, await checkInput(path));
    if (packets.get(0)?.length !== FRAMES) return false;
    const compare =
      '[0:v]format=yuv420p[a];[1:v]format=yuv420p[b];[a][b]psnr=stats_file=-:shortest=0:eof_action=endall';
    const inputs = ['-i', `file:${path}`, '-f', 'lavfi', '-i', SOURCE];
    const run = { ...place, args: [...inputs, '-lavfi', `${compare},metadata=print`, '-f', 'null', '-'] };
    const onLine = (line: string) => {
      const value = /lavfi\.psnr\.psnr\.y=(\S+)/.exec(line)?.[1];
      if (value !== undefined) psnr.push(value === 'inf' ? 100 : Number(value));
      return value !== undefined;
    };
    const { errorCount } = await runFfmpeg(tools, { ...run, args: ['-loglevel', 'level+info', ...run.args], onLine });
    return errorCount === 0 && psnr.length === FRAMES && psnr.every((value) => value >= LEAST_PSNR_DB);
  } catch {
    return false;
  }
}

/** Whether a device decodes a file to the very bytes that software does (H.264 and H.265 leave no room). */
async function decodesExactly(tools: FfmpegTools, path: string, decoding: string): Promise<boolean> {
  try {
    const [software, device] = [await hashOf(tools, path, []), await hashOf(tools, path, ['-hwaccel', decoding])];
    return software.length > 0 && software.join() === device.join();
  } catch {
    return false;
  }
}

async function hashOf(tools: FfmpegTools, path: string, before: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const format = path.includes('p010') ? 'yuv420p10le' : 'yuv420p';
  const args = [...before, '-i', `file:${path}`, '-pix_fmt', format, '-fps_mode', 'passthrough', '-f', 'framemd5'];
  const onLine = (line: string) => {
    const isFrame = line.startsWith('0, ');
    if (isFrame) lines.push(line);
    return isFrame || line.startsWith('#');
  };
  await runFfmpeg(tools, { ...place, args: [...args, 'pipe:2'], onLine });
  return lines;
}
