import { Command } from 'commander';
import type { SpeakerEntry } from '../../core/contract/people.ts';
import { MontageError } from '../../core/errors.ts';
import type { Media } from '../../core/media/media.ts';
import type { Cli } from '../cli.ts';
import { withEngine, type EngineClient } from '../connection.ts';
import { table } from '../terminal.ts';

type SpeakersFlags = { readonly project: string };

/** `montage speakers …`: who is heard in the footage, by names that the user gives. */
export function speakersCommand(cli: Cli): Command {
  const speakers = new Command('speakers').description('who is heard in the footage: list, name, merge, split');
  const subcommand = (name: string, text: string) =>
    speakers.command(name).description(text).requiredOption('--project <file>', 'project');
  subcommand('list', 'everybody who is heard, longest first').action(async ({ project }: SpeakersFlags) =>
    told(cli, project, async (client) => client.speakers.list()),
  );
  subcommand('name', 'give somebody a name; captions and transcripts then say it')
    .argument('<speaker>', 'name, number in the list, or id')
    .argument('<name>', 'what to call them')
    .action(async (speaker: string, name: string, { project }: SpeakersFlags) =>
      told(cli, project, async (client) => {
        const { id: speakerId } = speakerNamed(await client.speakers.list(), speaker);
        return client.speakers.name({ speakerId, name });
      }),
    );
  subcommand('merge', 'say that two are one; the name of the first wins')
    .argument('<speaker>', 'name, number in the list, or id')
    .argument('<other>', 'the other one')
    .action(async (speaker: string, other: string, { project }: SpeakersFlags) =>
      told(cli, project, async (client) => {
        const all = await client.speakers.list();
        const [a, b] = [speakerNamed(all, speaker), speakerNamed(all, other)];
        return client.speakers.merge({ speakerId: a.id, otherId: b.id });
      }),
    );
  subcommand('split', 'say that the voices of some files are somebody else')
    .argument('<speaker>', 'name, number in the list, or id')
    .argument('<files...>', 'names of the files')
    .action(async (speaker: string, files: readonly string[], { project }: SpeakersFlags) =>
      told(cli, project, async (client) => {
        const { id: speakerId, appearances } = speakerNamed(await client.speakers.list(), speaker);
        const media = await filesOf(client);
        const leaving = appearances.filter(({ mediaId }) => files.includes(media.get(mediaId) ?? mediaId));
        const appearanceIds = leaving.map(({ id }) => id);
        return appearanceIds.length === 0
          ? client.speakers.list()
          : client.speakers.split({ speakerId, appearanceIds });
      }),
    );
  return speakers;
}

async function told(
  cli: Cli,
  project: string,
  work: (client: EngineClient) => Promise<readonly SpeakerEntry[]>,
): Promise<void> {
  await withEngine(cli, { project, create: false, runJobs: false }, async ({ client }) => {
    const speakers = await work(client);
    const media = await filesOf(client);
    cli.terminal.document({ speakers }, () => asText(speakers, media));
  });
}

async function filesOf(client: EngineClient): Promise<ReadonlyMap<Media['id'], string>> {
  return new Map((await client.media.list()).map(({ media }) => [media.id, media.name]));
}

function asText(speakers: readonly SpeakerEntry[], files: ReadonlyMap<Media['id'], string>): string {
  const rows = speakers.map(({ name, appearances }, index) => {
    const seconds = appearances.reduce((sum, one) => sum + one.seconds, 0);
    const heardIn = appearances.map(({ mediaId, speaker }) => `${files.get(mediaId) ?? mediaId} (${speaker + 1})`);
    return [String(index + 1), name ?? '', seconds.toFixed(1), heardIn.join(', ')];
  });
  return rows.length === 0 ? 'nobody was heard' : table(['', 'name', 'seconds', 'in file (as its speaker)'], rows);
}

/** @throws MontageError E_SPEAKER_UNKNOWN */
function speakerNamed(speakers: readonly SpeakerEntry[], named: string): SpeakerEntry {
  const found =
    speakers.find(({ id, name }) => id === named || name === named) ??
    speakers.find((_, index) => String(index + 1) === named);
  if (found !== undefined) return found;
  const hint = 'see them with `montage speakers list`';
  throw new MontageError({ code: 'E_SPEAKER_UNKNOWN', message: 'there is no such speaker', where: named, hint });
}
