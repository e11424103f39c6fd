import type { TimeSpan } from '../analysis/sound-results.ts';

/**
 * One word as it is shown, with its punctuation and without white space. `confidence` is 0–1, null where nobody said;
 * `speaker` is an id of a speaker of the file, null where unknown.
 */
export type Word = TimeSpan & {
  readonly text: string;
  readonly confidence: number | null;
  readonly speaker: string | null;
};

/** Where the words come from. */
export type TranscriptSource =
  | { readonly kind: 'recogniser'; readonly model: string; readonly wordTimes?: WordTimesPath | undefined }
  | { readonly kind: 'imported'; readonly format: TranscriptFormat; readonly fileName: string }
  | { readonly kind: 'merged'; readonly transcripts: number };

/** How a recogniser's words got their times inside of its segments: by where its decoder listened, or by pauses and dips of the sound. */
export type WordTimesPath = 'attention' | 'energy';

/** Whether word times were heard, or spread over their caption or segment in proportion to the letters. */
export type WordTiming = 'heard' | 'spread';

/** Files that transcripts are read from and written to. */
export type TranscriptFormat = 'srt' | 'vtt' | 'ass' | 'txt' | 'json';
export const TRANSCRIPT_FORMATS: readonly TranscriptFormat[] = ['srt', 'vtt', 'ass', 'txt', 'json'];

/** What is said in one file, in order of start; `language` is a BCP 47 tag, null where unknown. */
export type Transcript = {
  readonly language: string | null;
  readonly source: TranscriptSource;
  readonly timing: WordTiming;
  readonly words: readonly Word[];
  /** Where it was voted from several: the share of them that have each word, 0–1. */
  readonly agreement?: readonly number[] | undefined;
};

/** A word as it is compared: composed (NFC), lower case, without the punctuation around it. Empty for punctuation alone. */
export function comparedWord(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
}

/** Whether a sentence ends with this word: its last sign before closing quotes and brackets. */
export function endsSentence(text: string): boolean {
  return /[.!?…。！？][)\]"'”’»]*$/u.test(text) && !/^(?:mr|mrs|ms|dr|st|vs|etc|e\.g|i\.e|\p{L})\.$/iu.test(text);
}

/** The transcript in use of a file is stored under this name, wherever it comes from: one that was read is not heard again. */
export const TRANSCRIPT_ANALYSER = { analyserId: 'transcript', analyserVersion: 2 } as const;

const KEPT = 'transcript-of:';

/** What a kept transcript is called: its file, or the model that heard it; undefined for one that was voted. */
export function transcriptName({ source }: Transcript): string | undefined {
  if (source.kind === 'merged') return undefined;
  return source.kind === 'imported' ? source.fileName : source.model;
}

/** A transcript that is kept beside the one in use is stored under a name of its own, older than any in use. */
export function keptStamp(name: string) {
  return { analyserId: `${KEPT}${name}`, analyserVersion: 0 } as const;
}

/** Whether a stored transcript is one that is kept. */
export function isKeptTranscript({ analyserId }: { readonly analyserId: string }): boolean {
  return analyserId.startsWith(KEPT);
}
