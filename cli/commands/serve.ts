import { Command } from 'commander';
import { resolve } from 'node:path';
import { MontageError } from '../../core/errors.ts';
import { builtRenderer } from '../../native/host/renderer-build.ts';
import { serveEngine } from '../../native/host/serve.ts';
import type { Cli } from '../cli.ts';
import { portNumber } from '../option-values.ts';

type ServeFlags = { readonly project?: string; readonly port?: number };

/** `montage serve`: engine and window for a browser on this machine, until it is told to end. */
export function serveCommand(cli: Cli): Command {
  return new Command('serve')
    .description('serve the engine and its window to a browser on this machine; prints the address with its token')
    .option('--project <file>', 'project to open, made when it is not there; a temporary one by default')
    .option('--port <number>', 'port on 127.0.0.1; a free one by default', portNumber)
    .action(async (flags: ServeFlags) => serve(cli, flags));
}

async function serve(cli: Cli, flags: ServeFlags): Promise<void> {
  const renderer = await builtRenderer((line) => cli.terminal.say(line), cli.signal);
  const served = await serveEngine({
    projectPath: flags.project === undefined ? null : resolve(flags.project),
    create: true,
    runJobs: true,
    shell: 'browser',
    debug: cli.debug,
    port: flags.port ?? 0,
    renderer,
  });
  if (served.kind === 'running') {
    throw new MontageError({
      code: 'E_PROJECT_OPEN',
      message: `the project is open in an engine on port ${served.port}`,
      where: flags.project,
      hint: 'use the window that is open, or end that engine first',
    });
  }
  const { address, port } = served;
  cli.terminal.document({ address, port, project: flags.project ?? null }, () => address);
  await ended(cli.signal);
  await served.close();
}

async function ended(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
