import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { assert, MontageError } from '../../core/errors.ts';
import type { VideoCodec } from '../../core/output/codecs.ts';
import type { Clip } from '../../core/timeline/timeline.ts';
import { timeOfFrame } from '../../core/time/rate.ts';
import { formatRational } from '../../core/time/rational.ts';
import { sizeOnDisk } from '../ffmpeg/picture-run.ts';
import { startFfmpeg } from '../ffmpeg/run.ts';
import { segmentExtension } from './containers.ts';
import { damageWarnings, HELD, sourceDamaged, tellDamage, type SuspectSpan } from './damage.ts';
import { encodeDirect, planDirect } from './direct-segment.ts';
import { videoArgs, workingFormat, type VideoSettings } from './encoders.ts';
import { writeWhole } from '../files.ts';
import { colourFilter, colourOptions } from './colour-tags.ts';
import { pictureFormat, type PictureFormat } from './composite/raster.ts';
import { madeOnDevice } from './hardware-segment.ts';
import { MissingPictures } from './pictures.ts';
import { showFrames } from './show-frames.ts';
import type { FeedContext } from './open-feed.ts';
import type { RenderMedia } from './request.ts';
import type { RenderWarning, SegmentContext } from './segment-context.ts';
import type { RenderSegment } from './segments.ts';

/** How segment files are called in a work folder. */
export function segmentFileName(segment: RenderSegment, codec: VideoCodec): string {
  return `segment-${segment.key}.${segmentExtension(codec)}`;
}

/**
 * Renders one segment into a file, which appears whole or not at all. Pictures that a damaged source does not give are
 * made up by holding the one before, those that it gives in part are shown as they are; both with a warning that names
 * the time, unless that is to abort.
 *
 * @throws MontageError as ffmpeg's messages tell; E_SOURCE_CHANGED when a source holds fewer frames than it did,
 *   E_DAMAGED when it is damaged and `onDamage` is 'abort'
 */
export async function renderSegment(told: SegmentContext, segment: RenderSegment, path: string): Promise<void> {
  const warnings: RenderWarning[] = [];
  const onWarning = (warning: RenderWarning) => {
    warnings.push(warning);
    told.onWarning?.(warning);
  };
  const context = { ...told, onWarning };
  warnOfFlow(context, segment);
  const suspects: SuspectSpan[] = [];
  const onErrors = (span: SuspectSpan) => suspects.push(span);
  await writeWhole(path, async (temporary) => {
    try {
      if (!(await onDevice(context, segment, temporary, onErrors))) {
        suspects.length = 0;
        await encodeSegment(context, segment, temporary, { seek: true, onErrors });
      }
    } catch (error) {
      if (!(error instanceof MissingPictures)) throw error;
      // Some containers cannot be entered in the middle: then from the start.
      await encodeSegment(context, segment, temporary, { seek: false, onErrors }).catch(async (again: unknown) => {
        if (!(again instanceof MissingPictures)) throw again;
        if (await hasChanged(context)) throw sourceChanged(again);
        if (context.onDamage === 'abort') throw sourceDamaged(again.message);
        await concealDamage(context, segment, temporary);
        // What is held is told already.
        suspects.length = 0;
      });
    }
    await tellDamage(context, suspects);
    const kept = warnings.filter(({ code }) => code !== 'hardware-failed');
    if (kept.length > 0) await told.keepWarnings?.(JSON.stringify(kept));
  });
}

async function onDevice(
  context: SegmentContext,
  segment: RenderSegment,
  path: string,
  onErrors: (span: SuspectSpan) => void,
): Promise<boolean> {
  const { settings, timeline } = context.plan;
  if (settings.video?.hardware !== true) return false;
  const format = pictureFormat(workingFormat(settings.video.codec), timeline.colourSpace ?? 'rec709');
  const encode = (device: SegmentContext) => encodeSegment(device, segment, path, { seek: true, onErrors });
  return madeOnDevice(context, settings.video, { segment, path, format }, encode);
}

/** ffmpeg's motion compensation cannot be asked for single instants: two frames are mixed, and that is said. */
function warnOfFlow({ plan, onWarning }: SegmentContext, { from, to }: RenderSegment): void {
  const [start, end] = [from, to].map((frame) => timeOfFrame(frame, plan.timeline.rate));
  for (const { clips } of plan.timeline.tracks) {
    for (const clip of clips) {
      if (clip.kind !== 'video' || clip.retiming !== 'flow' || !clip.enabled) continue;
      if (clip.recordIn >= (end ?? 0) || clip.recordIn + clip.duration <= (start ?? 0)) continue;
      const message = `'${clip.name}' is retimed by mixing frames: optical flow is not rendered`;
      onWarning?.({ code: 'no-optical-flow', path: clip.name, message });
    }
  }
}

