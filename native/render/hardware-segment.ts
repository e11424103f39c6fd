import { MontageError } from '../../core/errors.ts';
import { HARDWARE_CODECS, type HardwareCodec } from '../ffmpeg/hardware.ts';
import { startFfmpeg } from '../ffmpeg/run.ts';
import { rasterBytes, type PictureFormat, type Raster } from './composite/raster.ts';
import type { VideoSettings } from './encoders.ts';
import { distrustDevice, workingDevice, type RenderDevice } from './hardware-trial.ts';
import { MissingPictures } from './pictures.ts';
import type { SegmentContext } from './segment-context.ts';
import type { RenderSegment } from './segments.ts';
import { showFrames } from './show-frames.ts';

/** A device that keeps silent this long hangs, in ms. */
const STALL_MS = 20_000;

/** What no other encoder would change. */
const NOT_THE_DEVICE: ReadonlySet<string> = new Set(['E_CANCELLED', 'E_NO_SPACE', 'E_PERMISSION', 'E_OFFLINE']);

/**
 * Makes a segment on the machine's graphics device where that is allowed and works, and looks whether it holds the
 * pictures that it should. False where it is to be made in software: then, or because the device failed, which is said
 * once; the device is not used again by this process.
 *
 * @throws what is no fault of the device; MissingPictures
 */
export async function madeOnDevice(
  context: SegmentContext,
  video: VideoSettings,
  work: { readonly segment: RenderSegment; readonly path: string; readonly format: PictureFormat },
  encode: (context: SegmentContext) => Promise<void>,
): Promise<boolean> {
  const codec = HARDWARE_CODECS.find((one) => one === video.codec);
  if (video.hardware !== true || video.match !== undefined || codec === undefined) return false;
  const device = await workingDevice(context.tools, codec, context.deviceFolder);
  if (device === undefined) return false;
  try {
    await encode({ ...context, device, stallMs: context.stallMs ?? STALL_MS });
    await refuseOtherPictures(context, work);
    return true;
  } catch (error) {
    if (error instanceof MissingPictures && device.decoding === undefined) throw error;
    if (!(error instanceof MissingPictures) && !(error instanceof MontageError)) throw error;
    if (error instanceof MontageError && NOT_THE_DEVICE.has(error.fault.code)) throw error;
    giveUp(context, codec, device, error);
    return false;
  }
}

function giveUp(context: SegmentContext, codec: HardwareCodec, { encoder }: RenderDevice, error: Error): void {
  if (!distrustDevice(context.tools, codec)) return;
  const reason = error instanceof MontageError ? error.fault.message : 'its decoder lost pictures';
  const message = `${encoder.id} failed, what is left is encoded in software: ${reason}`;
  context.onWarning?.({ code: 'hardware-failed', path: encoder.id, message });
}

/** A picture that the encoder only made coarse is still nearer to its own original than to a neighbour's, in dB. */
const MARGIN_DB = 0.5;
const LEAST_DB = 18;

/**
 * Decodes a segment in software: every picture is there and decodes without a word, and the first, a middle and the
 * last one show what they should and not what their neighbours show.
 *
 * @throws MontageError E_HARDWARE
 */
async function refuseOtherPictures(
  context: SegmentContext,
  { segment, path, format }: { readonly segment: RenderSegment; readonly path: string; readonly format: PictureFormat },
): Promise<void> {
  const { tools, plan, signal } = context;
  const count = segment.to - segment.from;
  const looked = [...new Set([0, Math.floor(count / 2), count - 1])];
  const bytes = rasterBytes({ width: plan.width, height: plan.height }, format);
  const only = `select='${looked.map((n) => `eq(n,${n})`).join('+')}'`;
  const raw = ['-pix_fmt', format.pixelFormat, '-f', 'rawvideo', 'pipe:1'];
  const counted = ['-map', '0:v:0', '-fps_mode', 'passthrough', '-f', 'null', '-'];
  let decoded = 0;
  const run = startFfmpeg(tools, {
    args: ['-i', `file:${path}`, ...counted, '-map', '0:v:0', '-vf', only, '-fps_mode', 'passthrough', ...raw],
    ...{ stage: 'render', where: path, stdout: 'pipe', signal },
    onProgress: ({ frame }) => (decoded = frame ?? decoded),
  });
  const pictures: Uint8Array[] = [];
  for await (const picture of run.chunks(bytes)) pictures.push(picture.slice());
  const { errorCount, messages } = await run.done;
  if (errorCount > 0) throw wrong(messages.at(-1) ?? 'it does not decode');
  if (decoded !== count || pictures.length !== looked.length) throw wrong(`it holds ${decoded} pictures, not ${count}`);
  for (const [n, place] of looked.entries()) {
    const picture = pictures[n];
    if (picture !== undefined) await refuseOther({ context, format, segment, place }, picture);
  }
}

type Place = {
  readonly context: SegmentContext;
  readonly format: PictureFormat;
  readonly segment: RenderSegment;
  readonly place: number;
};

async function refuseOther({ context, format, segment, place }: Place, picture: Uint8Array): Promise<void> {
  const at = segment.from + place;
  const span = { from: Math.max(segment.from, at - 1), to: Math.min(segment.to, at + 2) };
  const likeness: number[] = [];
  for await (const raster of showFrames({ ...context, format, seek: true }, span)) {
    likeness.push(psnr(raster, picture, format));
  }
  const own = likeness[at - span.from] ?? 0;
  if (own < LEAST_DB || likeness.some((other) => other > own + MARGIN_DB)) {
    throw wrong(`picture ${place} of it is another than it should be`);
  }
}

/** Of the luma planes, in dB. */
function psnr({ planes: [{ samples: luma }] }: Raster, picture: Uint8Array, { depth }: PictureFormat): number {
  const top = depth === 8 ? 255 : 1023;
  const other = depth === 8 ? picture : new Uint16Array(picture.buffer, picture.byteOffset, picture.byteLength / 2);
  let sum = 0;
  for (let n = 0; n < luma.length; n += 1) sum += ((luma[n] ?? 0) - (other[n] ?? 0)) ** 2;
  return sum === 0 ? 100 : 10 * Math.log10((top * top * luma.length) / sum);
}

function wrong(message: string): MontageError {
  return new MontageError({ code: 'E_HARDWARE', message, stage: 'render', hint: 'render without hardware encoding' });
}
