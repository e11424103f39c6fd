import { allCommands, makeProgram } from '../../cli/program.ts';
import { makeTerminal } from '../../cli/terminal.ts';
import type { GeneratedDocument } from './document.ts';

/** Help is as wide as this document's blocks, whatever terminal makes it. */
const COLUMNS = 100;

/** Every command with its own help, as the program prints it. */
export const commandLine: GeneratedDocument = {
  path: 'docs/cli.md',
  generate: () => {
    const terminal = makeTerminal({ out: process.stdout, err: process.stderr }, false);
    const program = makeProgram({
      terminal,
      debug: false,
      signal: new AbortController().signal,
      endWith: () => undefined,
    });
    const commands = [program, ...allCommands(program)];
    return [
      '# The command line',
      '',
      'Generated from the program by `npm run docs`.',
      ...commands.map((command) => {
        command.configureHelp({ helpWidth: COLUMNS });
        return `\n## ${pathOf(command)}\n\n\`\`\`\n${command.helpInformation().trimEnd()}\n\`\`\``;
      }),
      '',
    ].join('\n');
  },
};

type Named = { name(): string; readonly parent: Named | null };

function pathOf(command: Named): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
