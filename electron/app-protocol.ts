import { protocol } from 'electron';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isByteKind } from '../core/contract/addresses.ts';
import { pageFile } from '../core/contract/page.ts';
import { APP_ORIGIN, APP_SCHEME } from '../core/contract/shell.ts';
import { RENDERER } from './files.ts';

/** Where the engine's own host answers, and the secret that opens it; neither is ever told to the page. */
export type Endpoint = { readonly port: number; readonly token: string };

const ASKED = ['range', 'if-range', 'if-none-match'];
const ANSWERED = ['content-type', 'content-length', 'content-range', 'accept-ranges', 'etag', 'cache-control', 'allow'];
const NO_SNIFF = { 'x-content-type-options': 'nosniff' };

/** Must run before the app is ready. */
export function registerScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true };
  protocol.registerSchemesAsPrivileged([{ scheme: APP_SCHEME, privileges }]);
}

/** Answers `montage://app`: the page's files from disk, bytes by id from the engine while there is one. */
export function serveApp(endpoint: () => Endpoint | undefined): void {
  protocol.handle(APP_SCHEME, async (request) => {
    const { protocol: scheme, host, pathname } = new URL(request.url);
    if (`${scheme}//${host}` !== APP_ORIGIN) return refuse(404);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);
    return isByteKind(pathname.split('/')[1] ?? '') ? engineBytes(request, pathname, endpoint()) : page(pathname);
  });
}

async function page(pathname: string): Promise<Response> {
  const file = pageFile(pathname);
  if (file === undefined) return refuse(404);
  try {
    return new Response(await readFile(join(RENDERER, file.path)), { headers: file.headers });
  } catch {
    return refuse(404);
  }
}

/** The engine's host knows ranges, ids and files; the shell passes on what was asked and what was answered. */
async function engineBytes(request: Request, pathname: string, endpoint: Endpoint | undefined): Promise<Response> {
  if (endpoint === undefined) return refuse(503);
  const asked = ASKED.flatMap((name) => pairs(name, request.headers.get(name)));
  try {
    const answer = await fetch(`http://127.0.0.1:${endpoint.port}${pathname}`, {
      method: request.method,
      headers: [...asked, ['authorization', `Bearer ${endpoint.token}`]],
      redirect: 'error',
      signal: request.signal,
    });
    const headers = ANSWERED.flatMap((name) => pairs(name, answer.headers.get(name)));
    return new Response(answer.body, { status: answer.status, headers: [...headers, ...Object.entries(NO_SNIFF)] });
  } catch {
    return refuse(503);
  }
}

function pairs(name: string, value: string | null): [string, string][] {
  return value === null ? [] : [[name, value]];
}

function refuse(status: number): Response {
  return new Response(null, { status, headers: NO_SNIFF });
}
