import { existsSync, globSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MontageError } from '../../core/errors.ts';
import { runProgram } from '../process/programs.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BUILT = fileURLToPath(new URL('../../dist/renderer', import.meta.url));
const BUILD_TIMEOUT_MS = 180_000;

/**
 * The folder of the built renderer. Beside its sources it is built first where it is missing or older than they are, so that a
 * fresh checkout serves at once; a package brings it along.
 *
 * @throws MontageError E_NOT_BUILT with what the build said
 */
export async function builtRenderer(say: (line: string) => void, signal?: AbortSignal): Promise<string> {
  const page = join(BUILT, 'index.html');
  const fromSource = existsSync(join(ROOT, 'renderer/index.html'));
  if (existsSync(page) && (!fromSource || statSync(page).mtimeMs >= newestSource())) return BUILT;
  if (!fromSource) throw notBuilt('the window was not built and its sources are not here');
  say('Building the window …');
  const manifest = createRequire(import.meta.url).resolve('vite/package.json');
  const vite = join(dirname(manifest), 'bin/vite.js');
  const config = join(ROOT, 'build/vite.config.ts');
  // Beside its place: another engine that starts now builds it too, and may serve what is there meanwhile.
  const made = `${BUILT}-${process.pid}`;
  const args = [vite, 'build', '--logLevel', 'warn', '--config', config, '--outDir', made];
  try {
    const built = await runProgram(process.execPath, args, { timeoutMs: BUILD_TIMEOUT_MS, signal });
    if (signal?.aborted === true) throw new MontageError({ code: 'E_CANCELLED', message: 'cancelled', stage: 'serve' });
    if (built.exitCode !== 0) throw notBuilt(`${built.stdout}\n${built.stderr}`.trim().slice(-2000));
    putInPlace(made);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return BUILT;
}

/** Takes the place of an older build, unless another engine's new one has just done so. */
function putInPlace(made: string): void {
  const old = `${made}-old`;
  const isMoved = (from: string, to: string) => {
    try {
      renameSync(from, to);
      return true;
    } catch {
      return false;
    }
  };
  isMoved(BUILT, old);
  if (!isMoved(made, BUILT) && !existsSync(join(BUILT, 'index.html'))) throw notBuilt('it could not be put in place');
  rmSync(old, { recursive: true, force: true });
}

function newestSource(): number {
  const files = globSync(['renderer/**/*.{ts,tsx,css,html,svg,json}', 'core/**/*.ts', 'build/vite.config.ts'], {
    cwd: ROOT,
  });
  return Math.max(...files.map((file) => statSync(join(ROOT, file)).mtimeMs));
}

function notBuilt(message: string): MontageError {
  return new MontageError({ code: 'E_NOT_BUILT', message, where: BUILT, hint: 'run: npm run build', stage: 'serve' });
}
