import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CatalogueModel } from '../../../native/models/catalogue.ts';
import { findOf } from '../../../native/models/find-model.ts';
import { getModel } from '../../../native/models/get-model.ts';

const BYTES = Uint8Array.from({ length: 300_000 }, (_, n) => (n * 7919) % 251);

type Manner = (request: IncomingMessage, response: ServerResponse, from: number) => void;

let folder = '';
let server: Server;
let manner: Manner;
let model: CatalogueModel;
let requests: (string | undefined)[] = [];

const rest: Manner = (_request, response, from) => {
  response.writeHead(from > 0 ? 206 : 200, {
    'content-length': BYTES.length - from,
    ...(from > 0 && { 'content-range': `bytes ${from}-${BYTES.length - 1}/${BYTES.length}` }),
  });
  response.end(BYTES.subarray(from));
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'montage-get-model-'));
  requests = [];
  manner = rest;
  server = createServer((request, response) => {
    requests.push(request.headers.range);
    manner(request, response, Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const sha256 = createHash('sha256').update(BYTES).digest('hex');
  model = {
    id: 'toy',
    name: 'Toy',
    task: 'Toys',
    licence: 'MIT',
    source: 'http://example.invalid',
    files: [{ path: 'toy/toy.onnx', bytes: BYTES.length, sha256, url: `http://127.0.0.1:${port}/toy.onnx` }],
  };
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const consent = { kind: 'consent', modelId: 'toy' } as const;
const get = (stallMs?: number) => getModel(model, { folder, consent, stallMs });
const state = () => findOf(model, { chosen: undefined, user: folder });
const target = () => join(folder, 'toy/toy.onnx');

describe('getting a model', () => {
  it('is absent, is got with progress, is verified, and is not got twice', async () => {
    expect(await state()).toMatchObject({
      kind: 'absent',
      sentence: 'Toys need Toy, 0.3 MB: get it with `montage models get toy`',
    });
    const seen: number[] = [];
    await getModel(model, { folder, consent, onProgress: (fraction) => seen.push(fraction) });
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(await state()).toMatchObject({ kind: 'ready', from: 'verified' });
    await get();
    expect(requests).toHaveLength(1);
  });

  it('asks nobody without consent to this very model', async () => {
    const other = { kind: 'consent', modelId: 'another' } as const;
    await expect(getModel(model, { folder, consent: other })).rejects.toThrow('E_CONSENT');
    expect(requests).toHaveLength(0);
  });

  it('goes on where the connection was cut, however often, as long as something arrives', async () => {
    const cutWhenOver = new Map<ServerResponse, number>();
    manner = (_request, response, from) => {
      const length = BYTES.length - from;
      response.writeHead(from > 0 ? 206 : 200, {
        'content-length': length,
        ...(from > 0 && { 'content-range': `bytes ${from}-${BYTES.length - 1}/${BYTES.length}` }),
      });
      if (length <= 40_000) return void response.end(BYTES.subarray(from));
      response.write(BYTES.subarray(from, from + 40_000));
      // Cut once something of it has arrived: what was still on its way is lost.
      cutWhenOver.set(response, from);
    };
    const onProgress = (fraction: number) => {
      for (const [response, from] of cutWhenOver) {
        if (fraction * BYTES.length <= from) continue;
        cutWhenOver.delete(response);
        response.destroy();
      }
    };
    await getModel(model, { folder, consent, onProgress });
    expect(readFileSync(target())).toEqual(Buffer.from(BYTES));
    expect(requests.length).toBeGreaterThan(5);
    expect(requests.slice(1).every((range) => range !== undefined)).toBe(true);
  });

  it('takes up what an earlier run left, also from servers without ranges', async () => {
    mkdirSync(join(folder, 'toy'));
    writeFileSync(`${target()}.part`, BYTES.subarray(0, 100_000));
    manner = (request, response) => rest(request, response, 0);
    await get();
    expect(requests).toEqual(['bytes=100000-']);
    expect(readFileSync(target())).toEqual(Buffer.from(BYTES));
  });

  it.each<[string, Manner, string]>([
    ['other bytes', (_request, response) => void response.end(new Uint8Array(BYTES.length)), 'E_MODEL_WRONG_BYTES'],
    ['too many bytes', (_request, response) => void response.end(Buffer.alloc(900_000)), 'E_MODEL_WRONG_BYTES'],
    ['too few bytes', (_request, response) => void response.end('short'), 'E_NETWORK'],
    ['an error page', (_request, response) => void response.writeHead(404).end('no'), 'E_NETWORK'],
    ['nothing', () => undefined, 'E_STALLED'],
    [
      'a silence in the middle',
      (_request, response) => void response.writeHead(200, { 'content-length': BYTES.length }).write('abc'),
      'E_STALLED',
    ],
  ])('refuses %s with a code and names nothing', async (_what, planted, code) => {
    manner = planted;
    // Only silence is waited for: a busy machine is no silent server.
    await expect(get(code === 'E_STALLED' ? 200 : undefined)).rejects.toThrow(code);
    expect(existsSync(target())).toBe(false);
    expect((await state()).kind).toBe('absent');
  });

  it('is cancelled at once and keeps what has arrived', async () => {
    manner = (_request, response) => {
      response.writeHead(200, { 'content-length': BYTES.length }).write(BYTES.subarray(0, 50_000));
    };
    const stop = new AbortController();
    const getting = getModel(model, { folder, consent, signal: stop.signal, onProgress: () => stop.abort() });
    await expect(getting).rejects.toThrow('E_CANCELLED');
    expect(existsSync(`${target()}.part`)).toBe(true);
    expect(existsSync(target())).toBe(false);
  });
});

describe('finding a model', () => {
  it('tells damage in the user folder, and takes a chosen folder as it is', async () => {
    await get();
    writeFileSync(target(), BYTES.toReversed());
    expect(await state()).toMatchObject({ kind: 'damaged', path: target() });
    const found = await findOf(model, { chosen: folder, user: '/nowhere' });
    expect(found).toMatchObject({ kind: 'ready', from: 'chosen' });
    if (found.kind === 'ready') expect(found.files.get('toy.onnx')).toBe(target());
    await get();
    expect(await state()).toMatchObject({ kind: 'ready' });
  });
});
