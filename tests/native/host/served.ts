import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { connectRemote, type EngineClient } from '../../../cli/connection.ts';
import { serveEngine, type ServedEngine } from '../../../native/host/serve.ts';
import { runProgram } from '../../../native/process/programs.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

/** A project served from a folder of its own, with a page beside it; closed when the test ends. */
export async function serveForTest(
  options: { readonly runJobs?: boolean } = {},
): Promise<ServedEngine & { folder: string }> {
  const folder = temporaryFolder();
  const renderer = join(folder, 'renderer');
  mkdirSync(renderer);
  writeFileSync(join(renderer, 'index.html'), '<title>page</title>');
  const served = await serveEngine({
    projectPath: join(folder, 'film.montage'),
    create: true,
    runJobs: options.runJobs ?? false,
    shell: 'browser',
    port: 0,
    renderer,
  });
  if (served.kind !== 'open') throw new Error('the project is open elsewhere');
  onTestFinished(() => served.close());
  return { ...served, folder };
}

/** Trades the address's token for a cookie, as the page does. */
export async function signIn({ address, port }: Pick<ServedEngine, 'address' | 'port'>): Promise<string> {
  const token = new URL(address).hash.replace('#token=', '');
  const answer = await fetch(`http://127.0.0.1:${port}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: `http://127.0.0.1:${port}` },
    body: JSON.stringify({ token }),
  });
  return answer.headers.get('set-cookie')?.split(';')[0] ?? `no cookie: ${answer.status}`;
}

/** The contract over a WebSocket. */
export async function clientOf({ port, bearer }: Pick<ServedEngine, 'port' | 'bearer'>): Promise<EngineClient> {
  const connection = await connectRemote({ port, token: bearer });
  onTestFinished(() => connection.close());
  return connection.client;
}

/** A film of one second with a tone. */
export async function makeFilm(path: string, color = 'red'): Promise<string> {
  const picture = ['-f', 'lavfi', '-i', `color=${color}:size=64x64:rate=25:duration=1`];
  const sound = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=1'];
  const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', '-threads', '1'];
  const made = await runProgram('ffmpeg', [
    '-v',
    'error',
    '-y',
    ...picture,
    ...sound,
    ...codecs,
    '-f',
    'mp4',
    `file:${path}`,
  ]);
  if (made.exitCode !== 0) throw new Error(made.stderr);
  return path;
}
