import { createORPCClient } from '@orpc/client';
import type { ClientContext, ClientLink } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type { ByteKind } from '../core/contract/addresses.ts';
import type { contract } from '../core/contract/contract.ts';
import type { ByteHandle, EngineEvent, ImportOutcome, SequencedEvent } from '../core/contract/model.ts';
import { type Fault, MontageError } from '../core/errors.ts';

export type EngineClient = ContractRouterClient<typeof contract>;
type Link = ClientLink<ClientContext>;

export type ConnectionState = 'connecting' | 'connected' | 'lost' | 'refused';

/** One open line to the engine. `closed` settles when it breaks. */
export interface Connection {
  readonly link: Link;
  readonly closed: Promise<void>;
  close(): void;
}

/** How a shell reaches the engine: see engine-browser.ts and engine-electron.ts. */
export interface Transport {
  readonly host: 'browser' | 'electron';
  /** @throws MontageError E_SESSION_REFUSED when the engine will never let this window in */
  connect(): Promise<Connection>;
  bytesUrl(kind: ByteKind, handle: ByteHandle): string;
  /** Where `PUT /upload/<name>` goes; undefined where files have paths. */
  readonly uploadUrl: ((name: string) => string) | undefined;
}

export interface Engine {
  readonly client: EngineClient;
  readonly host: Transport['host'];
  readonly connection: () => ConnectionState;
  readonly onConnection: (listener: (state: ConnectionState) => void) => () => void;
  /** Every event once, in order, across reconnections. */
  onEvent(listener: (event: EngineEvent) => void): () => void;
  /** Called when everything must be read anew: at the first connection and when events were missed. */
  onResync(listener: () => void): () => void;
  bytesUrl(kind: ByteKind, handle: ByteHandle): string;
  /** @throws MontageError E_BYTES when the engine does not have them */
  bytes(kind: ByteKind, handle: ByteHandle, signal?: AbortSignal): Promise<ArrayBuffer>;
  readonly canUpload: boolean;
  /** Sends a file to the engine's machine, which imports it. */
  upload(name: string, file: Blob, onProgress: (fraction: number) => void): Promise<ImportOutcome>;
  start(): void;
  close(): void;
}

const RETRY_MS = [200, 500, 1000, 2000, 4000];

class Listeners<Value> {
  private readonly all = new Set<(value: Value) => void>();
  add(listener: (value: Value) => void): () => void {
    this.all.add(listener);
    return () => this.all.delete(listener);
  }
  emit(value: Value): void {
    for (const listener of [...this.all]) listener(value);
  }
}

const notConnected: Fault = {
  code: 'E_ENGINE_AWAY',
  message: 'the engine is not answering',
  hint: 'Montage is trying to reach it again; nothing saved is lost',
};

/** Watches one value; `until` resolves when the predicate first holds. */
function connectionGate() {
  const listeners = new Listeners<ConnectionState>();
  let state: ConnectionState = 'connecting';
  return {
    listeners,
    get: () => state,
    set(next: ConnectionState): void {
      if (next === state) return;
      state = next;
      listeners.emit(next);
    },
  };
}

/**
 * A client that outlives its connections: calls made while connecting wait for the line, calls made while it is lost
 * fail at once, and the event stream goes on from the last event number that was seen.
 */
