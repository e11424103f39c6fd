import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFfmpeg } from '../../native/ffmpeg/find.ts';
import { runFfmpeg } from '../../native/ffmpeg/run.ts';
import { CODE_COLUMNS, CODE_ROWS, drawNumber } from './picture-code.ts';
import { CODE_SAMPLE_RATE, drawSound } from './sound-code.ts';

/** What to make. Every field decides the file; equal wishes share one. */
export type ClipWish = {
  /** 0–255: written into every picture and heard in the sound. */
  readonly clip: number;
  /** Exact, e.g. '30000/1001'; 'varying' shows frame n at {@link varyingMs}. */
  readonly rate: string;
  readonly frames: number;
  readonly width?: number;
  readonly height?: number;
  /** ffmpeg encoder with its options. */
  readonly video?: readonly string[];
  /** ffmpeg encoder with its options; null for a silent clip. */
  readonly audio?: readonly string[] | null;
  readonly extension?: string;
  /** Further options of the output. */
  readonly output?: readonly string[];
};

const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', '-g', '48', '-bf', '2', '-pix_fmt', 'yuv420p'];
const FORMAT = 3;

/** When frame n of a 'varying' clip is shown, in milliseconds: gaps of 19 to 54 ms, and a third of a second each 24 frames. */
export function varyingMs(frame: number): number {
  return 40 * frame + 7 * ((frame * 7) % 5) + 300 * Math.floor(frame / 24);
}

/** Makes a numbered clip, or finds it where an earlier test left it; the path of the file. */
export async function numberedClip(wish: ClipWish): Promise<string> {
  const folder = join(tmpdir(), 'montage-numbered-clips');
  const name = createHash('sha256')
    .update(JSON.stringify({ FORMAT, ...wish }))
    .digest('hex')
    .slice(0, 20);
  const path = join(folder, `${name}.${wish.extension ?? 'mp4'}`);
  if (existsSync(path)) return path;
  await mkdir(folder, { recursive: true });
  // Tests run in several processes: each makes its own and the last one wins with the same bytes.
  const own = join(folder, `${name}-${process.pid}`);
  await writeFile(`${own}.gray`, pictures(wish));
  await writeFile(`${own}.pcm`, sound(wish));
  const making = `${own}.${wish.extension ?? 'mp4'}`;
  await runFfmpeg(await findFfmpeg(), { args: [...argsOf(wish, own), `file:${making}`], stage: 'test' });
  await rename(making, path);
  await Promise.all(['gray', 'pcm'].map((kind) => rm(`${own}.${kind}`)));
  return path;
}

function argsOf(wish: ClipWish, own: string): readonly string[] {
  const isVarying = wish.rate === 'varying';
  const picture = ['-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${CODE_COLUMNS}x${CODE_ROWS}`];
  const input = [...picture, '-framerate', isVarying ? '25' : wish.rate, '-i', `file:${own}.gray`];
  const isSilent = wish.audio === null;
  const pcm = ['-f', 's16le', '-ar', String(CODE_SAMPLE_RATE), '-ac', '1', '-i', `file:${own}.pcm`];
  const scale = `scale=${wish.width ?? 320}:${wish.height ?? 180}:flags=neighbor`;
  const retime = isVarying ? `,settb=1/1000,setpts='40*N+7*mod(N*7,5)+300*floor(N/24)'` : '';
  const timing = isVarying
    ? ['-fps_mode', 'passthrough', '-enc_time_base', '1/1000', '-video_track_timescale', '1000']
    : [];
  return [
    ...input,
    ...(isSilent ? ['-map', '0:v'] : [...pcm, '-map', '0:v', '-map', '1:a']),
    ...['-vf', `${scale},setsar=1${retime}`],
    ...(wish.video ?? X264),
    ...['-threads', '2'],
    ...(wish.extension === undefined || ['mp4', 'mov'].includes(wish.extension) ? timing : timing.slice(0, 4)),
    ...(isSilent ? [] : (wish.audio ?? ['-c:a', 'aac', '-b:a', '160k'])),
    ...(wish.output ?? []),
  ];
}

function pictures(wish: ClipWish): Uint8Array {
  const size = CODE_COLUMNS * CODE_ROWS;
  const all = new Uint8Array(size * wish.frames);
  for (let frame = 0; frame < wish.frames; frame += 1) all.set(drawNumber({ clip: wish.clip, frame }), frame * size);
  return all;
}

function sound(wish: ClipWish): Uint8Array {
  if (wish.audio === null) return new Uint8Array(0);
  const [num = 25, den = 1] = wish.rate.split('/').map(Number);
  const seconds = wish.rate === 'varying' ? varyingMs(wish.frames) / 1000 : (wish.frames * den) / num;
  return new Uint8Array(drawSound(wish.clip, Math.round(seconds * CODE_SAMPLE_RATE)).buffer);
}
