import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
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

/** Processor, graphics devices and their driver, as far as this system tells without starting a program. */
function deviceName(): string {
  const parts = [process.platform, process.arch, process.versions.modules, cpus()[0]?.model ?? ''];
  const cards = '/sys/class/drm';
  if (existsSync(cards)) {
    for (const card of readdirSync(cards).filter((name) => /^card\d+$/.test(name))) {
      parts.push(...['vendor', 'device'].map((fact) => textOf(join(cards, card, 'device', fact))));
    }
  }
  return [...parts, textOf('/proc/driver/nvidia/version').split('\n')[0] ?? ''].join('|');
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
