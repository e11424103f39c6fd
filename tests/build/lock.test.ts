import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { repository } from '../architecture/planted-house.ts';

const entry = z.object({
  version: z.string(),
  integrity: z.string().optional(),
  inBundle: z.boolean().default(false),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});
const { packages } = z
  .object({ packages: z.record(z.string(), entry) })
  .parse(JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')));

/** Whether a package finds another one, in its own node_modules or in those above it. */
function resolves(from: string, name: string): boolean {
  for (let folder = from; ; folder = dirname(folder)) {
    if (join(folder, 'node_modules', name) in packages) return true;
    if (folder === '.' || folder === '') return false;
  }
}

test('the lock holds the binaries of every system, or npm 11 refuses to install', () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !resolves(path, name))
      .map((name) => `${name} of ${path}`),
  );
  expect(missing).toEqual([]);
});

test('every locked package is held to its contents', () => {
  const loose = Object.entries(packages).filter(
    ([path, it]) => path !== '' && !it.inBundle && it.integrity === undefined,
  );
  expect(loose.map(([path]) => path)).toEqual([]);
});
