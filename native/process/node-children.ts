import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/** A Node child that lives as long as the pipe to it is open. */
export type NodeChild = { readonly pid: number | undefined; writeLine(line: string): void };

/**
 * Starts Node scripts as children. Plain Node runs itself again; in Electron fuses forbid that, so the shell's host
 * installs its own starter through {@link useNodeChildren}.
 */
export interface NodeChildren {
  start(script: string): NodeChild;
}

const plainNode: NodeChildren = {
  start(script) {
    // Detached: Ctrl-C in the terminal must not reach it before its parent is gone.
    const child = spawn(process.execPath, [script], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      windowsHide: true,
    });
    child.unref();
    child.on('error', () => undefined);
    child.stdin.on('error', () => undefined);
    // A pipe on every system (net.Socket), which alone must not keep this process running.
    if (child.stdin instanceof Socket) child.stdin.unref();
    return { pid: child.pid, writeLine: (line) => void child.stdin.write(`${line}\n`) };
  },
};

let current = plainNode;

/** Replaces how Node children are started; called once by the host before anything runs. */
export function useNodeChildren(children: NodeChildren): void {
  current = children;
}

/** How Node children are started in this process. */
export function nodeChildren(): NodeChildren {
  return current;
}
