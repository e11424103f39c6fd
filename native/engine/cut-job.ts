import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { CUT_FILES, cutReportSchema, cutWishSchema, type CutReport, type CutWish } from '../../core/contract/cut.ts';
import type { ExportReport, ImportRejection, JobSummary } from '../../core/contract/model.ts';
import type { Suggestion } from '../../core/director/suggestion.ts';
import { MontageError, type Fault } from '../../core/errors.ts';
import type { Media } from '../../core/media/media.ts';
import { formatRational } from '../../core/time/rational.ts';
import { flicks, secondsOf } from '../../core/time/flicks.ts';
import type { Timeline, TimelineId } from '../../core/timeline/timeline.ts';
import type { JobContext, JobKind } from '../jobs/job-kind.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { IdSource } from '../ids.ts';
import type { Project } from '../project/project.ts';
import { cutBrief } from './cut-brief.ts';
import { accept, directCut } from './proposals.ts';
import { writeText } from '../interchange/write-cut.ts';
import { exportToFile } from './export-timeline.ts';
import type { IngestBoard } from './ingest-board.ts';
import { importPaths } from './media-import.ts';
import { pathFault } from './path-faults.ts';
import { faultOf } from './refusals.ts';
import type { renderJob } from './render-job.ts';

export type CutParts = {
  readonly project: Project;
  readonly queue: JobQueue;
  readonly ids: IdSource;
  readonly render: ReturnType<typeof renderJob>;
  /** Made after the kinds are known. */
  readonly ingest: () => IngestBoard;
};

const nothing = z.object({});

/** Shares of the bar, by what usually takes how long. */
const IMPORTED = 0.05;
const UNDERSTOOD = 0.6;
const EXPORTED = 0.65;
/** The revision of a timeline that holds what was accepted and nothing else. */
const UNEDITED = 1;

/**
 * Footage in, cut out. Its one shard mostly waits for jobs of its own, so it holds no cores. Everything it does can be done twice:
 * files that are in are known, a suggestion that was applied has its timeline, exports replace themselves.
 */
export function cutJob(parts: CutParts): JobKind<CutWish, object, CutReport, CutReport> {
  return {
    id: 'cut',
    version: 1,
    schemas: { input: cutWishSchema, shard: nothing, output: cutReportSchema, result: cutReportSchema },
    title: ({ text }) => (text === '' ? 'Cut' : `Cut: ${text.slice(0, 80)}`),
    split: async () => [{ shard: {}, cost: 1, needs: { cores: 0, memoryBytes: 0 } }],
    run: async (_shard, context, wish) => ({ value: await makeCut(parts, wish, context) }),
    merge: async (_wish, [report]) => {
      if (report === undefined) throw new Error('a cut has one shard');
      return { value: report };
    },
  };
}

