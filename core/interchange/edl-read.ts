import { nominalFps, type Rate } from '../time/rate.ts';
import { parseRational, rational, type Rational } from '../time/rational.ts';
import { parseTimecode } from '../time/timecode.ts';
import type { TrackKind } from '../timeline/timeline.ts';
import type { ImportedClip, ImportedMarker, ImportedTimeline, ImportedTrack, ImportOptions } from './handoff.ts';
import { collectLosses, guessRate, importedClip, refuse, type Losses } from './imported.ts';
import { nameOfMediaUrl, pathOfMediaUrl } from './media-path.ts';
import { markerColour } from './otio-reader.ts';
import { secondsOfFrame } from '../time/seconds.ts';
import { speedOfM2 } from '../time/speed-text.ts';

const MAX_LINES = 1_000_000;
const TIMECODE = String.raw`(\d{1,2}:\d{2}:\d{2}[:;.]\d{2,3})`;
const EVENT = new RegExp(
  String.raw`^(\d{1,6})\s+(\S+)\s+(\S+)\s+([A-Z]\S*(?:\s+[BO])?)\s+(?:(\d{1,4})\s+)?${[1, 2, 3, 4].map(() => TIMECODE).join(String.raw`\s+`)}`,
);
const MOTION = new RegExp(String.raw`^M2\s+(\S+)\s+([+-]?\d+(?:\.\d+)?)\s+${TIMECODE}`);

type EdlEvent = {
  readonly line: number;
  readonly reel: string;
  channels: readonly string[];
  readonly transition: string;
  readonly times: readonly [string, string, string, string];
  name: string;
  file: string | undefined;
  note: string;
  motion: string | undefined;
};

type Locator = { readonly timecode: string; readonly colour: string; readonly name: string; readonly line: number };

type EdlText = {
  title: string;
  dropFrame: boolean;
  rate: Rate | undefined;
  readonly events: EdlEvent[];
  readonly locators: Locator[];
  /** Lines that stand for something we leave out: colour corrections, keys, splits. */
  readonly others: { readonly line: number; readonly text: string }[];
};

/**
 * Reads a CMX 3600 list. It carries no rate and no start: both are taken from the options, from our own comment, or
 * guessed and listed. Dissolves and wipes become cuts at their start.
 *
 * @throws MontageError E_INTERCHANGE_EDL where nothing is an event, E_INTERCHANGE_TIMECODE with the line
 */
export function readEdl(text: string, options: ImportOptions = {}): ImportedTimeline {
  const edl = scan(text);
  if (edl.events.length === 0 && edl.title === '') throw refuse('E_INTERCHANGE_EDL', 'no line is an edit', 'line 1');
  const marked = edl.events.some((event) => event.times.some((time) => /[;.]\d+$/.test(time)));
  const dropFrame = edl.dropFrame || marked;
  const frames = edl.events.flatMap((event) => event.times.map((time) => Number(/\d+$/.exec(time)?.[0] ?? '0')));
  const known = options.rate ?? edl.rate;
  const rate =
    known ??
    guessRate(
      frames.reduce((a, b) => Math.max(a, b), 0),
      dropFrame,
    );
  // Where any column says ';', a ':' means non-drop (sources keep their own counting).
  const frameOf = (time: string, line: number): number => {
    const parsed = parseTimecode(time, { rate, dropFrame: dropFrame && !marked });
    if (parsed.kind === 'frame') return parsed.frame;
    throw refuse(
      'E_INTERCHANGE_TIMECODE',
      `${time} is no timecode at ${nominalFps(rate)} fps (${parsed.problem})`,
      `line ${line}`,
      'give the right rate',
    );
  };
  const firsts = edl.events.map((event) => frameOf(event.times[2], event.line));
  const first = firsts.reduce((a, b) => Math.min(a, b), firsts[0] ?? 0);
  const startFrame = options.startFrame ?? guessStart(first, rate, dropFrame);
  const losses = collectLosses({ rate, dropFrame }, startFrame);
  if (known === undefined && edl.events.length > 0) {
    losses.add('rate', 'detail', edl.title, {}, `an EDL carries no rate; ${rate.num}/${rate.den} is assumed`);
  }
  for (const { line, text: other } of edl.others)
    losses.add('effect', 'cut', other.slice(0, 60), { line }, 'this line is left out');
  const markers = edl.locators.map(
    (locator): ImportedMarker => ({
      at: Math.max(0, frameOf(locator.timecode, locator.line) - startFrame),
      duration: 0,
      name: locator.name,
      note: '',
      colour: markerColour(locator.colour),
    }),
  );
  const tracks = readTracks(edl.events, { rate, startFrame, losses, frameOf });
  return {
    name: edl.title,
    rate,
    startFrame,
    dropFrame,
    width: undefined,
    height: undefined,
    tracks,
    markers: markers.toSorted((a, b) => a.at - b.at),
    losses: losses.list,
  };
}

