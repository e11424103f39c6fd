import { fileURLToPath } from 'node:url';

/** Files the shell is made of; the bundler gives each address its place in the package. */
export const ENGINE_ENTRY = fileURLToPath(new URL('../native/host/main.ts', import.meta.url));
export const PRELOAD = fileURLToPath(new URL('./preload/main.ts', import.meta.url));
export const RENDERER = fileURLToPath(new URL('../dist/renderer/', import.meta.url));
export const KEYMAP = fileURLToPath(new URL('../assets/keymaps/montage.json', import.meta.url));
