import { MontageError } from '../core/errors.ts';

export type DownloadRequest = {
  /** The first byte wanted. */
  readonly from: number;
  readonly signal?: AbortSignal | undefined;
  /** How long the server may be silent. */
  readonly stallMs: number;
};

export type Download = {
  /** The first byte that comes: 0 where the server knows no ranges. */
  readonly from: number;
  readonly chunks: AsyncIterable<Uint8Array>;
};

/**
 * Gets a file from the network: the one place where the engine reaches out, for nothing the user has not agreed to.
 *
 * @throws MontageError (also while reading) E_NETWORK, E_STALLED, E_CANCELLED
 */
export async function download(url: string, request: DownloadRequest): Promise<Download> {
  const stall = new AbortController();
  const timer = setTimeout(() => stall.abort(), request.stallMs);
  const signal = AbortSignal.any([stall.signal, ...(request.signal === undefined ? [] : [request.signal])]);
  const faultOf = (error: unknown) => asFault(error, url, { stalled: stall.signal.aborted, signal: request.signal });
  try {
    const headers = request.from > 0 ? { range: `bytes=${request.from}-` } : {};
    const answer = await fetch(url, { signal, headers, redirect: 'follow' });
    if (!answer.ok || answer.body === null) throw new Error(`the server answered ${answer.status}`);
    const from = answer.status === 206 ? startOf(answer.headers.get('content-range')) : 0;
    return { from, chunks: readBody(answer.body, timer, faultOf) };
  } catch (error) {
    clearTimeout(timer);
    throw faultOf(error);
  }
}

export type Post = {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** How long the whole answer may take. */
  readonly answerMs: number;
};

/**
 * Sends a document to a service that the user has switched on; whatever it answers is given back.
 *
 * @throws MontageError E_NETWORK, E_STALLED, E_CANCELLED
 */
export async function postJson(url: string, body: unknown, { headers, signal, answerMs }: Post) {
  const late = AbortSignal.timeout(answerMs);
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.any([late, signal]),
      // Another host must not get what was meant for this one.
      redirect: 'error',
    });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    throw asFault(error, url, { stalled: late.aborted, signal });
  }
}

/** `Content-Range: bytes 5-9/10` (RFC 9110, 14.4). */
function startOf(range: string | null): number {
  const start = /^bytes (\d+)-/.exec(range ?? '')?.[1];
  if (start === undefined) throw new Error('the server sent a part without saying which');
  return Number(start);
}

async function* readBody(
  body: ReadableStream<Uint8Array>,
  timer: NodeJS.Timeout,
  faultOf: (error: unknown) => MontageError,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    for await (const chunk of body) {
      timer.refresh();
      yield chunk;
    }
  } catch (error) {
    throw faultOf(error);
  } finally {
    clearTimeout(timer);
  }
}

function asFault(
  error: unknown,
  where: string,
  { stalled, signal }: { readonly stalled: boolean; readonly signal: AbortSignal | undefined },
): MontageError {
  if (error instanceof MontageError) return error;
  if (signal?.aborted === true) return new MontageError({ code: 'E_CANCELLED', message: 'cancelled', where });
  const cause = { cause: error };
  if (stalled) {
    const hint = 'check the connection and try again; what has arrived is kept';
    return new MontageError({ code: 'E_STALLED', message: 'the server sent nothing for too long', where, hint }, cause);
  }
  // fetch says only that it failed; what failed is its cause.
  const met = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = met instanceof Error ? met.message : String(met);
  const hint = 'check the connection and try again; what has arrived is kept';
  return new MontageError({ code: 'E_NETWORK', message: `the connection failed: ${reason}`, where, hint }, cause);
}
