import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('..', import.meta.url));

/** Folder of real footage with ground truth, or undefined where this machine has none. */
export const mediaRoot: string | undefined = present(process.env['MONTAGE_TEST_MEDIA'] ?? '../shared/media');

/** Folder of real model weights, or undefined where this machine has none. */
export const modelsRoot: string | undefined = present(process.env['MONTAGE_MODELS_DIR'] ?? '../shared/models');

/** What is skipped on this machine, one plain sentence each, for the end of a test run. */
export function missingMaterial(): readonly string[] {
  return [
    ...(mediaRoot === undefined
      ? ['Tests on real footage are skipped: set MONTAGE_TEST_MEDIA to a folder with a MANIFEST.json.']
      : []),
    ...(modelsRoot === undefined
      ? ['Tests on real models are skipped: set MONTAGE_MODELS_DIR to a folder with a MANIFEST.json.']
      : []),
  ];
}

function present(path: string): string | undefined {
  const folder = resolve(repository, path);
  return existsSync(resolve(folder, 'MANIFEST.json')) ? folder : undefined;
}
