import { Command } from 'commander';
import { resolve } from 'node:path';
import { makeSample } from '../../native/sample/make-sample.ts';
import type { Cli } from '../cli.ts';

/** `montage sample`: footage to play with. */
export function sampleCommand(cli: Cli): Command {
  return new Command('sample')
    .description('make sample footage: scenes, cuts, music with a known tempo, speech where espeak-ng is present')
    .argument('<dir>', 'folder to make it in')
    .action(async (folder: string) => {
      const onProgress = (fraction: number) => cli.terminal.progress('Sample footage', fraction);
      const sample = await makeSample(resolve(folder), { signal: cli.signal, onProgress });
      cli.terminal.progressDone();
      cli.terminal.document(sample, () =>
        [
          ...sample.clips.map(({ file, rate, frames }) => `${file}  ${frames} frames at ${rate}`),
          sample.music.file,
        ].join('\n'),
      );
    });
}
