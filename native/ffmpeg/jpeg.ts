import type { FfmpegTools } from './find.ts';
import { startFfmpeg } from './run.ts';

/** Packed red, green, blue of each pixel: pictures of one size. */
export type RgbPictures = { readonly width: number; readonly height: number; readonly pixels: readonly Uint8Array[] };

/** The end of one JPEG file and the beginning of the next: neither is found inside of one that ffmpeg writes (ITU-T T.81, B.1.1.2). */
const BETWEEN = Buffer.from([0xff, 0xd9, 0xff, 0xd8]);

/** Each picture as a JPEG file, by one start of ffmpeg. @throws MontageError as ffmpeg's messages tell, E_CANCELLED */
export async function jpegsOf(
  pictures: RgbPictures,
  tools: FfmpegTools,
  signal?: AbortSignal,
): Promise<readonly Uint8Array[]> {
  const { width, height, pixels } = pictures;
  if (pixels.length === 0) return [];
  const input = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`, '-i', 'pipe:0'];
  const output = ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-q:v', '4', '-f', 'image2pipe', 'pipe:1'];
  const run = startFfmpeg(tools, {
    args: [...input, ...output],
    stage: 'analysis',
    signal,
    stdin: 'data',
    stdout: 'pipe',
  });
  run.stdin?.end(Buffer.concat(pixels));
  const pieces: Uint8Array[] = [];
  for await (const piece of run.pieces()) pieces.push(Uint8Array.from(piece));
  return filesIn(Buffer.concat(pieces));
}

function filesIn(all: Buffer): readonly Uint8Array[] {
  const files: Uint8Array[] = [];
  let start = 0;
  for (let at = all.indexOf(BETWEEN); at >= 0; at = all.indexOf(BETWEEN, start)) {
    files.push(all.subarray(start, at + 2));
    start = at + 2;
  }
  return [...files, all.subarray(start)];
}
