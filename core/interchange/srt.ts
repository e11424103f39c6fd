import type { Timeline } from '../timeline/timeline.ts';
import {
  CAPTION_STYLE,
  captionTimeline,
  captionTracks,
  clockText,
  cueTime,
  cuesOf,
  unitsOf,
  type Cue,
} from './captions.ts';
import { loss } from './export-cut.ts';
import type { ExportResult, ImportedTimeline, ImportOptions, Loss } from './handoff.ts';

const TIMES =
  /^(?:(\d{1,2}):)?(\d{1,2}):(\d{1,2})(?:[,.](\d{1,9}))?\s*-->\s*(?:(\d{1,2}):)?(\d{1,2}):(\d{1,2})(?:[,.](\d{1,9}))?/;
/** What players read as markup; other angle brackets are text. */
const TAGS = /<\/?(?:b|i|u|s|font)(?:\s[^>]{0,200})?>/gi;
/** Captions this far up are marked as at the top. */
const TOP = -0.2;

/**
 * Writes SubRip: times in milliseconds, rounded to the nearest, so that frames of up to 240 per second come back exact;
 * bold, italics and the top of the frame as tags that players know. One file for each caption track.
 */
export function writeSrt(timeline: Timeline): ExportResult {
  const losses: Loss[] = [];
  const files = captionTracks(timeline).map((track, index) => ({
    suffix: index === 0 ? '' : `-${track.captions?.language ?? String(index + 1)}`,
    text: srtText(cuesOf(track, losses), losses),
  }));
  return { files: files.length === 0 ? [{ suffix: '', text: '' }] : files, losses };
}

/** Cues as a SubRip file; what the format cannot hold is listed. */
export function srtText(cues: readonly Cue[], losses: Loss[]): string {
  return cues.map((cue, at) => cueText(cue, at + 1, losses)).join('\n');
}

function cueText({ start, end, text, style }: Cue, number: number, losses: Loss[]): string {
  const from = unitsOf(start, 1000);
  const to = Math.max(unitsOf(end, 1000), from + 1);
  const safe = text.replaceAll('-->', '-- >');
  if (safe !== text) losses.push(loss('title', 'detail', text, {}, "its '-->' becomes '-- >'"));
  const slanted = style.italic ? `<i>${safe}</i>` : safe;
  const body = style.bold ? `<b>${slanted}</b>` : slanted;
  const times = `${clockText(from, 1000, 2, ',')} --> ${clockText(to, 1000, 2, ',')}`;
  return `${number}\n${times}\n${style.y < TOP ? '{\\an8}' : ''}${body}\n`;
}

/**
 * Reads SubRip as people and programs write it: with or without numbers, hours and decimals, with ',' or '.'. A cue ends
 * at a blank line; its times are set on the nearest frame.
 *
 * @throws MontageError E_INTERCHANGE_EMPTY, E_INTERCHANGE_TOO_LARGE
 */
export function readSrt(text: string, name: string, options: ImportOptions = {}): ImportedTimeline {
  return captionTimeline('SRT', name, srtCues(text), options);
}

/** The cues of a SubRip file in the order of the file; whatever is not a cue is passed over. */
export function srtCues(text: string): readonly Cue[] {
  const cues: Cue[] = [];
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const match = TIMES.exec(lines[index]?.trim() ?? '');
    if (match === null) continue;
    const body: string[] = [];
    for (index += 1; index < lines.length && (lines[index]?.trim() ?? '') !== ''; index += 1)
      body.push(lines[index] ?? '');
    const [start, end] = [
      cueTime(match[1], match[2], match[3], match[4]),
      cueTime(match[5], match[6], match[7], match[8]),
    ];
    if (start !== undefined && end !== undefined) cues.push(readCue(start, end, body.join('\n')));
  }
  return cues;
}

function readCue(start: Cue['start'], end: Cue['end'], raw: string): Cue {
  const isTop = /\{\\an[789]\}/.test(raw);
  const isWhole = (tag: string) => new RegExp(`^(?:\\{[^}]*\\}|<[^>]*>)*<${tag}>`, 'i').test(raw);
  const style = {
    ...CAPTION_STYLE,
    bold: isWhole('b'),
    italic: isWhole('i'),
    ...(isTop ? { y: -CAPTION_STYLE.y } : {}),
  };
  return { start, end, text: raw.replace(TAGS, '').replace(/\{\\[^}]{0,200}\}/g, ''), style };
}