async function makeCut(parts: CutParts, wish: CutWish, context: JobContext): Promise<CutReport> {
  const brought = await bringIn(parts, wish, context);
  const { suggestion, timeline } = decide(parts, wish, brought);
  await writeText(join(wish.out, 'suggestion.json'), `${JSON.stringify(suggestion, null, 2)}\n`, parts.ids);
  const { exports, failures } = await exportAll(parts, wish, timeline.id);
  context.progress(EXPORTED);
  const render = wish.formats.includes('mp4') ? await renderFilm(parts, wish, timeline, context) : null;
  const report: CutReport = {
    schema: 'montage.cut-report/1',
    cut: describeCut(timeline, suggestion),
    files: [
      ...wish.formats
        .filter((format) => !failures.some((failure) => failure.format === format))
        .map((format) => CUT_FILES[format]),
      'suggestion.json',
      'report.json',
    ],
    exports,
    failures,
    render,
    skipped: brought.skipped,
  };
  await writeText(join(wish.out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`, parts.ids);
  return report;
}

/**
 * Makes the folder for a cut.
 *
 * @throws MontageError E_NO_PERMISSION, E_NOT_A_FOLDER, E_READ_ONLY, E_NO_SPACE
 */
export async function refuseBadFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    const probe = join(folder, `.montage-${process.pid}`);
    await mkdir(probe);
    await rm(probe, { recursive: true });
  } catch (error) {
    const isFile = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (!isFile) throw pathFault(error, folder, 'cut');
    throw new MontageError({
      code: 'E_NOT_A_FOLDER',
      message: 'this is a file, not a folder',
      where: folder,
      hint: 'name a folder',
      stage: 'cut',
    });
  }
}

type Brought = {
  readonly media: readonly Media[];
  readonly music: Media | null;
  readonly skipped: readonly ImportRejection[];
};

async function bringIn(parts: CutParts, wish: CutWish, context: JobContext): Promise<Brought> {
  const { project, queue } = parts;
  const { signal } = context;
  const music = wish.music === undefined ? null : await bringMusic(parts, wish.music, context);
  const imported = await importPaths(project.media, wish.paths, {
    signal,
    onProgress: (done, total) => context.progress((IMPORTED * done) / total),
  });
  const media = [...imported.added, ...imported.known.map((known) => known.media)];
  if (media.length === 0) throw new MontageError(imported.rejected[0]?.fault ?? noMedia(wish));
  const jobs = [...media, ...(music === null ? [] : [music])].flatMap((file) => parts.ingest().queueFor(file) ?? []);
  const failed = await waitForAll(queue, jobs, context);
  const notUnderstood = failed.flatMap((job) => {
    const file = project.media.get(parts.ingest().mediaOf(job) ?? media[0]?.id ?? missingId());
    return file === undefined ? [] : [{ path: file.path, fault: job.fault ?? cancelled(file.path) }];
  });
  return { media, music, skipped: [...imported.rejected, ...notUnderstood] };
}

function missingId(): never {
  throw new Error('a cut without media was refused before');
}

async function bringMusic({ project }: CutParts, path: string, { signal }: JobContext): Promise<Media> {
  const { added, known, rejected } = await importPaths(project.media, [path], { signal });
  const music = added[0] ?? known[0]?.media;
  if (music === undefined)
    throw new MontageError(rejected[0]?.fault ?? { code: 'E_NO_MEDIA', message: 'no music was found', where: path });
  if (music.audio.length > 0) return music;
  throw new MontageError({
    code: 'E_NO_SOUND',
    message: 'the file chosen as music has no sound',
    where: path,
    hint: 'choose another one',
    stage: 'cut',
  });
}

function noMedia({ paths }: CutWish): Fault {
  const hint = 'name files or folders with footage';
  return { code: 'E_NO_MEDIA', message: 'no media was found', where: paths.join(', '), hint, stage: 'import' };
}

function cancelled(path: string): Fault {
  return { code: 'E_CANCELLED', message: 'its ingest was cancelled', where: path, stage: 'ingest' };
}

/** Waits for jobs and gives those that did not get done. */
async function waitForAll(
  queue: JobQueue,
  ids: readonly string[],
  context: JobContext,
): Promise<readonly JobSummary[]> {
  let ended = 0;
  const jobs = await Promise.all(
    ids.map(async (id) => {
      const job = await queue.wait(id, context.signal);
      ended += 1;
      context.progress(IMPORTED + ((UNDERSTOOD - IMPORTED) * ended) / ids.length);
      return job;
    }),
  );
  return jobs.filter(({ state }) => state !== 'done');
}

function decide(
  parts: CutParts,
  wish: CutWish,
  { media, music }: Brought,
): { readonly suggestion: Suggestion; readonly timeline: Timeline } {
  const { project } = parts;
  const wanted = new Set(media.map(({ id }) => id));
  const others = project.media.list().filter(({ id }) => !wanted.has(id) && id !== music?.id);
  const brief = cutBrief(wish, { music: music?.id ?? null, neverUse: others.map(({ id }) => id) });
  const outcome = directCut(parts, brief);
  if (outcome.kind === 'nothing') {
    const hint = 'add footage with pictures';
    throw new MontageError({ code: 'E_NO_CUT', message: outcome.reason, hint, stage: 'cut' });
  }
  const { suggestion } = outcome;
  const before = project.suggestions.list().find((known) => known.suggestion.id === suggestion.id)?.appliedTo ?? null;
  if (before !== null) {
    const { timeline, revision } = project.timelines.get(before);
    // Made by this very cut before the engine ended, or by an equal one, and not edited since.
    if (revision === UNEDITED) return { suggestion, timeline };
  }
  project.suggestions.save(suggestion);
  const { timeline } = accept(
    parts,
    suggestion.id,
    suggestion.changes.map(({ id }) => id),
  );
  return { suggestion, timeline };
}

async function exportAll(parts: CutParts, wish: CutWish, timelineId: TimelineId) {
  const exports: ExportReport[] = [];
  const failures: CutReport['failures'][number][] = [];
  for (const format of new Set(wish.formats)) {
    if (format === 'mp4') continue;
    const path = join(wish.out, CUT_FILES[format]);
    try {
      const report = await exportToFile(parts.project, parts.ids, { timelineId, format, path, sideFiles: false });
      // The folder may be moved: its report names its files as they lie in it.
      exports.push({ ...report, files: report.files.map((file) => ({ ...file, path: basename(file.path) })) });
    } catch (error) {
      const fault = faultOf(error);
      // A rate that one format cannot hold is no reason to withhold the others.
      if (fault.code !== 'E_INTERCHANGE_RATE') throw error;
      await rm(path, { force: true });
      failures.push({ format, fault });
    }
  }
  return { exports, failures };
}

async function renderFilm(
  parts: CutParts,
  wish: CutWish,
  timeline: Timeline,
  context: JobContext,
): Promise<CutReport['render']> {
  const { queue, render, project } = parts;
  const path = join(wish.out, CUT_FILES.mp4);
  // One that an earlier engine began goes on by itself.
  const begun = queue.childrenOf(context.jobId).find(({ state }) => state !== 'failed' && state !== 'cancelled');
  const id = begun?.id ?? queue.add(render, { timeline, path, settings: {} }, { parent: context.jobId });
  const stop = project.events.subscribe((event) => {
    if (event.kind !== 'job-changed' || event.jobId !== id) return;
    context.progress(EXPORTED + (1 - EXPORTED) * (queue.find(id)?.progress ?? 0));
  });
  const job = await queue.wait(id, context.signal).finally(stop);
  if (job.state !== 'done') throw new MontageError(job.fault ?? cancelled(path));
  const { frameCount } = render.schemas.result.parse(job.result);
  return { file: CUT_FILES.mp4, frameCount };
}

function describeCut(timeline: Timeline, suggestion: Suggestion): CutReport['cut'] {
  const clips = timeline.tracks.flatMap((track) => (track.kind === 'video' ? track.clips : []));
  const end = Math.max(0, ...clips.map(({ recordIn, duration }) => recordIn + duration));
  const { name, rate, width, height } = timeline;
  return {
    name,
    clips: clips.length,
    durationSeconds: secondsOf(flicks(end)),
    rate: formatRational(rate),
    width,
    height,
    score: suggestion.score.total,
    notes: suggestion.notes,
  };
}
