import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';

type Cell = string | number | boolean | null;

/** What a benchmark found: a sentence that says what was measured and in which unit, and a row per case. */
export type Results = { readonly what: string; readonly rows: readonly Readonly<Record<string, Cell>>[] };

/** Prints a benchmark's table and writes `bench/results/<name>.json` beside it, with the machine it ran on. */
export async function writeResults(name: string, results: Results): Promise<void> {
  const shown = results.rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([key, cell]) => [key, typeof cell === 'number' ? Number(cell.toPrecision(3)) : cell]),
    ),
  );
  console.log(results.what);
  console.table(shown);
  const folder = new URL('./results/', import.meta.url);
  const machine = {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    node: process.versions.node,
    system: `${process.platform} ${process.arch}`,
  };
  await mkdir(folder, { recursive: true });
  await writeFile(new URL(`${name}.json`, folder), `${JSON.stringify({ ...results, machine }, null, 2)}\n`);
}
