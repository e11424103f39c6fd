import { Command } from 'commander';
import { setTimeout as pause } from 'node:timers/promises';
import { serveEngine } from '../../native/host/serve.ts';
import type { Cli } from '../cli.ts';
import { hasEnded } from '../jobs-watch.ts';

const LOOK_MS = 500;
/** How long there must be nothing to do and nobody connected. */
const IDLE_LOOKS = 10;

/** `montage engine`: what `--detach` leaves behind: works a project's jobs off and ends. Not listed in the help. */
export function engineCommand(cli: Cli): Command {
  return new Command('engine')
    .description('work off the jobs of a project in the background, then end')
    .requiredOption('--project <file>', 'project')
    .action(async ({ project }: { readonly project: string }) => workOff(cli, project));
}

async function workOff(cli: Cli, project: string): Promise<void> {
  const served = await serveEngine({
    projectPath: project,
    create: true,
    runJobs: true,
    shell: 'browser',
    debug: cli.debug,
    port: 0,
    renderer: undefined,
  });
  // Another engine has the project: it does the work.
  if (served.kind === 'running') return;
  for (let idle = 0; idle < IDLE_LOOKS && !cli.signal.aborted; ) {
    await pause(LOOK_MS, undefined, { signal: cli.signal }).catch(() => undefined);
    const jobs = await served.engine.client.jobs.list();
    const isBusy = served.clients() > 0 || jobs.some((job) => !hasEnded(job) && job.state !== 'paused');
    idle = isBusy ? 0 : idle + 1;
  }
  await served.close();
}
