import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { assert, MontageError } from '../../core/errors.ts';
import { formatRational } from '../../core/time/rational.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { startFfmpeg } from '../ffmpeg/run.ts';
import { videoArgs } from './encoders.ts';
import { writeWhole } from '../files.ts';
import { pictureFormat } from './composite/raster.ts';
import { MissingPictures } from './pictures.ts';
import { showFrames } from './show-frames.ts';
import type { RenderPlan, RenderSources } from './render-plan.ts';
import type { RenderSegment } from './segments.ts';

export type SegmentContext = {
  readonly tools: FfmpegTools;
  readonly plan: RenderPlan;
  readonly sources: RenderSources;
  readonly signal?: AbortSignal | undefined;
  /** Called after every frame that went to the encoder. */
  readonly onFrame?: ((frame: number) => void) | undefined;
};

/** How segment files are called in a work folder. */
export function segmentFileName(segment: RenderSegment): string {
  return `segment-${segment.key}.mp4`;
}

/**
 * Renders one segment into a file, which appears whole or not at all.
 *
 * @throws MontageError as ffmpeg's messages tell; E_SOURCE_CHANGED when a source holds fewer frames than it did
 */
export async function renderSegment(context: SegmentContext, segment: RenderSegment, path: string): Promise<void> {
  await writeWhole(path, async (temporary) => {
    try {
      await encodeSegment(context, segment, temporary, true);
    } catch (error) {
      if (!(error instanceof MissingPictures)) throw error;
      // Some containers cannot be entered in the middle: then from the start.
      await encodeSegment(context, segment, temporary, false).catch((again: unknown) => {
        throw again instanceof MissingPictures ? sourceChanged(again) : again;
      });
    }
  });
}

function sourceChanged(missing: MissingPictures): MontageError {
  const hint = 'import the file again';
  const message = 'the file gives fewer pictures than when it was imported';
  return new MontageError({ code: 'E_SOURCE_CHANGED', message, where: missing.message, stage: 'render', hint });
}

async function encodeSegment(
  context: SegmentContext,
  segment: RenderSegment,
  path: string,
  seek: boolean,
): Promise<void> {
  const { tools, plan } = context;
  const { video, threads } = plan.settings;
  assert(video !== null, 'only films have segments');
  const raw = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${plan.width}x${plan.height}`];
  const colour = ['-color_range', 'tv', '-colorspace', 'bt709'];
  const input = [...raw, ...colour, '-framerate', formatRational(plan.timeline.rate), '-i', 'pipe:0'];
  const output = [...videoArgs(video, plan.timeline.rate, threads ?? 0), '-an', '-fflags', '+bitexact', '-f', 'mp4'];
  const stop = new AbortController();
  const cancel = () => stop.abort();
  context.signal?.addEventListener('abort', cancel, { once: true });
  if (context.signal?.aborted === true) cancel();
  const encoder = startFfmpeg(tools, {
    args: [...input, ...output, `file:${path}`],
    stage: 'render',
    where: path,
    stdin: 'data',
    signal: stop.signal,
  });
  try {
    assert(encoder.stdin !== undefined, 'the encoder takes pictures');
    let frame = segment.from;
    for await (const picture of showFrames(
      { ...context, format: pictureFormat('yuv420p', plan.timeline.colourSpace ?? 'rec709'), seek },
      segment,
    )) {
      await send(encoder.stdin, picture.bytes);
      context.onFrame?.(frame);
      frame += 1;
    }
    encoder.stdin.end();
    await encoder.done;
  } catch (error) {
    stop.abort();
    const fault: unknown = await encoder.done.then(
      () => error,
      (reason: unknown) => reason,
    );
    if (context.signal?.aborted === true) throw fault;
    // If the encoder failed first, a broken pipe is only its echo.
    throw isCancelled(fault) ? error : fault;
  } finally {
    context.signal?.removeEventListener('abort', cancel);
  }
}

function isCancelled(error: unknown): boolean {
  return error instanceof MontageError && error.fault.code === 'E_CANCELLED';
}

async function send(stdin: Writable, picture: Uint8Array): Promise<void> {
  if (stdin.destroyed)
    throw new MontageError({ code: 'E_FFMPEG_FAILED', message: 'the encoder ended early', stage: 'render' });
  if (stdin.write(picture)) return;
  const waiting = new AbortController();
  const { signal } = waiting;
  await Promise.race([once(stdin, 'drain', { signal }), once(stdin, 'close', { signal })]).finally(() =>
    waiting.abort(),
  );
}
