import { formatRational } from '../time/rational.ts';
import { addSeconds, framesInSeconds, multiplySeconds, secondsOfFrame } from '../time/seconds.ts';
import { formatTimecode } from '../time/timecode.ts';
import { describeTimeline } from './describe-cut.ts';
import type { ExportInput, ExportResult, ImportedClip, ImportedTimeline, ImportedTransition } from './handoff.ts';

const COLUMNS = [
  'number',
  'track',
  'name',
  'record in',
  'record out',
  'frames',
  'source',
  'source in',
  'source out',
  'speed',
  'enabled',
  'transition in',
  'transition out',
  'note',
  'markers',
  'path',
] as const;

/**
 * Writes every clip as a line of comma-separated values (RFC 4180, UTF-8 with a byte order mark for spreadsheets). Cells
 * that a spreadsheet would take for a formula start with an apostrophe (OWASP, CSV injection). It is for reading only.
 */
export function writeShotList(input: ExportInput): ExportResult {
  const cut = describeTimeline(input);
  const counts = { video: 0, audio: 0 };
  let number = 0;
  const rows = cut.tracks.flatMap((track) => {
    counts[track.kind] += 1;
    const label = `${track.kind === 'video' ? 'V' : 'A'}${counts[track.kind]}`;
    return track.clips.map((clip) => rowOf(cut, clip, label, (number += 1)));
  });
  const text = [COLUMNS, ...rows].map((cells) => `${cells.map((cell) => cellText(cell)).join(',')}\r\n`).join('');
  return { files: [{ suffix: '', text: `\uFEFF${text}` }], losses: [] };
}

function rowOf(cut: ImportedTimeline, clip: ImportedClip, label: string, number: number): readonly string[] {
  const record = (frame: number) => formatTimecode(cut.startFrame + frame, cut);
  const rate = clip.sourceRate ?? cut.rate;
  const start = clip.media.declared?.start ?? { num: 0, den: 1 };
  const length = multiplySeconds(secondsOfFrame(clip.duration, cut.rate), clip.speed);
  const dropFrame = clip.media.declared?.dropFrame ?? false;
  const source = (seconds: ImportedClip['sourceIn']) =>
    formatTimecode(framesInSeconds(addSeconds(start, seconds), rate, 'nearest'), { rate, dropFrame });
  const ends = [clip.sourceIn, addSeconds(clip.sourceIn, length)];
  const [from, to] = clip.speed.num < 0 ? ends.toReversed() : ends;
  return [
    String(number),
    label,
    clip.name,
    record(clip.recordIn),
    record(clip.recordIn + clip.duration),
    String(clip.duration),
    clip.media.name,
    from === undefined || clip.content !== undefined ? '' : source(from),
    to === undefined || clip.content !== undefined ? '' : source(to),
    speedText(clip),
    clip.enabled ? 'yes' : 'no',
    transitionText(clip.head),
    transitionText(clip.tail),
    clip.note,
    (clip.markers ?? []).map(({ at, name }) => `${record(clip.recordIn + at)} ${name}`).join('\n'),
    clip.media.path ?? '',
  ];
}

function speedText({ speed }: ImportedClip): string {
  if (speed.num === 0) return 'held';
  const size = formatRational({ num: Math.abs(speed.num), den: speed.den });
  return speed.num < 0 ? `${size} backwards` : size;
}

function transitionText(transition: ImportedTransition | undefined): string {
  if (transition === undefined) return '';
  return `${transition.kind} ${transition.inOffset + transition.outOffset}`;
}

function cellText(cell: string): string {
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) || /^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
