import { addFlicks, flicks, FLICKS_PER_SECOND, type Flicks } from '../time/flicks.ts';
import { frameOfTime, type Rate } from '../time/rate.ts';
import { mulDiv, rational } from '../time/rational.ts';
import { ZERO_SECONDS } from '../time/seconds.ts';
import type { TitleStyle } from '../timeline/picture.ts';
import type { Timeline, VideoTrack } from '../timeline/timeline.ts';
import { loss } from './export-cut.ts';
import type { ImportedClip, ImportedTimeline, ImportOptions, Loss } from './handoff.ts';
import { collectLosses, importedClip, refuse } from './imported.ts';

/** Text shown from `start` up to `end`, counted from the first frame; lines are separated by `\n`. Who says it, where told. */
export type Cue = {
  readonly start: Flicks;
  readonly end: Flicks;
  readonly text: string;
  readonly style: TitleStyle;
  readonly speaker?: string | undefined;
};

/** How captions look where a file does not say: white in the lower third. */
export const CAPTION_STYLE: TitleStyle = {
  font: 'Inter',
  size: 0.05,
  bold: false,
  italic: false,
  colour: '#ffffff',
  align: 'centre',
  x: 0,
  y: 0.4,
};

/** The tracks whose titles go into caption files: those marked as captions, else all that hold only titles. */
export function captionTracks(timeline: Timeline): readonly VideoTrack[] {
  const video = timeline.tracks.filter((track) => track.kind === 'video');
  const marked = video.filter((track) => track.captions !== undefined);
  const titled = video.filter(
    (track) => track.clips.length > 0 && track.clips.every((clip) => clip.title !== undefined),
  );
  return marked.length > 0 ? marked : titled;
}

/** What a track's enabled titles say and when, without empty lines, which end a cue in most files; those are listed. */
export function cuesOf(track: VideoTrack, losses: Loss[]): readonly Cue[] {
  return track.clips.flatMap(({ title, enabled, name, recordIn, duration }) => {
    if (title === undefined || !enabled) return [];
    const lines = title.text.replace(/\r\n?/g, '\n').split('\n');
    const kept = lines.filter((line) => line.trim() !== '');
    if (kept.length < lines.length)
      losses.push(loss('title', 'detail', name, { track: track.name }, 'its empty lines are left out'));
    if (kept.length === 0) return [];
    return [{ start: recordIn, end: addFlicks(recordIn, duration), text: kept.join('\n'), style: title.style }];
  });
}

/** A time in whole units of 1/`perSecond` s, rounded to the nearest. */
export function unitsOf(time: Flicks, perSecond: number): number {
  return mulDiv(time, perSecond, FLICKS_PER_SECOND, 'nearest');
}

/** Lists cues that lie between two units of a format, so that they come back on another frame (above 100 fps in ASS). */
export function listRounded(cues: readonly Cue[], rate: Rate, perSecond: number, losses: Loss[]): void {
  const back = (time: Flicks) => flicks(mulDiv(unitsOf(time, perSecond), FLICKS_PER_SECOND, perSecond, 'nearest'));
  for (const { start, end, text } of cues) {
    const isKept = [start, end].every(
      (time) => frameOfTime(back(time), rate, 'nearest') === frameOfTime(time, rate, 'nearest'),
    );
    if (!isKept) losses.push(loss('off-grid', 'detail', text, {}, `its times are rounded to 1/${perSecond} s`));
  }
}

/** The most cues, and the longest text of one, that are read. */
const MOST_CUES = 100_000;
const LONGEST_TEXT = 10_000;

/**
 * Cues that were read, as one caption track of titles on the frame grid: ends are cut where the next cue starts, cues
 * without length or text are left out, each listed.
 *
 * @throws MontageError E_INTERCHANGE_EMPTY where there is not one cue, E_INTERCHANGE_TOO_LARGE beyond 100 000
 */
export function captionTimeline(
  format: string,
  name: string,
  cues: readonly Cue[],
  options: ImportOptions,
): ImportedTimeline {
  if (cues.length === 0) throw refuse('E_INTERCHANGE_EMPTY', `the ${format} holds no caption`, name);
  if (cues.length > MOST_CUES)
    throw refuse('E_INTERCHANGE_TOO_LARGE', `the ${format} holds more than ${MOST_CUES} captions`, name);
  const rate = options.rate ?? rational(25);
  const losses = collectLosses({ rate, dropFrame: false }, options.startFrame ?? 0);
  if (options.rate === undefined)
    losses.add('rate', 'detail', name, {}, `a ${format} has no frame rate; 25 fps is taken, --rate names another`);
  const ordered = cues.toSorted((a, b) => a.start - b.start);
  const clips = ordered.flatMap((cue, index): ImportedClip[] => {
    const recordIn = frameOfTime(cue.start, rate, 'nearest');
    const next = ordered[index + 1];
    const end = frameOfTime(cue.end, rate, 'nearest');
    const limit = next === undefined ? end : Math.min(end, frameOfTime(next.start, rate, 'nearest'));
    const place = losses.at('V1', recordIn);
    if (limit <= recordIn || cue.text.trim() === '') {
      losses.add('title', 'detail', cue.text.slice(0, 40), place, 'it has no length or no text and is left out');
      return [];
    }
    if (limit < end) losses.add('title', 'detail', cue.text.slice(0, 40), place, 'it ends where the next one starts');
    return [captionClip(cue, recordIn, limit - recordIn)];
  });
  return {
    name,
    rate,
    startFrame: options.startFrame ?? 0,
    dropFrame: false,
    width: undefined,
    height: undefined,
    tracks: [{ kind: 'video', name: 'Captions', enabled: true, locked: false, captions: { language: 'und' }, clips }],
    markers: [],
    losses: losses.list,
  };
}

function captionClip(cue: Cue, recordIn: number, duration: number): ImportedClip {
  const text = cue.text.slice(0, LONGEST_TEXT);
  return importedClip({
    name: text.split('\n')[0] ?? '',
    media: { name: 'title' },
    content: { kind: 'title' },
    effects: { title: { text, style: cue.style } },
    recordIn,
    duration,
    sourceIn: ZERO_SECONDS,
  });
}

/** Hours, minutes, seconds and units of text, as flicks; undefined beyond 99 hours or 59 minutes. */
export function cueTime(
  hours: string | undefined,
  minutes: string | undefined,
  seconds: string | undefined,
  fraction: string | undefined,
): Flicks | undefined {
  const [h, m, s] = [hours ?? '0', minutes ?? '0', seconds ?? '0'].map(Number) as [number, number, number];
  if (!(h < 30 && m < 60 && s < 60)) return undefined;
  const digits = (fraction ?? '').slice(0, 6);
  const part = digits === '' ? 0 : mulDiv(Number(digits), FLICKS_PER_SECOND, 10 ** digits.length, 'nearest');
  return flicks((h * 3600 + m * 60 + s) * FLICKS_PER_SECOND + part);
}

/** `HH:MM:SS` and the units after it, for a count of units of 1/`perSecond` s. */
export function clockText(units: number, perSecond: number, hourDigits: number, separator: string): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const seconds = Math.floor(units / perSecond);
  const hours = String(Math.floor(seconds / 3600)).padStart(hourDigits, '0');
  const digits = String(perSecond - 1).length;
  const rest = String(units % perSecond).padStart(digits, '0');
  return `${hours}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${separator}${rest}`;
}
