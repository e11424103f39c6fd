import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { VideoCodec } from '../../core/output/codecs.ts';
import type { PreflightFinding, PreflightReport } from '../../core/output/quality.ts';
import { MontageError } from '../../core/errors.ts';
import type { Clip, Timeline } from '../../core/timeline/timeline.ts';
import { isGenerated } from '../../core/timeline/generated-media.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { refuseBadTables } from './colour-tables.ts';
import { codecFor, containerOf } from './containers.ts';
import { hasTenBits, refuseMissingEncoders } from './encoders.ts';
import { filesOf, sizeOnDisk } from '../ffmpeg/picture-run.ts';
import { missingFonts } from './fonts.ts';
import { planRender, type RenderPlan } from './render-plan.ts';
import type { RenderMedia, RenderSettings, RenderSources } from './request.ts';

/** A film that may be rendered. */
export type PreflightWish = {
  readonly timeline: Timeline;
  readonly sources: RenderSources;
  readonly output: string;
  readonly settings: RenderSettings;
  /** Where segments and sound are kept until the film is whole; beside it where not given. */
  readonly workFolder?: string | undefined;
};

/**
 * What a render would meet: files that are not there or are others than were imported, fonts and look-up tables that
 * are missing, an encoder that this ffmpeg lacks, a codec that the file does not take, a disk that is too small. Renders
 * read originals: a proxy does not stand in for one.
 */
export async function preflight(wish: PreflightWish, tools: FfmpegTools): Promise<PreflightReport> {
  const { timeline, sources, output, settings } = wish;
  const findings: PreflightFinding[] = [
    ...(await mediaFindings(timeline, sources)),
    ...(await withoutFonts(timeline)),
    ...bandedColours(wish),
  ];
  const attempt = async <Value>(work: () => Value | Promise<Value>): Promise<Value | undefined> => {
    try {
      return await work();
    } catch (error) {
      const finding = findingOf(error);
      if (!findings.some(({ code }) => code === finding.code)) findings.push(finding);
      return undefined;
    }
  };
  await attempt(() => refuseBadTables(timeline));
  await attempt(() => refuseUnfit(output, settings));
  await attempt(() => refuseMissingEncoders(tools, settings));
  const plan = await attempt(() => planRender(timeline, sources, settings, tools.build));
  const room = plan === undefined ? { workBytes: 0, filmBytes: 0 } : estimateRoom(plan);
  const folder = dirname(resolve(output));
  const disks = await disksOf(room, { folder, workFolder: wish.workFolder ?? folder });
  for (const { path, neededBytes, freeBytes } of disks) {
    if (neededBytes <= freeBytes) continue;
    const message = `the film may take ${inGb(neededBytes)}, ${inGb(freeBytes)} are free`;
    const hint = 'free some space or choose another folder';
    findings.push({ severity: 'error', code: 'E_NO_SPACE', message, where: path, hint });
  }
  return { findings, estimatedBytes: room.workBytes + room.filmBytes, freeBytes: disks[0]?.freeBytes ?? null };
}

/**
 * What keeps a render from starting, as a finding.
 *
 * @throws what is no MontageError
 */
export function findingOf(error: unknown): PreflightFinding {
  if (!(error instanceof MontageError)) throw error;
  const { code, message, where, hint } = error.fault;
  return { severity: 'error', code, message, where, hint };
}

/** The container must take both codecs. */
function refuseUnfit(output: string, { video, audio }: RenderSettings): void {
  const container = containerOf(output);
  if (video !== null) codecFor(output, container.video, video.codec);
  if (audio !== null) codecFor(output, container.audio, audio.codec);
}

