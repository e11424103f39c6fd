import { Command } from 'commander';
import { resolve } from 'node:path';
import { resultOf } from '../../core/analysis/results.ts';
import { SPEECH_ANALYSER } from '../../core/analysis/voice-spans.ts';
import type { KeptTranscript, VotedTranscript, WrittenWords } from '../../core/contract/understanding.ts';
import { MontageError } from '../../core/errors.ts';
import type { Media } from '../../core/media/media.ts';
import { readTalk } from '../../core/transcript/talk.ts';
import type { Transcript } from '../../core/transcript/transcript.ts';
import { writeTranscript } from '../../core/transcript/write-transcript.ts';
import type { Cli } from '../cli.ts';
import { withEngine, type EngineClient } from '../connection.ts';
import { resultOfJob } from '../job-results.ts';
import { waitForJobs } from '../jobs-watch.ts';
import { settled } from '../understood.ts';
import { mediaNamed } from '../media-name.ts';
import { table } from '../terminal.ts';

type TranscribeFlags = {
  readonly project: string;
  readonly from?: string;
  readonly hear?: true | string;
  readonly vote?: true | readonly string[];
  readonly take?: string;
  readonly forget?: string;
  readonly list?: true;
  readonly to?: string;
  readonly language?: string;
};

/** `montage transcribe`: what is said in a file, taken from captions, shown, or written as captions. */
export function transcribeCommand(cli: Cli): Command {
  return new Command('transcribe')
    .description(
      'take what is said in a file from captions or a recogniser, vote several transcripts into one, print it (--json: with its topics, questions, fillers, repeated takes), or write it as captions',
    )
    .argument('<media>', 'path, name or id of a file in the project')
    .requiredOption('--project <file>', 'project')
    .option('--from <file>', 'SRT, VTT, ASS, TXT or JSON (Whisper, WhisperX, whisper.cpp) to take it from')
    .option(
      '--hear [model]',
      'let a recogniser hear it, the best that is here or this one (whisper-tiny, whisper-base, …), also where captions were taken',
    )
    .option(
      '--vote [files...]',
      'vote all transcripts that were taken or heard, and these files, into one word by word',
    )
    .option('--language <tag>', 'language of those files, such as en or de')
    .option('--list', 'list the transcripts that were taken or heard, and which is in use')
    .option('--take <name>', 'go back to one of them')
    .option('--forget <name>', 'forget one of them')
    .option('--to <file>', 'SRT, VTT, ASS, TXT or JSON to write')
    .action(async (named: string, flags: TranscribeFlags) => transcribe(cli, named, flags));
}

async function transcribe(cli: Cli, named: string, flags: TranscribeFlags): Promise<void> {
  const { project, from, to, language, take, forget, list, hear } = flags;
  await withEngine(cli, { project, create: false, runJobs: hear !== undefined }, async ({ client }) => {
    const files = (await client.media.list()).map(({ media }) => media);
    const media = mediaNamed(files, named);
    const mediaId = media.id;
    if (from !== undefined) await client.media.readTranscript({ mediaId, path: resolve(from), language });
    if (hear !== undefined) await heard(cli, client, media, hear === true ? undefined : hear);
    const voted = await vote(client, media, flags);
    if (take !== undefined) await client.media.takeTranscript({ mediaId, name: take });
    if (forget !== undefined) await client.media.forgetTranscript({ mediaId, name: forget });
    const kept = await client.media.transcripts({ mediaId });
    if (list === true || forget !== undefined) {
      const used = await inUse(client, media);
      cli.terminal.document({ file: media.name, inUse: used?.source ?? null, transcripts: kept }, () =>
        keptText(kept, used),
      );
      return;
    }
    const transcript = await client.media.words({ mediaId });
    const written = to === undefined ? undefined : await client.media.writeWords({ mediaId, path: resolve(to) });
    const { words, timing, source, agreement } = transcript;
    const talk = readTalk(words);
    const { language: spoken } = transcript;
    cli.terminal.document(
      { file: media.name, language: spoken, timing, source, words, agreement, talk, voted, transcripts: kept, written },
      () =>
        [
          ...(voted === undefined ? [] : [votedText(voted)]),
          ...(written === undefined || to === undefined ? [] : [writtenText(written, words.length, to)]),
          ...(voted === undefined && written === undefined ? [writeTranscript('txt', transcript).text.trimEnd()] : []),
          ...(hear === undefined && kept.length < 2 ? [] : [`in use: ${usedText(transcript)}`]),
        ].join('\n'),
    );
  });
}

async function vote(client: EngineClient, { id: mediaId }: Media, flags: TranscribeFlags) {
  if (flags.vote === undefined) return undefined;
  const paths = flags.vote === true ? [] : flags.vote.map((path) => resolve(path));
  return client.media.voteTranscripts({ mediaId, paths, language: flags.language });
}

function votedText({ words, unanimous, transcripts }: VotedTranscript): string {
  const rows = transcripts.map((one) => [one.name, String(one.words), `${Math.round(100 * one.reliability)} %`]);
  const agreed = `${words} words, ${unanimous} of them in all ${transcripts.length} transcripts`;
  return `${table(['transcript', 'words', 'right'], rows)}\n${agreed}`;
}

function keptText(kept: readonly KeptTranscript[], used: Transcript | undefined): string {
  const rows = kept.map(({ name, source, words, language, timing, isInUse }) => {
    const from = source.kind === 'recogniser' ? 'heard' : 'read';
    const times = timing === 'heard' ? 'heard' : 'spread over captions';
    return [isInUse ? 'in use' : '', name, from, String(words), language ?? '', times];
  });
  if (rows.length === 0 || used === undefined) return 'no transcript was taken or heard';
  const all = table(['', 'name', 'from', 'words', 'language', 'word times'], rows);
  return kept.some(({ isInUse }) => isInUse) ? all : `${all}\nin use: ${usedText(used)}`;
}

function usedText({ source }: Transcript): string {
  switch (source.kind) {
    case 'recogniser':
      return `what ${source.model} heard`;
    case 'imported':
      return source.fileName;
    case 'merged':
      return `the vote of ${source.transcripts} transcripts`;
  }
}

/** Waits until a recogniser has heard the file. @throws MontageError E_MODEL_MISSING, and what made it fail */
async function heard(cli: Cli, client: EngineClient, media: Media, model: string | undefined): Promise<void> {
  const hear = async () => client.media.hear({ mediaId: media.id, model }, { signal: cli.signal });
  let state = await hear();
  if (state.state === 'waiting') {
    // For ingest, and for where there is speech.
    await client.media.analyse({ mediaId: media.id }, { signal: cli.signal });
    await settled(cli, client, media, ({ analyserId }) => analyserId === SPEECH_ANALYSER.analyserId);
    state = await hear();
  }
  if (state.state === 'needs-model') {
    throw new MontageError({ code: 'E_MODEL_MISSING', message: state.sentence, where: state.modelId, stage: 'models' });
  }
  if (state.state !== 'running') return;
  const [job] = await waitForJobs(cli, client, [state.jobId]);
  resultOfJob(job);
}

function writtenText({ broken, changed }: WrittenWords, words: number, to: string): string {
  return [
    `${words} words in ${to}`,
    ...(broken > 0 ? [`${broken} times speech is too fast or long for the caption rules`] : []),
    ...(changed > 0 ? [`${changed} words do not come back as they are in this format`] : []),
  ].join('\n');
}

async function inUse(client: EngineClient, { id: mediaId }: Media): Promise<Transcript | undefined> {
  return resultOf({ mediaId, results: await client.media.analysis({ mediaId }) }, 'transcript');
}
