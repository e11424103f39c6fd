import { startOfFrame, type SourceFrames } from '../media/frames.ts';
import { flicks, type Flicks } from '../time/flicks.ts';
import { frameOfTime, nominalFps, timeOfFrame, type Rate } from '../time/rate.ts';
import { equalRational, formatRational, mulDiv, rational, type Rational } from '../time/rational.ts';
import { framesInSeconds, isWholeFrames, secondsOfFlicks, secondsOfFrame } from '../time/seconds.ts';
import { m2Tenths, speedOfM2 } from '../time/speed-text.ts';
import { formatTimecode } from '../time/timecode.ts';
import type { MediaId } from '../media/media.ts';
import type { Marker } from '../timeline/timeline.ts';
import { edlReels } from './edl-reels.ts';
import { edlEdits, type EdlEdit, type EdlTransition } from './edl-edits.ts';
import { demandTimebase, loss, recordTimecode, type Cut, type CutClip, type CutTrack } from './export-cut.ts';
import type { ExportFile } from './handoff.ts';
import { frameOnGrid, type GridFrame, listSourceLosses, sourceTimecodeFormat, timecodeOnGrid } from './placement.ts';
import { isShortOfHandles } from './short-handles.ts';

const MAX_EVENTS = 999;
/** Reel columns are at least this wide. */
const REEL_COLUMN = 8;

/**
 * Writes CMX 3600 lists: one per track, split after 999 events. Source columns count the media's own timecode on the
 * record grid; dissolves, wipes and fades are two lines of one number; speeds, backwards and held too, stand in M2
 * lines; disabled clips leave a hole.
 *
 * @throws MontageError E_INTERCHANGE_RATE for rates that count no whole frames per second
 */
export function writeEdl(cut: Cut): readonly ExportFile[] {
  demandTimebase(cut.timeline, 'edl');
  const reels = edlReels(cut);
  const used = [...cut.video, ...cut.audio].filter((track) => track.clips.some((clip) => clip.enabled));
  const files = used.flatMap((track, index) => trackFiles(cut, track, reels, index === 0));
  const [first] = files;
  if (first === undefined) return [{ suffix: '', text: [...header(cut, ''), ''].join('\n') }];
  return files;
}

function header(cut: Cut, suffix: string): readonly string[] {
  const title = `${oneLine(cut.timeline.name)}${suffix === '' ? '' : ` ${suffix.slice(1)}`}`;
  return [`TITLE: ${title}`, `FCM: ${cut.timeline.dropFrame ? 'DROP FRAME' : 'NON-DROP FRAME'}`, ''];
}

type Writer = { readonly cut: Cut; readonly reels: ReadonlyMap<MediaId, string>; readonly channel: string };

function trackFiles(
  cut: Cut,
  track: CutTrack,
  reels: ReadonlyMap<MediaId, string>,
  isMain: boolean,
): readonly ExportFile[] {
  const edits = edlEdits(cut, track);
  const writer: Writer = { cut, reels, channel: channelOf(track.label) };
  const markers = isMain ? markersByEdit(cut, edits) : new Map<EdlEdit, readonly Marker[]>();
  const parts = Math.ceil(edits.length / MAX_EVENTS);
  return Array.from({ length: parts }, (_, part) => {
    const suffix = `${isMain ? '' : `-${track.label}`}${part === 0 ? '' : `-part${part + 1}`}`;
    const lines = edits
      .slice(part * MAX_EVENTS, (part + 1) * MAX_EVENTS)
      .flatMap((edit, index) => [
        ...editLines(writer, edit, String(index + 1).padStart(3, '0')),
        ...(index === 0 ? [`* FRAME RATE: ${formatRational(cut.timeline.rate)}`] : []),
        ...(markers.get(edit) ?? []).map((marker) => locator(cut, marker)),
      ]);
    return { suffix, text: [...header(cut, suffix), ...lines, ''].join('\n') };
  });
}

/** CMX names: V for pictures, A, A2, A3 … for sound. */
function channelOf(label: string): string {
  if (label.startsWith('V')) return 'V';
  return label === 'A1' ? 'A' : label;
}

