import { mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Rate } from '../../core/time/rate.ts';
import type { SuspectSpan } from './damage.ts';
import { encodeDirect, MOST_INPUTS, planDirect } from './direct-segment.ts';
import type { VideoSettings } from './encoders.ts';
import { readMp4Track } from './mp4-samples.ts';
import type { SegmentContext } from './segment-context.ts';
import type { RenderSegment } from './segments.ts';

/** A segment, and where its file is wanted. */
export type WantedSegment = { readonly segment: RenderSegment; readonly path: string };

/** What one run makes, in seconds of film. */
const MOST_S = 6;

/**
 * Segments in groups that one encoder makes: between copied pictures lie many that are so short that starting a decoder
 * and an encoder costs more than their pictures.
 */
export function togetherFor(wanted: readonly WantedSegment[], rate: Rate): readonly (readonly WantedSegment[])[] {
  const most = (MOST_S * rate.num) / rate.den;
  const groups: WantedSegment[][] = [];
  let frames = Number.POSITIVE_INFINITY;
  for (const one of wanted) {
    const own = one.segment.to - one.segment.from;
    frames += own;
    if (frames <= most) groups.at(-1)?.push(one);
    else groups.push([one]);
    if (frames > most) frames = own;
  }
  return groups;
}

/**
 * Makes H.264 segments with one encoder, which begins a closed group for each; false where they have to be made one by
 * one: what they show is more than one clip at a time or changed, or a source is damaged.
 *
 * @throws MontageError E_CANCELLED
 */
export async function madeTogether(
  context: SegmentContext,
  video: VideoSettings,
  wanted: readonly WantedSegment[],
): Promise<boolean> {
  const own = await mkdtemp(join(dirname(wanted[0]?.path ?? ''), '.together-'));
  try {
    return await makeTogether(context, video, wanted, own);
  } catch (error) {
    if (context.signal?.aborted === true) throw error;
    // Whatever it is will be met, or told, where segments are made one by one.
    return false;
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

async function makeTogether(
  context: SegmentContext,
  video: VideoSettings,
  wanted: readonly WantedSegment[],
  folder: string,
): Promise<boolean> {
  const plans = await Promise.all(wanted.map(({ segment }) => planDirect(context, video, segment, true)));
  // Decoders that wait for their turn shall not take room for threads.
  const inputs = plans
    .flatMap((plan) => plan?.inputs ?? [])
    .map((one) => ({ ...one, input: ['-threads', '1', ...one.input] }));
  if (plans.includes(undefined) || inputs.length > MOST_INPUTS) return false;
  const frames = wanted.flatMap(({ segment: { from, to } }) => Array.from({ length: to - from }, (_, n) => from + n));
  const starts = wanted.slice(1).map(({ segment }) => frames.indexOf(segment.from));
  const keys = ['-forced-idr', '1', '-force_key_frames', `expr:${starts.map((at) => `eq(n,${at})`).join('+')}`];
  const split = [
    '-f',
    'segment',
    '-segment_frames',
    starts.join(','),
    '-segment_format',
    'mp4',
    '-reset_timestamps',
    '1',
  ];
  const suspects: SuspectSpan[] = [];
  await encodeDirect(context, video, {
    ...{ inputs, count: frames.length, where: folder },
    output: [...keys, ...split, `file:${join(folder.replaceAll('%', '%%'), '%d.mp4')}`],
    onMade: (made) => context.onFrame?.(frames[made] ?? 0),
    onErrors: (span) => void suspects.push(span),
  });
  const made = wanted.map((_, n) => join(folder, `${n}.mp4`));
  for (const [n, { segment }] of wanted.entries()) {
    const track = await readMp4Track(made[n] ?? '', 0);
    if (track?.samples.length !== segment.to - segment.from || track.samples[0]?.isSync !== true) return false;
  }
  if (suspects.length > 0) return false;
  for (const [n, { path }] of wanted.entries()) await rename(made[n] ?? '', path);
  return true;
}
