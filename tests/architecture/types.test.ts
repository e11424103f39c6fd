import { join, resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { plantHouse, realSources, repository, rooms, runTool } from './planted-house.ts';

/** What the project of a room takes in by itself: `tsc -b` checks every one of these files. */
function compiledSources(room: string): readonly string[] {
  const config = join(repository, room, 'tsconfig.json');
  const host = {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: ({ messageText }: ts.Diagnostic) => {
      throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'));
    },
  };
  return ts.getParsedCommandLineOfConfigFile(config, {}, host)?.fileNames ?? [];
}

test('every source of the house is type-checked by the project of its room, and nothing is found', async () => {
  const built = await runTool(repository, 'tsc', ['-b']);
  expect(built.stdout).toBe('');
  expect(built.status).toBe(0);
  const checked = new Set(rooms.flatMap(compiledSources));
  expect(realSources().filter((path) => !checked.has(resolve(repository, path)))).toEqual([]);
  expect(checked.size).toBeGreaterThan(40);
});

/** One violation a file, and what the compiler must say about it. */
const PLANTED: readonly (readonly [path: string, text: string, message: RegExp])[] = [
  ['core/dom.ts', 'export const width = window.innerWidth;\n', /Cannot find name 'window'/],
  ['core/node.ts', 'export const here = process.cwd();\n', /Cannot find name 'process'/],
  ['core/builtin.ts', "import { sep } from 'node:path';\nexport const it: string = sep;\n", /'node:path'/],
  ['core/timer.ts', 'export const timer: unknown = setTimeout(() => 1, 1);\n', /Cannot find name 'setTimeout'/],
  ['native/dom.ts', 'export const width: number = window.innerWidth;\n', /Cannot find name 'window'/],
  ['cli/dom.ts', 'export const width: number = document.body.clientWidth;\n', /Cannot find name 'document'/],
  ['electron/dom.ts', 'export const width: number = window.innerWidth;\n', /Cannot find name 'window'/],
  ['electron/preload/node.ts', 'export const here = process.cwd();\n', /Cannot find name 'process'/],
  ['renderer/node.ts', 'export const here = process.cwd();\n', /Cannot find name 'process'/],
  ['core/implicit.ts', 'export function id(value) {\n  return 1;\n}\n', /implicitly has an 'any' type/],
  ['core/unchecked.ts', 'export const n: number = [1, 2][3];\n', /undefined' is not assignable to type 'number'/],
  ['core/enum.ts', 'export enum Kind {\n  A,\n}\n', /erasableSyntaxOnly/],
  ['core/unused.ts', 'const unused = 1;\nexport {};\n', /never read/],
  ['cli/launcher.mjs', "/** @type {number} */\nexport const n = 'one';\n", /not assignable to type 'number'/],
];

test('each planted violation is found in the room whose types forbid it', async () => {
  const house = plantHouse(Object.fromEntries(PLANTED.map(([path, text]) => [path, text])));
  const ran = await runTool(house, 'tsc', ['-b', '--pretty', 'false']);
  expect(ran.status).not.toBe(0);
  const lines = ran.stdout.split('\n');
  const missed = PLANTED.filter(([path, , message]) => {
    return !lines.some((line) => line.startsWith(`${path}(`) && message.test(line));
  });
  expect(missed.map(([path]) => path)).toEqual([]);
});
