// `npm run build`, first half: everything that runs under Node or Electron, one file per entry in dist/bundle.
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const output = join(root, 'dist/bundle');
const preload = join(root, 'electron/preload/main.ts');

/** Packages with a binary of their own stay packages. */
const EXTERNAL = [
  'electron',
  'better-sqlite3',
  'onnxruntime-node',
  'sqlite-vec',
  'sherpa-onnx-node',
  'esbuild',
  'vite',
];

/** Entry name in dist/bundle by source file. */
const entries = new Map(
  [
    ['cli/main.ts', 'cli'],
    ['native/host/main.ts', 'engine'],
    ['electron/main.ts', 'electron-main'],
    // What other processes and threads run.
    ...globSync('native/**/*.{worker.ts,mjs}', { cwd: root })
      .toSorted()
      .map((file) => [file, basename(file, extname(file))]),
  ].flatMap(([file = '', name = '']) => (existsSync(join(root, file)) ? [[join(root, file), name] as const] : [])),
);

/** `new URL('./x.worker.ts', import.meta.url)` names a file beside the source; in the bundle it lies elsewhere. */
const addresses: Plugin = {
  name: 'addresses',
  setup(building) {
    building.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (path.includes(`${sep}node_modules${sep}`)) return undefined;
      const contents = readFileSync(path, 'utf8').replaceAll(
        /new URL\(\s*'(\.[^']*)',\s*import\.meta\.url,?\s*\)/g,
        (_, address: string) =>
          `new URL('${addressInBundle(resolve(dirname(path), address))}${address.endsWith('/') ? '/' : ''}', import.meta.url)`,
      );
      return { contents, loader: 'ts' };
    });
  },
};

function addressInBundle(file: string): string {
  if (file === preload) return './preload.cjs';
  const entry = entries.get(file);
  return entry === undefined ? relative(output, file).replaceAll(sep, '/') : `./${entry}.mjs`;
}

const shared: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  outdir: output,
  external: EXTERNAL,
  sourcemap: 'linked',
  logLevel: 'warning',
  legalComments: 'linked',
};

rmSync(output, { recursive: true, force: true });
await build({
  ...shared,
  entryPoints: [...entries].map(([file, name]) => ({ in: file, out: name })),
  platform: 'node',
  target: 'node24',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  plugins: [addresses],
  // CommonJS packages inside an ESM bundle still call require for Node's own modules.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; globalThis.require ??= requireFrom(import.meta.url);",
  },
});

if (existsSync(preload)) {
  // A sandboxed preload is one CommonJS file that can require nothing but 'electron'.
  await build({
    ...shared,
    entryPoints: [{ in: preload, out: 'preload' }],
    platform: 'browser',
    target: 'chrome140',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
  });
}
