import { basename } from 'node:path';
import { MontageError } from '../../core/errors.ts';
import type { Media } from '../../core/media/media.ts';
import { detectTranscriptFormat, readTranscript } from '../../core/transcript/read-transcript.ts';
import { TRANSCRIPT_ANALYSER, type Transcript } from '../../core/transcript/transcript.ts';
import { readTextFile } from '../interchange/read-cut.ts';
import type { AnalysisStore } from '../library/analysis-store.ts';

/**
 * Stores the transcript of a file that somebody else made; words without times are spread over the file.
 *
 * @throws MontageError E_NOT_FOUND, E_TRANSCRIPT_…, E_UNKNOWN_FORMAT
 */
export async function readTranscriptFile(
  analysis: AnalysisStore,
  media: Media,
  { path, language }: { readonly path: string; readonly language?: string | undefined },
): Promise<{ readonly words: number; readonly timing: Transcript['timing']; readonly language: string | null }> {
  const text = await readTextFile(path);
  const format = detectTranscriptFormat(text, basename(path));
  if (format === undefined) {
    const hint = 'name an .srt, .vtt, .ass, .txt or .json';
    throw new MontageError({ code: 'E_UNKNOWN_FORMAT', message: 'this is no transcript', where: path, hint });
  }
  const { duration } = media;
  const transcript = readTranscript(format, text, basename(path), { duration, language });
  analysis.save(media.id, { kind: 'transcript', ...TRANSCRIPT_ANALYSER, ...transcript });
  return { words: transcript.words.length, timing: transcript.timing, language: transcript.language };
}
