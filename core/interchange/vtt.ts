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
import { refuse } from './imported.ts';
import type { ExportResult, ImportedTimeline, ImportOptions, Loss } from './handoff.ts';

const TIMES = /^(?:(\d{2,}):)?(\d{2}):(\d{2})\.(\d{3})[ \t]+-->[ \t]+(?:(\d{2,}):)?(\d{2}):(\d{2})\.(\d{3})(.*)$/;
const ALIGNMENTS = { left: 'start', centre: 'center', right: 'end' } as const;
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&nbsp;': '\u00a0',
  '&lrm;': '\u200e',
  '&rlm;': '\u200f',
};

/**
 * Writes WebVTT (W3C): times in milliseconds, rounded to the nearest; alignment and height of the text as cue settings,
 * bold and italics as tags. One file for each caption track.
 */
export function writeVtt(timeline: Timeline): ExportResult {
  const losses: Loss[] = [];
  const files = captionTracks(timeline).map((track, index) => ({
    suffix: index === 0 ? '' : `-${track.captions?.language ?? String(index + 1)}`,
    text: vttText(cuesOf(track, losses)),
  }));
  return { files: files.length === 0 ? [{ suffix: '', text: 'WEBVTT\n' }] : files, losses };
}

/** Cues as a WebVTT file. */
export function vttText(cues: readonly Cue[]): string {
  return `WEBVTT\n\n${cues.map((cue) => cueText(cue)).join('\n')}`;
}

function cueText({ start, end, text, style, speaker }: Cue): string {
  const from = unitsOf(start, 1000);
  const to = Math.max(unitsOf(end, 1000), from + 1);
  const line = Math.round((style.y + 0.5) * 100);
  const settings = [
    ...(style.y === CAPTION_STYLE.y ? [] : [`line:${Math.min(100, Math.max(0, line))}%`]),
    ...(style.align === 'centre' ? [] : [`align:${ALIGNMENTS[style.align]}`]),
  ];
  const slanted = style.italic ? `<i>${escapeText(text)}</i>` : escapeText(text);
  const voice = speaker === undefined ? '' : `<v ${escapeText(speaker).replace(/\s+/g, ' ')}>`;
  const times = `${clockText(from, 1000, 2, '.')} --> ${clockText(to, 1000, 2, '.')}`;
  return `${[times, ...settings].join(' ')}\n${voice}${style.bold ? `<b>${slanted}</b>` : slanted}\n`;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * Reads WebVTT. NOTE, STYLE and REGION blocks say nothing about the cut; tags other than bold and italics are left out.
 *
 * @throws MontageError E_INTERCHANGE_SYNTAX without its first line, E_INTERCHANGE_EMPTY, E_INTERCHANGE_TOO_LARGE
 */
export function readVtt(text: string, name: string, options: ImportOptions = {}): ImportedTimeline {
  return captionTimeline('WebVTT', name, vttCues(text, name), options);
}

/**
 * The cues of a WebVTT file in the order of the file, with the voice of each.
 *
 * @throws MontageError E_INTERCHANGE_SYNTAX without its first line
 */
export function vttCues(text: string, name: string): readonly Cue[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  if (!/^WEBVTT(?:[ \t]|$)/.test(lines[0] ?? ''))
    throw refuse('E_INTERCHANGE_SYNTAX', 'a WebVTT file starts with WEBVTT', `${name}, line 1`);
  const cues: Cue[] = [];
  for (let index = 1; index < lines.length; index += 1) {
    const match = TIMES.exec(lines[index]?.trim() ?? '');
    if (match === null) continue;
    const body: string[] = [];
    for (index += 1; index < lines.length && (lines[index] ?? '') !== ''; index += 1) body.push(lines[index] ?? '');
    const [start, end] = [
      cueTime(match[1], match[2], match[3], match[4]),
      cueTime(match[5], match[6], match[7], match[8]),
    ];
    if (start !== undefined && end !== undefined) cues.push(readCue(start, end, match[9] ?? '', body.join('\n')));
  }
  return cues;
}

function readCue(start: Cue['start'], end: Cue['end'], settings: string, raw: string): Cue {
  const line = /\bline:(\d{1,3})(?:\.\d*)?%/.exec(settings)?.[1];
  const align = /\balign:(start|left|end|right)/.exec(settings)?.[1];
  const style = {
    ...CAPTION_STYLE,
    bold: /^(?:<[^>]*>)*<b>/.test(raw),
    italic: /^(?:<[^>]*>)*<i>/.test(raw),
    ...(line === undefined ? {} : { y: Math.min(Number(line), 100) / 100 - 0.5 }),
    ...(align === undefined ? {} : ({ align: align === 'start' || align === 'left' ? 'left' : 'right' } as const)),
  };
  const voice = /<v(?:\.[^\s>]{0,100})?[ \t]+([^>\n]{1,200})>/.exec(raw)?.[1]?.trim() ?? '';
  return {
    start,
    end,
    text: unescapeText(raw.replace(/<[^>\n]{0,200}>/g, '')),
    style,
    ...(voice === '' ? {} : { speaker: unescapeText(voice) }),
  };
}

function unescapeText(text: string): string {
  return text.replace(/&(?:amp|lt|gt|nbsp|lrm|rlm);/g, (entity) => ENTITIES[entity] ?? entity);
}
