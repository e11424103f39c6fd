import { createRouterClient, type RouterClient } from '@orpc/server';
import type { Readable } from 'node:stream';
import type { ImportOutcome } from '../../core/contract/model.ts';
import type { ByteSource } from '../host/bytes.ts';
import type { ByteKind } from '../../core/contract/addresses.ts';
import { systemClock, type Clock } from '../clock.ts';
import { randomIds, type IdSource } from '../ids.ts';
import { notAvailable } from './caller.ts';
import { createEventHub } from './events.ts';
import { makeRouter, type EngineRouter } from './router.ts';

/** A file that a browser sends because it cannot give its path. */
export type Upload = { readonly name: string; readonly bytes: Readable; readonly length: number | undefined };

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
  /** Absolute path of the `.montage` file; null = a temporary project that is removed on close. */
  readonly projectPath: string | null;
  readonly shell: 'electron' | 'browser';
  /** Faults carry stacks. */
  readonly debug?: boolean | undefined;
  readonly clock?: Clock | undefined;
  readonly ids?: IdSource | undefined;
};

/** Opens a project's engine. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const clock = options.clock ?? systemClock;
  const events = createEventHub(clock);
  const router = makeRouter({
    shell: options.shell,
    debug: options.debug ?? false,
    clock,
    ids: options.ids ?? randomIds,
    events,
  });
  return {
    router,
    client: createRouterClient(router),
    findBytes: () => undefined,
    receive: async () => notAvailable('upload'),
    async close() {
      events.close();
    },
  };
}
