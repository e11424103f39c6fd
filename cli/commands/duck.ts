import { Command } from 'commander';
import { MontageError } from '../../core/errors.ts';
import { describeRefusal } from '../../core/timeline/describe-refusal.ts';
import { editId } from '../../core/timeline/edit.ts';
import type { Timeline, TrackId } from '../../core/timeline/timeline.ts';
import { randomIds } from '../../native/ids.ts';
import type { Cli } from '../cli.ts';
import { withEngine } from '../connection.ts';
import { seconds, signedNumber } from '../option-values.ts';
import { timelineNamed } from '../timeline-name.ts';

type DuckFlags = {
  readonly project: string;
  readonly timeline: string;
  readonly music: readonly string[];
  readonly speech?: readonly string[];
  readonly threshold?: number;
  readonly depth?: number;
  readonly attack?: number;
  readonly hold?: number;
  readonly release?: number;
};

/** `montage duck`: music gives way to speech. */
export function duckCommand(cli: Cli): Command {
  return new Command('duck')
    .description('lower music under speech with gain keyframes, as one edit that can be undone')
    .requiredOption('--project <file>', 'project')
    .requiredOption('--timeline <name>', 'name or id of the timeline')
    .requiredOption('--music <track...>', 'tracks to lower, by name, id or number (A2)')
    .option('--speech <track...>', 'tracks to listen to; all others by default')
    .option('--threshold <lufs>', 'what is louder counts as speech; −40 by default', signedNumber)
    .option('--depth <dB>', 'how much quieter the music is; 12 by default', signedNumber)
    .option('--attack <seconds>', 'how long it takes to fall, before the speech starts; 0.3 by default', seconds)
    .option('--hold <seconds>', 'how long it stays down after speech; 0.5 by default', seconds)
    .option('--release <seconds>', 'how long it takes to come back; 0.8 by default', seconds)
    .action(async (flags: DuckFlags) => duck(cli, flags));
}

async function duck(cli: Cli, flags: DuckFlags): Promise<void> {
  const { project, threshold, depth } = flags;
  const ms = (value: number | undefined) => (value === undefined ? undefined : Math.round(value * 1000));
  const outcome = await withEngine(cli, { project, create: false, runJobs: false }, async ({ client }) => {
    const timelineId = await timelineNamed(client, flags.timeline);
    const { timeline } = await client.timeline.get({ timelineId });
    return client.timeline.duck({
      timelineId,
      editId: editId(randomIds.id('edit')),
      music: flags.music.map((name) => trackNamed(timeline, name)),
      speech: flags.speech?.map((name) => trackNamed(timeline, name)) ?? null,
      thresholdLufs: threshold,
      depthDb: depth,
      attackMs: ms(flags.attack),
      holdMs: ms(flags.hold),
      releaseMs: ms(flags.release),
    });
  });
  if (outcome.kind === 'refused') {
    throw new MontageError({ code: 'E_REFUSED', message: describeRefusal(outcome.refusal), where: flags.timeline });
  }
  cli.terminal.document(outcome, () =>
    outcome.kind === 'nothing' ? outcome.reason : `revision ${outcome.revision}: music is lower under speech`,
  );
}

/** By id, by name, or as people count audio tracks: A1 is the first. */
function trackNamed(timeline: Timeline, name: string): TrackId {
  const audio = timeline.tracks.filter(({ kind }) => kind === 'audio');
  const numbered = audio[Number(/^A(\d+)$/i.exec(name)?.[1] ?? 0) - 1];
  const found = audio.find((track) => track.id === name || track.name === name) ?? numbered;
  if (found !== undefined) return found.id;
  const hint = `there are: ${audio.map((track) => track.name).join(', ')}`;
  throw new MontageError({ code: 'E_USAGE', message: 'there is no such audio track', where: name, hint });
}
