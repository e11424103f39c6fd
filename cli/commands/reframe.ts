import { Command, Option } from 'commander';
import type { ReframeOutcome } from '../../core/contract/model.ts';
import { MontageError } from '../../core/errors.ts';
import { describeRefusal } from '../../core/timeline/describe-refusal.ts';
import { editId } from '../../core/timeline/edit.ts';
import { randomIds } from '../../native/ids.ts';
import type { Cli } from '../cli.ts';
import { withEngine } from '../connection.ts';
import { sizeValue } from '../option-values.ts';
import { timelineNamed } from '../timeline-name.ts';

type ReframeFlags = {
  readonly project: string;
  readonly timeline: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly several: 'priority' | 'split';
};

/** `montage reframe`: another shape, with the subjects in it. */
export function reframeCommand(cli: Cli): Command {
  return new Command('reframe')
    .description('give a timeline another size and let its clips follow faces, as one edit that can be undone')
    .requiredOption('--project <file>', 'project')
    .requiredOption('--timeline <name>', 'name or id of the timeline')
    .requiredOption('--size <WxH>', 'e.g. 1080x1920, 1080x1080, 1080x1350', sizeValue)
    .addOption(
      new Option('--several <how>', 'two faces that do not fit: follow one, or show both above each other')
        .choices(['priority', 'split'])
        .default('priority'),
    )
    .action(async (flags: ReframeFlags) => reframe(cli, flags));
}

async function reframe(cli: Cli, { project, timeline, size, several }: ReframeFlags): Promise<void> {
  const outcome = await withEngine(cli, { project, create: false, runJobs: false }, async ({ client }) =>
    client.timeline.reframe({
      timelineId: await timelineNamed(client, timeline),
      editId: editId(randomIds.id('edit')),
      ...size,
      several,
    }),
  );
  if (outcome.kind === 'refused') {
    throw new MontageError({ code: 'E_REFUSED', message: describeRefusal(outcome.refusal), where: timeline });
  }
  cli.terminal.document(outcome, () => asText(outcome, several));
}

function asText(outcome: ReframeOutcome, several: ReframeFlags['several']): string {
  if (outcome.kind === 'nothing') return outcome.reason;
  const followed = Object.entries(outcome.followed).flatMap(([subject, count]) =>
    count > 0 ? [`${subject} in ${count} ${count === 1 ? 'shot' : 'shots'}`] : [],
  );
  const both = several === 'split' ? [`two faces above each other in ${outcome.split} clips`] : [];
  return [`revision ${outcome.revision}: follows ${followed.join(', ')}`, ...both].join('; ');
}
