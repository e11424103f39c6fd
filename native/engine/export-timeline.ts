import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import type { ExportFormat, ExportLoss, ExportReport } from '../../core/contract/model.ts';
import { MontageError } from '../../core/errors.ts';
import type { ExportInput, Loss } from '../../core/interchange/handoff.ts';
import { exportTimeline } from '../../core/interchange/interchange.ts';
import { readBackExport } from '../../core/interchange/read-back.ts';
import type { Timeline, TimelineId } from '../../core/timeline/timeline.ts';
import type { IdSource } from '../ids.ts';
import type { Project } from '../project/project.ts';
import { pathFault } from './path-faults.ts';

export type ExportWish = {
  readonly timelineId: TimelineId;
  readonly format: ExportFormat;
  readonly path: string;
  /** Whether further files may stand beside the main one (an EDL holds one track); else their tracks are listed as lost. */
  readonly sideFiles: boolean;
};

/**
 * Writes a timeline for another editor and reads it back. Each file appears whole or not at all.
 *
 * @throws MontageError E_TIMELINE_UNKNOWN, E_INTERCHANGE_RATE, E_NOT_FOUND, E_NO_PERMISSION, E_NO_SPACE
 */
export async function exportToFile(project: Project, ids: IdSource, wish: ExportWish): Promise<ExportReport> {
  const { format } = wish;
  const { timeline } = project.timelines.get(wish.timelineId);
  const oneFile = format === 'edl' && !wish.sideFiles;
  const { kept, lost } = oneFile ? mainTrack(timeline) : { kept: timeline, lost: [] };
  const input: ExportInput = { timeline: kept, media: (id) => project.media.get(id), sources: project.media };
  const result = exportTimeline(format, input);
  const files: ExportReport['files'][number][] = [];
  for (const { suffix, text } of result.files) {
    const path = withSuffix(wish.path, suffix);
    await writeText(path, text, ids);
    files.push({ path, bytes: Buffer.byteLength(text) });
  }
  const { clips, matching, unexplained } = readBackExport(format, input, result);
  const differences = unexplained.map(({ track, timecode, message }) => `${track} ${timecode} ${message}`.trim());
  return { format, files, losses: [...result.losses.map(asLoss), ...lost], readBack: { clips, matching, differences } };
}

/** The first track that holds clips, and the others as what an EDL of one file cannot hold. */
function mainTrack(timeline: Timeline): { readonly kept: Timeline; readonly lost: readonly ExportLoss[] } {
  const used = timeline.tracks.filter(({ enabled, clips }) => enabled && clips.length > 0);
  const [main, ...others] = used;
  return {
    kept: { ...timeline, tracks: main === undefined ? timeline.tracks : [main] },
    lost: others.map(({ name }) => ({
      kind: 'track',
      severity: 'cut',
      what: name,
      where: name,
      message: 'an EDL holds one track; `montage export` writes one file for each',
    })),
  };
}

function asLoss({ kind, severity, what, where, message }: Loss): ExportLoss {
  return { kind, severity, what, where: [where.track, where.timecode].filter(Boolean).join(' '), message };
}

function withSuffix(path: string, suffix: string): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}${suffix}${extension}`;
}

/**
 * Writes a text under a temporary name beside its place and names it when it is whole.
 *
 * @throws MontageError E_NOT_FOUND, E_NOT_A_FILE, E_NO_PERMISSION, E_NO_SPACE, E_READ_ONLY
 */
export async function writeText(path: string, text: string, ids: IdSource): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) {
    const hint = 'name a file in it';
    throw new MontageError({ code: 'E_NOT_A_FILE', message: 'this is a folder', where: path, hint, stage: 'export' });
  }
  const temporary = join(dirname(path), `.${ids.id('part')}`);
  try {
    await writeFile(temporary, text, { flush: true });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw pathFault(error, path, 'export');
  }
}
