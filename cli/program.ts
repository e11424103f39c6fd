import { Command } from 'commander';
import { montageVersion } from '../native/engine/system-room.ts';
import type { Cli } from './cli.ts';
import { analyseCommand } from './commands/analyse.ts';
import { convertCommand } from './commands/convert.ts';
import { cutCommand } from './commands/cut.ts';
import { describeCommand } from './commands/describe.ts';
import { doctorCommand } from './commands/doctor.ts';
import { duckCommand } from './commands/duck.ts';
import { engineCommand } from './commands/engine.ts';
import { exportCommand } from './commands/export.ts';
import { importCommand } from './commands/import.ts';
import { jobsCommand } from './commands/jobs.ts';
import { modelsCommand } from './commands/models.ts';
import { probeCommand } from './commands/probe.ts';
import { reframeCommand } from './commands/reframe.ts';
import { providersCommand } from './commands/providers.ts';
import { renderCommand } from './commands/render.ts';
import { sampleCommand } from './commands/sample.ts';
import { searchCommand } from './commands/search.ts';
import { serveCommand } from './commands/serve.ts';
import { shotsCommand } from './commands/shots.ts';
import { showCommand } from './commands/show.ts';
import { speakersCommand } from './commands/speakers.ts';
import { timelineCommand } from './commands/timeline.ts';
import { transcribeCommand } from './commands/transcribe.ts';

/** The whole command line; also what docs/cli.md is made from. */
export function makeProgram(cli: Cli): Command {
  const program = new Command('montage')
    .description('An AI-assisted video editor: footage in, a cut with reasons out, frame-exact in your editor.')
    .version(montageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false);
  for (const make of COMMANDS) program.addCommand(make(cli));
  program.addCommand(engineCommand(cli), { hidden: true });
  for (const command of [program, ...allCommands(program)]) prepare(command, cli);
  return program;
}

const COMMANDS: readonly ((cli: Cli) => Command)[] = [
  doctorCommand,
  sampleCommand,
  probeCommand,
  importCommand,
  analyseCommand,
  shotsCommand,
  showCommand,
  searchCommand,
  describeCommand,
  cutCommand,
  duckCommand,
  exportCommand,
  convertCommand,
  timelineCommand,
  reframeCommand,
  transcribeCommand,
  speakersCommand,
  renderCommand,
  serveCommand,
  jobsCommand,
  modelsCommand,
  providersCommand,
];

/** Every command below one, at any depth. */
export function allCommands(parent: Command): readonly Command[] {
  return parent.commands.flatMap((command) => [command, ...allCommands(command)]);
}

/** Refusals are told by `main`, in its own form; `--json` and `--debug` go on every command. */
function prepare(command: Command, cli: Cli): void {
  command
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, outputError: () => undefined })
    .showSuggestionAfterError(true)
    .allowExcessArguments(false);
  if (command.parent === null) {
    command.action(() => {
      cli.terminal.say(command.helpInformation());
      cli.endWith(2);
    });
    return;
  }
  if (command.commands.length > 0) return;
  command.option('--json', 'print one JSON document on stdout and nothing else');
  command.option('--debug', 'print stacks with refusals');
}
