/**
 * Runs as another user: `node unprivileged.ts <uid> <action> <path>` and prints the code with which the action failed.
 * The tests may run as root, who feels no permissions.
 */
import Database from 'better-sqlite3';
import { MontageError } from '../../../core/errors.ts';
import { openProject } from '../../../native/project/open.ts';
import { markerEngine } from '../library/marker-engine.ts';

// While still root: the house may lie in a folder that nobody else may enter, and this library loads its binary late.
new Database(':memory:').close();

const [uid = '', action = '', path = ''] = process.argv.slice(2);
if (process.getuid?.() === 0) {
  process.setgid?.(Number(uid));
  process.setuid?.(Number(uid));
}
try {
  const opened = await openProject(path, { applyEdit: markerEngine, create: action === 'create' });
  if (opened.kind === 'open') {
    process.stdout.write(`opened ${opened.project.cacheFolder}`);
    opened.project.close();
  }
} catch (error) {
  process.stdout.write(error instanceof MontageError ? error.fault.code : String(error));
}
