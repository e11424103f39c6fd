import type { Rate } from '../time/rate.ts';
import { parseRational, toNumber } from '../time/rational.ts';
import { refuse } from './imported.ts';

const MAX_LINES = 1_000_000;
const TIMECODE = String.raw`(\d{1,2}:\d{2}:\d{2}[:;.]\d{2,3})`;
const EVENT = new RegExp(
  String.raw`^(\d{1,6})\s+(\S+)\s+(\S+)\s+([A-Z]\S*(?:\s+[BO])?)\s+(?:(\d{1,4})\s+)?${[1, 2, 3, 4].map(() => TIMECODE).join(String.raw`\s+`)}`,
);
const MOTION = new RegExp(String.raw`^M2\s+(\S+)\s+([+-]?\d{1,6}(?:\.\d{1,6})?)\s+${TIMECODE}`);

/** One line of an edit; a dissolve is two of the same number. */
export type EdlEvent = {
  readonly line: number;
  readonly number: string;
  readonly reel: string;
  channels: readonly string[];
  /** C, D, W001, K …; `frames` is its length. */
  readonly transition: string;
  readonly frames: number;
  /** Source in and out, record in and out. */
  readonly times: readonly [string, string, string, string];
  /** Whether ':' in the source columns counts drop-frame: the FCM line before says so. */
  readonly dropSource: boolean;
  name: string;
  file: string | undefined;
  note: string;
  motion: string | undefined;
  /** Our own word for where the cut lies in its transition, in frames from its start. */
  cutAt: number | undefined;
  /** Comments that nobody here reads. */
  readonly comments: string[];
};

export type EdlLocator = {
  readonly timecode: string;
  readonly colour: string;
  readonly name: string;
  readonly line: number;
};

export type EdlText = {
  title: string;
  /** Whether ':' in the record columns counts drop-frame: the first FCM line says so. */
  dropRecord: boolean | undefined;
  dropSource: boolean;
  rate: Rate | undefined;
  readonly events: EdlEvent[];
  readonly locators: EdlLocator[];
  /** Lines that stand for something we leave out: colour corrections, effects, keys, splits. */
  readonly others: { readonly line: number; readonly text: string; readonly kind: 'colour' | 'effect' }[];
};

/**
 * Takes a CMX 3600 list apart, line by line; CR, LF and both end lines.
 *
 * @throws MontageError E_INTERCHANGE_EDL with the line, E_INTERCHANGE_HOSTILE beyond a million lines
 */
export function scanEdl(text: string): EdlText {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  if (lines.length > MAX_LINES) throw refuse('E_INTERCHANGE_HOSTILE', 'the list has more than a million lines', 'edl');
  const edl: EdlText = {
    title: '',
    dropRecord: undefined,
    dropSource: false,
    rate: undefined,
    events: [],
    locators: [],
    others: [],
  };
  for (const [index, raw] of lines.entries()) scanLine(edl, raw.slice(0, MAX_LINE).trim(), index + 1);
  return edl;
}

const MAX_LINE = 20_000;

function scanLine(edl: EdlText, text: string, line: number): void {
  const event = EVENT.exec(text);
  if (event !== null) {
    const [, number = '', reel = '', channel = '', transition = '', frames, a = '', b = '', c = '', d = ''] = event;
    edl.events.push({
      line,
      number,
      reel,
      channels: channelsOf(channel),
      transition,
      frames: Number(frames ?? '0'),
      times: [a, b, c, d],
      dropSource: edl.dropSource,
      name: '',
      file: undefined,
      note: '',
      motion: undefined,
      cutAt: undefined,
      comments: [],
    });
    return;
  }
  if (/^\d{1,6}\s/.test(text))
    throw refuse('E_INTERCHANGE_EDL', `the edit '${text.slice(0, 60)}' is not understood`, `line ${line}`);
  const title = /^TITLE:(.*)$/i.exec(text);
  if (title !== null) edl.title = (title[1] ?? '').trim();
  else if (/^FCM:/i.test(text)) {
    const isDrop = /^FCM:\s*DROP/i.test(text);
    edl.dropRecord ??= isDrop;
    edl.dropSource = isDrop;
  } else if (text !== '') scanDetail(edl, text, line);
}

