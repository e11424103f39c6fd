import type { FfmpegTools } from './find.ts';
import { startFfmpeg } from './run.ts';

/** Packed red, green, blue of each pixel. */
export type RgbPicture = { readonly width: number; readonly height: number; readonly pixels: Uint8Array };

/** The picture as a JPEG file. @throws MontageError as ffmpeg's messages tell, E_CANCELLED */
export async function jpegOf(picture: RgbPicture, tools: FfmpegTools, signal?: AbortSignal): Promise<Uint8Array> {
  const { width, height, pixels } = picture;
  const input = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`, '-i', 'pipe:0'];
  const output = ['-frames:v', '1', '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-q:v', '4', '-f', 'image2pipe', 'pipe:1'];
  const run = startFfmpeg(tools, {
    args: [...input, ...output],
    stage: 'analysis',
    signal,
    stdin: 'data',
    stdout: 'pipe',
  });
  run.stdin?.end(pixels);
  const pieces: Uint8Array[] = [];
  for await (const piece of run.pieces()) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}
