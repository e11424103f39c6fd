import { access, constants, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { VideoCodec } from '../../core/output/codecs.ts';
import type { PreflightFinding, PreflightReport } from '../../core/output/quality.ts';
import { MontageError } from '../../core/errors.ts';
import type { Clip, Timeline } from '../../core/timeline/timeline.ts';
import { isGenerated } from '../../core/timeline/generated-media.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { softwareEncoder } from './encoders.ts';
import { missingFonts } from './fonts.ts';
import { planRender, type RenderPlan } from './render-plan.ts';
import type { RenderSettings, RenderSources } from './request.ts';

/**
 * What a render would meet: files that are not there, an encoder that this ffmpeg lacks, a disk that is too small.
 * Renders read originals, so offline proxies do not matter.
 */
export async function preflight(
  timeline: Timeline,
  sources: RenderSources,
  output: string,
  settings: RenderSettings,
  tools: FfmpegTools,
): Promise<PreflightReport> {
  const findings: PreflightFinding[] = [...(await missingMedia(timeline, sources)), ...(await withoutFonts(timeline))];
  const attempt = <Value>(work: () => Value): Value | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof MontageError)) throw error;
      const { code, message, where, hint } = error.fault;
      if (!findings.some((finding) => finding.code === code)) {
        findings.push({ severity: 'error', code, message, where, hint });
      }
      return undefined;
    }
  };
  const { video } = settings;
  if (video !== null) attempt(() => softwareEncoder(tools, video.codec));
  const plan = attempt(() => planRender(timeline, sources, settings, tools.build));
  const estimatedBytes = plan === undefined ? 0 : estimateBytes(plan);
  const freeBytes = await freeSpace(dirname(output));
  if (freeBytes !== null && estimatedBytes > freeBytes) {
    const message = `the film may take ${inGb(estimatedBytes)}, ${inGb(freeBytes)} are free`;
    const hint = 'free some space or choose another folder';
    findings.push({ severity: 'error', code: 'E_NO_SPACE', message, where: dirname(output), hint });
  }
  return { findings, estimatedBytes, freeBytes };
}

/**
 * Refuses a render whose preflight found errors.
 *
 * @throws MontageError of the first error, naming the others
 */
export function refuseFindings({ findings }: PreflightReport): void {
  const [first, ...others] = findings.filter(({ severity }) => severity === 'error');
  if (first === undefined) return;
  const more = others.map(({ message, where }) => `${message}${where === undefined ? '' : ` (${where})`}`);
  const message = [first.message, ...more].join('; ');
  throw new MontageError({ code: first.code, message, where: first.where, stage: 'preflight', hint: first.hint });
}

async function missingMedia(timeline: Timeline, sources: RenderSources): Promise<readonly PreflightFinding[]> {
  const clips = [timeline, ...(timeline.nested ?? [])]
    .flatMap(({ tracks }) => tracks)
    .filter(({ enabled }) => enabled)
    .flatMap((track): readonly Clip[] => track.clips)
    .filter(({ enabled, mediaId }) => enabled && !isGenerated(mediaId));
  const byMedia = new Map(clips.map((clip) => [clip.mediaId, clip]));
  const findings: PreflightFinding[] = [];
  for (const [id, clip] of byMedia) {
    const media = sources.media(id);
    const isThere = media !== undefined && (await isReadable(media.path));
    if (isThere) continue;
    const message = 'the file of a clip is not there';
    const hint = 'relink the file or remove its clips';
    findings.push({ severity: 'error', code: 'E_OFFLINE', message, where: media?.path ?? clip.name, hint });
  }
  return findings;
}

async function withoutFonts(timeline: Timeline): Promise<readonly PreflightFinding[]> {
  const message = 'a font of a title is not installed, the title is set in Inter';
  const missing = await missingFonts(timeline);
  return missing.map((where) => ({ severity: 'warning', code: 'E_FONT_MISSING', message, where, hint: 'install it' }));
}

async function isReadable(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

/** Bits a picture's pixel takes at usual quality, on the generous side; of editing codecs, from their makers' tables. */
const BITS_PER_PIXEL: Readonly<Record<VideoCodec, number>> = {
  h264: 0.3,
  hevc: 0.2,
  hevc10: 0.2,
  vp9: 0.2,
  av1: 0.15,
  prores422: 2.9,
  prores422hq: 4.4,
  prores4444: 6.6,
  dnxhr: 4.4,
  dnxhrhqx: 4.4,
  // Kept without loss until the film is whole.
  gif: 8,
  webp: 8,
  png: 24,
  jpeg: 10,
};

/** Segments and film, each as large as the pictures; the sound as 32-bit PCM, twice where it is brought to a loudness. */
export function estimateBytes(plan: RenderPlan): number {
  const { video, audio, loudness } = plan.settings;
  const { width, height, frameCount, timeline, sampleCount } = plan;
  const seconds = (frameCount * timeline.rate.den) / timeline.rate.num;
  const byRate = video?.bitrateKbps === undefined ? undefined : video.bitrateKbps * 125 * seconds;
  const byPixels = video === null ? 0 : (width * height * frameCount * BITS_PER_PIXEL[video.codec]) / 8;
  const pcm = audio === null ? 0 : sampleCount * 8 * (loudness === undefined ? 1 : 2);
  return Math.round(2 * (byRate ?? byPixels) + pcm);
}

async function freeSpace(folder: string): Promise<number | null> {
  return statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  );
}

function inGb(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
