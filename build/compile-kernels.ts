// Compiles native/kernels/assembly with AssemblyScript (fetched by npm for this run: it is not a dependency).
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

const COMPILER = 'assemblyscript@0.28.20';
const OPTIONS = ['--runtime', 'stub', '--noAssert', '-O3', '--enable', 'simd'];
const room = join(import.meta.dirname, '..', 'native', 'kernels');
const sources = ['pictures.ts', 'sounds.ts'].map((name) => join(room, 'assembly', name));

const folder = mkdtempSync(join(tmpdir(), 'montage-kernels-'));
try {
  const out = join(folder, 'kernels.wasm');
  // The compiler must not look for this repository's packages beside the source.
  const args = ['exec', '--yes', `--package=${COMPILER}`, '--', 'asc', ...sources, ...OPTIONS, '-o', out];
  await execa('npm', args, { cwd: folder, stdout: 'inherit', stderr: 'inherit' });
  const hash = createHash('sha256');
  for (const source of sources) hash.update(readFileSync(source));
  const lines = readFileSync(out)
    .toString('base64')
    .match(/.{1,110}/g)
    ?.map((line) => `  '${line}',`);
  writeFileSync(
    join(room, 'compiled.ts'),
    [
      `// Written by \`npm run kernels\` with ${COMPILER}.`,
      '',
      '/** Of the sources that this was compiled from. */',
      `export const SOURCE_SHA256 = '${hash.digest('hex')}';`,
      '',
      '/** The module, in base64. */',
      'export const CODE: string = [',
      ...(lines ?? []),
      "].join('');",
      '',
    ].join('\n'),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
