import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import type { ExportFormat, ExportLoss, ExportReport } from '../../core/contract/model.ts';
import { MontageError } from '../../core/errors.ts';
import type { ExportInput, Loss } from '../../core/interchange/handoff.ts';
import { exportTimeline } from '../../core/interchange/interchange.ts';
import type { TimelineId } from '../../core/timeline/timeline.ts';
import type { IdSource } from '../ids.ts';
import type { Project } from '../project/project.ts';
import { pathFault } from './path-faults.ts';
import { readExportBack } from './read-back.ts';

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
  const input: ExportInput = {
    timeline: project.timelines.get(wish.timelineId).timeline,
    media: (id) => project.media.get(id),
    sources: project.media,
  };
  const result = exportTimeline(format, input);
  const texts = wish.sideFiles ? result.files : result.files.slice(0, 1);
  const unwritten = result.files.slice(texts.length).map(({ suffix }) => lostTrack(suffix));
  const files: ExportReport['files'][number][] = [];
  for (const { suffix, text } of texts) {
    const path = withSuffix(wish.path, suffix);
    await writeText(path, text, ids);
    files.push({ path, bytes: Buffer.byteLength(text) });
  }
  return {
    format,
    files,
    losses: [...result.losses.map(asLoss), ...unwritten],
    readBack: readExportBack(format, input, texts, result.losses),
  };
}

function lostTrack(suffix: string): ExportLoss {
  return {
    kind: 'track',
    severity: 'cut',
    what: suffix.slice(1),
    where: suffix.slice(1),
    message: 'an EDL holds one track; `montage export` writes one file for each',
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
