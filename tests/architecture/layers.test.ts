import { expect, test } from 'vitest';
import { z } from 'zod';
import layers from '../../build/layers.json' with { type: 'json' };
import { plantHouse, realSources, repository, rooms, runTool } from './planted-house.ts';

const report = z.object({
  modules: z.array(z.object({ source: z.string() })),
  summary: z.object({
    totalCruised: z.number(),
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});
const table = new Map<string, { readonly imports: readonly string[]; readonly packages: string | readonly string[] }>(
  Object.entries(layers.rooms),
);
const folders = rooms.filter((room) => !room.includes('/'));

async function cruise(house: string) {
  const ran = await runTool(house, 'depcruise', ['--output-type', 'json', ...folders]);
  const { modules, summary } = report.parse(JSON.parse(ran.stdout));
  const found = summary.violations.map(({ from, to, rule }) => `${from} → ${to}: ${rule.name}`);
  return { sources: modules.map(({ source }) => source), found, total: summary.totalCruised };
}

test('every source of the house is cruised, and nothing is found', async () => {
  const { sources, found, total } = await cruise(repository);
  expect(found).toEqual([]);
  expect(realSources().filter((path) => !sources.includes(path))).toEqual([]);
  expect(total).toBeGreaterThan(40);
});

/** What each kind of import looks like; a rule that misses one of them is a hole. */
const IMPORTS = {
  value: (path: string) => `import { it } from '${path}';\nexport const mine = it;\n`,
  type: (path: string) => `import type { It } from '${path}';\nexport type Mine = It;\n`,
  dynamic: (path: string) => `export const mine = import('${path}');\n`,
  reexport: (path: string) => `export { it } from '${path}';\n`,
};

function target(room: string): string {
  return `${room}/target/it.ts`;
}

function climb(from: string): string {
  return '../'.repeat(from.split('/').length - 1);
}

function allows(from: string, to: string): boolean {
  return from === to || (table.get(from)?.imports.includes(to) ?? false);
}

test('each import between rooms that the table does not allow is found, each that it allows is not', async () => {
  const files = new Map(
    [...rooms, 'core/contract'].map((room) => [target(room), 'export const it = 1;\nexport type It = 1;\n']),
  );
  const forbidden: string[] = [];
  for (const from of rooms) {
    for (const to of rooms) {
      for (const [kind, write] of Object.entries(IMPORTS)) {
        const file = `${from}/${kind}-of-${to.replace('/', '-')}.ts`;
        files.set(file, write(`./${climb(file)}${target(to)}`));
        if (!allows(from, to)) forbidden.push(`${file} → ${target(to)}`);
      }
    }
  }
  files.set('electron/contract.ts', "export { it } from '../core/contract/target/it.ts';\n");
  const { found } = await cruise(plantHouse(Object.fromEntries(files)));
  const between = found.filter((line) => line.includes('neighbours')).map((line) => line.split(':')[0]);
  expect(between.toSorted()).toEqual(forbidden.toSorted());
  expect(forbidden.length).toBeGreaterThan(100);
});

test('cycles, packages off the list, Node in a pure room, unknown paths and development packages are found', async () => {
  const house = plantHouse({
    'core/a.ts': "export { b as a } from './b.ts';\n",
    'core/b.ts': "export { a as b } from './a.ts';\n",
    'core/type-a.ts': "import type { B } from './type-b.ts';\nexport type A = B | 1;\n",
    'core/type-b.ts': "import type { A } from './type-a.ts';\nexport type B = A | 2;\n",
    'core/allowed.ts': "export { z } from 'zod';\n",
    'core/package.ts': "export { execa } from 'execa';\n",
    'core/node.ts': "export { readFileSync } from 'node:fs';\n",
    'core/bare-node.ts': "export { readFileSync } from 'fs';\n",
    'core/unknown.ts': "export { it } from './nowhere.ts';\n",
    'renderer/node.ts': "export { readFileSync } from 'node:fs';\n",
    'renderer/package.ts': "export { execa } from 'execa';\n",
    'electron/preload/node.ts': "export { readFileSync } from 'node:fs';\n",
    'electron/package.ts': "export { z } from 'zod';\n",
    'native/package.ts': "export { useState } from 'react';\n",
    'native/development.ts': "export { test } from 'vitest';\n",
  });
  const { found } = await cruise(house);
  const rules = new Set(found.map((line) => line.replace(/ → .*:/, ':')));
  const expected = [
    'core/a.ts: no-cycles',
    'core/type-a.ts: no-cycles',
    'core/package.ts: core-imports-only-its-packages',
    'core/node.ts: core-knows-no-Node',
    'core/bare-node.ts: core-knows-no-Node',
    'core/unknown.ts: everything-resolves',
    'renderer/node.ts: renderer-knows-no-Node',
    'renderer/package.ts: renderer-imports-only-its-packages',
    'electron/preload/node.ts: electron-preload-knows-no-Node',
    'electron/package.ts: electron-imports-only-its-packages',
    'native/package.ts: native-imports-only-its-packages',
    'native/development.ts: product-needs-no-dev-packages',
  ];
  expect(expected.filter((line) => !rules.has(line))).toEqual([]);
  expect(found.filter((line) => line.startsWith('core/allowed.ts'))).toEqual([]);
});
