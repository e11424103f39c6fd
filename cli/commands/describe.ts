import { Command } from 'commander';
import { resultOf } from '../../core/analysis/results.ts';
import type { Cli } from '../cli.ts';
import { withEngine } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import { waitForJobs } from '../jobs-watch.ts';
import { mediaNamed } from '../media-name.ts';
import { table } from '../terminal.ts';

type DescribeFlags = { readonly project: string };

/** `montage describe`: key frames in the words of the vision provider that is switched on. */
export function describeCommand(cli: Cli): Command {
  return new Command('describe')
    .description('send the key frames of footage to the vision provider that is switched on, and keep its captions')
    .argument('<media...>', 'paths, names or ids of files in the project')
    .requiredOption('--project <file>', 'project')
    .action(async (named: readonly string[], flags: DescribeFlags) => describe(cli, named, flags));
}

async function describe(cli: Cli, named: readonly string[], { project }: DescribeFlags): Promise<void> {
  await withEngine(cli, { project, create: false, runJobs: true }, async ({ client }) => {
    const all = (await client.media.list()).map(({ media }) => media);
    const files = named.map((name) => mediaNamed(all, name));
    const jobIds: string[] = [];
    for (const { id: mediaId } of files) jobIds.push((await client.media.describe({ mediaId })).jobId);
    const jobs = new Map((await waitForJobs(cli, client, jobIds)).map((job) => [job.id, job]));
    const described = await Promise.all(
      files.map(async ({ id: mediaId, name }, index) => {
        const found = resultOf({ mediaId, results: await client.media.analysis({ mediaId }) }, 'picture-captions');
        return {
          file: name,
          fault: jobs.get(jobIds[index] ?? '')?.fault,
          path: found?.path,
          captions: found?.captions ?? [],
        };
      }),
    );
    cli.terminal.document({ files: described }, () =>
      table(
        ['file', 'frame', 'caption'],
        described.flatMap(({ file, fault, captions }) =>
          fault === undefined
            ? captions.map(({ frame, text }) => [file, String(frame), text])
            : [[file, '', `failed: ${fault.message}`]],
        ),
      ),
    );
    if ([...jobs.values()].some(({ state }) => state !== 'done')) cli.endWith(EXIT.lost);
  });
}