/** Whether a file of the timeline is not as long as when it was imported. */
async function hasChanged({ plan, sources }: SegmentContext): Promise<boolean> {
  const tracks = [plan.timeline, ...(plan.timeline.nested ?? [])].flatMap((timeline) => timeline.tracks);
  const ids = new Set(tracks.flatMap(({ clips }): readonly Clip[] => clips).map(({ mediaId }) => mediaId));
  const media = [...ids].map((id) => sources.media(id)).filter((found) => found !== undefined);
  const changed = await Promise.all(
    media.map(async ({ path, facts }) =>
      sizeOnDisk(path).then(
        (size) => size !== facts.fingerprint.sizeBytes,
        () => true,
      ),
    ),
  );
  return changed.includes(true);
}

async function concealDamage(context: SegmentContext, segment: RenderSegment, path: string): Promise<void> {
  const missing = new Map<RenderMedia, Set<number>>();
  const onMissing = (media: RenderMedia, frame: number) => {
    missing.set(media, (missing.get(media) ?? new Set()).add(frame));
  };
  const { video } = context.plan.settings;
  assert(video !== null, 'only films have segments');
  await encodeComposited(context, video, segment, path, { seek: false, onMissing });
  for (const [media, frames] of missing) {
    damageWarnings(media, frames, HELD).forEach((warning) => context.onWarning?.(warning));
  }
}

function sourceChanged(missing: MissingPictures): MontageError {
  const hint = 'import the file again';
  const message = 'the file gives fewer pictures than when it was imported';
  return new MontageError({
    code: 'E_SOURCE_CHANGED',
    message,
    where: missing.message.replace(/^file:/, ''),
    stage: 'render',
    hint,
  });
}

async function encodeSegment(
  context: SegmentContext,
  segment: RenderSegment,
  path: string,
  reading: Pick<FeedContext, 'seek'> & { readonly onErrors: (span: SuspectSpan) => void },
): Promise<void> {
  const { video } = context.plan.settings;
  assert(video !== null, 'only films have segments');
  const direct = await planDirect(context, video, segment, reading.seek);
  if (direct === undefined) return encodeComposited(context, video, segment, path, reading);
  const count = segment.to - segment.from;
  const onMade = (made: number) => context.onFrame?.(segment.from + made);
  const { onErrors } = reading;
  return encodeDirect(context, video, { ...direct, count, output: [`file:${path}`], where: path, onMade, onErrors });
}

/** Composites each picture here and hands it to an encoder. */
async function encodeComposited(
  context: SegmentContext,
  video: VideoSettings,
  segment: RenderSegment,
  path: string,
  reading: Pick<FeedContext, 'seek' | 'onMissing' | 'onErrors'>,
): Promise<void> {
  const { tools, plan, stallMs } = context;
  const format = pictureFormat(workingFormat(video.codec), plan.timeline.colourSpace ?? 'rec709');
  const stop = new AbortController();
  const cancel = () => stop.abort();
  context.signal?.addEventListener('abort', cancel, { once: true });
  if (context.signal?.aborted === true) cancel();
  const encoder = startFfmpeg(tools, {
    args: [...rawArgs(context, video, format), `file:${path}`],
    stage: 'render',
    where: path,
    stdin: 'data',
    stallMs,
    signal: stop.signal,
  });
  try {
    assert(encoder.stdin !== undefined, 'the encoder takes pictures');
    let frame = segment.from;
    for await (const picture of showFrames({ ...context, format, ...reading }, segment)) {
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

/** Raw pictures from stdin to the encoder. */
function rawArgs(
  { tools, plan, device }: SegmentContext,
  video: VideoSettings,
  format: PictureFormat,
): readonly string[] {
  const upload = device === undefined ? [] : [device.encoder.filter];
  // Square pixels, as segments say that ffmpeg makes alone: all segments must have one header.
  const filters = ['setsar=1', colourFilter(format.colourSpace), ...upload];
  const rate = formatRational(plan.timeline.rate);
  return [
    ...(device?.encoder.before ?? []),
    ...['-f', 'rawvideo', '-pix_fmt', format.pixelFormat, '-s', `${plan.width}x${plan.height}`],
    ...[...colourOptions(format.colourSpace), '-framerate', rate, '-i', 'pipe:0', '-vf', filters.join(',')],
    ...[...videoArgs(tools, video, plan, device), '-an', '-fflags', '+bitexact'],
  ];
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
