import { listPresets } from '../../core/output/presets.ts';
import { resolve } from 'node:path';
import type { Caller } from './caller.ts';
import { exportToFile } from './export-timeline.ts';
import { freePath } from './free-path.ts';
import type { EngineParts } from './parts.ts';
import { preflightOf, renderSourcesOf } from './render-job.ts';
import { refuseBadOutput } from './render-output.ts';

/** Cuts on their way out: to other editors, and as films. */
export function exportRoom(caller: Caller, parts: EngineParts) {
  const { project, ids, queue, kinds } = parts;
  return {
    timeline: caller.export.timeline.handler(({ input }) =>
      exportToFile(project, ids, { ...input, path: resolve(input.path), sideFiles: true }),
    ),
    render: caller.export.render.handler(async ({ input }) => {
      const path = resolve(input.path);
      await refuseBadOutput(path);
      const { timeline } = project.timelines.get(input.timelineId);
      return { jobId: queue.addOnce(kinds.render, { timeline, path, settings: input.settings }) };
    }),
    preflight: caller.export.preflight.handler(({ input }) => {
      const { timeline } = project.timelines.get(input.timelineId);
      const render = { timeline, path: resolve(input.path), settings: input.settings };
      return preflightOf(render, renderSourcesOf(project.media), project.artifacts.folder);
    }),
    presets: caller.export.presets.handler(() => listPresets()),
    suggestPath: caller.export.suggestPath.handler(({ input }) => {
      const { timeline } = project.timelines.get(input.timelineId);
      return { path: freePath(parts, timeline.name, input.extension.replace(/^\./, '')) };
    }),
  };
}
