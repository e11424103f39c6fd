import type { Caller } from './caller.ts';
import { duckMusic } from './ducking.ts';
import { reframe } from './reframing.ts';
import type { EngineParts } from './parts.ts';
import { newProjectTimeline } from './new-timeline.ts';

/** Timelines: every change is one committed edit. */
export function timelineRoom(caller: Caller, parts: EngineParts) {
  const { project, ids } = parts;
  const { timelines } = project;
  const byUser = { author: 'you' } as const;
  return {
    list: caller.timeline.list.handler(() => timelines.list()),
    create: caller.timeline.create.handler(({ input }) =>
      timelines.create(newProjectTimeline(input, project.media.list(), ids)),
    ),
    get: caller.timeline.get.handler(({ input }) => timelines.get(input.timelineId)),
    apply: caller.timeline.apply.handler(({ input: { timelineId, editId, edit, author } }) =>
      timelines.applyAt(timelineId, { editId, author }, edit),
    ),
    duck: caller.timeline.duck.handler(({ input }) => duckMusic(parts, input)),
    reframe: caller.timeline.reframe.handler(({ input }) => reframe(parts, input)),
    undo: caller.timeline.undo.handler(({ input: { timelineId, editId } }) =>
      timelines.undo(timelineId, { editId, ...byUser }),
    ),
    redo: caller.timeline.redo.handler(({ input: { timelineId, editId } }) =>
      timelines.redo(timelineId, { editId, ...byUser }),
    ),
    history: caller.timeline.history.handler(({ input }) => timelines.history(input.timelineId)),
  };
}
