import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineReportSchema } from '../../core/contract/shell-engine.ts';
import { repository } from '../architecture/planted-house.ts';

const run = promisify(execFile);

/** Where Electron's fuses lie in its program: after this mark, a version and a length (electronjs.org/docs/latest/tutorial/fuses). */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const ALL_ON = '\x01\x0811111111';

describe.skipIf(process.platform !== 'linux')('what npm run package puts into an application', () => {
  let folder: string;
  let resources: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'montage-package-'));
    const electron = join(folder, 'electron');
    mkdirSync(join(electron, 'resources'), { recursive: true });
    mkdirSync(join(electron, 'locales'));
    // A program that only has fuses, all on, in Electron's place: the real one cannot always be had.
    writeFileSync(join(electron, 'electron'), `program ${SENTINEL}${ALL_ON} end`);
    chmodSync(join(electron, 'electron'), 0o755);
    for (const file of ['LICENSE', 'LICENSES.chromium.html', 'version', 'chrome-sandbox']) {
      writeFileSync(join(electron, file), '');
    }
    await run('npm', ['run', 'build'], { cwd: repository });
    const output = join(folder, 'out');
    const words = ['--config', 'build/electron-builder.json', '--publish', 'never', '--linux', 'dir', '--x64'];
    const builder = join(repository, 'node_modules/.bin/electron-builder');
    const given = [`--config.electronDist=${electron}`, `--config.directories.output=${output}`];
    await run(builder, [...words, ...given], { cwd: repository, maxBuffer: 1 << 26 });
    resources = join(output, 'linux-unpacked/resources');
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('the fuses: no Node, no inspector, no NODE_OPTIONS, the app only from its checked archive', () => {
    const program = readFileSync(join(folder, 'out/linux-unpacked/montage'), 'latin1');
    const wire = program.slice(program.indexOf(SENTINEL) + SENTINEL.length + 2).slice(0, 8);
    // RunAsNode, cookie encryption, NODE_OPTIONS, --inspect, asar integrity, only from asar, own V8 snapshot, file privileges.
    expect(wire).toBe('01001100');
  });

  test('main, preload and window in the archive; the engine and what it opens beside it; no sources, no other packages', () => {
    // Four sizes in front (github.com/electron/asar), then the tree as JSON.
    const archive = readFileSync(join(resources, 'app.asar'));
    const header = archive.subarray(16, 16 + archive.readUInt32LE(12)).toString();
    expect(JSON.parse(header)).toHaveProperty('files');
    for (const name of ['electron-main.mjs', 'preload.cjs', 'index.html']) expect(header).toContain(`"${name}"`);
    for (const name of ['fastify', 'react', 'electron-builder', 'tests', '.map"'])
      expect(header).not.toContain(`"${name}`);
    const unpacked = join(resources, 'app.asar.unpacked');
    for (const path of [
      'package.json',
      'dist/bundle/engine.mjs',
      'assets/keymaps/montage.json',
      'node_modules/better-sqlite3',
    ]) {
      expect(existsSync(join(unpacked, path)), path).toBe(true);
    }
    expect(existsSync(join(unpacked, 'node_modules/onnxruntime-node/bin/napi-v6/win32'))).toBe(false);
  });

  test('the packaged engine opens a project with the packaged database, and closes', async () => {
    const engine = pathToFileURL(join(resources, 'app.asar.unpacked/dist/bundle/engine.mjs')).href;
    const worker = new Worker(new URL('../electron/utility-process.ts', import.meta.url), { workerData: engine });
    const project = join(folder, 'film.montage');
    worker.postMessage({ data: { kind: 'open', projectPath: project }, ports: [] });
    const said: readonly unknown[] = await once(worker, 'message');
    expect(engineReportSchema.parse(said[0])).toMatchObject({ kind: 'ready', projectPath: project });
    worker.postMessage({ data: { kind: 'close' }, ports: [] });
    expect(await once(worker, 'exit')).toEqual([0]);
    expect(existsSync(project)).toBe(true);
  });
});
