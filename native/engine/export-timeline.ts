import type { ExportFormat, ExportLoss, ExportReport } from '../../core/contract/model.ts';
import type { ExportInput, Loss } from '../../core/interchange/handoff.ts';
import { profileOf, type TargetId } from '../../core/interchange/profiles.ts';
import type { Timeline, TimelineId } from '../../core/timeline/timeline.ts';
import type { IdSource } from '../ids.ts';
import { writeCut } from '../interchange/write-cut.ts';
import type { Project } from '../project/project.ts';

export type ExportWish = {
  readonly timelineId: TimelineId;
  readonly format: ExportFormat;
  readonly path: string;
  /** Whether further files may stand beside the main one (an EDL holds one track; the handoff report); else their tracks are listed as lost. */
  readonly sideFiles: boolean;
  /** Who will read it; absent = any program. */
  readonly target?: TargetId | undefined;
};

/**
 * Writes a timeline for another editor and reads it back. Each file appears whole or not at all; where side files are wished for
 * a handoff report lies beside them.
 *
 * @throws MontageError E_TIMELINE_UNKNOWN, E_INTERCHANGE_RATE, E_NOT_FOUND, E_NO_PERMISSION, E_NO_SPACE
 */
export async function exportToFile(project: Project, ids: IdSource, wish: ExportWish): Promise<ExportReport> {
  const { format } = wish;
  const { timeline } = project.timelines.get(wish.timelineId);
  const oneFile = format === 'edl' && !wish.sideFiles;
  const { kept, lost } = oneFile ? mainTrack(timeline) : { kept: timeline, lost: [] };
  const profile = profileOf(wish.target ?? 'generic');
  const input: ExportInput = { timeline: kept, media: (id) => project.media.get(id), sources: project.media, profile };
  const { files, result, readBack, report } = await writeCut(
    input,
    { format, path: wish.path, report: wish.sideFiles },
    ids,
  );
  const { clips, matching, unexplained } = readBack;
  const differences = unexplained.map(({ track, timecode, message }) => `${track} ${timecode} ${message}`.trim());
  const losses = [...result.losses.map(asLoss), ...lost];
  return { format, files, losses, readBack: { clips, matching, differences }, handoff: report };
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
