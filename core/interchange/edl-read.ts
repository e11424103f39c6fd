import { canDropFrame, nominalFps, type Rate } from '../time/rate.ts';
import { parseTimecode } from '../time/timecode.ts';
import type { TrackKind } from '../timeline/timeline.ts';
import { readEdlTrack, type EdlContext } from './edl-track-read.ts';
import { scanEdl, type EdlEvent } from './edl-text.ts';
import type { ImportedMarker, ImportedTimeline, ImportedTrack, ImportOptions } from './handoff.ts';
import { collectLosses, guessRate, refuse, type Losses } from './imported.ts';
import { markerColour } from './otio-reader.ts';

/**
 * Reads a CMX 3600 list with its dissolves, wipes, fades, motion lines and sound channels. It carries no rate and no
 * start: both are taken from the options, from our own comment, or guessed and listed. A transition starts at the cut
 * unless our own comment says otherwise.
 *
 * @throws MontageError E_INTERCHANGE_EDL where nothing is an event, E_INTERCHANGE_TIMECODE with the line
 */
export function readEdl(text: string, options: ImportOptions = {}): ImportedTimeline {
  const edl = scanEdl(text);
  const { events } = edl;
  // An empty timeline without a name is a list all the same: it says how it counts.
  const isList = events.length > 0 || edl.title !== '' || edl.dropRecord !== undefined;
  if (!isList) throw refuse('E_INTERCHANGE_EDL', 'no line is an edit', 'line 1');
  const isMarked = (times: readonly string[]) => times.some((time) => /[;.]\d+$/.test(time));
  const [sourceMarked, recordMarked] = [0, 2].map((from) =>
    events.some((event) => isMarked(event.times.slice(from, from + 2))),
  );
  const wantsDrop = (edl.dropRecord ?? false) || recordMarked === true;
  const frames = events.flatMap((event) => event.times.map((time) => Number(/\d+$/.exec(time)?.[0] ?? '0')));
  const known = options.rate ?? edl.rate;
  const highest = frames.reduce((a, b) => Math.max(a, b), 0);
  const rate = known ?? guessRate(highest, wantsDrop || sourceMarked === true);
  const dropFrame = wantsDrop && canDropFrame(rate);
  const frameOf = (time: string, line: number, isDropping: boolean): number => {
    const parsed = parseTimecode(time, { rate, dropFrame: isDropping });
    if (parsed.kind === 'frame') return parsed.frame;
    const message = `${time} is no timecode at ${nominalFps(rate)} fps (${parsed.problem})`;
    throw refuse('E_INTERCHANGE_TIMECODE', message, `line ${line}`, 'give the right rate');
  };
  // Where any column of a side says ';', a ':' there means non-drop.
  const recordFrame = (time: string, line: number) => frameOf(time, line, dropFrame && recordMarked !== true);
  const sourceFrame = (time: string, event: EdlEvent) =>
    frameOf(time, event.line, event.dropSource && sourceMarked !== true && recordMarked !== true);
  const firsts = events.map((event) => recordFrame(event.times[2], event.line));
  const first = firsts.reduce((a, b) => Math.min(a, b), firsts[0] ?? 0);
  const startFrame = options.startFrame ?? guessStart(first, rate, dropFrame);
  const losses = collectLosses({ rate, dropFrame }, startFrame);
  if (known === undefined && events.length > 0) {
    losses.add('rate', 'detail', edl.title, {}, `an EDL carries no rate; ${rate.num}/${rate.den} is assumed`);
  }
  listUnread(edl, recordMarked === true, losses);
  const markers = edl.locators.map(
    (locator): ImportedMarker => ({
      at: Math.max(0, recordFrame(locator.timecode, locator.line) - startFrame),
      duration: 0,
      name: locator.name,
      note: '',
      colour: markerColour(locator.colour),
    }),
  );
  return {
    name: edl.title,
    rate,
    startFrame,
    dropFrame,
    width: undefined,
    height: undefined,
    tracks: readTracks(events, { rate, startFrame, losses, sourceFrame, recordFrame }),
    markers: markers.toSorted((a, b) => a.at - b.at),
    losses: losses.list,
  };
}

/** Lines that say what a cut cannot hold, or the contrary of the others. */
function listUnread(edl: ReturnType<typeof scanEdl>, isRecordMarked: boolean, losses: Losses): void {
  if (edl.dropRecord === false && isRecordMarked) {
    const message = 'its FCM line says non-drop but its record columns have ;, so they count drop-frame';
    losses.add('drop-frame', 'detail', edl.title, {}, message);
  }
  for (const { line, text: other, kind } of edl.others) {
    const message = kind === 'colour' ? 'its colour correction is left out' : 'this line is left out';
    losses.add(kind, 'cut', other.slice(0, 60), { line }, message);
  }
}

/** A cut that starts within a minute after a full hour starts at the hour, behind a gap. */
function guessStart(first: number, rate: Rate, dropFrame: boolean): number {
  const hour = parseTimecode(`01:00:00${dropFrame ? ';' : ':'}00`, { rate, dropFrame });
  const perHour = hour.kind === 'frame' ? hour.frame : nominalFps(rate) * 3600;
  const past = first % perHour;
  return past < nominalFps(rate) * 60 ? first - past : first;
}

function readTracks(events: readonly EdlEvent[], context: EdlContext): readonly ImportedTrack[] {
  const byName = new Map<string, EdlEvent[]>();
  for (const event of events) {
    if (event.channels.length === 0) {
      const message = 'its channel is not understood, or it records none';
      context.losses.add('track', 'cut', event.name || event.reel, { line: event.line }, message);
    }
    for (const channel of event.channels) {
      const own = byName.get(channel);
      if (own === undefined) byName.set(channel, [event]);
      else own.push(event);
    }
  }
  const kindOf = (name: string): TrackKind => (name.startsWith('V') ? 'video' : 'audio');
  const order = (name: string) => (kindOf(name) === 'video' ? 0 : 1000) + Number(name.slice(1));
  return [...byName]
    .toSorted(([a], [b]) => order(a) - order(b))
    .map(([name, own]) => ({
      kind: kindOf(name),
      name,
      enabled: true,
      locked: false,
      clips: readEdlTrack(own, name, context).toSorted((a, b) => a.recordIn - b.recordIn),
    }));
}