/** A cut that starts within a minute after a full hour starts at the hour, behind a gap. */
function guessStart(first: number, rate: Rate, dropFrame: boolean): number {
  const hour = parseTimecode(`01:00:00${dropFrame ? ';' : ':'}00`, { rate, dropFrame });
  const perHour = hour.kind === 'frame' ? hour.frame : nominalFps(rate) * 3600;
  const past = first % perHour;
  return past < nominalFps(rate) * 60 ? first - past : first;
}

function scan(text: string): EdlText {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  if (lines.length > MAX_LINES) throw refuse('E_INTERCHANGE_HOSTILE', 'the list has more than a million lines', 'edl');
  const edl: EdlText = { title: '', dropFrame: false, rate: undefined, events: [], locators: [], others: [] };
  for (const [index, raw] of lines.entries()) scanLine(edl, raw.trim(), index + 1);
  return edl;
}

function scanLine(edl: EdlText, text: string, line: number): void {
  const event = EVENT.exec(text);
  if (event !== null) {
    const [, , reel = '', channel = '', transition = '', , a = '', b = '', c = '', d = ''] = event;
    const channels = channelsOf(channel);
    edl.events.push({
      line,
      reel,
      channels,
      transition,
      times: [a, b, c, d],
      name: '',
      file: undefined,
      note: '',
      motion: undefined,
    });
    return;
  }
  if (/^\d{1,6}\s/.test(text))
    throw refuse('E_INTERCHANGE_EDL', `the edit '${text.slice(0, 60)}' is not understood`, `line ${line}`);
  const title = /^TITLE:(.*)$/i.exec(text);
  if (title !== null) edl.title = (title[1] ?? '').trim();
  else if (/^FCM:/i.test(text)) edl.dropFrame ||= /^FCM:\s*DROP/i.test(text);
  else scanDetail(edl, text, line);
}

function scanDetail(edl: EdlText, text: string, line: number): void {
  const motion = MOTION.exec(text);
  if (motion !== null) {
    const target = edl.events.findLast((event) => event.reel === motion[1]) ?? edl.events.at(-1);
    if (target !== undefined) target.motion = motion[2];
    return;
  }
  // Sound channels beyond the second stand on a line of their own.
  const more = /^AUD\s+([\d\s]+)$/i.exec(text);
  const owner = edl.events.at(-1);
  if (more !== null && owner !== undefined) {
    owner.channels = [
      ...owner.channels,
      ...(more[1] ?? '')
        .trim()
        .split(/\s+/)
        .map((channel) => `A${channel}`),
    ];
    return;
  }
  const detail = /^\*?\s*([A-Z_ ]+?)\s*:\s*(.*)$/i.exec(text);
  const [key, value] = [(detail?.[1] ?? '').toUpperCase(), (detail?.[2] ?? '').trim()];
  const last = edl.events.at(-1);
  if (last === undefined || value === '') return;
  if (key === 'FROM CLIP NAME') {
    // The outgoing clip of a dissolve is the line before the last.
    const outgoing = last.transition === 'C' ? last : edl.events.at(-2);
    if (outgoing?.name === '') outgoing.name = value;
  } else if (key === 'TO CLIP NAME') last.name = value;
  else if (key === 'SOURCE FILE' || key === 'FROM FILE' || key === 'FROM CLIP') last.file ??= value;
  else if (key === 'COMMENT') last.note = last.note === '' ? value : `${last.note} ${value}`;
  else if (key === 'FRAME RATE') edl.rate = parseRational(value);
  else if (key === 'LOC') scanLocator(edl, value, line);
  else if (/^(?:ASC_SOP|ASC_SAT)/.test(key) || !text.startsWith('*')) edl.others.push({ line, text });
}

