import { writeFile } from 'node:fs/promises';
import { parse, resolve } from 'node:path';
import { resultOf } from '../../core/analysis/results.ts';
import type { WrittenWords } from '../../core/contract/understanding.ts';
import { MontageError } from '../../core/errors.ts';
import type { Media } from '../../core/media/media.ts';
import { detectTranscriptFormat } from '../../core/transcript/read-transcript.ts';
import { speakersOfWords, withTellingSpeakers } from '../../core/transcript/speakers-of-words.ts';
import type { Transcript, TranscriptFormat } from '../../core/transcript/transcript.ts';
import { writeTranscript } from '../../core/transcript/write-transcript.ts';
import { writeWhole } from '../files.ts';
import type { Project } from '../project/project.ts';
import { freePath } from './free-path.ts';
import type { EngineParts } from './parts.ts';
import { namesInFile } from './speakers-room.ts';

/** What is said in a file and by whom, as it is written for readers. @throws MontageError E_TRANSCRIPT_NONE */
export function spokenTranscript(project: Project, { id: mediaId, name }: Media): Transcript {
  const analysis = { mediaId, results: project.analysis.results(mediaId, ['transcript', 'speakers']) };
  const found = resultOf(analysis, 'transcript');
  if (found === undefined) {
    throw new MontageError({
      code: 'E_TRANSCRIPT_NONE',
      message: 'nobody has written down what is said in it',
      where: name,
      hint: 'name captions with --from, or get a recogniser with `montage models get whisper-tiny` and let it --hear',
    });
  }
  const turns = resultOf(analysis, 'speakers')?.turns ?? [];
  const words = withTellingSpeakers(speakersOfWords(found.words, turns, namesInFile(project, mediaId)));
  const { language, source, timing, agreement } = found;
  return { language, source, timing, agreement, words };
}

/**
 * Writes what is said in a file: to a path, in the format of its ending, or in a format beside the project, under the file's
 * name.
 *
 * @throws MontageError E_TRANSCRIPT_NONE, E_UNKNOWN_FORMAT, and as `writeWhole`; then nothing is left
 */
export async function writeWords(
  parts: Pick<EngineParts, 'project' | 'temporary'>,
  media: Media,
  wish: { readonly path?: string | undefined; readonly format: TranscriptFormat },
): Promise<WrittenWords> {
  const transcript = spokenTranscript(parts.project, media);
  const path = resolve(wish.path ?? freePath(parts, parse(media.name).name, wish.format));
  const format = detectTranscriptFormat('', path);
  if (format === undefined) {
    const message = 'this is no format of transcripts';
    const hint = 'name an .srt, .vtt, .ass, .txt or .json';
    throw new MontageError({ code: 'E_UNKNOWN_FORMAT', message, where: path, hint });
  }
  const { text, broken, changed } = writeTranscript(format, transcript, { title: media.name });
  await writeWhole(path, (temporary) => writeFile(temporary, text));
  return { path, format, words: transcript.words.length, broken: broken.length, changed: changed.length };
}
