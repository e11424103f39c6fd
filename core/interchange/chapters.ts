import { FLICKS_PER_SECOND, ZERO_FLICKS, type Flicks } from '../time/flicks.ts';
import { frameOfTime } from '../time/rate.ts';
import { timelineDuration } from '../timeline/lookup.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { loss } from './export-cut.ts';
import type { ExportResult, Loss } from './handoff.ts';

type Chapter = { readonly at: Flicks; readonly name: string };

/** YouTube shows chapters where there are at least three, the first at 0:00, each of 10 seconds or more. */
const FEWEST = 3;
const SHORTEST = 10 * FLICKS_PER_SECOND;

/** A timeline's markers as chapters; what lies before the first is a chapter of the timeline's name. */
function chaptersOf(timeline: Timeline): readonly Chapter[] {
  const end = timelineDuration(timeline);
  const chapters = timeline.markers
    .filter(({ at }) => at < end)
    .map(({ at, name, note }, index) => ({ at, name: plain(name) || plain(note) || `Chapter ${index + 1}` }));
  return chapters[0]?.at === ZERO_FLICKS || chapters.length === 0
    ? chapters
    : [{ at: ZERO_FLICKS, name: plain(timeline.name) || 'Start' }, ...chapters];
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Writes the lines that YouTube makes chapters of in a description; times are rounded down to seconds. */
export function writeYoutubeChapters(timeline: Timeline): ExportResult {
  const chapters = chaptersOf(timeline);
  const end = timelineDuration(timeline);
  const losses: Loss[] = [];
  const isShort = chapters.some(({ at }, index) => (chapters[index + 1]?.at ?? end) - at < SHORTEST);
  if (chapters.length < FEWEST || isShort) {
    const message = 'YouTube shows chapters only where there are three or more, each of 10 seconds or longer';
    losses.push(loss('marker', 'detail', timeline.name, {}, message));
  }
  const isLong = end >= 3600 * FLICKS_PER_SECOND;
  const lines = chapters.map(({ at, name }) => `${clock(Math.floor(at / FLICKS_PER_SECOND), isLong)} ${name}\n`);
  return { files: [{ suffix: '', text: lines.join('') }], losses };
}

function clock(seconds: number, isLong: boolean): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return isLong ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Writes ffmpeg's metadata file with chapters that start and end on frames (`ffmpeg -i in.mp4 -i chapters.txt …`). */
export function writeFfmetadata(timeline: Timeline): ExportResult {
  const { rate } = timeline;
  const chapters = chaptersOf(timeline);
  const end = timelineDuration(timeline);
  const frame = (time: Flicks) => frameOfTime(time, rate, 'nearest');
  const blocks = chapters.map(({ at, name }, index) =>
    [
      '[CHAPTER]',
      `TIMEBASE=${rate.den}/${rate.num}`,
      `START=${frame(at)}`,
      `END=${frame(chapters[index + 1]?.at ?? end)}`,
      `title=${escaped(name)}`,
      '',
    ].join('\n'),
  );
  const text = [';FFMETADATA1\n', `title=${escaped(plain(timeline.name))}\n`, ...blocks].join('');
  return { files: [{ suffix: '', text }], losses: [] };
}

/** Special characters are escaped with a backslash (ffmpeg-formats, Metadata). */
function escaped(text: string): string {
  return text.replace(/[=;#\\\n]/g, (character) => `\\${character}`);
}
