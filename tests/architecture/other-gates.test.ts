import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { plantHouse, realSources, repository, runTool } from './planted-house.ts';

test('every file of the house is formatted, and one that is not is found', async () => {
  const real = await runTool(repository, 'biome', ['format', '.']);
  expect(real.status).toBe(0);
  const checked = Number(/Checked (\d+) files/.exec(real.stdout + real.stderr)?.[1]);
  expect(checked).toBeGreaterThanOrEqual(realSources().length);

  const house = plantHouse({ 'core/ugly.ts': 'export const a = "1"\n', 'renderer/ugly.css': 'a{b:c}' });
  const planted = await runTool(house, 'biome', ['format', '.']);
  expect(planted.status).not.toBe(0);
  expect(planted.stdout + planted.stderr).toContain('core/ugly.ts');
  expect(planted.stdout + planted.stderr).toContain('renderer/ugly.css');
});

const deadReport = z.object({
  issues: z.array(
    z.object({
      file: z.string(),
      files: z.array(z.object({ name: z.string() })).optional(),
      exports: z.array(z.object({ name: z.string() })).optional(),
      types: z.array(z.object({ name: z.string() })).optional(),
      dependencies: z.array(z.object({ name: z.string() })).optional(),
    }),
  ),
});

test('nothing in the house is dead', async () => {
  const real = await runTool(repository, 'knip', []);
  expect(real.stdout).toBe('');
  expect(real.status).toBe(0);
});

test('an unused file, export, type or package is found', async () => {
  const house = plantHouse({
    'cli/main.ts': "import { used } from '../core/used.ts';\nexport const main = (): number => used;\n",
    'core/used.ts': 'export const used = 1;\nexport const unusedExport = 2;\nexport type UnusedType = 1;\n',
    'core/unused-file.ts': 'export const alone = 1;\n',
  });
  const planted = await runTool(house, 'knip', ['--reporter', 'json']);
  const { issues } = deadReport.parse(JSON.parse(planted.stdout));
  const found = issues.flatMap(({ file, files = [], exports = [], types = [], dependencies = [] }) => [
    ...files.map(() => file),
    ...[...exports, ...types, ...dependencies].map(({ name }) => `${file}: ${name}`),
  ]);
  expect(planted.status).not.toBe(0);
  expect(found).toEqual(
    expect.arrayContaining([
      'core/unused-file.ts',
      'core/used.ts: unusedExport',
      'core/used.ts: UnusedType',
      'package.json: better-sqlite3',
    ]),
  );
  expect(found).not.toContain('core/used.ts: used');
});

test('generated documents are up to date, and a stale or missing one is found', async () => {
  const check = (house: string) => runTool(house, 'node', ['build/docs.ts', '--check']);
  const real = await check(repository);
  expect(real.stderr).toBe('');
  expect(real.status).toBe(0);
  expect(Number(/^(\d+) generated documents checked/.exec(real.stdout)?.[1])).toBeGreaterThanOrEqual(1);

  const house = plantHouse({});
  for (const room of ['core', 'native', 'cli', 'build', 'bench', 'docs']) {
    cpSync(join(repository, room), join(house, room), { recursive: true });
  }
  expect((await check(house)).status).toBe(0);
  const document = join(house, 'docs/architecture.md');
  writeFileSync(document, readFileSync(document, 'utf8').replace('may import', 'could import'));
  const stale = await check(house);
  expect(stale.status).not.toBe(0);
  expect(stale.stderr).toMatch(/^E_STALE_DOCS: .*docs\/architecture\.md/);
});

test('every test file belongs to a project that runs it', async () => {
  const listed = await runTool(repository, 'vitest', ['list', '--filesOnly', '--mode', 'deep', '--json']);
  const files = z.array(z.object({ file: z.string() })).parse(JSON.parse(listed.stdout));
  const run = new Set(files.map(({ file }) => relative(repository, file)));
  const written = realSources().filter((path) => /\.test\.tsx?$/.test(path));
  expect(written.filter((path) => !run.has(path))).toEqual([]);
  expect(run.size).toBe(written.length);
});
