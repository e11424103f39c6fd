import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { RPC_PATH } from '../core/contract/addresses.ts';
import type { contract } from '../core/contract/contract.ts';
import { MontageError } from '../core/errors.ts';
import { serveEngine } from '../native/host/serve.ts';
import type { Endpoint } from '../native/project/lock.ts';
import type { Cli } from './cli.ts';

export type EngineClient = ContractRouterClient<typeof contract>;

/** An engine to talk to: the one that has the project open, or this process. */
export interface Connection {
  readonly client: EngineClient;
  /** Whether the engine lives in this process, and its work ends with it. */
  readonly own: boolean;
  /** Whether the engine went away by itself. */
  isLost(): boolean;
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
  if (served.kind === 'running') return connectRemote(served);
  return { client: served.engine.client, own: true, isLost: () => false, close: () => served.close() };
}

/**
 * Connects for as long as `work` takes.
 *
 * @throws MontageError as {@link connect}; E_ENGINE_AWAY when another engine ends meanwhile
 */
export async function withEngine<Result>(
  cli: Cli,
  options: ConnectOptions,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const connection = await connect(cli, options);
  try {
    return await work(connection);
  } catch (error) {
    throw connection.isLost() ? engineAway('the engine that has the project open ended', options.project) : error;
  } finally {
    await connection.close();
  }
}

/**
 * Talks to an engine in another process.
 *
 * @throws MontageError E_ENGINE_AWAY when it does not answer
 */
export async function connectRemote({ port, token }: Endpoint): Promise<Connection> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${RPC_PATH}`, { headers: { authorization: `Bearer ${token}` } });
  if (!(await isOpen(socket))) {
    throw engineAway('the engine that has the project open does not answer', `127.0.0.1:${port}`);
  }
  const client: EngineClient = createORPCClient(new RPCLink({ websocket: untilClosed(socket) }));
  let closing = false;
  return {
    client,
    own: false,
    isLost: () => !closing && socket.readyState !== WebSocket.OPEN,
    async close() {
      closing = true;
      if (socket.readyState === WebSocket.CLOSED) return;
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

/**
 * A socket that passes for open until it is closed. The link tells the engine when a call is given up, after the fact and
 * with nobody to catch its failure; while the socket closes it would throw, although nothing is lost: what is sent then is
 * discarded (WHATWG WebSockets, send()).
 */
function untilClosed(socket: WebSocket): Pick<WebSocket, LinkNeeds> {
  return {
    get readyState() {
      return socket.readyState === WebSocket.CLOSING ? WebSocket.OPEN : socket.readyState;
    },
    send: (data) => socket.send(data),
    addEventListener: socket.addEventListener.bind(socket),
    removeEventListener: socket.removeEventListener.bind(socket),
  };
}

type LinkNeeds = 'addEventListener' | 'removeEventListener' | 'send' | 'readyState';

function engineAway(message: string, where: string | null): MontageError {
  const hint = 'end it and try again';
  return new MontageError({ code: 'E_ENGINE_AWAY', message, where: where ?? undefined, hint });
}

async function isOpen(socket: WebSocket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.addEventListener('open', () => resolve(true), { once: true });
    socket.addEventListener('close', () => resolve(false), { once: true });
    socket.addEventListener('error', () => resolve(false), { once: true });
  });
}
