import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { fileHash } from './file-hash.ts';
import type { ProviderChoice } from './choose-provider.ts';

const choiceSchema = z.object({
  provider: z.string(),
  verdicts: z.array(z.object({ provider: z.string(), ms: z.number().nullable(), reason: z.string().nullable() })),
});
const fileSchema = z.record(z.string(), choiceSchema);

/** Which provider was found best for a model, by device and driver: a new driver asks anew. */
export interface ProviderMemory {
  recall(path: string): Promise<ProviderChoice | undefined>;
  keep(path: string, choice: ProviderChoice): Promise<void>;
}

/** Keeps choices in one JSON file; one that is unreadable or cannot be written is as none. */
export function providerMemory(file: string, device: string = deviceName()): ProviderMemory {
  const keyOf = async (path: string) => `${device} ${await fileHash(path)}`;
  const read = () => {
    try {
      return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    } catch {
      return {};
    }
  };
  return {
    recall: async (path) => read()[await keyOf(path)],
    async keep(path, choice) {
      const key = await keyOf(path);
      try {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, JSON.stringify({ ...read(), [key]: choice }, null, 2));
      } catch {
        // It is found out again next time.
      }
    },
  };
}

/** Folders of Windows' driver store that hold display drivers; their names end in a hash of what they hold. */
const DISPLAY_DRIVERS = /^(nv_disp|nvlt|nvmdi|iigd|u\d{7}|amd)/i;

/**
 * Processor, graphics devices and their drivers, as far as the system tells without starting a program: those of macOS
 * and of Linux' own tree come with the system's release, others are files.
 *
 * @param root where the system's folders are; another one in tests
 */
export function deviceName(root = '/'): string {
  const system = [process.platform, process.arch, process.versions.modules, release(), cpus()[0]?.model ?? ''];
  const drm = join(root, 'sys/class/drm');
  const cards = namesIn(drm)
    .filter((name) => /^card\d+$/.test(name))
    .flatMap((card) =>
      ['vendor', 'device', 'driver/module/version'].map((fact) => textOf(join(drm, card, 'device', fact))),
    );
  const nvidia = textOf(join(root, 'proc/driver/nvidia/version')).split('\n')[0] ?? '';
  const vulkan = join(root, 'usr/share/vulkan/icd.d');
  const manifests = namesIn(vulkan).map((name) => textOf(join(vulkan, name)).replaceAll(/\s+/g, ''));
  const store = join(root, 'Windows/System32/DriverStore/FileRepository');
  const stored = namesIn(store).filter((name) => DISPLAY_DRIVERS.test(name));
  return [...system, ...cards, nvidia, ...manifests, ...stored].join('|');
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).toSorted() : [];
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