export function createEngine(transport: Transport): Engine {
  const gate = connectionGate();
  const events = new Listeners<EngineEvent>();
  const resyncs = new Listeners<undefined>();
  const stop = new AbortController();
  let current: Connection | undefined;
  let lastSeq: number | null = null;

  const client: EngineClient = createORPCClient(steadyLink(gate, () => current));

  const take = (item: SequencedEvent): void => {
    lastSeq = item.seq;
    if ('resync' in item) resyncs.emit(undefined);
    else events.emit(item.event);
  };

  const follow = async (connection: Connection): Promise<void> => {
    current = connection;
    gate.set('connected');
    const first = lastSeq === null;
    const stream = await client.system.events({ after: lastSeq });
    if (first) resyncs.emit(undefined);
    for await (const item of stream) take(item);
  };

  const run = async (): Promise<void> => {
    for (let attempt = 0; !stop.signal.aborted; attempt += 1) {
      try {
        const connection = await transport.connect();
        attempt = 0;
        await Promise.race([follow(connection), connection.closed]);
        connection.close();
      } catch (error) {
        if (error instanceof MontageError && error.fault.code === 'E_SESSION_REFUSED') {
          gate.set('refused');
          return;
        }
      }
      current = undefined;
      gate.set('lost');
      await wait(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 4000, stop.signal);
    }
  };

  return {
    client,
    host: transport.host,
    connection: gate.get,
    onConnection: (listener) => gate.listeners.add(listener),
    onEvent: (listener) => events.add(listener),
    onResync: (listener) => resyncs.add(listener),
    bytesUrl: (kind, handle) => transport.bytesUrl(kind, handle),
    bytes: (kind, handle, signal) => fetchBytes(transport.bytesUrl(kind, handle), signal),
    canUpload: transport.uploadUrl !== undefined,
    upload: (name, file, onProgress) => putFile(transport, name, file, onProgress),
    start: () => void run(),
    close: () => {
      stop.abort();
      current?.close();
    },
  };
}

/** A link over whichever connection is open. */
function steadyLink(gate: ReturnType<typeof connectionGate>, current: () => Connection | undefined): Link {
  return {
    call: async (path, input, options) => {
      if (gate.get() === 'connecting') await firstConnection(gate);
      const connection = current();
      if (connection === undefined) throw new MontageError(notConnected);
      return connection.link.call(path, input, options);
    },
  };
}

function firstConnection(gate: ReturnType<typeof connectionGate>): Promise<void> {
  return new Promise((resolve) => {
    const leave = gate.listeners.add(() => {
      leave();
      resolve();
    });
  });
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

async function fetchBytes(url: string, signal?: AbortSignal): Promise<ArrayBuffer> {
  const response = await fetch(url, { credentials: 'same-origin', signal: signal ?? null });
  if (!response.ok) {
    throw new MontageError({ code: 'E_BYTES', message: `the engine answered ${response.status}`, where: url });
  }
  return response.arrayBuffer();
}

/** Exchanges the token of the page's address for a session cookie. */
export async function exchangeToken(url: string, token: string): Promise<boolean> {
  const response = await fetch(url, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  return response.ok;
}

/** Whether an address answers anything but "not without a session"; true too when nothing answers at all. */
export async function isAdmitted(url: string): Promise<boolean> {
  const UNAUTHORISED = 401;
  try {
    return (await fetch(url, { credentials: 'same-origin' })).status !== UNAUTHORISED;
  } catch {
    return true;
  }
}

function putFile(
  transport: Transport,
  name: string,
  file: Blob,
  onProgress: (fraction: number) => void,
): Promise<ImportOutcome> {
  const { uploadUrl } = transport;
  if (uploadUrl === undefined) {
    return Promise.reject(new MontageError({ code: 'E_UPLOAD', message: 'this shell does not upload', where: name }));
  }
  return new Promise((resolve, reject) => {
    const fail = (message: string) =>
      reject(new MontageError({ code: 'E_UPLOAD', message, where: name, hint: 'drop it again' }));
    // XMLHttpRequest, because fetch cannot tell how much of a body was sent.
    const request = new XMLHttpRequest();
    request.open('PUT', uploadUrl(name));
    request.upload.addEventListener('progress', (event) =>
      onProgress(event.total > 0 ? event.loaded / event.total : 0),
    );
    request.addEventListener('error', () => fail('the file could not be sent'));
    request.addEventListener('load', () => {
      const answer: unknown = request.status === 200 ? JSON.parse(request.responseText) : undefined;
      if (isImportOutcome(answer)) resolve(answer);
      else fail(`the engine answered ${request.status}`);
    });
    request.send(file);
  });
}

/** The engine's own answer: told apart from an error page, trusted otherwise. */
function isImportOutcome(value: unknown): value is ImportOutcome {
  return typeof value === 'object' && value !== null && 'added' in value && 'rejected' in value;
}
