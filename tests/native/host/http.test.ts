import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { readLock } from '../../../native/project/lock.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { clientOf, makeFilm, serveForTest, signIn } from './served.ts';

type Answer = { readonly status: number; readonly body: string; readonly headers: NodeJS.Dict<string | string[]> };

/** A raw request, whose path and headers reach the server as they are written. */
function ask(port: number, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(pieces).toString('latin1'),
          headers: response.headers,
        }),
      );
    });
    sent.on('error', reject).end();
  });
}

const fault = z.object({ code: z.string() });
const outcome = z.object({ added: z.array(z.unknown()), known: z.array(z.unknown()), rejected: z.array(z.unknown()) });
const codeOf = ({ body }: Answer) => fault.parse(JSON.parse(body)).code;

test('without a session only the page is served', async () => {
  const { port } = await serveForTest();
  const page = await ask(port, '/');
  expect(page.status).toBe(200);
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  expect(page.headers['x-content-type-options']).toBe('nosniff');
  for (const path of ['/api/media/list', '/proxy/abc', '/upload/a.mp4', '/rpc', '/api', '/thumbnails/x']) {
    const answer = await ask(port, path);
    expect([path, answer.status, codeOf(answer)]).toEqual([path, 401, 'E_UNAUTHORISED']);
  }
});

test('the token is traded once, for a cookie that scripts cannot read and other sites cannot send', async () => {
  const served = await serveForTest();
  const { port, address } = served;
  const token = new URL(address).hash.replace('#token=', '');
  const exchange = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${port}/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  expect((await exchange({ token: 'wrong' })).status).toBe(401);
  const first = await exchange({ token });
  expect(first.status).toBe(204);
  const cookie = first.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/HttpOnly/);
  expect(cookie).toMatch(/SameSite=Strict/);
  expect((await exchange({ token })).status).toBe(401);
  expect((await exchange({ token }, { cookie: cookie.split(';')[0] ?? '' })).status).toBe(204);
});

test('other hosts and other origins are refused, cookie or not', async () => {
  const served = await serveForTest();
  const { port } = served;
  const cookie = await signIn(served);
  const refused: Record<string, string>[] = [
    { host: 'evil.example' },
    { host: `evil.example:${port}` },
    { host: '127.0.0.1.evil.example' },
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: `http://127.0.0.1:${port + 1}` },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' },
  ];
  for (const headers of refused) {
    const answer = await ask(port, '/proxy/abc', { cookie, ...headers });
    expect([headers, answer.status, codeOf(answer)]).toEqual([headers, 403, 'E_FORBIDDEN']);
  }
  const accepted = await ask(port, '/proxy/abc', {
    cookie,
    host: `localhost:${port}`,
    origin: `http://localhost:${port}`,
  });
  expect(accepted.status).toBe(404);
});

