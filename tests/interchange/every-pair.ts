import { expect } from 'vitest';
import type { ExportInput, ExportResult, ImportedTimeline, InterchangeFormat } from '../../core/interchange/handoff.ts';
import { exportTimeline, importTimeline } from '../../core/interchange/interchange.ts';
import { profileOf, type TargetId } from '../../core/interchange/profiles.ts';
import { resolveImported } from '../../core/interchange/resolve.ts';
import { nominalFps } from '../../core/time/rate.ts';
import { formatTimecode } from '../../core/time/timecode.ts';
import { exportInput } from './cut-builder.ts';
import { fraction, type Fraction } from './independent/cut-list.ts';
import { edlWhole } from './independent/edl-whole.ts';
import { fcp7Whole } from './independent/fcp7-lines.ts';
import { fcpxmlWhole } from './independent/fcpxml-lines.ts';
import { otioWhole } from './independent/otio-lines.ts';
import { playedText, type WholeCut } from './independent/whole-cut.ts';
import { scaled } from '../scale.ts';
import type { ConformanceCase } from './conformance-cases.ts';
import { expectValid, type Edit } from './same-cut.ts';

export type Dialect = { readonly name: string; readonly format: InterchangeFormat; readonly target: TargetId };

/** Every way a cut is written. */
export const DIALECTS: readonly Dialect[] = [
  { name: 'OTIO', format: 'otio', target: 'generic' },
  { name: 'OTIO for Resolve', format: 'otio', target: 'resolve19' },
  { name: 'OTIO for Premiere', format: 'otio', target: 'premiere25.6' },
  { name: 'FCPXML', format: 'fcpxml', target: 'generic' },
  { name: 'FCPXML for Resolve', format: 'fcpxml', target: 'resolve19' },
  { name: 'FCP7 XML', format: 'fcp7', target: 'generic' },
  { name: 'FCP7 XML for Premiere', format: 'fcp7', target: 'premiere25' },
  { name: 'EDL', format: 'edl', target: 'generic' },
];

/** Writes an edit in a dialect. */
export function written(dialect: Dialect, edit: Edit): ExportResult {
  return exportTimeline(dialect.format, inputOf(dialect, edit));
}

function inputOf({ target }: Dialect, { timeline, media }: Edit): ExportInput {
  return { ...exportInput(timeline, media), profile: profileOf(target) };
}

/** What an editor gets who opens the file: our reader's timeline, with the edit's own media found. */
export function opened({ format }: Dialect, { files }: ExportResult, { timeline, media }: Edit): Edit {
  const options = { rate: timeline.rate, startFrame: timeline.startFrame };
  const parts = files.map(({ suffix, text }) => ({
    list: suffix.replace(/-part\d+$/, ''),
    cut: importTimeline(format, text, options),
  }));
  let id = 0;
  const resolved = resolveImported(
    joined(parts),
    (reference) =>
      media.find((item) => item.media.path === reference.path) ??
      media.find((item) => item.media.name === reference.name),
    () => `read-${(id += 1)}`,
  );
  return { timeline: resolved.timeline, media };
}

/** The lists of an EDL as one cut: one for each track, in parts of 999 events. */
function joined(parts: readonly { readonly list: string; readonly cut: ImportedTimeline }[]): ImportedTimeline {
  const main = parts[0]?.cut;
  if (main === undefined) throw new Error('no file');
  const tracks = [...Map.groupBy(parts, ({ list }) => list).values()].flatMap((own) => {
    const [first, ...others] = own.map(({ cut }) => cut.tracks);
    return (first ?? []).map((track, index) => ({
      ...track,
      clips: [...track.clips, ...others.flatMap((more) => more[index]?.clips ?? [])],
    }));
  });
  const kinds = ['video', 'audio'] as const;
  return { ...main, tracks: kinds.flatMap((kind) => tracks.filter((track) => track.kind === kind)) };
}