/** An edit's lines: of a transition first what it leaves, for no frames, then what comes. */
function editLines(writer: Writer, edit: EdlEdit, number: string): readonly string[] {
  const { cut } = writer;
  const { start, end, clip, transition } = edit;
  const record = [start, end].map((frame) => recordTimecode(cut.timeline, frame));
  if (transition === undefined) {
    if (clip === undefined) return [];
    const source = sourceOf(cut, clip, start, end);
    return [
      eventLine(writer, number, reelOf(writer, clip), 'C', [...source.labels, ...record]),
      ...motionLine(writer, clip, source, end - start),
      `* FROM CLIP NAME: ${oneLine(clip.clip.name)}`,
      ...details(clip),
    ];
  }
  const { from, fromStart, code, length, cutAfter } = transition;
  const at = record[0] ?? '';
  const isGlimpsed = from !== undefined && fromStart === start;
  const left = from === undefined ? undefined : sourceOf(cut, from, fromStart, start, isGlimpsed).labels[1];
  if (isGlimpsed && from.clip.note !== '') {
    const message = 'only a transition shows it, where a list has no place for its note';
    cut.losses.push(loss('note', 'detail', from.clip.name, from.place, message));
  }
  if (from !== undefined && clip !== undefined)
    listShortHandles(cut, { from, fromStart, to: clip, start, length, cutAfter });
  const zero = formatTimecode(0, { rate: cut.timeline.rate, dropFrame: cut.timeline.dropFrame });
  const effect = `${code.padEnd(4)} ${String(length).padStart(3, '0')}`;
  const source = clip === undefined ? undefined : sourceOf(cut, clip, start, end);
  const black = [zero, formatTimecode(end - start, cut.timeline)];
  return [
    eventLine(writer, number, from === undefined ? 'BL' : reelOf(writer, from), 'C', [
      left ?? zero,
      left ?? zero,
      at,
      at,
    ]),
    ...(isGlimpsed ? motionLine(writer, from, { labels: [left ?? zero, left ?? zero], used: 0 }, 0) : []),
    eventLine(writer, number, clip === undefined ? 'BL' : reelOf(writer, clip), effect, [
      ...(source?.labels ?? black),
      ...record,
    ]),
    ...(clip === undefined || source === undefined ? [] : motionLine(writer, clip, source, end - start)),
    `* FROM CLIP NAME: ${from === undefined ? 'BL' : oneLine(from.clip.name)}`,
    `* TO CLIP NAME: ${clip === undefined ? 'BL' : oneLine(clip.clip.name)}`,
    ...(isGlimpsed ? [`* FROM FILE: ${oneLine(from.media.path)}`] : []),
    ...(cutAfter === 0 ? [] : [`* CUT AFTER: ${String(cutAfter).padStart(3, '0')}`]),
    ...(clip === undefined ? [] : details(clip)),
  ];
}

function details({ clip, media }: CutClip): readonly string[] {
  return [
    `* SOURCE FILE: ${oneLine(media.path)}`,
    ...(clip.note === '' ? [] : [`* COMMENT: ${oneLine(clip.note)}`]),
    ...keptComments(clip.metadata?.['edl']),
  ];
}

/** Comments of a list that was read, one line each. */
function keptComments(kept: unknown): readonly string[] {
  if (!Array.isArray(kept)) return [];
  return kept.flatMap((line: unknown) => (typeof line === 'string' && line.startsWith('*') ? [oneLine(line)] : []));
}

function reelOf({ reels }: Writer, { media }: CutClip): string {
  return reels.get(media.id) ?? 'AX';
}

function eventLine(
  { channel }: Writer,
  number: string,
  reel: string,
  effect: string,
  times: readonly string[],
): string {
  return `${number}  ${reel.padEnd(REEL_COLUMN)} ${channel.padEnd(5)} ${effect.padEnd(8)} ${times.join(' ')}`;
}

/** A clip's source columns over a part of the record, and the frames between them. */
type SourceColumns = { readonly labels: readonly [string, string]; readonly used: number };

function sourceOf(cut: Cut, item: CutClip, start: number, end: number, isListing = true): SourceColumns {
  const { clip, media } = item;
  const format = sourceTimecodeFormat(media, cut.timeline);
  const at = sourceFrame(cut, item, start, isListing);
  // A held frame is a span of one.
  const wanted =
    clip.speed.num === 0 && end > start ? 1 : mulDiv(end - start, Math.abs(clip.speed.num), clip.speed.den, 'nearest');
  const top = timecodeOnGrid(media, cut.timeline) + at;
  // Backwards down to the first frame of all, rounding up would reach over midnight.
  const used = clip.speed.num < 0 && top >= 0 ? Math.min(wanted, top) : wanted;
  const low = clip.speed.num < 0 ? top - used : top;
  return { labels: [formatTimecode(low, format), formatTimecode(low + used, format)], used };
}

/** The record-grid frame of the source at a record frame; backwards the end of what plays from there. */
function sourceFrame(cut: Cut, item: CutClip, at: number, isListing: boolean): number {
  const { speed, name } = item.clip;
  if (item.source.frames?.kind === 'still' && item.clip.kind === 'video') return 0;
  const first = firstFrame(cut, item, isListing);
  const offset = at - item.recordIn;
  if (isListing && offset !== 0 && (offset * speed.num) % speed.den !== 0) {
    const message = 'the handle of its transition does not start on a whole source frame';
    cut.losses.push(loss('source-in', 'detail', name, item.place, message));
  }
  return first + mulDiv(offset, speed.num, speed.den, 'nearest');
}

