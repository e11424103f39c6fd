import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { RPC_PATH } from '../core/contract/addresses.ts';
import type { contract } from '../core/contract/contract.ts';
import { MontageError } from '../core/errors.ts';
import { serveEngine } from '../native/host/serve.ts';
import type { Cli } from './cli.ts';

export type EngineClient = ContractRouterClient<typeof contract>;

/** An engine to talk to: the one that has the project open, or this process. */
export interface Connection {
  readonly client: EngineClient;
  /** Whether the engine lives in this process, and its work ends with it. */
  readonly own: boolean;
  close(): Promise<void>;
}

export type ConnectOptions = {
  /** The `.montage` file; null = a temporary project. */
  readonly project: string | null;
  /** Makes the project where there is none. */
  readonly create: boolean;
  /** Whether waiting jobs run when this process becomes the engine. */
  readonly runJobs: boolean;
};

/**
 * Finds the engine that has a project open, or becomes it. An engine of ours can be reached by other commands meanwhile.
 *
 * @throws MontageError as `serveEngine`; E_ENGINE_AWAY when the engine named by the lock does not answer
 */
export async function connect(cli: Cli, options: ConnectOptions): Promise<Connection> {
  const served = await serveEngine({
    projectPath: options.project === null ? null : resolve(options.project),
    create: options.create,
    runJobs: options.runJobs,
    shell: 'browser',
    debug: cli.debug,
    port: 0,
    renderer: undefined,
  });
  if (served.kind === 'running') return remote(served.port, served.token);
  return { client: served.engine.client, own: true, close: () => served.close() };
}

/** Connects for as long as `work` takes. */
export async function withEngine<Result>(
  cli: Cli,
  options: ConnectOptions,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const connection = await connect(cli, options);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

async function remote(port: number, token: string): Promise<Connection> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${RPC_PATH}`, { headers: { authorization: `Bearer ${token}` } });
  if (!(await isOpen(socket))) {
    throw new MontageError({
      code: 'E_ENGINE_AWAY',
      message: 'the engine that has the project open does not answer',
      where: `127.0.0.1:${port}`,
      hint: 'end it and try again',
    });
  }
  const client: EngineClient = createORPCClient(new RPCLink({ websocket: socket }));
  return {
    client,
    own: false,
    async close() {
      if (socket.readyState === WebSocket.CLOSED) return;
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

async function isOpen(socket: WebSocket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.addEventListener('open', () => resolve(true), { once: true });
    socket.addEventListener('close', () => resolve(false), { once: true });
    socket.addEventListener('error', () => resolve(false), { once: true });
  });
}
