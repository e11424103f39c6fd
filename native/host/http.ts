import { OpenAPIHandler } from '@orpc/openapi/fetch';
import { RPCHandler } from '@orpc/server/ws';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Readable } from 'node:stream';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { API_PATH, RPC_PATH, SESSION_PATH, UPLOAD_PATH } from '../../core/contract/addresses.ts';
import { MontageError, type Fault } from '../../core/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { faultOf, statusOf } from '../engine/refusals.ts';
import { isBytesPath, respondWithBytes } from './bytes.ts';
import type { Gate } from './session.ts';
import { findStaticFile } from './static-files.ts';

/** A host that listens before its engine is open, so that the lock can name its port. */
export interface HttpHost {
  readonly port: number;
  /** Lets requests through to the engine; until then they wait. */
  attach(engine: Engine): void;
  /** How many clients are connected over WebSocket. */
  clients(): number;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
}

export type HttpOptions = {
  /** 0 = any free port. */
  readonly port: number;
  /** Decides who may talk; made for the port that was found. */
  readonly gate: (port: () => number) => Gate;
  /** Folder of the built renderer; undefined where only the contract is served. */
  readonly renderer: string | undefined;
};

/** Messages hold edits and patches, never projects. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** Procedures need nothing from the wire: who may call was decided before. */
type NoContext = Record<string, never>;
const sessionBody = z.object({ token: z.string().max(200) });

/**
 * Serves an engine on 127.0.0.1: the contract over WebSocket and OpenAPI, bytes, uploads and the built renderer.
 *
 * @throws MontageError E_PORT_IN_USE, E_PORT_FORBIDDEN
 */
export async function startHttpHost(options: HttpOptions): Promise<HttpHost> {
  let port = options.port;
  const gate = options.gate(() => port);
  const { promise: ready, resolve: attach, reject: abandon } = Promise.withResolvers<Engine>();
  ready.catch(() => undefined);
  const app = fastify({ forceCloseConnections: true, bodyLimit: MAX_MESSAGE_BYTES, exposeHeadRoutes: false });
  // Who comes while the engine opens waits for it: the lock names this port from the first moment on.
  const engine = () => ready;
  refuseStrangers(app, gate);
  routeSession(app, gate);
  routeApi(app, engine);
  routeUploads(app, engine);
  routeFiles(app, engine, options.renderer);
  const sockets = acceptSockets(app, gate, engine);
  port = await listen(app, options.port);
  return {
    port,
    attach,
    clients: () => sockets.clients.size,
    async close() {
      abandon(new MontageError({ code: 'E_CLOSING', message: 'the engine is ending' }));
      for (const socket of sockets.clients) socket.terminate();
      await app.close();
    },
  };
}

