import type { TitleStyle } from '../timeline/picture.ts';
import type { Timeline } from '../timeline/timeline.ts';
import {
  CAPTION_STYLE,
  captionTimeline,
  captionTracks,
  clockText,
  cueTime,
  cuesOf,
  listRounded,
  unitsOf,
  type Cue,
} from './captions.ts';
import type { ExportResult, ImportedTimeline, ImportOptions, Loss } from './handoff.ts';

const STYLE_FIELDS =
  'Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding';
const EVENT_FIELDS = 'Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text';
/** Middle row of the numeric keypad: text is placed by its centre. */
const ALIGNMENTS = { left: 4, centre: 5, right: 6 } as const;

/**
 * Writes Advanced SubStation Alpha (v4.00+): times in centiseconds, rounded to the nearest (frames of up to 100 per
 * second come back exact, others are listed); one style for each look, the place of each text as `\pos`.
 */
export function writeAss(timeline: Timeline): ExportResult {
  const losses: Loss[] = [];
  const files = captionTracks(timeline).map((track, index) => {
    const cues = cuesOf(track, losses);
    listRounded(cues, timeline.rate, 100, losses);
    return {
      suffix: index === 0 ? '' : `-${track.captions?.language ?? String(index + 1)}`,
      text: assText(timeline, cues),
    };
  });
  return { files: files.length === 0 ? [{ suffix: '', text: assText(timeline, []) }] : files, losses };
}

/** Cues as an ASS file for a picture of this size. */
export function assText(
  { name, width, height }: Pick<Timeline, 'name' | 'width' | 'height'>,
  cues: readonly Cue[],
): string {
  const looks = [...new Set(cues.map(({ style }) => styleLine(style, height)))];
  const events = cues.map(({ start, end, text, style, speaker = '' }) => {
    const from = unitsOf(start, 100);
    const to = Math.max(unitsOf(end, 100), from + 1);
    const place = `{\\pos(${Math.round((style.x + 0.5) * width)},${Math.round((style.y + 0.5) * height)})}`;
    const look = `S${looks.indexOf(styleLine(style, height)) + 1}`;
    return `Dialogue: 0,${clockText(from, 100, 1, '.')},${clockText(to, 100, 1, '.')},${look},${speaker.replace(/[,\s]+/g, ' ')},0,0,0,,${place}${escapeText(text)}`;
  });
  return [
    '[Script Info]',
    `Title: ${name.replace(/\s+/g, ' ')}`,
    'ScriptType: v4.00+',
    `PlayResX: ${width}`,
    `PlayResY: ${height}`,
    '',
    '[V4+ Styles]',
    `Format: ${STYLE_FIELDS}`,
    ...looks.map((look, index) => `Style: S${index + 1},${look}`),
    '',
    '[Events]',
    `Format: ${EVENT_FIELDS}`,
    ...events,
    '',
  ].join('\n');
}

function styleLine(style: TitleStyle, height: number): string {
  const outline = style.outline ?? { colour: '#000000', width: 0 };
  return [
    style.font.replaceAll(',', ' '),
    Math.round(style.size * height),
    assColour(style.colour),
    assColour(style.colour),
    assColour(style.background ?? outline.colour),
    assColour('#000000'),
    style.bold ? -1 : 0,
    style.italic ? -1 : 0,
    '0,0,100,100,0,0',
    style.background === undefined ? 1 : 3,
    Math.round(outline.width * height),
    0,
    ALIGNMENTS[style.align],
    '10,10,10,1',
  ].join(',');
}

/** `#rrggbbaa` as `&HAABBGGRR`, where AA counts from opaque. */
function assColour(colour: string): string {
  const [, red = 'ff', green = 'ff', blue = 'ff', alpha = 'ff'] =
    /^#(..)(..)(..)(..)?$/.exec(colour.toLowerCase()) ?? [];
  const opacity = (255 - Number.parseInt(alpha, 16)).toString(16).padStart(2, '0');
  return `&H${opacity}${blue}${green}${red}`.toUpperCase();
}

function escapeText(text: string): string {
  return text.replaceAll('\\', '\\\u2060').replaceAll('{', '\\{').replaceAll('}', '\\}').replaceAll('\n', '\\N');
}

type Sheet = { readonly styles: Map<string, TitleStyle>; width: number; height: number };

/**
 * Reads Advanced SubStation Alpha. Override tags other than place and alignment are left out, drawings with them.
 *
 * @throws MontageError E_INTERCHANGE_EMPTY, E_INTERCHANGE_TOO_LARGE
 */
export function readAss(text: string, name: string, options: ImportOptions = {}): ImportedTimeline {
  const { title, cues } = assCues(text, name);
  return captionTimeline('ASS', title, cues, options);
}