/** Films of HDR colours in 8 bits show steps in skies; ITU-R BT.2100 asks for 10 bits at least. */
function bandedColours({ timeline, settings, output }: PreflightWish): readonly PreflightFinding[] {
  const { colourSpace } = timeline;
  const isHdr = colourSpace === 'rec2020-pq' || colourSpace === 'rec2020-hlg';
  if (!isHdr || settings.video === null || hasTenBits(settings.video.codec)) return [];
  const message = 'the sequence is HDR, eight bits show steps in smooth colours';
  const hint = 'choose H.265 10-bit, ProRes or DNxHR HQX';
  return [{ severity: 'warning', code: 'E_TOO_FEW_BITS', message, where: output, hint }];
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

async function mediaFindings(timeline: Timeline, sources: RenderSources): Promise<readonly PreflightFinding[]> {
  const clips = [timeline, ...(timeline.nested ?? [])]
    .flatMap(({ tracks }) => tracks)
    .filter(({ enabled }) => enabled)
    .flatMap((track): readonly Clip[] => track.clips)
    .filter(({ enabled, mediaId }) => enabled && !isGenerated(mediaId));
  const byMedia = new Map(clips.map((clip) => [clip.mediaId, clip]));
  const findings = [...byMedia].map(async ([id, { name }]) => mediaFinding(sources.media(id), name));
  return (await Promise.all(findings)).flatMap((finding) => finding ?? []);
}

async function mediaFinding(media: RenderMedia | undefined, name: string): Promise<PreflightFinding | undefined> {
  const relink = 'relink the file or remove its clips';
  if (media === undefined) {
    const message = 'the file of a clip is not there';
    return { severity: 'error', code: 'E_OFFLINE', message, where: name, hint: relink };
  }
  const { path, facts } = media;
  const size = await readableSize(path);
  if (size === undefined) {
    const message = 'the original of a clip is not there; a proxy does not do for a film';
    return { severity: 'error', code: 'E_OFFLINE', message, where: path, hint: relink };
  }
  if (size === facts.fingerprint.sizeBytes) return undefined;
  const message = 'the file of a clip is another than when it was imported: its frames may be others';
  return { severity: 'warning', code: 'E_SOURCE_CHANGED', message, where: path, hint: 'import it again' };
}

async function withoutFonts(timeline: Timeline): Promise<readonly PreflightFinding[]> {
  const message = 'a font of a title is not installed, the title is set in Inter';
  const missing = await missingFonts(timeline);
  return missing.map((where) => ({ severity: 'warning', code: 'E_FONT_MISSING', message, where, hint: 'install it' }));
}

async function readableSize(path: string): Promise<number | undefined> {
  try {
    for (const file of filesOf(path)) await access(file, constants.R_OK);
    return await sizeOnDisk(path);
  } catch {
    return undefined;
  }
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

/** Segments and film are each as large as the pictures; the sound is 32-bit PCM, twice where it is brought to a loudness. */
function estimateRoom(plan: RenderPlan): { readonly workBytes: number; readonly filmBytes: number } {
  const { video, audio, loudness } = plan.settings;
  const { width, height, frameCount, timeline, sampleCount } = plan;
  const seconds = (frameCount * timeline.rate.den) / timeline.rate.num;
  const byRate = video?.bitrateKbps === undefined ? undefined : video.bitrateKbps * 125 * seconds;
  const byPixels = video === null ? 0 : (width * height * frameCount * BITS_PER_PIXEL[video.codec]) / 8;
  const pictures = Math.round(byRate ?? byPixels);
  const pcm = audio === null ? 0 : sampleCount * 8 * (loudness === undefined ? 1 : 2);
  return { workBytes: pictures + pcm, filmBytes: pictures + (audio === null ? 0 : sampleCount * 4) };
}

type Disk = { readonly path: string; readonly neededBytes: number; readonly freeBytes: number };

/** What is needed and free on the film's disk, then on that of passing files where it is another. */
async function disksOf(
  { workBytes, filmBytes }: ReturnType<typeof estimateRoom>,
  { folder, workFolder }: { readonly folder: string; readonly workFolder: string },
): Promise<readonly Disk[]> {
  const [film, work] = await Promise.all([folder, workFolder].map(freeSpace));
  if (film === undefined || work === undefined || film.device === work.device) {
    return film === undefined ? [] : [{ path: folder, neededBytes: workBytes + filmBytes, freeBytes: film.freeBytes }];
  }
  return [
    { path: folder, neededBytes: filmBytes, freeBytes: film.freeBytes },
    { path: workFolder, neededBytes: workBytes, freeBytes: work.freeBytes },
  ];
}

async function freeSpace(folder: string): Promise<{ readonly device: number; readonly freeBytes: number } | undefined> {
  try {
    const [{ bavail, bsize }, { dev }] = [await statfs(folder), await stat(folder)];
    return { device: dev, freeBytes: bavail * bsize };
  } catch {
    return undefined;
  }
}

function inGb(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
