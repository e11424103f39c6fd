import { fileURLToPath } from 'node:url';

// What the shell is made of; the bundler gives each address its place in the package.

/** The engine runs from files outside the archive: its threads, native modules and styles are opened by more than Electron. */
export const ENGINE_ENTRY = fileURLToPath(new URL('../native/host/main.ts', import.meta.url)).replace(
  /app\.asar(?=[\\/])/,
  'app.asar.unpacked',
);
export const PRELOAD = fileURLToPath(new URL('./preload/main.ts', import.meta.url));
export const RENDERER = fileURLToPath(new URL('../dist/renderer/', import.meta.url));
export const KEYMAP = fileURLToPath(new URL('../assets/keymaps/montage.json', import.meta.url));