/** The title and the cues of an ASS file in the order of the file, with the name of who speaks each. */
export function assCues(text: string, name: string): { readonly title: string; readonly cues: readonly Cue[] } {
  const sheet: Sheet = { styles: new Map(), width: 384, height: 288 };
  const cues: Cue[] = [];
  let fields: readonly string[] = [];
  let title = name;
  for (const line of text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)) {
    const [, key = '', value = ''] = /^([A-Za-z0-9 ]{1,40}):\s?(.*)$/.exec(line) ?? [];
    if (key === 'Title' && value.trim() !== '') title = value.trim();
    else if (key === 'PlayResX') sheet.width = positive(value, sheet.width);
    else if (key === 'PlayResY') sheet.height = positive(value, sheet.height);
    else if (key === 'Format') fields = value.split(',').map((field) => field.trim());
    else if (key === 'Style') readStyle(sheet, fields, value);
    else if (key === 'Dialogue') cues.push(...readDialogue(sheet, fields, value));
  }
  return { title, cues };
}

function positive(text: string, otherwise: number): number {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 && value < 100_000 ? value : otherwise;
}

/** Values by field; the last field takes the commas that are left. */
function split(fields: readonly string[], value: string): ReadonlyMap<string, string> {
  const parts = value.split(',');
  const last = fields.length - 1;
  return new Map(
    fields.map((field, index) => [field, (index === last ? parts.slice(last).join(',') : (parts[index] ?? '')).trim()]),
  );
}

function readStyle(sheet: Sheet, fields: readonly string[], value: string): void {
  const parts = split(fields, value);
  const number = (field: string) => Number(parts.get(field) ?? '0');
  const alignment = number('Alignment');
  const isBoxed = number('BorderStyle') === 3;
  const edge = { colour: hexColour(parts.get('OutlineColour')), width: number('Outline') / sheet.height };
  sheet.styles.set(parts.get('Name') ?? '', {
    font: parts.get('Fontname') ?? CAPTION_STYLE.font,
    size: positive(parts.get('Fontsize') ?? '', 14) / sheet.height,
    bold: number('Bold') !== 0,
    italic: number('Italic') !== 0,
    colour: hexColour(parts.get('PrimaryColour')),
    ...(isBoxed ? { background: edge.colour } : {}),
    ...(!isBoxed && edge.width > 0 ? { outline: edge } : {}),
    align: alignment % 3 === 1 ? 'left' : alignment % 3 === 0 && alignment > 0 ? 'right' : 'centre',
    x: 0,
    y: alignment >= 7 ? -CAPTION_STYLE.y : alignment >= 4 ? 0 : CAPTION_STYLE.y,
  });
}

function hexColour(text: string | undefined): string {
  const match = /^&H([0-9a-f]{2})?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})&?$/i.exec(text?.trim() ?? '');
  if (match === null) return CAPTION_STYLE.colour;
  const alpha = (255 - Number.parseInt(match[1] ?? '00', 16)).toString(16).padStart(2, '0');
  return `#${match[4] ?? ''}${match[3] ?? ''}${match[2] ?? ''}${alpha === 'ff' ? '' : alpha}`.toLowerCase();
}

function readDialogue(sheet: Sheet, fields: readonly string[], value: string): readonly Cue[] {
  const parts = split(fields, value);
  const [start, end] = ['Start', 'End'].map((field) => {
    const match = /^(\d{1,2}):(\d{2}):(\d{2})\.(\d{1,3})$/.exec(parts.get(field) ?? '');
    return match === null ? undefined : cueTime(match[1], match[2], match[3], match[4]);
  });
  const raw = parts.get('Text') ?? '';
  if (start === undefined || end === undefined || /\{[^}]*\\p[1-9]/.test(raw)) return [];
  const style = sheet.styles.get((parts.get('Style') ?? '').replace(/^\*/, '')) ?? CAPTION_STYLE;
  const place = /\\pos\(\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*\)/.exec(raw);
  const placed =
    place === null
      ? style
      : { ...style, x: Number(place[1]) / sheet.width - 0.5, y: Number(place[2]) / sheet.height - 0.5 };
  const text = raw
    .replace(/(?<!\\)\{[^}]{0,2000}\}/g, '')
    .replace(/\\[Nn]/g, '\n')
    .replace(/\\h/g, '\u00a0')
    .replace(/\\([{}])/g, '$1')
    .replaceAll('\\\u2060', '\\');
  const speaker = parts.get('Name') ?? parts.get('Actor') ?? '';
  return [{ start, end, text, style: placed, ...(speaker === '' ? {} : { speaker }) }];
}
