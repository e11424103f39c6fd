import { rateOf } from '../media/frames.ts';
import type { Media, MediaId } from '../media/media.ts';
import { frameOfTime, nominalFps } from '../time/rate.ts';
import { equalRational, formatRational, mulDiv } from '../time/rational.ts';
import { formatTimecode } from '../time/timecode.ts';
import type { Marker } from '../timeline/timeline.ts';
import { demandTimebase, loss, recordTimecode, type Cut, type CutClip, type CutTrack } from './export-cut.ts';
import type { ExportFile } from './handoff.ts';
import { frameOnGrid, listSourceLosses, sourceTimecodeFormat, timecodeOnGrid } from './placement.ts';
import { framesInSeconds, isWholeFrames, secondsOfFlicks, secondsOfFrame } from '../time/seconds.ts';
import { m2Tenths, speedOfM2 } from '../time/speed-text.ts';

const MAX_EVENTS = 999;
const REEL_LENGTH = 8;

/**
 * Writes CMX 3600 lists: one per track, split after 999 events. Source columns count the media's own timecode on the
 * record grid; constant speeds stand in M2 lines; disabled clips leave a hole.
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

function trackFiles(
  cut: Cut,
  track: CutTrack,
  reels: ReadonlyMap<MediaId, string>,
  isMain: boolean,
): readonly ExportFile[] {
  const events = track.clips.filter((clip) => clip.enabled);
  const markers = isMain ? markersByEvent(cut, events) : new Map<CutClip, readonly Marker[]>();
  const parts = Math.ceil(events.length / MAX_EVENTS);
  return Array.from({ length: parts }, (_, part) => {
    const suffix = `${isMain ? '' : `-${track.label}`}${part === 0 ? '' : `-part${part + 1}`}`;
    const lines = events
      .slice(part * MAX_EVENTS, (part + 1) * MAX_EVENTS)
      .flatMap((clip, index) => [
        ...eventLines(cut, clip, reels.get(clip.media.id) ?? 'AX', channelOf(track.label), index + 1),
        ...(index === 0 ? [`* FRAME RATE: ${formatRational(cut.timeline.rate)}`] : []),
        ...(markers.get(clip) ?? []).map((marker) => locator(cut, marker)),
      ]);
    return { suffix, text: [...header(cut, suffix), ...lines, ''].join('\n') };
  });
}

/** CMX names: V for pictures, A, A2, A3 … for sound. */
function channelOf(label: string): string {
  if (label.startsWith('V')) return 'V';
  return label === 'A1' ? 'A' : label;
}

function eventLines(cut: Cut, item: CutClip, reel: string, channel: string, number: number): readonly string[] {
  const { timeline } = cut;
  const { clip, media } = item;
  const sourceFormat = sourceTimecodeFormat(media, timeline);
  const from = timecodeOnGrid(media, timeline) + sourceFrame(cut, item);
  const used = mulDiv(item.duration, clip.speed.num, clip.speed.den, 'nearest');
  const source = [from, from + used].map((frame) => formatTimecode(frame, sourceFormat));
  const record = [item.recordIn, item.recordIn + item.duration].map((frame) => recordTimecode(timeline, frame));
  const event = `${String(number).padStart(3, '0')}  ${reel.padEnd(REEL_LENGTH)} ${channel.padEnd(5)} C        `;
  const lines = [`${event}${[...source, ...record].join(' ')}`];
  if (clip.speed.num !== clip.speed.den) lines.push(motionLine(cut, item, reel, source[0] ?? '', used));
  lines.push(`* FROM CLIP NAME: ${oneLine(clip.name)}`, `* SOURCE FILE: ${oneLine(media.path)}`);
  if (clip.note !== '') lines.push(`* COMMENT: ${oneLine(clip.note)}`);
  return lines;
}

/** The record-grid frame, from the media's first, at which the clip's source starts. */
function sourceFrame(cut: Cut, item: CutClip): number {
  const { rate } = cut.timeline;
  const { clip, source } = item;
  if (clip.kind === 'video') {
    const grid = source.frames === undefined ? undefined : frameOnGrid(source.frames, clip.sourceIn, rate);
    const seconds = secondsOfFrame(grid?.frame ?? 0, rate);
    listSourceLosses(cut, item, { seconds, exact: grid?.exact ?? true });
    return grid?.frame ?? 0;
  }
  const seconds = secondsOfFlicks(clip.sourceIn);
  if (!isWholeFrames(seconds, rate)) {
    const message = 'an EDL counts whole frames, so its sound starts up to a frame later, together with its picture';
    cut.losses.push(loss('source-in', 'detail', clip.name, item.place, message));
  }
  return framesInSeconds(seconds, rate, 'ceil');
}

function motionLine(cut: Cut, item: CutClip, reel: string, sourceIn: string, used: number): string {
  const fps = nominalFps(cut.timeline.rate);
  const { speed, name } = item.clip;
  const tenths = m2Tenths(speed, fps);
  if (!equalRational(speedOfM2(tenths, fps, used, item.duration), speed)) {
    const message = `its speed of ${formatRational(speed)} is rounded to ${tenths / 10} frames per second`;
    cut.losses.push(loss('speed', 'cut', name, item.place, message));
  }
  const rate = (tenths / 10).toFixed(1).padStart(5, '0');
  return `M2   ${reel.padEnd(REEL_LENGTH)}       ${rate}                ${sourceIn}`;
}

/** Markers go to the event on screen, else to the one before, else to the first. */
function markersByEvent(cut: Cut, events: readonly CutClip[]): ReadonlyMap<CutClip, readonly Marker[]> {
  const byEvent = new Map<CutClip, readonly Marker[]>();
  for (const marker of cut.timeline.markers) {
    const at = frameOfTime(marker.at, cut.timeline.rate, 'nearest');
    const event = events.findLast((clip) => clip.recordIn <= at) ?? events[0];
    if (event !== undefined) byEvent.set(event, [...(byEvent.get(event) ?? []), marker]);
  }
  return byEvent;
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

/**
 * A reel of at most 8 characters A–Z, 0–9 and _ for each media: the tape name of its timecode track, which several
 * files may share, else its file name, made unique by number.
 */
export function edlReels(cut: Cut): ReadonlyMap<MediaId, string> {
  const reels = new Map<MediaId, string>();
  const taken = new Set(['AX', 'BL']);
  const clips: readonly CutClip[] = [...cut.video, ...cut.audio].flatMap((track): readonly CutClip[] => track.clips);
  for (const { media, source } of clips) {
    if (reels.has(media.id)) continue;
    const tape = source.frames === undefined || rateOf(source.frames) === undefined ? undefined : media.timecode?.reel;
    const reel = tape === undefined ? uniqueReel(media, taken) : reelText(tape);
    taken.add(reel);
    reels.set(media.id, reel);
  }
  return reels;
}

function reelText(name: string): string {
  const text = name
    .normalize('NFKD')
    .toUpperCase()
    .replace(/[^A-Z0-9_]/g, '')
    .slice(0, REEL_LENGTH);
  return text === '' ? 'REEL' : text;
}

function uniqueReel(media: Media, taken: ReadonlySet<string>): string {
  const base = reelText(media.name.replace(/\.[^.]*$/, ''));
  if (!taken.has(base)) return base;
  for (let number = 2; ; number += 1) {
    const digits = String(number);
    const candidate = `${base.slice(0, REEL_LENGTH - digits.length)}${digits}`;
    if (!taken.has(candidate)) return candidate;
  }
}
