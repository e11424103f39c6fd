import { spawn } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { untilReleased } from './reaper.ts';

/** A Node child that values are passed to and from as structured clones: typed arrays arrive as they are. */
export interface TalkingChild {
  readonly pid: number | undefined;
  send(message: object): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, however it ended: exit code or signal in words. */
  onEnd(listener: (how: string) => void): void;
  /** Ends it at once. */
  kill(): void;
  /** Whether it keeps this process running; it does from its start. */
  hold(held: boolean): void;
}

/** Starts scripts that work beside the engine and may be killed. They end with this process, however it ends. */
export interface TalkingChildren {
  start(script: string): TalkingChild;
}

const plainNode: TalkingChildren = {
  start(script) {
    const child = spawn(process.execPath, [script], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
      windowsHide: true,
    });
    const release = child.pid === undefined ? () => undefined : untilReleased(child.pid);
    // 'close' comes after the last message; a child that could not be started has only 'error'.
    const ended = new Promise<string>((resolve) => {
      child.once('close', (code, signal) => resolve(signal ?? `exit code ${code ?? '?'}`));
      child.once('error', (error) => resolve(error.message));
    });
    void ended.then(release);
    return {
      pid: child.pid,
      send(message) {
        // A child that is gone says so in its end.
        if (child.connected) child.send(message, () => undefined);
      },
      onMessage: (listener) => void child.on('message', listener),
      onEnd: (listener) => void ended.then(listener),
      kill: () => void child.kill('SIGKILL'),
      hold(held) {
        if (held) {
          child.ref();
          child.channel?.ref();
        } else {
          child.unref();
          child.channel?.unref();
        }
      },
    };
  },
};

/**
 * Threads instead of processes: inside Electron, where no program is a Node. A crash of native code then ends the engine,
 * which its shell starts again.
 */
export const threadsAsChildren: TalkingChildren = {
  start(script) {
    const worker = new Worker(script);
    const ended = new Promise<string>((resolve) => {
      worker.once('exit', (code) => resolve(`exit code ${code}`));
      worker.once('error', (error) => resolve(String(error)));
    });
    return {
      pid: undefined,
      send: (message) => worker.postMessage(message),
      onMessage: (listener) => void worker.on('message', listener),
      onEnd: (listener) => void ended.then(listener),
      kill: () => void worker.terminate(),
      hold(held) {
        if (held) worker.ref();
        else worker.unref();
      },
    };
  },
};

let current = plainNode;

/** Replaces how such children are started; called once by the host before anything runs. */
export function useTalkingChildren(children: TalkingChildren): void {
  current = children;
}

/** How such children are started in this process. */
export function talkingChildren(): TalkingChildren {
  return current;
}
