import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { runFfmpeg } from '../../../native/ffmpeg/run.ts';
import { numberedClip } from '../../media/numbered-clip.ts';

const LAVFI = ['-f', 'lavfi', '-i'];
const PICTURE = [...LAVFI, 'testsrc2=size=160x90:rate=25:duration=1.2'];
const TONE = [...LAVFI, 'sine=frequency=440:duration=1.2'];
const SILENCE = [...LAVFI, 'anullsrc=duration=1.2', '-shortest'];
const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const PQ = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'];

/** Files that ffmpeg makes at one go. */
const MADE = {
  'no-sound.mp4': [...PICTURE, ...X264],
  'black.mp4': [...LAVFI, 'color=black:size=160x90:rate=25:duration=1.2', ...TONE, ...X264],
  'one-frame.mp4': [...PICTURE, '-frames:v', '1', ...X264],
  'hdr.mkv': [...PICTURE, '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p10le', ...PQ],
  // All of its loudness comes from behind.
  'surround.mp4': [...PICTURE, ...TONE, '-filter:a', 'pan=5.1|BL=c0|BR=c0', ...X264, '-c:a', 'aac'],
  'telephone.wav': [...TONE, '-ar', '8000'],
  'sound-only.m4a': TONE,
  'still.png': [...PICTURE, '-frames:v', '1', '-update', '1'],
  'empty-sound.mkv': [...PICTURE, ...TONE, ...X264, '-af', 'atrim=end_sample=0'],
  'tiny.mp4': [...LAVFI, 'testsrc2=size=16x16:rate=25:duration=0.4', ...X264],
  'tall.mp4': [...LAVFI, 'testsrc2=size=32x720:rate=25:duration=0.4', ...X264],
  'sound-later.mkv': [...PICTURE, '-itsoffset', '0.7', ...TONE, ...X264],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Files that are made of bytes. */
const WRITTEN = {
  'rotated-silent.mov': async (path: string) => {
    await ffmpeg([...PICTURE, ...SILENCE, ...X264, `${path}.mov`]);
    await ffmpeg(['-i', `${path}.mov`, '-c', 'copy', '-metadata:s:v', 'rotate=90', path]);
  },
  'varying.mp4': async (path: string) => copyFile(await numberedClip({ clip: 44, rate: 'varying', frames: 30 }), path),
  'cut-off.mp4': async (path: string) => {
    const film = await readFile(await numberedClip({ clip: 45, rate: '25', frames: 100, output: STREAMED }));
    await writeFile(path, film.subarray(0, film.length >> 1));
  },
  // It promises twice the samples, and ends within one.
  'cut-off.wav': (path: string) => writeFile(path, waveOf(tone(0.5)).subarray(0, 44 + 48_001)),
  'no-samples.wav': (path: string) => writeFile(path, waveOf(new Float32Array())),
  'one-sample.wav': (path: string) => writeFile(path, waveOf(Float32Array.of(0.5))),
  'not-numbers.wav': (path: string) => {
    const samples = tone(1);
    samples.set([NaN, Infinity, -Infinity, 1e38], 9_000);
    return writeFile(path, waveOf(samples));
  },
} as const satisfies Readonly<Record<string, (path: string) => Promise<void>>>;

const STREAMED = ['-movflags', '+faststart'];

/** What analysers must bear: each is a way in which files differ from the film that everybody tests with. */
export type OddFile = keyof typeof MADE | keyof typeof WRITTEN;

/** Makes one of them in a folder; gives its path. */
export async function makeOddFile(file: OddFile, folder: string): Promise<string> {
  const path = join(folder, file);
  if (isWritten(file)) await WRITTEN[file](path);
  else await ffmpeg([...MADE[file], path]);
  return path;
}

async function ffmpeg(args: readonly string[]): Promise<void> {
  await runFfmpeg(await findFfmpeg(), { args: ['-threads', '2', ...args], stage: 'test' });
}

function isWritten(file: OddFile): file is keyof typeof WRITTEN {
  return file in WRITTEN;
}

function tone(seconds: number): Float32Array {
  return Float32Array.from({ length: seconds * 48_000 }, (_, n) => 0.3 * Math.sin((2 * Math.PI * 440 * n) / 48_000));
}

/** A WAVE file of 32-bit floats (format 3), one channel, 48 kHz. */
function waveOf(samples: Float32Array): Uint8Array {
  const bytes = Buffer.alloc(44 + 4 * samples.length);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  const longs = { 16: 16, 24: 48_000, 28: 192_000, 40: 4 * samples.length };
  const shorts = { 20: 3, 22: 1, 32: 4, 34: 32 };
  for (const [at, value] of Object.entries(longs)) bytes.writeUInt32LE(value, Number(at));
  for (const [at, value] of Object.entries(shorts)) bytes.writeUInt16LE(value, Number(at));
  bytes.write('data', 36);
  for (const [index, value] of samples.entries()) bytes.writeFloatLE(value, 44 + 4 * index);
  return bytes;
}
