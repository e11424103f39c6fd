import type { Clock } from '../clock.ts';
import type { IdSource } from '../ids.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { ModelHost } from '../models/model-host.ts';
import type { Project } from '../project/project.ts';
import type { AnalysisBoard } from './analysis-board.ts';
import type { ByteHandles } from './byte-handles.ts';
import type { EventHub } from './events.ts';
import type { IngestBoard } from './ingest-board.ts';
import type { JobKinds } from './job-kinds.ts';

/** What the rooms of the contract work with; made once per open project. */
export type EngineParts = {
  readonly shell: 'electron' | 'browser';
  /** Faults carry stacks. */
  readonly debug: boolean;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly events: EventHub;
  readonly handles: ByteHandles;
  readonly project: Project;
  readonly queue: JobQueue;
  readonly kinds: JobKinds;
  readonly models: ModelHost;
  readonly ingest: IngestBoard;
  /** What runs after ingest. */
  readonly analysis: AnalysisBoard;
  /** Removed with all that belongs to it on close. */
  readonly temporary: boolean;
  /** When the last edit was committed in this engine's life. */
  readonly saved: { atMs: number | null };
};
