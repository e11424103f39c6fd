import type { IdSource } from '../ids.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { Project } from '../project/project.ts';
import { cutJob } from './cut-job.ts';
import type { IngestBoard } from './ingest-board.ts';
import { ingestJob } from './ingest-job.ts';
import { renderJob } from './render-job.ts';

/** Every kind of job this engine does. */
export type JobKinds = ReturnType<typeof registerKinds>;

/** Makes all kinds known to the queue, so that what an earlier engine left can go on. */
export function registerKinds(queue: JobQueue, project: Project, ids: IdSource, board: () => IngestBoard) {
  const ingest = ingestJob(project);
  const render = renderJob(project.media);
  queue.register(ingest);
  const cut = cutJob({ project, queue, ids, render, ingest: board });
  queue.register(render);
  queue.register(cut);
  return { ingest, render, cut };
}
