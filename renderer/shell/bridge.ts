import type { ShellBridge } from '../../core/contract/shell.ts';

declare global {
  interface Window {
    readonly montageShell?: ShellBridge<File>;
  }
}

/** The desktop shell, or undefined in a browser. */
export function shellBridge(): ShellBridge<File> | undefined {
  return window.montageShell;
}
