import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openEngine } from '../../native/engine/engine.ts';
import { startHttpHost } from '../../native/host/http.ts';
import { createGate } from '../../native/host/session.ts';
import { randomIds } from '../../native/ids.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { boot } from './boot.ts';

const SIZE = 100_000;
const SECRET = 'only-for-the-shell';

/** The shell, and an engine's real host with one file in it. */
async function openMedia() {
  const folder = temporaryFolder();
  const path = join(folder, 'proxy.mp4');
  const bytes = randomBytes(SIZE);
  writeFileSync(path, bytes);
  const host = await startHttpHost({
    port: 0,
    gate: (port) => createGate(randomIds, SECRET, port),
    renderer: undefined,
  });
  const opened = await openEngine({ projectPath: null, create: true, runJobs: false, shell: 'electron' });
  if (opened.kind !== 'open') throw new Error('the engine did not open');
  onTestFinished(async () => {
    await host.close();
    await opened.engine.close();
  });
  host.attach({
    ...opened.engine,
    findBytes: (kind, handle) =>
      kind === 'proxy' && handle === 'abc' ? { path, contentType: 'video/mp4' } : undefined,
  });
  const shell = await boot();
  const [engine] = shell.children;
  engine?.emit('message', { kind: 'ready', port: host.port, token: SECRET, projectPath: '/tmp/a.montage' });
  const get = (address: string, range?: string, method = 'GET') =>
    shell.get(`montage://app${address}`, { method, headers: range === undefined ? {} : { range } });
  return { shell, engine, bytes, path, get };
}

const bodyOf = async (response: Response) => Buffer.from(await response.arrayBuffer());
const told = ({ status, headers }: Response) => [status, headers.get('content-range'), headers.get('content-length')];

describe('bytes through the desktop shell', () => {
  test('whole, and by range: 200, 206, 416', async () => {
    const { get, bytes } = await openMedia();
    const whole = await get('/proxy/abc');
    expect(told(whole)).toEqual([200, null, String(SIZE)]);
    expect([whole.headers.get('content-type'), whole.headers.get('accept-ranges')]).toEqual(['video/mp4', 'bytes']);
    expect((await bodyOf(whole)).equals(bytes)).toBe(true);
    const ranges = [
      ['bytes=0-0', 0, 0],
      ['bytes=500-99999', 500, 99_999],
      ['bytes=99000-', 99_000, 99_999],
      ['bytes=-10', 99_990, 99_999],
      ['bytes=99999-200000', 99_999, 99_999],
    ] as const;
    for (const [range, first, last] of ranges) {
      const part = await get('/proxy/abc', range);
      expect(told(part)).toEqual([206, `bytes ${first}-${last}/${SIZE}`, String(last - first + 1)]);
      expect((await bodyOf(part)).equals(bytes.subarray(first, last + 1))).toBe(true);
    }
    expect(told(await get('/proxy/abc', `bytes=${SIZE}-`)).slice(0, 2)).toEqual([416, `bytes */${SIZE}`]);
  });

  test('HEAD says how much without sending it; nothing may be sniffed', async () => {
    const { get } = await openMedia();
    const head = await get('/proxy/abc', undefined, 'HEAD');
    expect(told(head)).toEqual([200, null, String(SIZE)]);
    expect((await bodyOf(head)).length).toBe(0);
    for (const address of ['/proxy/abc', '/proxy/unknown', '/nowhere', '/index.html']) {
      expect((await get(address)).headers.get('x-content-type-options'), address).toBe('nosniff');
    }
  });

  test('unknown ids, other kinds and ways out are not found; a file that vanished neither', async () => {
    const { get, path } = await openMedia();
    const addresses = [
      '/proxy/unknown',
      '/peaks/abc',
      '/proxy/abc/more',
      '/proxy/',
      '/proxy/..%2f..%2fetc%2fpasswd',
      '/proxy/%2e%2e/session',
    ];
    for (const address of addresses) expect((await get(address)).status, address).toBe(404);
    rmSync(path);
    expect((await get('/proxy/abc')).status).toBe(404);
  });

  test('only the byte protocol is reached through it, never the contract or the session', async () => {
    const { get } = await openMedia();
    for (const address of ['/api/project/info', '/rpc', '/session', '/upload/a.mp4']) {
      expect((await get(address)).status, address).toBe(404);
      expect((await get(address, undefined, 'POST')).status, address).toBe(405);
    }
  });

  test('the page never sees the secret or the port; while no engine runs the answer is 503', async () => {
    const { get, shell, engine } = await openMedia();
    const answer = await get('/proxy/abc');
    expect(JSON.stringify([[...answer.headers], answer.url, shell.window.contents.sent])).not.toContain(SECRET);
    engine?.emit('exit', 1);
    expect((await get('/proxy/abc')).status).toBe(503);
    shell.app.emit('will-quit', { preventDefault: () => undefined });
  });

  test('a reader that leaves early ends the request', async () => {
    const { get, bytes } = await openMedia();
    const reader = (await get('/proxy/abc')).body?.getReader();
    expect((await reader?.read())?.value?.[0]).toBe(bytes[0]);
    await reader?.cancel();
    expect(told(await get('/proxy/abc', 'bytes=1-2'))[0]).toBe(206);
  });
});
