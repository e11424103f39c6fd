import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { visionProviderSchema, type VisionProvider } from '../../core/contract/providers.ts';
import { MontageError } from '../../core/errors.ts';
import { writeWhole } from '../files.ts';
import { userDataFolder } from '../project/file-system.ts';

const fileSchema = z.strictObject({ version: z.literal(1), vision: visionProviderSchema });

/**
 * The vision provider that the user has switched on, if any.
 *
 * @throws MontageError E_SETTINGS_UNREADABLE
 */
export function visionProvider(): VisionProvider | undefined {
  const path = settingsPath();
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).vision;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    const hint = 'switch the provider on again, or off';
    const message = 'the settings of the vision provider cannot be read';
    throw new MontageError({ code: 'E_SETTINGS_UNREADABLE', message, where: path, hint }, { cause });
  }
}

/** Switches a provider on, in the place of any other. @throws MontageError E_PERMISSION, E_NO_SPACE, E_UNWRITABLE */
export async function switchVisionOn(vision: VisionProvider): Promise<void> {
  const path = settingsPath();
  mkdirSync(dirname(path), { recursive: true });
  const text = `${JSON.stringify({ version: 1, vision }, null, 2)}\n`;
  await writeWhole(path, (temporary) => writeFile(temporary, text));
}

/** Nothing is sent any more. */
export function switchVisionOff(): void {
  rmSync(settingsPath(), { force: true });
}

function settingsPath(): string {
  return join(userDataFolder(), 'vision-provider.json');
}
