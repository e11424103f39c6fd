import { CommanderError } from 'commander';
import { MontageError, formatFault, type Fault } from '../core/errors.ts';
import { faultOf } from '../native/engine/refusals.ts';
import type { Cli } from './cli.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { makeProgram } from './program.ts';
import { makeTerminal, type Terminal } from './terminal.ts';

/** Runs one command line and gives its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const words = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined);
  const terminal = makeTerminal({ out: process.stdout, err: process.stderr }, words.includes('--json'));
  const debug = words.includes('--debug');
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());
  let exitCode: number = EXIT.done;
  const cli: Cli = { terminal, debug, signal: ending.signal, endWith: (code) => void (exitCode = code) };
  try {
    await makeProgram(cli).parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
    return refuse(terminal, error, debug);
  }
}

function refuse(terminal: Terminal, error: unknown, debug: boolean): number {
  const fault = error instanceof CommanderError ? usageFault(error) : faultOf(error);
  terminal.say(oneLine(formatFault(fault)));
  if (debug && error instanceof Error) terminal.say(stackOf(error));
  if (terminal.json) terminal.document({ fault }, () => '');
  return exitCodeOf(fault);
}

/** Names may hold line breaks; a refusal is one line all the same. */
function oneLine(text: string): string {
  return text.replaceAll('\r', '\\r').replaceAll('\n', '\\n');
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}

function usageFault(error: CommanderError): Fault {
  const message = error.message
    .replace(/^error: /, '')
    .replaceAll(/\s+/g, ' ')
    .replace(/\.$/, '');
  const isName = error.code === 'commander.unknownOption';
  const hint = isName ? 'see --help; put -- before names that start with -' : 'see --help';
  return new MontageError({ code: 'E_USAGE', message, hint }).fault;
}
