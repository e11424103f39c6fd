// `npm run docs` writes the generated documents; with --check it only says which are stale.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { architecture } from './docs/architecture.ts';
import { commandLine } from './docs/command-line.ts';
import { contractReference } from './docs/contract-reference.ts';
import { figures } from './docs/figures.ts';
import { interchange } from './docs/interchange.ts';
import type { GeneratedDocument } from './docs/document.ts';

/** Every document that is made from the code: add yours here. */
const documents: readonly GeneratedDocument[] = [architecture, commandLine, contractReference, figures, interchange];

const checkOnly = process.argv.includes('--check');
const stale: string[] = [];
for (const { path, generate } of documents) {
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
  const text = await generate();
  if (text === current(file)) continue;
  if (checkOnly) stale.push(path);
  else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`wrote ${path}`);
  }
}
if (checkOnly) console.log(`${documents.length} generated documents checked`);
if (stale.length > 0) {
  console.error(`E_STALE_DOCS: generated documents are not up to date, ${stale.join(', ')}, run: npm run docs`);
  process.exitCode = 1;
}

function current(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
