import { makeCaller, notAvailable } from './caller.ts';
import { filesRoom } from './files-room.ts';
import type { EngineParts } from './parts.ts';
import { systemRoom } from './system-room.ts';

/** Every procedure of the contract, over one engine's parts. */
export function makeRouter(parts: EngineParts) {
  const caller = makeCaller(parts.debug);
  return caller.router({
    system: systemRoom(caller, parts),
    files: filesRoom(caller),
    project: {
      info: caller.project.info.handler(() => notAvailable('the project')),
      saveCopy: caller.project.saveCopy.handler(() => notAvailable('saving a copy')),
    },
    media: {
      import: caller.media.import.handler(() => notAvailable('import')),
      list: caller.media.list.handler(() => notAvailable('media')),
      remove: caller.media.remove.handler(() => notAvailable('removing media')),
      relink: caller.media.relink.handler(() => notAvailable('relinking')),
      analysis: caller.media.analysis.handler(() => notAvailable('analysis')),
      prioritise: caller.media.prioritise.handler(() => notAvailable('ingest')),
    },
    timeline: {
      list: caller.timeline.list.handler(() => notAvailable('timelines')),
      create: caller.timeline.create.handler(() => notAvailable('timelines')),
      get: caller.timeline.get.handler(() => notAvailable('timelines')),
      apply: caller.timeline.apply.handler(() => notAvailable('timelines')),
      undo: caller.timeline.undo.handler(() => notAvailable('timelines')),
      redo: caller.timeline.redo.handler(() => notAvailable('timelines')),
      history: caller.timeline.history.handler(() => notAvailable('timelines')),
    },
    director: {
      styles: caller.director.styles.handler(() => notAvailable('the director')),
      propose: caller.director.propose.handler(() => notAvailable('the director')),
      list: caller.director.list.handler(() => notAvailable('the director')),
      get: caller.director.get.handler(() => notAvailable('the director')),
      accept: caller.director.accept.handler(() => notAvailable('the director')),
      discard: caller.director.discard.handler(() => notAvailable('the director')),
    },
    export: {
      timeline: caller.export.timeline.handler(() => notAvailable('export')),
      render: caller.export.render.handler(() => notAvailable('render')),
      suggestPath: caller.export.suggestPath.handler(() => notAvailable('export')),
    },
    jobs: {
      list: caller.jobs.list.handler(() => notAvailable('jobs')),
      get: caller.jobs.get.handler(() => notAvailable('jobs')),
      log: caller.jobs.log.handler(() => notAvailable('jobs')),
      pause: caller.jobs.pause.handler(() => notAvailable('jobs')),
      resume: caller.jobs.resume.handler(() => notAvailable('jobs')),
      cancel: caller.jobs.cancel.handler(() => notAvailable('jobs')),
      clean: caller.jobs.clean.handler(() => notAvailable('jobs')),
    },
  });
}

export type EngineRouter = ReturnType<typeof makeRouter>;
