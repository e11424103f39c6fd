import { assText } from '../interchange/ass.ts';
import type { Loss } from '../interchange/handoff.ts';
import { srtText } from '../interchange/srt.ts';
import { vttText } from '../interchange/vtt.ts';
import { flicks, secondsOf, ZERO_FLICKS, type Flicks } from '../time/flicks.ts';
import { alignWords } from './align-words.ts';
import { CAPTION_RULES, captionLines, type BrokenRule, type CaptionRules } from './caption-lines.ts';
import { readTranscript } from './read-transcript.ts';
import { endsSentence, type Transcript, type TranscriptFormat, type Word } from './transcript.ts';

/** A written transcript, the rules its captions break, and words that do not come back as they were. */
export type WrittenTranscript = {
  readonly text: string;
  readonly broken: readonly BrokenRule[];
  readonly changed: readonly { readonly at: Flicks; readonly word: string; readonly becomes: string }[];
};

/** `title` is the name in ASS files. */
export type WriteTranscriptOptions = {
  readonly rules?: CaptionRules | undefined;
  readonly title?: string | undefined;
};

/**
 * Writes a transcript: JSON as it is; captions by reading speed and line length; plain text in paragraphs by speaker and
 * pause. What was written is read again, and each word that does not come back is listed.
 */
export function writeTranscript(
  format: TranscriptFormat,
  transcript: Transcript,
  options: WriteTranscriptOptions = {},
): WrittenTranscript {
  if (format === 'json') return { text: ownJson(transcript), broken: [], changed: [] };
  const { words } = transcript;
  const { text, broken } =
    format === 'txt' ? { text: paragraphs(words), broken: [] } : captions(format, words, options);
  return { text, broken, changed: words.length === 0 ? [] : changedWords(format, text, words) };
}

function ownJson(transcript: Transcript): string {
  return `${JSON.stringify({ format: 'montage-transcript', version: 1, transcript }, null, 1)}\n`;
}

function captions(
  format: Exclude<TranscriptFormat, 'json' | 'txt'>,
  words: readonly Word[],
  { rules = CAPTION_RULES, title = 'Transcript' }: WriteTranscriptOptions,
): { readonly text: string; readonly broken: readonly BrokenRule[] } {
  const { cues, broken } = captionLines(format === 'srt' ? withNames(words) : words, rules);
  // What the writers could not hold is found by reading it again, word by word.
  const losses: Loss[] = [];
  if (format === 'srt') return { text: srtText(cues, losses), broken };
  if (format === 'vtt') return { text: vttText(cues), broken };
  return { text: assText({ name: title, width: 1920, height: 1080 }, cues), broken };
}

/** SubRip has no place for speakers: their names stand before what they say first. */
function withNames(words: readonly Word[]): readonly Word[] {
  let said: string | null = null;
  return words.map((word) => {
    if (word.speaker === null || word.speaker === said) return word;
    said = word.speaker;
    return { ...word, text: `${said.replaceAll(':', ' ').replaceAll(/\s+/g, ' ').trim()}: ${word.text}` };
  });
}

/** A pause that starts a paragraph, seconds, where a sentence ends. */
const PARAGRAPH_PAUSE = 2;

function paragraphs(words: readonly Word[]): string {
  const lines: string[][] = [];
  for (const [index, word] of words.entries()) {
    const before = words[index - 1];
    const isNew =
      before?.speaker !== word.speaker ||
      (endsSentence(before.text) && secondsOf(flicks(word.start - before.start)) > PARAGRAPH_PAUSE);
    if (isNew) lines.push(word.speaker === null ? [] : [`${word.speaker.replaceAll(':', ' ')}:`]);
    lines[lines.length - 1]?.push(word.text);
  }
  return lines.map((line) => `${line.join(' ')}\n`).join('\n');
}

function changedWords(format: TranscriptFormat, text: string, words: readonly Word[]): WrittenTranscript['changed'] {
  const back = readAgain(format, text, flicks(Math.max(...words.map(({ end }) => end))));
  if (back.length === words.length && words.every((word, index) => word.text === back[index])) return [];
  const told = words.map((word) => word.text);
  let at: Flicks = ZERO_FLICKS;
  return alignWords(told, back).flatMap(({ slot, word }) => {
    at = words[slot]?.start ?? at;
    const [before, becomes] = [told[slot] ?? '', back[word] ?? ''];
    return before === becomes ? [] : [{ at, word: before, becomes }];
  });
}

function readAgain(format: TranscriptFormat, text: string, duration: Flicks): readonly string[] {
  try {
    return readTranscript(format, text, '', { duration }).words.map((word) => word.text);
  } catch {
    return [];
  }
}