function scanLocator(edl: EdlText, value: string, line: number): void {
  const match = new RegExp(String.raw`^${TIMECODE}\s+(\S+)\s*(.*)$`).exec(value);
  if (match === null) edl.others.push({ line, text: value });
  else edl.locators.push({ timecode: match[1] ?? '', colour: match[2] ?? '', name: (match[3] ?? '').trim(), line });
}

/** V, A, A2, AA (A1 and A2), B (V and A1), AA/V … as track names. */
function channelsOf(channel: string): readonly string[] {
  const upper = channel.toUpperCase();
  if (upper === 'B') return ['V1', 'A1'];
  const names = upper.replaceAll('AA', 'A1A2').match(/V\d*|A\d*/g) ?? [];
  return names.map((name) => (/\d/.test(name) ? name : `${name}1`));
}

type Context = {
  readonly rate: Rate;
  readonly startFrame: number;
  readonly losses: Losses;
  readonly frameOf: (time: string, line: number) => number;
};

function readTracks(events: readonly EdlEvent[], context: Context): readonly ImportedTrack[] {
  const byName = new Map<string, ImportedClip[]>();
  for (const event of events) {
    if (event.channels.length === 0) {
      context.losses.add(
        'track',
        'cut',
        event.name || event.reel,
        { line: event.line },
        'its channel is not understood',
      );
    }
    const group = event.channels.length > 1 ? `event-${event.line}` : null;
    for (const channel of event.channels) {
      const clips = byName.get(channel) ?? [];
      byName.set(channel, clips);
      const clip = readEvent(event, channel, group, context);
      if (clip !== undefined) clips.push(clip);
    }
  }
  const kindOf = (name: string): TrackKind => (name.startsWith('V') ? 'video' : 'audio');
  const order = (name: string) => (kindOf(name) === 'video' ? 0 : 1000) + Number(name.slice(1));
  return [...byName]
    .toSorted(([a], [b]) => order(a) - order(b))
    .map(([name, clips]) => ({
      kind: kindOf(name),
      name,
      enabled: true,
      locked: false,
      clips: clips.toSorted((a, b) => a.recordIn - b.recordIn),
    }));
}

function readEvent(event: EdlEvent, channel: string, group: string | null, context: Context): ImportedClip | undefined {
  const { rate, losses, startFrame } = context;
  const [sourceIn = 0, sourceOut = 0, recordStart = 0, recordEnd = 0] = event.times.map((time) =>
    context.frameOf(time, event.line),
  );
  const day = nominalFps(rate) * 86_400;
  const recordIn = recordStart - startFrame;
  const length = recordEnd < recordStart ? recordEnd + day - recordStart : recordEnd - recordStart;
  const used = sourceOut < sourceIn ? sourceOut + day - sourceIn : sourceOut - sourceIn;
  const name = event.name || event.reel;
  const place = losses.at(channel, recordIn, event.line);
  // The first line of a dissolve holds no frames.
  if (length === 0) return undefined;
  if (event.transition !== 'C')
    losses.add('transition', 'cut', name, place, `the transition ${event.transition} becomes a cut at its start`);
  if (event.reel === 'BL') return undefined;
  return importedClip({
    name,
    media: {
      name: event.file === undefined ? name : nameOfMediaUrl(event.file),
      url: event.file,
      path: event.file === undefined ? undefined : pathOfMediaUrl(event.file),
      reel: event.reel,
    },
    recordIn,
    duration: length,
    sourceIn: secondsOfFrame(sourceIn, rate),
    sourceOrigin: 'label',
    speed: speedOf(event, name, used, length, place, context),
    note: event.note,
    linkGroup: group,
  });
}

function speedOf(
  event: EdlEvent,
  name: string,
  used: number,
  length: number,
  place: ReturnType<Losses['at']>,
  context: Context,
): Rational {
  const { losses } = context;
  if (event.motion === undefined) {
    if (used !== length) {
      losses.add(
        'speed',
        'cut',
        name,
        place,
        `its source has ${used} frames for ${length} without an M2 line; it plays at normal speed`,
      );
    }
    return rational(1);
  }
  const tenths = Math.round(Number(event.motion) * 10);
  if (tenths === 0) {
    losses.add('freeze', 'cut', name, place, 'the freeze frame plays on at normal speed');
    return rational(1);
  }
  if (tenths < 0) losses.add('reverse', 'cut', name, place, 'it plays forwards');
  return speedOfM2(Math.abs(tenths), nominalFps(context.rate), used, length);
}
