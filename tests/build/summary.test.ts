import { spawnSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repository } from '../architecture/planted-house.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Runs the given test files under the reporter of `npm test`. */
function lastLineOf(files: Readonly<Record<string, string>>): {
  readonly line: string;
  readonly status: number | null;
} {
  const folder = temporaryFolder();
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const reporters = ['--reporter=default', `--reporter=${join(repository, 'tests/summary-reporter.ts')}`];
  const vitest = join(repository, 'node_modules/vitest/vitest.mjs');
  const ran = spawnSync(process.execPath, [vitest, 'run', '--root', folder, ...reporters]);
  return { line: ran.stdout.toString().trimEnd().split('\n').at(-1) ?? '', status: ran.status };
}

const IMPORT = "import { afterAll, expect, test } from 'vitest';\n";

test('a run ends with the counts of its tests', () => {
  const green = `${IMPORT}test('one', () => {});\ntest('two', () => {});\ntest.skip('three', () => {});\ntest.todo('four');\n`;
  expect(lastLineOf({ 'green.test.ts': green })).toEqual({ line: '2 passed, 0 failed, 2 skipped', status: 0 });
});

test('a file that does not load, a hook that throws and an error outside tests are failures', () => {
  const files = {
    'red.test.ts': `${IMPORT}test('one', () => expect(1).toBe(2));\ntest('two', () => {});\n`,
    'unloadable.test.ts': "import './nowhere.ts';\n",
    'hook.test.ts': `${IMPORT}afterAll(() => { throw new Error('late'); });\ntest('one', () => {});\n`,
    'outside.test.ts': `${IMPORT}test('one', async () => { void Promise.reject(new Error('lost')); await new Promise((r) => setTimeout(r, 50)); });\n`,
  };
  const { line, status } = lastLineOf(files);
  expect(line).toBe('3 passed, 4 failed, 0 skipped');
  expect(status).toBe(1);
});
