import { listPresets } from '../../core/output/presets.ts';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Caller } from './caller.ts';
import { exportToFile } from './export-timeline.ts';
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

/** Beside the project; temporary projects have no place of their own, so in the user's films, or at home. */
function freePath({ project, temporary }: EngineParts, name: string, extension: string): string {
  const films = ['Movies', 'Videos'].map((folder) => join(homedir(), folder)).find((folder) => existsSync(folder));
  const folder = temporary ? (films ?? homedir()) : dirname(project.path);
  const stem = name.replaceAll(/[/\\:*?"<>|\u0000-\u001F]/g, '_').replace(/^\.+/, '') || 'Cut';
  let path = join(folder, `${stem}.${extension}`);
  for (let count = 2; existsSync(path); count += 1) path = join(folder, `${stem} ${count}.${extension}`);
  return path;
}
