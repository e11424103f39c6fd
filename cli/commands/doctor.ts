import { Command } from 'commander';
import { formatFault } from '../../core/errors.ts';
import { examine, type Examination } from '../../native/doctor/examine.ts';
import type { Cli } from '../cli.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { table } from '../terminal.ts';

/** `montage doctor`: what this machine can do. */
export function doctorCommand(cli: Cli): Command {
  return new Command('doctor')
    .description('try what Montage relies on: ffmpeg, encoders, ONNX providers, disk, memory')
    .action(async () => {
      const found = await examine();
      cli.terminal.document(found, () => asText(found));
      const [fault] = found.faults;
      if (fault === undefined) return;
      cli.terminal.say(formatFault(fault));
      cli.endWith(exitCodeOf(fault));
    });
}

function asText(found: Examination): string {
  const trials = [...found.encoders.map((trial) => ({ kind: 'encoder', ...trial })), ...found.providers.map(provider)];
  const { disk, memory, processor } = found;
  return [
    `Node        ${found.node}`,
    `ffmpeg      ${found.ffmpeg === null ? 'missing' : `${found.ffmpeg.version} (${found.ffmpeg.path})`}`,
    `Processor   ${processor.model}, ${processor.threads} threads`,
    `Memory      ${gigabytes(memory.freeBytes)} of ${gigabytes(memory.totalBytes)} free`,
    ...disk.map((place) => `Disk        ${gigabytes(place.freeBytes)} free at ${place.path}`),
    '',
    table(
      ['what', 'name', 'works', 'driver, or why it was skipped'],
      trials.map(({ kind, id, works, driver, reason }) => [kind, id, works ? 'yes' : 'no', driver ?? reason ?? '']),
    ),
  ].join('\n');
}

function provider(trial: Examination['providers'][number]) {
  return { kind: 'provider', driver: null, ...trial };
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
