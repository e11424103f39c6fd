import type { Timeline } from '../../core/timeline/timeline.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { refuseBadTables } from './colour-tables.ts';
import { containerOf } from './containers.ts';
import { planRender, type RenderPlan } from './render-plan.ts';
import type { RenderSettings, RenderSources } from './request.ts';
import { planCopies } from './smart-plan.ts';

/** What a film is made by, and what it is made by instead where copied pictures turn out wrong. */
export type FilmPlan = { readonly plan: RenderPlan; readonly full: RenderPlan };

/** Containers that hold H.264 with one header for several parameter sets. */
const TAKE_COPIES: ReadonlySet<string> = new Set(['mp4', 'm4v', 'mov', 'mkv']);

/** Devices cannot number their parameter sets so that their pictures join with copied ones. */
function inSoftware(settings: RenderSettings): RenderSettings {
  if (settings.video?.hardware !== true) return settings;
  const { hardware: _, ...video } = settings.video;
  return { ...settings, video };
}

/**
 * Plans a film; where its settings allow it and its container can, with pictures copied from the sources.
 *
 * @throws MontageError as `planRender` and `refuseBadTables`, E_CONTAINER
 */
export async function planFilm(
  timeline: Timeline,
  sources: RenderSources,
  output: string,
  settings: RenderSettings,
  tools: FfmpegTools,
): Promise<FilmPlan> {
  await refuseBadTables(timeline);
  const full = planRender(timeline, sources, inSoftware(settings), tools.build);
  const allowed = settings.smart === true && TAKE_COPIES.has(containerOf(output).id);
  const smart = allowed ? await planCopies(full, sources, tools.build) : undefined;
  if (smart !== undefined || settings.video?.hardware !== true) return { plan: smart ?? full, full };
  return { plan: planRender(timeline, sources, settings, tools.build), full };
}
