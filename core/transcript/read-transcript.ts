import { MontageError } from '../errors.ts';
import { assCues } from '../interchange/ass.ts';
import type { Cue } from '../interchange/captions.ts';
import { srtCues } from '../interchange/srt.ts';
import { vttCues } from '../interchange/vtt.ts';
import { flicks, ZERO_FLICKS, type Flicks } from '../time/flicks.ts';
import { readJsonTranscript } from './read-json.ts';
import { spreadWords } from './spread-words.ts';
import type { Transcript, TranscriptFormat, Word } from './transcript.ts';

/** Beyond these a file is refused: 64 million characters, a million words (about 100 hours of talk). */
const LONGEST_FILE = 64_000_000;
const MOST_WORDS = 1_000_000;

/** What a text file cannot say: how long the recording is (for TXT, which has no times) and its language. */
export type ReadTranscriptOptions = {
  readonly duration?: Flicks | undefined;
  readonly language?: string | undefined;
};

/** The format that a file name and its first characters speak for; undefined where neither does. */
export function detectTranscriptFormat(text: string, fileName: string): TranscriptFormat | undefined {
  const ending = /\.([a-z]+)$/i.exec(fileName)?.[1]?.toLowerCase();
  if (ending === 'srt' || ending === 'vtt' || ending === 'json' || ending === 'txt') return ending;
  if (ending === 'ass' || ending === 'ssa') return 'ass';
  if (/^\uFEFF?WEBVTT/.test(text)) return 'vtt';
  if (/^\uFEFF?\[Script Info\]/i.test(text)) return 'ass';
  if (/^\uFEFF?\s*[{[]/.test(text)) return 'json';
  return /\d\d:\d\d[,.]\d+\s*-->/.test(text.slice(0, 1000)) ? 'srt' : undefined;
}

/**
 * Reads a transcript. Captions hold no word times: these are spread over each caption by the letters, and the transcript
 * says so. What is shown twice at once stays twice, in order of start.
 *
 * @throws MontageError E_TRANSCRIPT_EMPTY, E_TRANSCRIPT_SYNTAX, E_TRANSCRIPT_TOO_LARGE, E_TRANSCRIPT_NO_TIMES (TXT without `duration`)
 */
export function readTranscript(
  format: TranscriptFormat,
  text: string,
  fileName: string,
  options: ReadTranscriptOptions = {},
): Transcript {
  if (text.length > LONGEST_FILE) throw refused('TOO_LARGE', 'it is larger than 64 million characters', fileName);
  const read = readFormat(format, text, fileName, options);
  if (read.words.length === 0) throw refused('EMPTY', 'it holds no word', fileName);
  if (read.words.length > MOST_WORDS) throw refused('TOO_LARGE', 'it holds more than a million words', fileName);
  return { ...read, words: read.words.toSorted((a, b) => a.start - b.start) };
}

function readFormat(
  format: TranscriptFormat,
  text: string,
  fileName: string,
  options: ReadTranscriptOptions,
): Transcript {
  const captions = (words: readonly Word[]): Transcript => ({
    language: options.language ?? null,
    source: { kind: 'imported', format, fileName },
    timing: 'spread',
    words,
  });
  switch (format) {
    case 'srt':
      return captions(wordsOfCues(spokenCues(srtCues(text))));
    case 'vtt':
      return captions(wordsOfCues(syntax(() => vttCues(text, fileName), fileName)));
    case 'ass':
      return captions(wordsOfCues(assCues(text, fileName).cues));
    case 'txt':
      return captions(plainWords(text, fileName, options.duration));
    case 'json':
      return syntax(() => readJsonTranscript(text, fileName, options.language), fileName);
  }
}

/** A speaker's name before what they say, as `writeTranscript` puts it: up to three words. */
const NAMED = /^([\p{L}\p{N}_.-]{1,20}(?: [\p{L}\p{N}_.-]{1,20}){0,2}):\s+(.*)$/su;

/** SubRip has no place for speakers: where the first caption begins with a name, others do where the speaker changes. */
function spokenCues(cues: readonly Cue[]): readonly Cue[] {
  if (!NAMED.test(cues[0]?.text ?? '')) return cues;
  let speaker: string | undefined;
  return cues.map((cue) => {
    const [, name, rest] = NAMED.exec(cue.text) ?? [];
    speaker = name ?? speaker;
    return { ...cue, text: rest ?? cue.text, speaker };
  });
}

function wordsOfCues(cues: readonly Cue[]): readonly Word[] {
  return cues.flatMap(({ start, end, text, speaker }) =>
    spreadWords(text, start, flicks(Math.max(start, end)), { confidence: null, speaker: speaker ?? null }),
  );
}

/** Plain text spread over the whole recording. A paragraph may start with `Name:` as `writeTranscript` puts it. */
function plainWords(text: string, fileName: string, duration: Flicks | undefined): readonly Word[] {
  if (duration === undefined)
    throw refused(
      'NO_TIMES',
      'plain text has no times',
      fileName,
      'import it for a media file, or use SRT, VTT or JSON',
    );
  const all: { text: string; speaker: string | null }[] = [];
  for (const paragraph of text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)) {
    const [, name, rest] = NAMED.exec(paragraph) ?? [];
    for (const word of (rest ?? paragraph).split(/\s+/))
      if (word !== '') all.push({ text: word, speaker: name ?? null });
  }
  const spread = spreadWords(all.map((word) => word.text).join(' '), ZERO_FLICKS, duration, {
    confidence: null,
    speaker: null,
  });
  return spread.map((word, index) => ({ ...word, speaker: all[index]?.speaker ?? null }));
}

function syntax<Value>(read: () => Value, fileName: string): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof MontageError && error.fault.code.startsWith('E_TRANSCRIPT_')) throw error;
    const message = error instanceof MontageError ? error.fault.message : 'it cannot be read as this format';
    throw refused('SYNTAX', message, fileName);
  }
}

function refused(code: 'EMPTY' | 'SYNTAX' | 'TOO_LARGE' | 'NO_TIMES', message: string, where: string, hint?: string) {
  return new MontageError({
    code: `E_TRANSCRIPT_${code}`,
    message,
    where,
    hint: hint ?? 'use an SRT, VTT, ASS, TXT or Whisper JSON file',
    stage: 'import',
  });
}
