import { ASKED_ANALYSERS, MODEL_ANALYSERS } from '../analysers/model-registry.ts';
import type { Media } from '../../core/media/media.ts';
import type { IdSource } from '../ids.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { ModelHost } from '../models/model-host.ts';
import type { Project } from '../project/project.ts';
import { analysisJob } from './analysis-job.ts';
import { cutJob } from './cut-job.ts';
import type { IngestBoard } from './ingest-board.ts';
import { ingestJob } from './ingest-job.ts';
import { modelJob } from './model-job.ts';
import { renderJob } from './render-job.ts';

/** Every kind of job this engine does. */
export type JobKinds = ReturnType<typeof registerKinds>;

export type KindParts = {
  readonly queue: JobQueue;
  readonly project: Project;
  readonly ids: IdSource;
  readonly host: ModelHost;
  /** Made after the kinds. */
  readonly board: () => IngestBoard;
};

/** Makes all kinds known to the queue, so that what an earlier engine left can go on. */
export function registerKinds({ queue, project, ids, host, board }: KindParts) {
  const ingest = ingestJob(project);
  const render = renderJob(project.media);
  queue.register(ingest);
  const cut = cutJob({ project, queue, ids, render, ingest: board });
  queue.register(render);
  queue.register(cut);
  const assetsOf = (media: Media) => board().keysOf(media);
  const analysis = analysisJob({ project, host, analysers: [...MODEL_ANALYSERS, ...ASKED_ANALYSERS], assetsOf });
  const model = modelJob();
  queue.register(analysis);
  queue.register(model);
  return { ingest, render, cut, analysis, model };
}
