import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { repository } from '../architecture/planted-house.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const run = promisify(execFile);

/** The machine as a newcomer has it: without the Node that this repository's own packages bring. */
const newcomersPath = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter);

/** A proxy that lets everything through and remembers where to. */
async function watchingProxy(): Promise<{ readonly address: string; readonly hosts: ReadonlySet<string> }> {
  const hosts = new Set<string>();
  const server: Server = createServer((request, response) => {
    hosts.add(request.url ?? '');
    response.writeHead(501).end();
  });
  server.on('connect', (request, client) => {
    const [host = '', port = '443'] = (request.url ?? '').split(':');
    hosts.add(host);
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = addressOf(server);
  return { address: `http://127.0.0.1:${port}`, hosts };
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the proxy has no port');
  return address;
}

test.each(['10', '11'])('npm %s installs a clean clone from nothing but the registry', async (npm) => {
  const folder = temporaryFolder();
  const clone = join(folder, 'clone');
  await run('git', ['clone', '--quiet', repository, clone]);
  const { address, hosts } = await watchingProxy();
  const env = {
    PATH: newcomersPath,
    HOME: process.env['HOME'] ?? folder,
    npm_config_cache: join(folder, 'cache'),
    npm_config_yes: 'true',
    HTTP_PROXY: address,
    HTTPS_PROXY: address,
    npm_config_proxy: address,
    npm_config_https_proxy: address,
  };
  const registry = (await run('npm', ['config', 'get', 'registry'], { env, cwd: folder })).stdout.trim();
  await run('npx', [`npm@${npm}`, 'ci'], { env, cwd: clone, maxBuffer: 1 << 26 });
  expect([...hosts]).toEqual([new URL(registry).hostname]);

  const node = join(clone, 'node_modules/.bin/node');
  expect((await run(node, ['--version'])).stdout).toMatch(/^v24\./);
  const loads = "new (require('better-sqlite3'))(':memory:').close(); require('onnxruntime-node')";
  await run(node, ['--eval', loads], { cwd: clone });
  expect((await run('git', ['status', '--porcelain'], { cwd: clone })).stdout).toBe('');
});
