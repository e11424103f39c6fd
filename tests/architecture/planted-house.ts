import { execFile } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import layers from '../../build/layers.json' with { type: 'json' };

export const repository: string = fileURLToPath(new URL('../..', import.meta.url));

/** The rooms of the table, an inner room (`electron/preload`) after the one that holds it. */
export const rooms: readonly string[] = Object.keys(layers.rooms);

/** The gates' own configuration: a planted house is judged by the very files that judge the real one. */
const CONFIGURATION = [
  '.dependency-cruiser.cjs',
  '.gitignore',
  'biome.json',
  'build/adapters.json',
  'build/layers.json',
  'build/length-exceptions.json',
  'eslint.config.js',
  'knip.json',
  'package.json',
  'tsconfig.base.json',
  'tsconfig.json',
  ...rooms.map((room) => `${room}/tsconfig.json`),
];

/** Whether a name is a folder of nested rooms' files or a source that gates look at. */
const SOURCES = rooms.filter((room) => !room.includes('/')).map((room) => `${room}/**/*.{ts,tsx,mjs}`);

/** Every source of the real house, by path from its top. */
export function realSources(): readonly string[] {
  // AssemblyScript is another language, whose compiler checks it before it writes native/kernels/compiled.ts.
  const exclude = ['**/node_modules/**', 'native/kernels/assembly/**'];
  return globSync(SOURCES, { cwd: repository, exclude }).toSorted();
}

/** A temporary house with the real configuration and the given files, gone when the test file is done. */
export function plantHouse(files: Readonly<Record<string, string>>): string {
  const house = realpathSync(mkdtempSync(join(tmpdir(), 'montage-planted-')));
  afterAll(() => rmSync(house, { recursive: true, force: true }));
  for (const path of CONFIGURATION) cpSync(join(repository, path), join(house, path));
  symlinkSync(join(repository, 'node_modules'), join(house, 'node_modules'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(house, path)), { recursive: true });
    writeFileSync(join(house, path), text);
  }
  return house;
}

export type ToolRun = { readonly status: number; readonly stdout: string; readonly stderr: string };

/** Runs one of the installed tools at the top of a house. */
export async function runTool(house: string, tool: string, args: readonly string[]): Promise<ToolRun> {
  const program = join(repository, 'node_modules/.bin', tool);
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd: house, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      const status = error === null ? 0 : error.code;
      if (typeof status === 'number') resolve({ status, stdout, stderr });
      else reject(error ?? new Error(`${tool} was ended by a signal`));
    });
  });
}
