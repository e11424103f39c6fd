import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { assert, MontageError } from '../../core/errors.ts';
import type { VideoCodec } from '../../core/output/codecs.ts';
import { formatRational } from '../../core/time/rational.ts';
import { startFfmpeg } from '../ffmpeg/run.ts';
import { segmentExtension } from './containers.ts';
import { encodeDirect, planDirect } from './direct-segment.ts';
import { videoArgs, workingFormat, type VideoSettings } from './encoders.ts';
import { writeWhole } from '../files.ts';
import { colourFilter, colourOptions } from './colour-tags.ts';
import { pictureFormat } from './composite/raster.ts';
import { MissingPictures } from './pictures.ts';
import { showFrames } from './show-frames.ts';
import type { SegmentContext } from './segment-context.ts';
import type { RenderSegment } from './segments.ts';

/** How segment files are called in a work folder. */
export function segmentFileName(segment: RenderSegment, codec: VideoCodec): string {
  return `segment-${segment.key}.${segmentExtension(codec)}`;
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
  const { video } = context.plan.settings;
  assert(video !== null, 'only films have segments');
  const direct = await planDirect(context, video, segment, seek);
  if (direct !== undefined) return encodeDirect(context, video, segment, direct, path);
  return encodeComposited(context, video, segment, path, seek);
}

/** Composites each picture here and hands it to an encoder. */
async function encodeComposited(
  context: SegmentContext,
  video: VideoSettings,
  segment: RenderSegment,
  path: string,
  seek: boolean,
): Promise<void> {
  const { tools, plan } = context;
  const format = pictureFormat(workingFormat(video.codec), plan.timeline.colourSpace ?? 'rec709');
  const raw = ['-f', 'rawvideo', '-pix_fmt', format.pixelFormat, '-s', `${plan.width}x${plan.height}`];
  const input = [
    ...raw,
    ...colourOptions(format.colourSpace),
    '-framerate',
    formatRational(plan.timeline.rate),
    '-i',
    'pipe:0',
  ];
  const output = [
    '-vf',
    colourFilter(format.colourSpace),
    ...videoArgs(tools, video, plan),
    '-an',
    '-fflags',
    '+bitexact',
  ];
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
    for await (const picture of showFrames({ ...context, format, seek }, segment)) {
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
