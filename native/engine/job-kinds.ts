import type { JobQueue } from '../jobs/queue.ts';
import type { Project } from '../project/project.ts';
import { renderJob } from './render-job.ts';

/** Every kind of job this engine does. */
export type JobKinds = ReturnType<typeof registerKinds>;

/** Makes all kinds known to the queue, so that what an earlier engine left can go on. */
export function registerKinds(queue: JobQueue, project: Project) {
  const render = renderJob(project.media);
  queue.register(render);
  return { render };
}