async function listen(app: FastifyInstance, port: number): Promise<number> {
  try {
    await app.listen({ host: '127.0.0.1', port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') {
      throw new MontageError({
        code: 'E_PORT_IN_USE',
        message: 'another program uses this port',
        where: `127.0.0.1:${port}`,
        hint: 'leave --port out to use a free one',
      });
    }
    if (code === 'EACCES') {
      throw new MontageError({
        code: 'E_PORT_FORBIDDEN',
        message: 'this port needs more rights',
        where: `127.0.0.1:${port}`,
        hint: 'choose one above 1023 or leave --port out',
      });
    }
    throw error;
  }
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function pathnameOf(request: FastifyRequest): string {
  return request.url.split('?')[0] ?? '/';
}

/** The page itself is no secret and cannot know the token yet; everything else needs a session. */
function needsSession(request: FastifyRequest): boolean {
  const pathname = pathnameOf(request);
  if (pathname === SESSION_PATH) return false;
  const guarded = [API_PATH, UPLOAD_PATH, RPC_PATH].some(
    (path) => pathname === path || pathname.startsWith(`${path}/`),
  );
  return guarded || isBytesPath(pathname);
}

function refuseStrangers(app: FastifyInstance, gate: Gate): void {
  app.addHook('onRequest', async (request, reply) => {
    const fault = gate.refuse(request.raw, needsSession(request) ? 'session' : 'nothing');
    if (fault !== undefined) await sendFault(reply, fault);
  });
  app.setErrorHandler(async (error, _request, reply) => sendFault(reply, httpFault(error)));
  app.setNotFoundHandler(async (request, reply) =>
    sendFault(reply, { code: 'E_UNKNOWN_ADDRESS', message: 'nothing is served here', where: pathnameOf(request) }),
  );
}

/** Requests that fastify refuses itself (too large, not JSON) are the caller's, not a bug of ours. */
function httpFault(error: unknown): Fault {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (status < 400 || status >= 500) return faultOf(error);
  return { code: 'E_BAD_REQUEST', message: error instanceof Error ? error.message : 'the request cannot be read' };
}

async function sendFault(reply: FastifyReply, fault: Fault): Promise<void> {
  const status = fault.code === 'E_CLOSING' ? 503 : statusOf(fault);
  await reply.code(status).header('x-content-type-options', 'nosniff').header('cache-control', 'no-store').send(fault);
}

function routeSession(app: FastifyInstance, gate: Gate): void {
  app.post(SESSION_PATH, async (request, reply) => {
    const body = sessionBody.safeParse(request.body);
    const cookie = body.success ? gate.exchange(body.data.token) : undefined;
    if (cookie !== undefined) return reply.header('set-cookie', cookie).code(204).send();
    // A page that was opened twice from the same address still has the cookie of the first time.
    const fault = gate.refuse(request.raw, 'session');
    return fault === undefined ? reply.code(204).send() : sendFault(reply, fault);
  });
}

function routeApi(app: FastifyInstance, engine: () => Promise<Engine>): void {
  let handler: OpenAPIHandler<NoContext> | undefined;
  app.all(`${API_PATH}/*`, async (request, reply) => {
    handler ??= new OpenAPIHandler((await engine()).router);
    const { matched, response } = await handler.handle(webRequest(request), { prefix: API_PATH, context: {} });
    if (!matched) return sendFault(reply, { code: 'E_UNKNOWN_PROCEDURE', message: 'there is no such call' });
    return sendResponse(reply, response);
  });
}

function routeUploads(app: FastifyInstance, engine: () => Promise<Engine>): void {
  // Streamed to disk as it comes: nothing may gather it in memory first.
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    scope.put<{ Params: { name: string } }>(
      `${UPLOAD_PATH}/:name`,
      { bodyLimit: Number.MAX_SAFE_INTEGER },
      async (request) => {
        const { body } = request;
        const length = Number(request.headers['content-length'] ?? Number.NaN);
        const bytes = body instanceof Readable ? body : request.raw;
        return (await engine()).receive({
          name: request.params.name,
          bytes,
          length: Number.isFinite(length) ? length : undefined,
        });
      },
    );
  });
}

function routeFiles(app: FastifyInstance, engine: () => Promise<Engine>, renderer: string | undefined): void {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/*',
    handler: async (request, reply) => {
      const pathname = pathnameOf(request);
      if (isBytesPath(pathname)) {
        const opened = await engine();
        return sendResponse(
          reply,
          await respondWithBytes(webRequest(request), (kind, handle) => opened.findBytes(kind, handle)),
        );
      }
      const file = renderer === undefined ? undefined : await findStaticFile(renderer, pathname);
      if (file === undefined) {
        return sendFault(reply, { code: 'E_UNKNOWN_ADDRESS', message: 'nothing is served here', where: pathname });
      }
      reply.headers(file.headers);
      return reply.send(request.method === 'HEAD' ? Buffer.alloc(0) : file.open());
    },
  });
}

function webRequest(request: FastifyRequest): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD' && request.body !== undefined;
  return new Request(`http://127.0.0.1${request.url}`, {
    method: request.method,
    headers,
    ...(hasBody && { body: JSON.stringify(request.body) }),
  });
}

async function sendResponse(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  reply.code(response.status);
  response.headers.forEach((value, name) => void reply.header(name, value));
  reply.header('x-content-type-options', 'nosniff');
  // An empty buffer: fastify would write a lone null as JSON.
  return reply.send(response.body === null ? Buffer.alloc(0) : Readable.from(response.body));
}

function acceptSockets(app: FastifyInstance, gate: Gate, engine: () => Promise<Engine>): WebSocketServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  let handler: RPCHandler<NoContext> | undefined;
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const refusal = gate.refuse(request, 'session') ?? (request.url?.split('?')[0] === RPC_PATH ? undefined : NOT_HERE);
    if (refusal !== undefined) {
      refuseUpgrade(socket, refusal);
      return;
    }
    engine().then(
      ({ router }) => {
        const accepted = (handler ??= new RPCHandler(router));
        sockets.handleUpgrade(request, socket, head, (client) => {
          client.on('error', () => client.terminate());
          void accepted.upgrade(client, { context: {} });
        });
      },
      (error: unknown) => refuseUpgrade(socket, faultOf(error)),
    );
  });
  return sockets;
}

const NOT_HERE: Fault = { code: 'E_UNKNOWN_ADDRESS', message: 'nothing is served here' };

function refuseUpgrade(socket: Duplex, fault: Fault): void {
  const body = JSON.stringify(fault);
  const status = fault.code === 'E_CLOSING' ? 503 : statusOf(fault);
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
