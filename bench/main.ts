import { existsSync, readdirSync } from 'node:fs';

/**
 * `npm run bench -- edits ingest` runs `bench/edits.ts` and `bench/ingest.ts`, one after the other in this process;
 * without names all of them, with `analysis` those of what is found in footage. A benchmark is a file here that measures when it is loaded and ends with `writeResults`.
 */
const SUPPORT = new Set([
  'composited-people.ts',
  'cpu.ts',
  'edit-cases.ts',
  'main.ts',
  'process-tree.ts',
  'real-faces.ts',
  'render-film.ts',
  'results.ts',
  'search-queries.ts',
  'shot-rivals.ts',
  'speech-rows.ts',
]);
const here = new URL('./', import.meta.url);
const all = readdirSync(here)
  .filter((file) => file.endsWith('.ts') && !SUPPORT.has(file))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();
/** Those that say how far footage is understood, by one name. */
const ANALYSIS = [
  'shots',
  'shot-cost',
  'storyboard',
  'scores',
  'vision',
  'hearing',
  'beats',
  'sound-kinds',
  'speech',
  'rover',
  'story',
  'search',
  'ingest',
  'full-analysis',
  'long-index',
];
const named = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const wanted = named.flatMap((name) => (name === 'analysis' ? ANALYSIS : [name]));
const unknown = wanted.filter((name) => !all.includes(name) || !existsSync(new URL(`${name}.ts`, here)));

if (unknown.length > 0) {
  console.error(`E_USAGE: no benchmark called ${unknown.join(', ')}, there are: ${all.join(', ')}`);
  process.exitCode = 2;
} else {
  for (const name of wanted.length > 0 ? wanted : all) await import(new URL(`${name}.ts`, here).href);
}
