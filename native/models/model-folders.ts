import { join } from 'node:path';
import { userDataFolder } from '../project/file-system.ts';

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
  return { chosen: chosen === '' ? undefined : chosen, user: join(userDataFolder(), 'models') };
}
