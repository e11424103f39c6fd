import { MontageError } from '../errors.ts';
import { readAss, writeAss } from './ass.ts';
import { captionTracks } from './captions.ts';
import { writeFfmetadata, writeYoutubeChapters } from './chapters.ts';
import { compareCuts } from './compare-cuts.ts';
import type { CutDifferenceKind } from './cut-difference.ts';
import { describeTimeline } from './describe-cut.ts';
import { loss } from './export-cut.ts';
import type { ExportInput, ExportResult, ImportedTimeline, ImportOptions } from './handoff.ts';
import type { ReadBack } from './read-back.ts';
import { writeShotList } from './shot-list.ts';
import { readSrt, writeSrt } from './srt.ts';
import { readVtt, writeVtt } from './vtt.ts';

/** Formats beside those of editors: captions, the shot list, chapters. */
export type SideFormat = 'srt' | 'vtt' | 'ass' | 'csv' | 'youtube' | 'ffmetadata';

export const SIDE_FORMATS: readonly SideFormat[] = ['srt', 'vtt', 'ass', 'csv', 'youtube', 'ffmetadata'];

/** Whether a format is one of these. */
export function isSideFormat(format: string): format is SideFormat {
  return SIDE_FORMATS.some((side) => side === format);
}

/** Writes what such a format holds of a timeline. */
export function exportSide(format: SideFormat, input: ExportInput): ExportResult {
  const result = write(format, input);
  if (format === 'csv') return result;
  const isCaption = format === 'srt' || format === 'vtt' || format === 'ass';
  const held = new Set(isCaption ? captionTracks(input.timeline) : []);
  const others = input.timeline.tracks.filter(
    (track) => track.clips.length > 0 && !(track.kind === 'video' && held.has(track)),
  );
  const what = isCaption ? 'captions' : 'chapters';
  const message = `it holds ${what} alone; ${others.length} tracks of pictures and sound are not in it`;
  const left = others.length === 0 ? [] : [loss('track', 'detail', input.timeline.name, {}, message)];
  return { files: result.files, losses: [...result.losses, ...left] };
}

function write(format: SideFormat, input: ExportInput): ExportResult {
  switch (format) {
    case 'srt':
      return writeSrt(input.timeline);
    case 'vtt':
      return writeVtt(input.timeline);
    case 'ass':
      return writeAss(input.timeline);
    case 'csv':
      return writeShotList(input);
    case 'youtube':
      return writeYoutubeChapters(input.timeline);
    case 'ffmetadata':
      return writeFfmetadata(input.timeline);
  }
}

/**
 * Reads captions as a timeline with one track of titles.
 *
 * @throws MontageError E_INTERCHANGE_WRITE_ONLY for shot lists and chapters, E_INTERCHANGE_SYNTAX, _EMPTY, _TOO_LARGE
 */
export function importSide(
  format: SideFormat,
  text: string,
  name: string,
  options: ImportOptions = {},
): ImportedTimeline {
  if (format === 'srt') return readSrt(text, name, options);
  if (format === 'vtt') return readVtt(text, name, options);
  if (format === 'ass') return readAss(text, name, options);
  throw new MontageError({
    code: 'E_INTERCHANGE_WRITE_ONLY',
    message: 'shot lists and chapters do not describe a cut and are written only',
    where: name,
    hint: 'read the OTIO, FCPXML, XML or EDL beside it',
    stage: 'import',
  });
}

/** What of captions must come back: when they show, and what they say. */
const COMPARED: readonly CutDifferenceKind[] = ['missing', 'extra', 'moved', 'gap', 'record-out', 'title'];

/** Reads written captions again; shot lists and chapters have no reader and count as none. */
export function readBackSide(format: SideFormat, input: ExportInput, result: ExportResult): ReadBack {
  const tracks = captionTracks(input.timeline).filter((track) => track.clips.some(({ enabled }) => enabled));
  const isCaption = format === 'srt' || format === 'vtt' || format === 'ass';
  if (!isCaption || tracks.length === 0) return { clips: 0, matching: 0, declared: [], unexplained: [] };
  const { rate, startFrame } = input.timeline;
  const meant = describeTimeline({ ...input, timeline: { ...input.timeline, tracks } });
  const read = result.files.map((file) => importSide(format, file.text, file.suffix, { rate, startFrame }));
  const [main] = read;
  if (main === undefined) return { clips: 0, matching: 0, declared: [], unexplained: [] };
  const { clips, matching, differences } = compareCuts(
    {
      ...meant,
      markers: [],
      tracks: meant.tracks.map((track) => ({ ...track, clips: track.clips.filter((clip) => clip.enabled) })),
    },
    { ...main, tracks: read.flatMap((one) => one.tracks) },
  );
  const told = differences.filter(({ kind, message }) => COMPARED.includes(kind) && !message.startsWith('the style'));
  const isDeclared = result.losses.some(({ kind }) => kind === 'title' || kind === 'off-grid');
  return { clips, matching, declared: isDeclared ? told : [], unexplained: isDeclared ? [] : told };
}
