import { Command } from 'commander';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { resultOf } from '../../core/analysis/results.ts';
import { MontageError } from '../../core/errors.ts';
import type { Media } from '../../core/media/media.ts';
import { detectTranscriptFormat } from '../../core/transcript/read-transcript.ts';
import { speakersOfWords } from '../../core/transcript/speakers-of-words.ts';
import { readTalk } from '../../core/transcript/talk.ts';
import type { Transcript } from '../../core/transcript/transcript.ts';
import { writeTranscript, type WrittenTranscript } from '../../core/transcript/write-transcript.ts';
import { pathFault } from '../../native/engine/path-faults.ts';
import type { Cli } from '../cli.ts';
import { withEngine, type EngineClient } from '../connection.ts';
import { mediaNamed } from '../media-name.ts';

type TranscribeFlags = {
  readonly project: string;
  readonly from?: string;
  readonly to?: string;
  readonly language?: string;
};

/** `montage transcribe`: what is said in a file, taken from captions, shown, or written as captions. */
export function transcribeCommand(cli: Cli): Command {
  return new Command('transcribe')
    .description(
      'take what is said in a file from captions or a recogniser, print it (--json: with its topics, questions, fillers, repeated takes), or write it as captions',
    )
    .argument('<media>', 'path, name or id of a file in the project')
    .requiredOption('--project <file>', 'project')
    .option('--from <file>', 'SRT, VTT, ASS, TXT or JSON (Whisper, WhisperX, whisper.cpp) to take it from')
    .option('--language <tag>', 'language of that file, such as en or de')
    .option('--to <file>', 'SRT, VTT, ASS, TXT or JSON to write')
    .action(async (named: string, flags: TranscribeFlags) => transcribe(cli, named, flags));
}

async function transcribe(cli: Cli, named: string, flags: TranscribeFlags): Promise<void> {
  const { project, from, to, language } = flags;
  await withEngine(cli, { project, create: false, runJobs: false }, async ({ client }) => {
    const files = (await client.media.list()).map(({ media }) => media);
    const media = mediaNamed(files, named);
    if (from !== undefined) await client.media.readTranscript({ mediaId: media.id, path: resolve(from), language });
    const transcript = await transcriptOf(client, media);
    const written = to === undefined ? undefined : await write(transcript, media, resolve(to));
    const { words, timing, source } = transcript;
    const talk = readTalk(words);
    cli.terminal.document(
      { file: media.name, language: transcript.language, timing, source, words, talk, written },
      () =>
        written === undefined || to === undefined
          ? writeTranscript('txt', transcript).text.trimEnd()
          : [
              `${words.length} words in ${to}`,
              ...(written.broken > 0
                ? [`${written.broken} times speech is too fast or long for the caption rules`]
                : []),
              ...(written.changed > 0 ? [`${written.changed} words do not come back as they are in this format`] : []),
            ].join('\n'),
    );
  });
}

async function transcriptOf(client: EngineClient, media: Media): Promise<Transcript> {
  const results = await client.media.analysis({ mediaId: media.id });
  const found = resultOf({ mediaId: media.id, results }, 'transcript');
  if (found === undefined) {
    throw new MontageError({
      code: 'E_TRANSCRIPT_NONE',
      message: 'nobody has written down what is said in it',
      where: media.name,
      hint: 'name captions with --from, or get a recogniser with `montage models get whisper-tiny` and analyse it',
    });
  }
  const speakers = resultOf({ mediaId: media.id, results }, 'speakers');
  const { language, source, timing } = found;
  return { language, source, timing, words: speakersOfWords(found.words, speakers?.turns ?? []) };
}

async function write(transcript: Transcript, media: Media, path: string) {
  const format = detectTranscriptFormat('', path);
  if (format === undefined) {
    const hint = 'name an .srt, .vtt, .ass, .txt or .json';
    throw new MontageError({
      code: 'E_UNKNOWN_FORMAT',
      message: 'this is no format of transcripts',
      where: path,
      hint,
    });
  }
  const written: WrittenTranscript = writeTranscript(format, transcript, { title: media.name });
  await writeFile(path, written.text).catch((error: unknown) => {
    throw pathFault(error, path, 'export');
  });
  return { path, format, broken: written.broken.length, changed: written.changed.length };
}