/** The frame of a grid that ends within a source frame, or with it: where that is shown first when played backwards. */
function endOnGrid(frames: SourceFrames, index: number, rate: Rate): GridFrame {
  if (frames.kind === 'still') return { frame: 0, exact: true };
  const frame = frameOfTime(startOfFrame(frames, index + 1), rate, 'floor');
  const exact = timeOfFrame(frame, rate) > startOfFrame(frames, index);
  return { frame: exact ? frame : frameOfTime(startOfFrame(frames, index + 1), rate, 'ceil'), exact };
}

/** The record-grid frame, from the media's first, at which the clip's source starts (backwards: ends). */
function firstFrame(cut: Cut, item: CutClip, isListing: boolean): number {
  const { rate } = cut.timeline;
  const { clip, source } = item;
  if (clip.kind === 'video') {
    const { frames } = source;
    if (frames === undefined) return 0;
    const { frame, exact } =
      clip.speed.num < 0 ? endOnGrid(frames, clip.sourceIn, rate) : frameOnGrid(frames, clip.sourceIn, rate);
    if (isListing) listSourceLosses(cut, item, { seconds: secondsOfFrame(frame, rate), exact });
    return frame;
  }
  const seconds = secondsOfFlicks(clip.sourceIn);
  if (isListing && !isWholeFrames(seconds, rate)) {
    const message = 'an EDL counts whole frames, so its sound starts up to a frame later, together with its picture';
    cut.losses.push(loss('source-in', 'detail', clip.name, item.place, message));
  }
  return framesInSeconds(seconds, rate, 'ceil');
}

type Handles = Pick<EdlTransition, 'fromStart' | 'length' | 'cutAfter'> & {
  readonly from: CutClip;
  readonly to: CutClip;
  readonly start: number;
};

/** Lists a transition that has less media at a side once that starts on a whole frame of the list. */
function listShortHandles(cut: Cut, { from, fromStart, to, start, length, cutAfter }: Handles): void {
  const { rate } = cut.timeline;
  const isShort =
    isShortOfHandles(to, startAsRead(cut, to, start), { before: cutAfter, after: 0 }, rate) ||
    isShortOfHandles(from, startAsRead(cut, from, fromStart), { before: 0, after: length - cutAfter }, rate);
  if (!isShort) return;
  const message = 'with a first frame on the grid the list counts in, its media end within the transition';
  cut.losses.push(loss('transition', 'detail', to.clip.name, to.place, message));
}

/** Where a clip's source starts by what its edit, which starts at a record frame, tells. */
function startAsRead(cut: Cut, item: CutClip, start: number): Flicks {
  const { rate } = cut.timeline;
  const { num, den } = item.clip.speed;
  const label = timeOfFrame(sourceFrame(cut, item, start, false), rate);
  return flicks(label + mulDiv(timeOfFrame(item.recordIn - start, rate), num, den, 'nearest'));
}

function motionLine(writer: Writer, item: CutClip, source: SourceColumns, length: number): readonly string[] {
  const { cut } = writer;
  const { speed, name } = item.clip;
  if (speed.num === speed.den) return [];
  const fps = nominalFps(cut.timeline.rate);
  const magnitude: Rational = rational(Math.abs(speed.num), speed.den);
  const tenths = m2Tenths(magnitude, fps);
  if (speed.num !== 0 && !equalRational(speedOfM2(tenths, fps, source.used, length), magnitude)) {
    const message = `its speed of ${formatRational(speed)} is rounded to ${tenths / 10} frames per second`;
    cut.losses.push(loss('speed', 'cut', name, item.place, message));
  }
  const rate = `${speed.num < 0 ? '-' : ''}${(tenths / 10).toFixed(1).padStart(5, '0')}`;
  return [
    `M2   ${reelOf(writer, item).padEnd(REEL_COLUMN)}      ${rate.padStart(6)}                ${source.labels[0]}`,
  ];
}

/** Markers go to the edit on screen, else to the one before, else to the first. */
function markersByEdit(cut: Cut, edits: readonly EdlEdit[]): ReadonlyMap<EdlEdit, readonly Marker[]> {
  const byEdit = new Map<EdlEdit, readonly Marker[]>();
  for (const marker of cut.timeline.markers) {
    const at = frameOfTime(marker.at, cut.timeline.rate, 'nearest');
    const edit = edits.findLast(({ start }) => start <= at) ?? edits[0];
    if (edit !== undefined) byEdit.set(edit, [...(byEdit.get(edit) ?? []), marker]);
  }
  return byEdit;
}

function locator(cut: Cut, marker: Marker): string {
  const at = recordTimecode(cut.timeline, frameOfTime(marker.at, cut.timeline.rate, 'nearest'));
  return `* LOC: ${at} ${marker.colour.toUpperCase().padEnd(7)} ${oneLine(marker.name)}`.trimEnd();
}

function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\s\u0000-\u001f\u0085\u2028\u2029]+/gu, ' ')
    .trim();
}
