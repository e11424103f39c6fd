import { join } from 'node:path';
import { onTestFinished } from 'vitest';

import { JobQueue, type QueueParts } from '../../native/jobs/queue.ts';
import { openProject, type OpenOptions } from '../../native/project/open.ts';
import type { Project } from '../../native/project/project.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { markerEngine } from './library/marker-engine.ts';

/** A project in a folder of its own (or at a path), closed when the test ends. */
export async function openTestProject(
  path: string = join(temporaryFolder(), 'film.montage'),
  options: Partial<OpenOptions> = {},
): Promise<Project> {
  const opened = await openProject(path, { applyEdit: markerEngine, create: true, ...options });
  if (opened.kind !== 'open') throw new Error('the project is open elsewhere');
  onTestFinished(() => opened.project.close());
  return opened.project;
}

/** A queue over a project, stopped before the project closes. */
export function testQueue(project: Project, parts: Partial<QueueParts> = {}): JobQueue {
  const { database, events, clock, ids, artifacts } = project;
  const queue = new JobQueue({ database, events, clock, ids, artifacts, retryMs: 5, ...parts });
  onTestFinished(() => queue.stop());
  return queue;
}