const asFraction = ({ num, den }: { readonly num: number; readonly den: number }): Fraction =>
  fraction(BigInt(num), BigInt(den));

const fileOf = (path: string): string => path.split(/[/\\]/).at(-1) ?? '';

/** The cut that the independent reader of a dialect finds in its files. */
export function independently(dialect: Dialect, { files }: ExportResult, { timeline, media }: Edit): WholeCut {
  const rate = asFraction(timeline.rate);
  const start = formatTimecode(timeline.startFrame, timeline);
  // A list of another rate keeps a file's label but drops no numbers in it.
  const startOf = (file: string) => {
    const timecode = media.find((item) => fileOf(item.media.path) === file)?.media.timecode;
    const isOther = timecode !== undefined && nominalFps(timecode.rate) !== nominalFps(timeline.rate);
    return isOther ? timecode.text.replace(';', ':') : timecode?.text;
  };
  const cuts = files.map(({ suffix, text }): WholeCut => {
    if (dialect.format === 'otio') return otioWhole(text);
    if (dialect.format === 'fcpxml') return fcpxmlWhole(text);
    if (dialect.format === 'fcp7') return fcp7Whole(text, dialect.target === 'premiere25' ? 'ticks' : 'in');
    const own = /^-([VA]\d+)/.exec(suffix)?.[1];
    const track = own ?? (/^\d{3} {2}\S+ +A/m.test(text) ? 'A1' : 'V1');
    return edlWhole(text, { rate, start, track, startOf });
  });
  return {
    lines: cuts.flatMap(({ lines }) => lines),
    crossings: cuts.flatMap(({ crossings }) => crossings),
    markers: cuts.flatMap(({ markers }) => markers),
  };
}

/** The same as text, as it plays. */
export function seen(dialect: Dialect, result: ExportResult, edit: Edit): readonly string[] {
  const frames = new Map(edit.media.map(({ media, source }) => [fileOf(media.path), source.frames]));
  return playedText(independently(dialect, result, edit), asFraction(edit.timeline.rate), (file) => {
    const own = frames.get(file);
    return own?.kind === 'constant' ? asFraction(own.rate) : undefined;
  });
}

/** What every pair of formats must show, and where it is less. */
type Expected = Pick<ConformanceCase, 'expected' | 'inEdl' | 'afterFcpxml' | 'isLong'>;

/**
 * Writes an edit in every dialect, opens each file and writes it again in every dialect: the independent readers see
 * the cut expected in each of the 64 pairs, `inEdl` where an EDL lies on the way.
 */
export function expectEveryPair(edit: Edit, meant: Expected): void {
  const inEdl = meant.inEdl ?? meant.expected;
  for (const [index, from] of DIALECTS.entries()) {
    const first = written(from, edit);
    const isEdl = from.format === 'edl';
    expect(seen(from, first, edit), from.name).toEqual((isEdl ? inEdl : meant.expected).toSorted());
    const again = opened(from, first, edit);
    // Long cuts go round: each dialect to one of another format.
    const isRing = meant.isLong === true && scaled(1) === 1;
    const targets = isRing ? [DIALECTS[(index + 3) % DIALECTS.length] ?? from] : DIALECTS;
    for (const to of targets) {
      const result = written(to, again);
      const edl = from.format === 'fcpxml' ? (meant.afterFcpxml ?? inEdl) : inEdl;
      const lines = isEdl ? inEdl : to.format === 'edl' ? edl : meant.expected;
      expect(seen(to, result, edit), `${from.name} to ${to.name}`).toEqual(lines.toSorted());
    }
    if (from.format !== 'fcpxml') continue;
    expectNoDecimals(first.files[0]?.text ?? '');
    expectValid(first.files[0]?.text ?? '');
  }
}

/** No time of FCPXML is a decimal. */
function expectNoDecimals(text: string): void {
  expect(text).not.toMatch(/(?:offset|start|duration|tcStart)="-?\d+\.\d/);
}
