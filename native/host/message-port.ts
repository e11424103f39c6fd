import { RPCHandler } from '@orpc/server/message-port';
import type { Engine } from '../engine/engine.ts';

/** What Electron's MessagePortMain and Node's MessagePort share. */
export type ClientPort = Parameters<RPCHandler<Record<string, never>>['upgrade']>[0] & { start?(): void };

/** Serves the contract to a window over a port of its own. Messages are text: transferred buffers would be dropped there. */
export function serveOverPort(engine: Engine, port: ClientPort): void {
  new RPCHandler<Record<string, never>>(engine.router).upgrade(port, { context: {} });
  port.start?.();
}
