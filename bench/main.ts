import { existsSync, readdirSync } from 'node:fs';

/**
 * `npm run bench -- edits ingest` runs `bench/edits.ts` and `bench/ingest.ts`, one after the other in this process;
 * without names all of them. A benchmark is a file here that measures when it is loaded and ends with `writeResults`.
 */
const SUPPORT = new Set([
  'composited-people.ts',
  'cpu.ts',
  'edit-cases.ts',
  'main.ts',
  'render-film.ts',
  'results.ts',
  'shot-rivals.ts',
]);
const here = new URL('./', import.meta.url);
const all = readdirSync(here)
  .filter((file) => file.endsWith('.ts') && !SUPPORT.has(file))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const unknown = wanted.filter((name) => !all.includes(name) || !existsSync(new URL(`${name}.ts`, here)));

if (unknown.length > 0) {
  console.error(`E_USAGE: no benchmark called ${unknown.join(', ')}, there are: ${all.join(', ')}`);
  process.exitCode = 2;
} else {
  for (const name of wanted.length > 0 ? wanted : all) await import(new URL(`${name}.ts`, here).href);
}
