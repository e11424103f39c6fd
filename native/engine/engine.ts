import { createRouterClient, type RouterClient } from '@orpc/server';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ByteKind } from '../../core/contract/addresses.ts';
import type { ImportOutcome } from '../../core/contract/model.ts';
import { applyEdit } from '../../core/timeline/apply-edit.ts';
import { systemClock, type Clock } from '../clock.ts';
import { findFfmpeg, type FfmpegTools } from '../ffmpeg/find.ts';
import { filesOf } from '../ffmpeg/picture-run.ts';
import type { ByteSource } from '../host/bytes.ts';
import { randomIds, type IdSource } from '../ids.ts';
import { MODEL_ANALYSERS } from '../analysers/model-registry.ts';
import { JobQueue } from '../jobs/queue.ts';
import { providerMemory } from '../models/provider-memory.ts';
import { createProvidingHost } from '../models/providing-host.ts';
import { sweepOrphans } from '../process/reaper.ts';
import type { Endpoint } from '../project/lock.ts';
import { userCacheFolder } from '../project/file-system.ts';
import { openProject } from '../project/open.ts';
import type { Project } from '../project/project.ts';
import { createAnalysisBoard } from './analysis-board.ts';
import { createByteHandles } from './byte-handles.ts';
import { translateEvents } from './event-translation.ts';
import { createEventHub } from './events.ts';
import type { EngineParts } from './parts.ts';
import { createIngestBoard } from './ingest-board.ts';
import { registerKinds } from './job-kinds.ts';
import { makeRouter, type EngineRouter } from './router.ts';
import { keepSpeakersNamed } from './speakers-room.ts';
import { receiveUpload, type Upload } from './upload.ts';

/** The engine of one project, however it is reached. */
export interface Engine {
  readonly router: EngineRouter;
  /** The contract, called in this process. */
  readonly client: RouterClient<EngineRouter>;
  findBytes(kind: ByteKind, handle: string): ByteSource | undefined;
  /** Stores a sent file in the project's media folder and imports it. */
  receive(upload: Upload): Promise<ImportOutcome>;
  close(): Promise<void>;
}

export type EngineOptions = {
  /** The `.montage` file; null = a temporary project that is removed on close. */
  readonly projectPath: string | null;
  /** Makes the project where there is none. */
  readonly create: boolean;
  /** Whether waiting jobs run; false where only a look is wanted. */
  readonly runJobs: boolean;
  readonly shell: 'electron' | 'browser';
  /** Where this engine is reached, for the project's lock. */
  readonly endpoint?: Endpoint | undefined;
  /** Faults carry stacks. */
  readonly debug?: boolean | undefined;
  readonly clock?: Clock | undefined;
  readonly ids?: IdSource | undefined;
};

/** The engine, or where the one answers that has the project open. */
export type OpenedEngine =
  | { readonly kind: 'open'; readonly engine: Engine }
  | ({ readonly kind: 'running' } & Endpoint);

const TEMPORARY_NAME = 'Untitled.montage';

/**
 * Opens a project's engine.
 *
 * @throws MontageError as `openProject` of native/project
 */
export async function openEngine(options: EngineOptions): Promise<OpenedEngine> {
  sweepOrphans();
  const temporary = options.projectPath === null ? mkdtempSync(join(tmpdir(), 'montage-project-')) : undefined;
  const clock = options.clock ?? systemClock;
  const ids = options.ids ?? randomIds;
  try {
    const path = options.projectPath ?? join(temporary ?? '', TEMPORARY_NAME);
    const create = options.create || temporary !== undefined;
    const opened = await openProject(path, { applyEdit, create, endpoint: options.endpoint, clock, ids });
    if (opened.kind === 'running') return { kind: 'running', port: opened.port, token: opened.token };
    // Without ffmpeg a project can still be looked at and edited.
    const tools = await findFfmpeg().catch(() => undefined);
    return { kind: 'open', engine: engineOf(opened.project, { ...options, clock, ids }, temporary, tools) };
  } catch (error) {
    removeTemporary(temporary);
    throw error;
  }
}

function engineOf(
  project: Project,
  options: EngineOptions & Pick<EngineParts, 'clock' | 'ids'>,
  temporary: string | undefined,
  tools: FfmpegTools | undefined,
): Engine {
  const { clock, ids } = options;
  const { database, events, artifacts } = project;
  const queue = new JobQueue({ database, events, clock, ids, artifacts });
  const handles = createByteHandles(ids);
  const host = createProvidingHost({ memory: providerMemory(join(userCacheFolder(), 'providers.json')) });
  const kinds = registerKinds({ queue, project, ids, host, board: () => parts.ingest });
  const ingest = createIngestBoard({ project, queue, kind: kinds.ingest, handles, tools });
  const parts: EngineParts = {
    shell: options.shell,
    debug: options.debug ?? false,
    clock,
    ids,
    events: createEventHub(clock),
    handles,
    project,
    queue,
    kinds,
    models: host,
    ingest,
    analysis: createAnalysisBoard({ project, queue, kind: kinds.analysis, ingest, analysers: MODEL_ANALYSERS }),
    temporary: temporary !== undefined,
    saved: { atMs: null },
  };
  const router = makeRouter(parts);
  const stopTranslating = translateEvents(parts);
  const stopNaming = keepSpeakersNamed(project);
  if (options.runJobs) startWork(parts);
  return {
    router,
    client: createRouterClient(router),
    findBytes: (kind, handle) => parts.handles.find(kind, handle),
    receive: async (upload) => receiveUpload(parts, upload),
    async close() {
      parts.analysis.close();
      await queue.stop();
      host.close();
      stopTranslating();
      stopNaming();
      parts.events.close();
      project.close();
      removeTemporary(temporary);
    },
  };
}

/** Takes up what was left, and looks again at files whose cache is gone or whose analysers have changed. */
function startWork({ project, queue, ingest, analysis }: EngineParts): void {
  for (const media of project.media.list()) {
    const { state } = ingest.stateOf(media);
    const isUnread =
      state === 'ready' &&
      media.fingerprint.fullSha256 === undefined &&
      filesOf(media.path).every((file) => existsSync(file));
    if (media.online && (state === 'waiting' || isUnread)) ingest.queueFor(media);
    else if (state === 'ready') void analysis.queueDue(media).catch(() => undefined);
  }
  queue.start();
}

function removeTemporary(folder: string | undefined): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
