import { z } from 'zod';
import type { JobSummary } from '../core/contract/model.ts';
import { qualityFaults, qualityLines, type PreflightReport, type QualityReport } from '../core/output/quality.ts';
import { qualitySchema } from '../core/output/quality-schema.ts';
import { formatBytes } from './format.ts';

const resultSchema = z.object({ quality: qualitySchema.nullable() });

/** What was found in the film of a finished render; undefined for other jobs and films that are not looked at. */
export function filmCheckOf({ kind, state, result }: JobSummary): QualityReport | undefined {
  if (kind !== 'render' || state !== 'done') return undefined;
  return resultSchema.safeParse(result).data?.quality ?? undefined;
}

/** The look at a finished film in a sentence; whether it is not what was meant. */
export function filmCheckText(quality: QualityReport): { readonly text: string; readonly isWrong: boolean } {
  const lines = [`${quality.frameCount} frames`, ...qualityLines(quality)];
  const isWrong = qualityFaults(quality).length > 0;
  return { text: `Checked: ${(isWrong ? lines.slice(1) : lines).join('; ')}`, isWrong };
}

/** How much a film may take, and how much there is. */
export function roomText({ estimatedBytes, freeBytes }: PreflightReport): string {
  const needed = `Needs up to ${formatBytes(estimatedBytes)}`;
  return freeBytes === null ? needed : `${needed}, ${formatBytes(freeBytes)} free`;
}
