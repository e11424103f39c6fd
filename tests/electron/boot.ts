import { build, type Plugin } from 'esbuild';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repository } from '../architecture/planted-house.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { electronDouble, type ElectronDouble, type Sender, type WindowDouble } from './electron-double.ts';

/** One place of the shell's source, said differently. */
export type Patch = { readonly file: string; readonly from: string; readonly to: string };

export type BootOptions = {
  readonly patches?: readonly Patch[];
  readonly platform?: NodeJS.Platform;
  readonly argv?: readonly string[];
  readonly isFirst?: boolean;
  readonly userData?: string;
};

/** The shell, started under the double of Electron. */
export interface Shell extends ElectronDouble {
  readonly window: WindowDouble;
  /** Asks the app's scheme. */
  get(address: string, init?: RequestInit): Promise<Response>;
  /** Says something over IPC, as the app's own page unless told otherwise. */
  say(channel: string, args?: readonly unknown[], as?: Partial<Sender>): Promise<unknown>;
}

const PAGE = '<!doctype html><title>Montage</title>';

/** Bundles the shell as the product's build does, with the double in Electron's place. */
async function bundle(
  entry: string,
  renderer: string,
  options: BootOptions,
  names: readonly string[],
): Promise<string> {
  const patches = [
    {
      file: 'electron/files.ts',
      from: "fileURLToPath(new URL('../dist/renderer/', import.meta.url))",
      to: JSON.stringify(renderer),
    },
    ...(options.patches ?? []),
  ];
  const plugin: Plugin = {
    name: 'double',
    setup(building) {
      building.onResolve({ filter: /^electron$/ }, () => ({ path: 'electron', namespace: 'double' }));
      // Loaded once for all boots; it is not what is tested.
      building.onResolve({ filter: /^zod$/ }, () => ({ path: import.meta.resolve('zod'), external: true }));
      building.onLoad({ filter: /.*/, namespace: 'double' }, () => ({
        contents: names.map((name) => `export const ${name} = globalThis.montageElectron.${name};`).join('\n'),
      }));
      building.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (path.includes('node_modules')) return undefined;
        const file = relative(repository, path);
        return {
          contents: patches.reduce((text, patch) => apply(text, patch, file), readFileSync(path, 'utf8')),
          loader: 'ts',
        };
      });
    },
  };
  const built = await build({
    absWorkingDir: repository,
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    format: entry.includes('preload') ? 'cjs' : 'esm',
    define: {
      'import.meta.url': JSON.stringify(pathToFileURL(join(repository, 'electron/main.ts')).href),
      'process.platform': JSON.stringify(options.platform ?? 'linux'),
      'process.argv': JSON.stringify(options.argv ?? ['montage']),
    },
    plugins: [plugin],
    logLevel: 'silent',
  });
  return built.outputFiles[0]?.text ?? '';
}

function apply(text: string, { file, from, to }: Patch, here: string): string {
  if (file !== here) return text;
  if (text.split(from).length !== 2) throw new Error(`'${from}' is not once in ${file}`);
  return text.replace(from, () => to);
}

/** Starts `electron/main.ts`, before the app is ready. */
export async function bootUnready(options: BootOptions = {}): Promise<ElectronDouble> {
  const folder = temporaryFolder();
  const renderer = join(folder, 'renderer');
  mkdirSync(join(renderer, 'assets'), { recursive: true });
  writeFileSync(join(renderer, 'index.html'), PAGE);
  writeFileSync(join(renderer, 'assets/main-1.js'), 'export {};');
  writeFileSync(join(folder, 'secret.json'), '{}');
  const double = electronDouble({
    userData: options.userData ?? folder,
    ...(options.isFirst !== undefined && { isFirst: options.isFirst }),
  });
  Reflect.set(globalThis, 'montageElectron', double.module);
  const program = join(folder, 'main.mjs');
  writeFileSync(program, await bundle('electron/main.ts', `${renderer}/`, options, Object.keys(double.module)));
  await import(pathToFileURL(program).href);
  return double;
}

export async function boot(options: BootOptions = {}): Promise<Shell> {
  const double = await bootUnready(options);
  await double.app.becomeReady();
  const [window] = double.windows;
  if (window === undefined) throw new Error('the shell opened no window');
  return {
    ...double,
    window,
    get: async (address, init) => {
      const handler = double.handlers.get('montage');
      if (handler === undefined) throw new Error('nobody answers montage:');
      return handler(new Request(address, init));
    },
    say: async (channel, args = [], as = {}) => {
      const frame = { parent: null, origin: 'montage://app' };
      return double.hears.get(channel)?.({ sender: window.webContents, senderFrame: frame, ...as }, ...args);
    },
  };
}

/** The preload's own text, with the double in Electron's place. */
export async function preloadText(patches: readonly Patch[] = []): Promise<string> {
  return bundle('electron/preload/main.ts', '', { patches }, ['contextBridge', 'ipcRenderer', 'webUtils']);
}
