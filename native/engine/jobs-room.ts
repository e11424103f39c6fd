import type { Caller } from './caller.ts';
import type { EngineParts } from './parts.ts';

/** What the engine works on. */
export function jobsRoom(caller: Caller, { queue }: EngineParts) {
  return {
    list: caller.jobs.list.handler(() => queue.list()),
    get: caller.jobs.get.handler(({ input }) => queue.get(input.jobId)),
    log: caller.jobs.log.handler(({ input }) => queue.log(input.jobId)),
    pause: caller.jobs.pause.handler(({ input }) => queue.pause(input.jobId)),
    resume: caller.jobs.resume.handler(({ input }) => queue.resume(input.jobId)),
    cancel: caller.jobs.cancel.handler(({ input }) => queue.cancel(input.jobId)),
    clean: caller.jobs.clean.handler(() => ({ removed: queue.clean() })),
  };
}
