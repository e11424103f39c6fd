import { createHash } from 'node:crypto';
import { accessSync, closeSync, constants, existsSync, fsyncSync, mkdirSync, openSync, statfsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Magic numbers of file systems that reach over a network, from statfs(2) and linux/magic.h: NFS, SMB, CIFS, SMB2, AFS,
 * Coda, NCP, Ceph, 9P, and FUSE, which may be either and is taken for the safer one.
 */
const NETWORK_TYPES: ReadonlySet<number> = new Set([
  0x69_69, 0x51_7b, 0xff_53_4d_42, 0xfe_53_4d_42, 0x53_46_41_4f, 0x73_75_72_45, 0x56_4c, 0x00_c3_64_00, 0x01_02_19_97,
  0x65_73_55_46,
]);

/** Whether a folder lies on another machine, as far as the system tells (Linux by type, Windows by UNC path). */
export function isNetworkFolder(folder: string): boolean {
  if (folder.startsWith('\\\\')) return true;
  if (process.platform !== 'linux') return false;
  return NETWORK_TYPES.has(statfsSync(folder).type >>> 0);
}

export function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Makes a rename or a new name in a folder survive a power cut; systems that cannot sync folders do it themselves. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Where a project's cache goes: beside it as `<project>.cache` where that is local and writable, else into the user's
 * cache folder (or `MONTAGE_CACHE_DIR`). Made if absent.
 */
export function cacheFolderFor(projectPath: string): string {
  const beside = `${projectPath}.cache`;
  const folder = dirname(projectPath);
  if (!isNetworkFolder(folder) && isWritable(existsSync(beside) ? beside : folder)) return made(beside);
  const name = createHash('sha256').update(projectPath).digest('hex').slice(0, 32);
  return made(join(userCacheFolder(), name));
}

/** Where caches go that belong to no project (`MONTAGE_CACHE_DIR`, else as the system has it). */
export function userCacheFolder(): string {
  const chosen = process.env['MONTAGE_CACHE_DIR'] ?? '';
  if (chosen !== '') return chosen;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'montage');
  if (process.platform === 'win32') {
    return join(process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'montage', 'cache');
  }
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'montage');
}

/** Where what the user has chosen and fetched is kept, as the system has it. */
export function userDataFolder(): string {
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'montage');
  if (process.platform === 'win32') {
    return join(process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'montage');
  }
  return join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'montage');
}

function made(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return folder;
}