function scanDetail(edl: EdlText, text: string, line: number): void {
  const last = edl.events.at(-1);
  const motion = MOTION.exec(text);
  if (motion !== null) {
    const target = edl.events.slice(-2).findLast((event) => event.reel === motion[1]) ?? last;
    if (target !== undefined) target.motion = motion[2];
    return;
  }
  // Sound channels beyond the second stand on a line of their own.
  const more = /^AUD\s+([\d\s]+)$/i.exec(text);
  if (more !== null && last !== undefined) {
    const numbers = (more[1] ?? '').trim().split(/\s+/).slice(0, 64);
    last.channels = [...last.channels, ...numbers.map((channel) => `A${Number(channel)}`)];
    return;
  }
  const detail = /^\*?\s*([A-Z][A-Z_ ]*?)\s*:\s*(.*)$/i.exec(text);
  const [key, value] = [(detail?.[1] ?? '').toUpperCase(), (detail?.[2] ?? '').trim()];
  if (/^\*?\s*ASC_(?:SOP|SAT)/i.test(text)) {
    edl.others.push({ line, text, kind: 'colour' });
    last?.comments.push(text);
  } else if (key === 'FRAME RATE') edl.rate = usualRate(value);
  else if (last === undefined) return;
  else if (key === 'LOC') scanLocator(edl, value, line);
  else if (detail === null || !readDetail(edl, last, key, value)) {
    // Lines that are no comments, and effects, change what is seen.
    const isNamed = /^(?:EFFECTS NAME IS|\*+\s*(?:EFFECT NAME|BLEND|\*? ?FREEZE))/i.test(text);
    if ((!text.startsWith('*') && !isNamed) || /\bEFFECT, /i.test(text))
      edl.others.push({ line, text, kind: 'effect' });
    last.comments.push(text);
  }
}

/** A rate that timecode can count in; undefined for others. */
function usualRate(text: string): Rate | undefined {
  const rate = parseRational(text);
  return rate !== undefined && toNumber(rate) >= 1 && toNumber(rate) <= 1000 && rate.den <= 1001 ? rate : undefined;
}

/** Reads what a comment says of its event; false where it is not for us. */
function readDetail(edl: EdlText, last: EdlEvent, key: string, value: string): boolean {
  if (value === '') return key === 'FROM CLIP NAME' || key === 'TO CLIP NAME';
  switch (key) {
    case 'FROM CLIP NAME': {
      // The outgoing clip of a dissolve is the line before the last.
      const outgoing = last.transition === 'C' ? last : edl.events.at(-2);
      if (outgoing?.name === '') outgoing.name = value;
      return true;
    }
    case 'TO CLIP NAME':
      last.name = value;
      return true;
    case 'FROM FILE':
    case 'FROM CLIP': {
      const outgoing = last.transition === 'C' ? last : edl.events.at(-2);
      if (outgoing !== undefined) outgoing.file ??= value;
      return true;
    }
    case 'SOURCE FILE':
      last.file ??= value;
      return true;
    case 'COMMENT':
      last.note = last.note === '' ? value : `${last.note} ${value}`;
      return true;
    case 'CUT AFTER':
      last.cutAt = /^\d{1,4}$/.test(value) ? Number(value) : undefined;
      return last.cutAt !== undefined;
    default:
      return false;
  }
}

function scanLocator(edl: EdlText, value: string, line: number): void {
  const match = new RegExp(String.raw`^${TIMECODE}\s+(\S+)\s*(.*)$`).exec(value);
  if (match === null) edl.others.push({ line, text: value, kind: 'effect' });
  else edl.locators.push({ timecode: match[1] ?? '', colour: match[2] ?? '', name: (match[3] ?? '').trim(), line });
}

/** V, A, A2, AA (A1 and A2), B (V and A1), AA/V … as track names; NONE is none. */
function channelsOf(channel: string): readonly string[] {
  const upper = channel.toUpperCase();
  if (upper === 'B') return ['V1', 'A1'];
  if (upper === 'NONE' || upper.length > 64) return [];
  const names = upper.replaceAll('AA', 'A1A2').match(/V\d{0,3}|A\d{0,3}/g) ?? [];
  return [...new Set(names.map((name) => (/\d/.test(name) ? name : `${name}1`)))];
}
