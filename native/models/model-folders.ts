import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where models are looked for. */
export type ModelFolders = {
  /** Chosen by whoever runs Montage (`MONTAGE_MODELS_DIR`): its files are taken as they are. */
  readonly chosen: string | undefined;
  /** Where downloads go: its files must be those of the catalogue. */
  readonly user: string;
};

/** `MONTAGE_MODELS_DIR`, and the user's model folder of this system. */
export function modelFolders(): ModelFolders {
  const chosen = process.env['MONTAGE_MODELS_DIR'] ?? '';
  return { chosen: chosen === '' ? undefined : chosen, user: userModelFolder() };
}

function userModelFolder(): string {
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'montage', 'models');
  if (process.platform === 'win32') {
    return join(process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'montage', 'models');
  }
  return join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'montage', 'models');
}
