#!/usr/bin/env node
// `npm start`: the app in its own window, or the same app in the browser where Electron cannot be had.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { platform, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensure } from './setup.mjs';

const STALL_MS = 10_000;
const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);
/** What the app gets; npm runs scripts at the top of the repository, wherever the user stood. */
const rest = args
  .filter((word) => word !== '--browser' && word !== '--electron')
  .map((word) => (word.endsWith('.montage') ? resolve(process.env['INIT_CWD'] ?? '.', word) : word));

const missing = ensure('run');
if (missing !== undefined) process.exit(missing);
const shell = args.includes('--browser') ? 'browser' : await chooseShell();
if (shell === 'electron') {
  build();
  openElectron();
} else openBrowser();

async function chooseShell() {
  if (electronBinary() !== undefined) return 'electron';
  process.stderr.write('Fetching Electron …\n');
  const problem = (await fetchElectron()) ?? (electronBinary() === undefined ? 'its program is missing' : undefined);
  if (problem === undefined) return 'electron';
  if (args.includes('--electron')) {
    process.stderr.write(`E_NO_ELECTRON: Electron could not be fetched, ${problem}, run: npm start -- --browser\n`);
    process.exit(4);
  }
  process.stderr.write(`Electron could not be fetched (${problem}); opening the same app in your browser instead.\n`);
  return 'browser';
}

/** The program of Electron, where it has been fetched. */
function electronBinary() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
    const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
    const system = /** @type {keyof typeof names} */ (platform());
    const binary = join(
      process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'),
      names[system] ?? 'electron',
    );
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Runs Electron's own installer and gives up once nothing has arrived for a while.
 *
 * @returns {Promise<string | undefined>} what went wrong
 */
async function fetchElectron() {
  const installer = createRequire(import.meta.url).resolve('electron/install.js');
  const downloads = mkdtempSync(join(tmpdir(), 'montage-electron-'));
  const child = spawn(process.execPath, [installer], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, TMPDIR: downloads, TMP: downloads, TEMP: downloads },
  });
  let said = '';
  child.stderr.on('data', (text) => (said += String(text)));
  let [before, changedAt] = [-1, Date.now()];
  const watch = setInterval(() => {
    const now = bytesIn(downloads) + bytesIn(join(dirname(installer), 'dist'));
    if (now !== before) [before, changedAt] = [now, Date.now()];
    if (Date.now() - changedAt > STALL_MS) {
      said = `nothing has arrived for ${STALL_MS / 1000} s`;
      child.kill();
    }
  }, 500);
  const code = await new Promise((done) => {
    child.on('exit', done);
    child.on('error', () => done(1));
  });
  clearInterval(watch);
  rmSync(downloads, { recursive: true, force: true });
  return code === 0 ? undefined : (said.trim().split('\n')[0] ?? '');
}

/** @param {string} folder */
function bytesIn(folder) {
  if (!existsSync(folder)) return 0;
  const sizes = readdirSync(folder, { recursive: true }).map((file) => {
    const found = statSync(join(folder, String(file)), { throwIfNoEntry: false });
    return found?.size ?? 0;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Electron runs what was bundled; `montage serve` builds its window itself. */
function build() {
  const done = spawnSync('npm', ['run', '--silent', 'build'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: platform() === 'win32',
  });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

function openElectron() {
  const child = spawn(/** @type {string} */ (electronBinary()), [root, ...rest], { stdio: 'inherit' });
  child.on('exit', (code) => process.exit(code ?? 1));
}

function openBrowser() {
  const words = rest.flatMap((word) => (word.endsWith('.montage') ? ['--project', word] : [word]));
  const child = spawn(process.execPath, [join(root, 'cli/montage.mjs'), 'serve', ...words], {
    stdio: ['inherit', 'pipe', 'inherit'],
  });
  let said = '';
  let opened = false;
  child.stdout.on('data', (text) => {
    process.stdout.write(text);
    said += String(text);
    const address = /https?:\/\/\S+/.exec(said);
    if (address === null || opened || !said.slice(address.index).includes('\n')) return;
    opened = true;
    openInBrowser(address[0]);
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}

/** @param {string} address */
function openInBrowser(address) {
  const openers = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] };
  const system = /** @type {keyof typeof openers} */ (platform());
  const [command = 'xdg-open', ...words] = openers[system] ?? ['xdg-open'];
  const child = spawn(command, [...words, address], { stdio: 'ignore', detached: true });
  child.on('error', () => process.stderr.write(`Open this address in a browser: ${address}\n`));
  child.unref();
}
