import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { colourConversion, meaningOfFilm } from '../../core/colour/convert.ts';
import type { Rgb } from '../../core/colour/transfer.ts';
import { MontageError } from '../../core/errors.ts';
import type { Title } from '../../core/timeline/picture.ts';
import type { ColourSpace } from '../../core/timeline/timeline.ts';
import type { FrameSize } from '../../core/timeline/placement-geometry.ts';
import { filterValue } from '../ffmpeg/escape.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { startFfmpeg } from '../ffmpeg/run.ts';
import { lumaCoefficients } from './composite/blend-modes.ts';
import { clearRaster, type PictureFormat, type Raster } from './composite/raster.ts';
import { hasFont } from './fonts.ts';
import { STANDBY_FONT, titleJustification, titleScript } from './title-script.ts';

/**
 * A title as a picture of a frame's size with nothing around its letters. It is drawn over black and over white: their
 * difference is what the letters cover (filters of ffmpeg square the alpha of clear colours).
 *
 * @throws MontageError as ffmpeg's messages tell
 */
export async function titlePicture(
  tools: FfmpegTools,
  title: Title,
  size: FrameSize,
  format: PictureFormat,
  signal?: AbortSignal,
): Promise<Raster> {
  const folder = await mkdtemp(join(tmpdir(), 'montage-title-'));
  try {
    const path = join(folder, 'title.ass');
    const font = (await hasFont(title.style.font)) ? title.style.font : STANDBY_FONT;
    await writeFile(path, titleScript(title, size, font));
    const draw = `subtitles=filename=${filterValue(path)}:force_style=${filterValue(titleJustification(title))}`;
    const sheet = (colour: string) => ['-f', 'lavfi', '-i', `color=${colour}:s=${size.width}x${size.height}:r=1:d=1`];
    const graph = `[0:v]format=rgb24[dark];[1:v]format=rgb24[light];[dark][light]concat=n=2,${draw}`;
    const args = [
      ...[...sheet('black'), ...sheet('white'), '-filter_complex', graph, '-frames:v', '2'],
      ...['-fps_mode', 'passthrough', '-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1'],
    ];
    const run = startFfmpeg(tools, { args, stage: 'render', where: 'title', stdout: 'pipe', signal });
    const sheets: Uint8Array[] = [];
    for await (const chunk of run.chunks(size.width * size.height * 3)) sheets.push(chunk);
    const [dark, light] = sheets;
    if (dark === undefined || light === undefined) {
      throw new MontageError({ code: 'E_FFMPEG_FAILED', message: 'a title could not be drawn', stage: 'render' });
    }
    return pictureOf(dark, light, size, format);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Multiplied RGB (what shows over black) and alpha, into the film's components. */
function pictureOf(dark: Uint8Array, light: Uint8Array, size: FrameSize, format: PictureFormat): Raster {
  const raster = clearRaster(size, format);
  const { kr, kb } = lumaCoefficients(format.colourSpace);
  const [toY, toU, toV] = raster.planes;
  const unit = 1 << (format.depth - 8);
  const { width, height } = size;
  const convert = titleColours(format.colourSpace);
  // Luma from 0 to 255 and both differences, each times alpha.
  const [blues, reds] = [new Float32Array(width * height), new Float32Array(width * height)];
  for (let n = 0; n < width * height; n += 1) {
    let [red = 0, green = 0, blue = 0] = [dark[3 * n], dark[3 * n + 1], dark[3 * n + 2]];
    const alpha =
      255 -
      Math.max(
        0,
        Math.round(((light[3 * n] ?? 0) - red + (light[3 * n + 1] ?? 0) - green + (light[3 * n + 2] ?? 0) - blue) / 3),
      );
    if (alpha === 0) continue;
    if (convert !== undefined) [red, green, blue] = convert(red, green, blue, alpha);
    const luma = kr * red + (1 - kr - kb) * green + kb * blue;
    toY.samples[n] = Math.round(((219 * luma + 16 * alpha) * unit) / 255);
    if (toY.alpha !== undefined) toY.alpha[n] = alpha;
    blues[n] = (blue - luma) / (2 * (1 - kb));
    reds[n] = (red - luma) / (2 * (1 - kr));
  }
  for (let y = 0; y < toU.height; y += 1) {
    for (let x = 0; x < toU.width; x += 1) {
      const at = y * toU.width + x;
      const cell = { x, y, width, height, across: format.across, down: format.down };
      const alpha = sited(toY.alpha ?? new Uint8Array(0), cell);
      if (alpha === 0) continue;
      toU.samples[at] = Math.round(((224 * sited(blues, cell) + 128 * alpha) * unit) / 255);
      toV.samples[at] = Math.round(((224 * sited(reds, cell) + 128 * alpha) * unit) / 255);
      if (toU.alpha !== undefined && toU.alpha !== toY.alpha) toU.alpha[at] = Math.round(alpha);
    }
  }
  return raster;
}

/** Titles are written in SDR: their colours in the film's, multiplied with their alpha; undefined where they are the same. */
function titleColours(
  space: ColourSpace,
): ((red: number, green: number, blue: number, alpha: number) => Rgb) | undefined {
  const convert = colourConversion({ transfer: 'sdr', primaries: 'bt709' }, meaningOfFilm(space));
  if (convert === undefined) return undefined;
  const known = new Map<number, Rgb>();
  return (red, green, blue, alpha) => {
    const straight = (value: number) => Math.min(255, Math.round((255 * value) / alpha));
    const key = (straight(red) << 16) | (straight(green) << 8) | straight(blue);
    const found = known.get(key) ?? convert([(key >> 16) / 255, ((key >> 8) & 255) / 255, (key & 255) / 255]);
    known.set(key, found);
    return [found[0] * alpha, found[1] * alpha, found[2] * alpha];
  };
}

type Cell = FrameSize & { readonly x: number; readonly y: number; readonly across: 1 | 2; readonly down: 1 | 2 };

/** The mean around a chroma sample: of three columns where it lies on the left one of two, and of its lines. */
function sited(values: ArrayLike<number>, { x, y, width, height, across, down }: Cell): number {
  let sum = 0;
  for (let j = y * down; j < (y + 1) * down; j += 1) {
    const line = Math.min(j, height - 1) * width;
    const middle = values[line + x * across] ?? 0;
    if (across === 1) sum += middle;
    else {
      const before = values[line + Math.max(0, x * 2 - 1)] ?? 0;
      const after = values[line + Math.min(width - 1, x * 2 + 1)] ?? 0;
      sum += (before + 2 * middle + after) / 4;
    }
  }
  return sum / down;
}
