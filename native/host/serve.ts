import { openEngine, type Engine, type EngineOptions } from '../engine/engine.ts';
import { randomIds } from '../ids.ts';
import type { Endpoint } from '../project/lock.ts';
import { startHttpHost } from './http.ts';
import { createGate, type Gate } from './session.ts';

/** An open project that answers on this machine's loopback address. */
export interface ServedEngine {
  readonly kind: 'open';
  readonly engine: Engine;
  readonly port: number;
  /** The secret for callers that are no browsers, as in the project's lock. */
  readonly bearer: string;
  /** What to open in a browser: holds the token that makes its session. */
  readonly address: string;
  /** How many clients are connected over WebSocket. */
  clients(): number;
  close(): Promise<void>;
}

export type ServeOptions = Omit<EngineOptions, 'endpoint'> & {
  /** 0 = any free port. */
  readonly port: number;
  /** Folder of the built renderer; undefined where only the contract is served. */
  readonly renderer: string | undefined;
};

/**
 * Opens a project and serves it on 127.0.0.1, or says where the engine answers that has it open. The port is found first,
 * because the project's lock names it.
 *
 * @throws MontageError E_PORT_IN_USE, E_PORT_FORBIDDEN and as `openEngine`
 */
export async function serveEngine(
  options: ServeOptions,
): Promise<ServedEngine | ({ readonly kind: 'running' } & Endpoint)> {
  const bearer = randomIds.secret();
  const made: { gate: Gate | undefined } = { gate: undefined };
  const host = await startHttpHost({
    port: options.port,
    renderer: options.renderer,
    gate: (port) => (made.gate = createGate(randomIds, bearer, port)),
  });
  try {
    const opened = await openEngine({ ...options, endpoint: { port: host.port, token: bearer } });
    if (opened.kind === 'running') {
      await host.close();
      return opened;
    }
    const { engine } = opened;
    host.attach(engine);
    return {
      kind: 'open',
      engine,
      port: host.port,
      bearer,
      address: `http://127.0.0.1:${host.port}/#token=${made.gate?.token ?? ''}`,
      clients: () => host.clients(),
      async close() {
        await host.close();
        await engine.close();
      },
    };
  } catch (error) {
    await host.close();
    throw error;
  }
}
