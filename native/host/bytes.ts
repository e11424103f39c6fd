import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { isByteKind, type ByteKind } from '../../core/contract/addresses.ts';

/** A file that the engine lets clients read; its path never leaves the engine. */
export type ByteSource = { readonly path: string; readonly contentType: string };

/** Finds what a handle stands for; undefined when it is unknown or no longer there. */
export type FindBytes = (kind: ByteKind, handle: string) => ByteSource | undefined;

type Span = { readonly first: number; readonly last: number };

const NOT_FOUND = 404;
const NOT_SATISFIABLE = 416;
const BASE_HEADERS = { 'x-content-type-options': 'nosniff', 'accept-ranges': 'bytes' } as const;

/** Whether this path belongs to the byte protocol: `/<kind>/<handle>`. */
export function isBytesPath(pathname: string): boolean {
  return isByteKind(pathname.split('/')[1] ?? '');
}

/**
 * Answers `/<kind>/<handle>` with the file's bytes: 200, 206, 304, 404, 405 or 416 (RFC 9110). Web-standard, so that HTTP and
 * Electron's own scheme share it. Callers have checked who asks.
 */
export async function respondWithBytes(request: Request, find: FindBytes): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return empty(405, { allow: 'GET, HEAD' });
  }
  const [, kind = '', handle = '', ...rest] = new URL(request.url).pathname.split('/');
  const source = isByteKind(kind) && rest.length === 0 ? find(kind, handle) : undefined;
  const size = source === undefined ? undefined : await sizeOf(source.path);
  if (source === undefined || size === undefined) return empty(NOT_FOUND);
  // A handle names one content for good: clients may keep it.
  const headers = {
    ...BASE_HEADERS,
    'content-type': source.contentType,
    'cache-control': 'private, max-age=31536000, immutable',
    etag: `"${handle}"`,
  };
  if (request.headers.get('if-none-match') === headers.etag) return empty(304, headers);
  const span = rangeOf(request.headers.get('range'), size, request.headers.get('if-range'), headers.etag);
  if (span === 'unsatisfiable') return empty(NOT_SATISFIABLE, { 'content-range': `bytes */${size}` });
  const { first, last } = span ?? { first: 0, last: size - 1 };
  const length = last - first + 1;
  const body = request.method === 'HEAD' || length === 0 ? null : await streamOf(source.path, first, last);
  return new Response(body, {
    status: span === undefined ? 200 : 206,
    headers: {
      ...headers,
      'content-length': String(length),
      ...(span !== undefined && { 'content-range': `bytes ${first}-${last}/${size}` }),
    },
  });
}

function empty(status: number, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(null, { status, headers: { ...BASE_HEADERS, ...headers } });
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : undefined;
  } catch {
    return undefined;
  }
}

/** One range of bytes; several or malformed ones are ignored, as RFC 9110 § 14.2 allows. */
function rangeOf(
  header: string | null,
  size: number,
  ifRange: string | null,
  etag: string,
): Span | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (match === null || (ifRange !== null && ifRange !== etag)) return undefined;
  const [, from = '', to = ''] = match;
  if (from === '' && to === '') return undefined;
  if (from === '') {
    const length = Math.min(Number(to), size);
    return length === 0 ? 'unsatisfiable' : { first: size - length, last: size - 1 };
  }
  const first = Number(from);
  if (to !== '' && Number(to) < first) return undefined;
  if (first >= size) return 'unsatisfiable';
  return { first, last: to === '' ? size - 1 : Math.min(Number(to), size - 1) };
}

/** The file is opened before the answer is given, so that one deleted in between is a 404 and not a broken stream. */
async function streamOf(path: string, first: number, last: number): Promise<ReadableStream<Uint8Array>> {
  const file = await open(path, 'r');
  const stream = createReadStream(path, { fd: file, start: first, end: last, highWaterMark: 256 * 1024 });
  return webStream(stream);
}

function webStream(stream: Readable): ReadableStream<Uint8Array> {
  const pieces: AsyncIterator<Uint8Array, undefined> = stream[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = await pieces.next();
        if (piece.done === true) controller.close();
        else controller.enqueue(piece.value);
      },
      cancel: () => void stream.destroy(),
    },
    { highWaterMark: 0 },
  );
}
