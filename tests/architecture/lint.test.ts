import { relative } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { plantHouse, realSources, repository, runTool } from './planted-house.ts';

const report = z.array(
  z.object({
    filePath: z.string(),
    messages: z.array(z.object({ ruleId: z.string().nullable(), message: z.string() })),
  }),
);

async function lint(house: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const ran = await runTool(house, 'eslint', ['--format', 'json', '.']);
  const files = report.parse(JSON.parse(ran.stdout));
  return new Map(
    files.map(({ filePath, messages }) => [
      relative(house, filePath),
      messages.map(({ ruleId, message }) => ruleId ?? message),
    ]),
  );
}

test('every TypeScript source of the house is linted, and nothing is found', async () => {
  const found = await lint(repository);
  expect([...found].filter(([, rules]) => rules.length > 0)).toEqual([]);
  const sources = realSources().filter((path) => !path.endsWith('.mjs'));
  expect(sources.filter((path) => !found.has(path))).toEqual([]);
  expect(found.size).toBeGreaterThan(40);
});

const long = (lines: number): string =>
  Array.from({ length: lines }, (_, line) => `export const n${line} = 1;\n`).join('');
const longFunction = `export function long(): number {\n  let n = 0;\n${'  n += 1;\n'.repeat(60)}  return n;\n}\n`;

/** One violation a file: what is written where, and the rule that must say so. */
const PLANTED: readonly (readonly [path: string, text: string, rule: string])[] = [
  ['core/any.ts', 'export const value: any = 1;\n', '@typescript-eslint/no-explicit-any'],
  [
    'core/bang.ts',
    'export function first(list: readonly number[]): number {\n  return list[0]!;\n}\n',
    '@typescript-eslint/no-non-null-assertion',
  ],
  [
    'native/cast.ts',
    'export function trust(value: unknown): string {\n  return value as string;\n}\n',
    '@typescript-eslint/consistent-type-assertions',
  ],
  [
    'core/object-cast.ts',
    'type Shape = { readonly a: number };\nexport const shape = { a: 1 } as Shape;\n',
    '@typescript-eslint/consistent-type-assertions',
  ],
  [
    'core/double-cast.ts',
    'export function trust(value: number): string {\n  return value as unknown as string;\n}\n',
    'no-restricted-syntax',
  ],
  [
    'core/open-switch.ts',
    "type Kind = 'a' | 'b';\nexport function n(kind: Kind): number {\n  switch (kind) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n}\n",
    '@typescript-eslint/switch-exhaustiveness-check',
  ],
  ['core/barrel.ts', "export * from './any.ts';\n", 'no-restricted-syntax'],
  ['core/clock.ts', 'export const now = Date.now();\n', 'no-restricted-syntax'],
  ['core/date.ts', 'export const day = new Date(0);\n', 'no-restricted-globals'],
  ['native/clock-outside.ts', 'export const now = Date.now();\n', 'no-restricted-syntax'],
  ['native/date.ts', 'export const now = new Date();\n', 'no-restricted-syntax'],
  ['native/stopwatch.ts', 'export const now = performance.now();\n', 'no-restricted-syntax'],
  ['core/dice.ts', 'export const dice = Math.random();\n', 'no-restricted-syntax'],
  ['native/dice.ts', 'export const id = crypto.randomUUID();\n', 'no-restricted-syntax'],
  ['tests/dice.ts', 'export const dice = Math.random();\n', 'no-restricted-syntax'],
  ['native/web.ts', "export const answer = fetch('http://localhost');\n", 'no-restricted-globals'],
  ['renderer/network.ts', "export const answer = fetch('/');\n", 'no-restricted-globals'],
  ['native/process-outside.ts', "export { spawn } from 'node:child_process';\n", 'no-restricted-imports'],
  ['native/bare-process.ts', "export { spawn } from 'child_process';\n", 'no-restricted-imports'],
  ['native/execa-outside.ts', "export { execa } from 'execa';\n", 'no-restricted-imports'],
  ['native/console.ts', "console.log('here');\n", 'no-console'],
  ['renderer/console.tsx', "console.log('here');\n", 'no-console'],
  ['electron/preload/node.ts', 'export const here = process.cwd();\n', 'no-restricted-globals'],
  [
    'renderer/hook.tsx',
    "import { useState } from 'react';\nexport function Panel({ open }: { readonly open: boolean }) {\n  if (open) useState(0);\n  return null;\n}\n",
    'react-hooks/rules-of-hooks',
  ],
  ['core/long-file.ts', long(401), 'max-lines'],
  ['tests/long-file.ts', long(401), 'max-lines'],
  ['core/long-function.ts', longFunction, 'max-lines-per-function'],
  [
    'native/floating.ts',
    'async function save(): Promise<void> {}\nexport function close(): void {\n  save();\n}\n',
    '@typescript-eslint/no-floating-promises',
  ],
  [
    'core/silenced.ts',
    '// eslint-disable-next-line no-console\nexport const quiet = 1;\n',
    "Unused eslint-disable directive (no problems were reported from 'no-console').",
  ],
];

/** What the same rules must leave alone. */
const INNOCENT: Readonly<Record<string, string>> = {
  'core/brand-cast.ts': 'export function brand(value: unknown): string {\n  return value as string;\n}\n',
  'core/full-file.ts': long(400),
  'native/clock.ts': 'export const now = Date.now();\n',
  'native/moment.ts': 'export const epoch = new Date(0).toISOString();\n',
  'native/ids.ts': 'export const id = crypto.randomUUID();\n',
  'cli/print.ts': "console.log('done');\n",
};

test('each planted violation is found by its rule, and what is allowed is not', async () => {
  const planted = Object.fromEntries(PLANTED.map(([path, text]) => [path, text]));
  const found = await lint(plantHouse({ ...planted, ...INNOCENT }));
  const missed = PLANTED.filter(([path, , rule]) => !(found.get(path) ?? []).includes(rule));
  expect(missed.map(([path, , rule]) => `${path}: ${rule}, found ${String(found.get(path))}`)).toEqual([]);
  for (const path of Object.keys(INNOCENT)) expect(found.get(path), path).toEqual([]);
});