test('a WebSocket needs the cookie and the right origin', async () => {
  const served = await serveForTest();
  const { port } = served;
  const cookie = await signIn(served);
  const upgrade = (headers: Record<string, string>, path = '/rpc') =>
    new Promise<number | 'open'>((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
      socket.once('open', () => {
        socket.terminate();
        resolve('open');
      });
      socket.once('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
      socket.on('error', () => undefined);
    });
  expect(await upgrade({})).toBe(401);
  expect(await upgrade({ cookie, origin: 'http://evil.example' })).toBe(403);
  expect(await upgrade({ cookie, host: 'evil.example' })).toBe(403);
  expect(await upgrade({ cookie }, '/elsewhere')).toBe(404);
  expect(await upgrade({ cookie, origin: `http://127.0.0.1:${port}` })).toBe('open');
});

test('paths lead nowhere but into the page and to known handles', async () => {
  const served = await serveForTest();
  const { port } = served;
  const cookie = await signIn(served);
  const paths = [
    '/../film.montage',
    '/%2e%2e/film.montage',
    '/..%2ffilm.montage',
    '/proxy/../../etc/passwd',
    '/proxy/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '/proxy/unknown',
    '/frames/a/b',
    '//etc/passwd',
    '/%00',
    '/assets/%ff',
  ];
  for (const path of paths) {
    const answer = await ask(port, path, { cookie });
    expect([path, answer.status]).toEqual([
      path,
      expect.toSatisfy((status: number) => status === 404 || status === 400),
    ]);
    expect(answer.body).not.toMatch(/root:|SQLite/);
  }
});

test('a contract round trip: refusals are data, faults have codes, the bearer of the lock opens the API', async () => {
  const served = await serveForTest();
  const client = await clientOf(served);
  const { timeline } = await client.timeline.create({ name: 'A', rate: null, size: null });
  const edit = { kind: 'setTimeline', set: { name: 'B' } } as const;
  const apply = () => client.timeline.apply({ timelineId: timeline.id, editId: 'e1', edit });
  expect((await apply()).kind).toBe('applied');
  expect(await apply()).toMatchObject({ kind: 'applied', revision: 1 });
  await expect(client.timeline.get({ timelineId: 'nope' })).rejects.toMatchObject({ code: 'E_TIMELINE_UNKNOWN' });
  await expect(client.timeline.create({ name: '', rate: null, size: null })).rejects.toMatchObject({
    code: 'E_BAD_REQUEST',
    data: { code: 'E_BAD_REQUEST', message: 'the call does not fit the contract' },
  });
  const token = readLock(join(served.folder, 'film.montage'))?.token ?? '';
  const answer = await fetch(`http://127.0.0.1:${served.port}/api/timeline/list`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  expect(await answer.json()).toMatchObject([{ name: 'B', revision: 1 }]);
  expect(
    JSON.stringify(await ask(served.port, '/api/timeline/get', { authorization: `Bearer ${token}` }, 'POST')),
  ).not.toMatch(/\.ts:\d/);
});

test('bytes of an ingested file come whole and in ranges', async () => {
  const served = await serveForTest({ runJobs: true });
  const cookie = await signIn(served);
  const client = await clientOf(served);
  const film = await makeFilm(join(served.folder, 'a film #1 %20.mp4'));
  const { jobIds, added } = await client.media.import({ paths: [film] });
  expect(added).toHaveLength(1);
  for (const jobId of jobIds) {
    await expect.poll(async () => (await client.jobs.get({ jobId })).state, { timeout: 30_000 }).toBe('done');
  }
  const [entry] = await client.media.list();
  expect(entry?.ingest).toEqual({ state: 'ready' });
  const path = `/proxy/${entry?.assets.proxy ?? ''}`;
  const whole = await ask(served.port, path, { cookie });
  const size = whole.body.length;
  expect([whole.status, whole.headers['content-type'], whole.headers['accept-ranges']]).toEqual([
    200,
    'video/mp4',
    'bytes',
  ]);
  expect(whole.body.slice(4, 8)).toBe('ftyp');
  const range = async (value: string) => {
    const { status, body, headers } = await ask(served.port, path, { cookie, range: value });
    return [status, body, headers['content-range']];
  };
  expect(await range('bytes=4-7')).toEqual([206, 'ftyp', `bytes 4-7/${size}`]);
  expect(await range('bytes=-3')).toEqual([206, whole.body.slice(-3), `bytes ${size - 3}-${size - 1}/${size}`]);
  expect(await range(`bytes=${size - 2}-999999999`)).toEqual([
    206,
    whole.body.slice(-2),
    `bytes ${size - 2}-${size - 1}/${size}`,
  ]);
  expect(await range(`bytes=${size}-`)).toEqual([416, '', `bytes */${size}`]);
  expect((await range('bytes=7-4'))[0]).toBe(200);
  expect((await range('bytes=0-1,4-5'))[0]).toBe(200);
  expect((await ask(served.port, path, { cookie }, 'HEAD')).headers['content-length']).toBe(String(size));
  expect((await ask(served.port, path, { cookie, 'if-none-match': String(whole.headers['etag']) })).status).toBe(304);
  expect((await ask(served.port, path, { cookie }, 'DELETE')).status).toBe(404);
});

test('an upload lies beside the project under a safe name; no media and copies are not kept', async () => {
  const served = await serveForTest();
  const cookie = await signIn(served);
  const film = await makeFilm(join(temporaryFolder(), 'film.mp4'));
  const put = async (name: string, path: string) => {
    const answer = await fetch(`http://127.0.0.1:${served.port}/upload/${encodeURIComponent(name)}`, {
      method: 'PUT',
      headers: { cookie },
      body: new Blob([readFileSync(path)]),
    });
    return { status: answer.status, body: outcome.safeParse(await answer.json()).data };
  };
  const folder = join(served.folder, 'film Media');
  const first = await put('../../evil/.my film.mp4', film);
  expect(first.status).toBe(200);
  expect(first.body?.added).toHaveLength(1);
  expect(readdirSync(folder)).toEqual(['my film.mp4']);
  expect((await put('again.mp4', film)).body?.known).toHaveLength(1);
  expect((await put('text.mp4', import.meta.filename)).body?.rejected).toHaveLength(1);
  expect((await put('...', film)).status).toBe(422);
  expect(readdirSync(folder)).toEqual(['my film.mp4']);
  expect(existsSync(join(served.folder, 'evil'))).toBe(false);
});

test('an upload cut short leaves nothing', async () => {
  const served = await serveForTest();
  const cookie = await signIn(served);
  const film = await makeFilm(join(temporaryFolder(), 'film.mp4'));
  await new Promise<void>((resolve) => {
    const sent = request({
      host: '127.0.0.1',
      port: served.port,
      path: '/upload/a.mp4',
      method: 'PUT',
      headers: { cookie, 'content-length': '100000000' },
    });
    sent.on('error', () => resolve());
    createReadStream(film)
      .on('end', () => setTimeout(() => sent.destroy(), 100))
      .pipe(sent, { end: false });
  });
  await expect.poll(() => readdirSync(join(served.folder, 'film Media'))).toEqual([]);
  const client = await clientOf(served);
  expect(await client.media.list()).toEqual([]);
});
