import type { ExportReport } from '../../core/contract/model.ts';
import { compareCuts, type ComparedProperties, type CutDifference } from '../../core/interchange/compare-cuts.ts';
import { describeTimeline } from '../../core/interchange/describe-cut.ts';
import type {
  ExportFile,
  ExportInput,
  ImportedTimeline,
  ImportedTrack,
  InterchangeFormat,
  Loss,
  LossKind,
  MediaReference,
  ResolvedMedia,
} from '../../core/interchange/handoff.ts';
import { importTimeline } from '../../core/interchange/interchange.ts';
import { resolveImported } from '../../core/interchange/resolve.ts';
import type { Media, MediaId } from '../../core/media/media.ts';

type NamedText = ExportFile;

/** What each format is asked for beyond record and source frames. */
const COMPARED: Readonly<Record<InterchangeFormat, ComparedProperties>> = {
  otio: { enabled: true, markers: true },
  fcpxml: { links: true, enabled: true, gain: true, opacity: true, markers: true },
  fcp7: { links: true, enabled: true, gain: true, opacity: true, markers: true },
  edl: { markers: true },
};

/** A difference is no news where the exporter listed a loss of one of these kinds at the same place. */
const DECLARED_BY: Readonly<Record<CutDifference['kind'], readonly LossKind[]>> = {
  'timeline-rate': ['rate'],
  'start-timecode': ['start-timecode'],
  'track-count': ['disabled', 'media', 'track', 'track-state'],
  missing: ['disabled', 'media', 'track', 'track-state'],
  extra: [],
  'record-out': ['speed', 'rate'],
  'source-in': ['source-in', 'rate', 'speed', 'variable-rate'],
  speed: ['speed'],
  media: ['media', 'path'],
  enabled: ['disabled', 'track-state'],
  link: ['link'],
  gain: ['gain'],
  opacity: ['opacity'],
  marker: ['marker'],
};

/**
 * Reads texts that were just exported with our own importer and compares them with the timeline, clip by clip and frame by
 * frame. What the exporter listed as lost is no difference.
 */
export function readExportBack(
  format: InterchangeFormat,
  input: ExportInput,
  texts: readonly NamedText[],
  losses: readonly Loss[],
): ExportReport['readBack'] {
  const expected = withoutTracks(describeTimeline(input), format, texts);
  const { rate, startFrame } = input.timeline;
  const parts = texts.map(({ suffix, text }) => ({
    suffix,
    timeline: importTimeline(format, text, { rate, startFrame }),
  }));
  const [main] = parts;
  if (main === undefined) return { clips: 0, matching: 0, differences: ['nothing was written'] };
  const imported = { ...main.timeline, tracks: joinedTracks(parts) };
  const ids = countingIds();
  const resolved = resolveImported(imported, finderOf(input), ids);
  const actual = describeTimeline({ ...input, timeline: resolved.timeline });
  const { clips, differences } = compareCuts(expected, actual, COMPARED[format]);
  const news = differences.filter((difference) => !isDeclared(difference, losses));
  const different = new Set(news.filter(({ track }) => track !== '').map(({ track, timecode }) => track + timecode));
  return {
    clips,
    matching: Math.max(0, clips - different.size),
    differences: news.map(({ track, timecode, message }) => [track, timecode, message].filter(Boolean).join(' ')),
  };
}

/** An EDL of one track says nothing of the others. */
function withoutTracks(
  timeline: ImportedTimeline,
  format: InterchangeFormat,
  texts: readonly NamedText[],
): ImportedTimeline {
  if (format !== 'edl') return timeline;
  const labels = new Set(texts.map(({ suffix }) => labelOf(suffix)));
  const counts = { video: 0, audio: 0 };
  const tracks = timeline.tracks.filter(({ kind, clips }) => {
    counts[kind] += 1;
    const label = `${kind === 'video' ? 'V' : 'A'}${counts[kind]}`;
    const isMain = timeline.tracks.find((track) => track.clips.length > 0)?.clips === clips;
    return isMain || labels.has(label);
  });
  return { ...timeline, tracks };
}

/** '-A1-part2' → 'A1'; '' for the main file. */
function labelOf(suffix: string): string {
  return /^-([VA]\d+)/.exec(suffix)?.[1] ?? '';
}

/** Files of the same track are one track again; pictures come first. */
function joinedTracks(
  parts: readonly { readonly suffix: string; readonly timeline: ImportedTimeline }[],
): readonly ImportedTrack[] {
  const tracks: { label: string; track: ImportedTrack }[] = [];
  for (const { suffix, timeline } of parts) {
    const label = labelOf(suffix);
    for (const [index, track] of timeline.tracks.entries()) {
      const before = tracks.find((known) => parts.length > 1 && index === 0 && known.label === label);
      if (before === undefined) tracks.push({ label, track });
      else before.track = { ...before.track, clips: [...before.track.clips, ...track.clips] };
    }
  }
  const all = tracks.map(({ track }) => track);
  return [...all.filter(({ kind }) => kind === 'video'), ...all.filter(({ kind }) => kind === 'audio')];
}

function finderOf({ timeline, media, sources }: ExportInput): (reference: MediaReference) => ResolvedMedia | undefined {
  const ids = new Set<MediaId>(timeline.tracks.flatMap((track) => track.clips.map(({ mediaId }) => mediaId)));
  const used = [...ids].map(media).filter((found): found is Media => found !== undefined);
  return ({ path, name }) => {
    const found = used.find((item) => item.path === path) ?? used.find((item) => item.name === name);
    const source = found === undefined ? undefined : sources.source(found.id);
    return found === undefined || source === undefined ? undefined : { media: found, source };
  };
}

function countingIds(): () => string {
  let count = 0;
  return () => `read-back-${(count += 1)}`;
}

function isDeclared({ kind, track, timecode }: CutDifference, losses: readonly Loss[]): boolean {
  const kinds = DECLARED_BY[kind];
  return losses.some(
    ({ kind: lost, where }) =>
      kinds.includes(lost) &&
      (track === '' || where.track === undefined || where.track === track) &&
      (track === '' || where.timecode === undefined || where.timecode === timecode),
  );
}
