import type { Media, MediaId } from '../media/media.ts';
import { compareCuts, type CutDifference } from './compare-cuts.ts';
import { describeTimeline } from './describe-cut.ts';
import type {
  ExportInput,
  ExportResult,
  ImportedTimeline,
  InterchangeFormat,
  Loss,
  MediaReference,
} from './handoff.ts';
import { importTimeline } from './interchange.ts';
import { resolveImported } from './resolve.ts';

/** What reading an export back found. */
export type ReadBack = {
  /** Clips that the format can hold (an EDL: the enabled ones), and those that came back exactly. */
  readonly clips: number;
  readonly matching: number;
  /** Differences that the export did list as losses. */
  readonly declared: readonly CutDifference[];
  /** Differences that nothing explains: the export is wrong. */
  readonly unexplained: readonly CutDifference[];
};

/**
 * Reads an export of ours with our own readers and compares it with the timeline at 0 frames of tolerance.
 *
 * @throws MontageError E_INTERCHANGE_… when an export cannot even be read
 */
export function readBackExport(format: InterchangeFormat, input: ExportInput, result: ExportResult): ReadBack {
  const { timeline } = input;
  const imported = wholeOf(
    result.files.map((file) =>
      importTimeline(format, file.text, { rate: timeline.rate, startFrame: timeline.startFrame }),
    ),
    result,
  );
  const media = mediaOf(input);
  let last = 0;
  const ids = () => `read-${(last += 1)}`;
  const resolved = resolveImported(imported, (reference) => find(input, media, reference), ids);
  const back = describeTimeline({ ...input, timeline: resolved.timeline });
  const described = describeTimeline(input);
  const meant = format === 'edl' ? withoutDisabled(described) : described;
  const { clips, matching, differences } = compareCuts(meant, back, {
    enabled: format !== 'edl' && timeline.tracks.every((track) => track.enabled),
  });
  const isDeclared = (difference: CutDifference) => result.losses.some((loss) => explains(loss, difference));
  return {
    clips,
    matching,
    declared: differences.filter(isDeclared),
    unexplained: differences.filter((difference) => !isDeclared(difference)),
  };
}

/** The files of one export as one cut; an EDL's sound files each hold their own track. */
function wholeOf(parts: readonly ImportedTimeline[], result: ExportResult): ImportedTimeline {
  const [main] = parts;
  if (main === undefined || parts.length === 1) return main ?? importTimeline('edl', result.files[0]?.text ?? '');
  const tracks = new Map<string, ImportedTimeline['tracks'][number]>();
  for (const [index, part] of parts.entries()) {
    // '-A1-part2' continues '-A1', '-part2' the main file.
    const suffix = (result.files[index]?.suffix ?? '').replace(/-part\d+$/, '');
    for (const track of part.tracks) {
      const known = tracks.get(suffix);
      tracks.set(suffix, known === undefined ? track : { ...known, clips: [...known.clips, ...track.clips] });
    }
  }
  const all = [...tracks.values()];
  return {
    ...main,
    tracks: [...all.filter((track) => track.kind === 'video'), ...all.filter((track) => track.kind === 'audio')],
  };
}

function mediaOf(input: ExportInput): readonly Media[] {
  const ids = new Set<MediaId>(input.timeline.tracks.flatMap((track) => track.clips.map((clip) => clip.mediaId)));
  return [...ids].flatMap((id) => input.media(id) ?? []);
}

function find(input: ExportInput, media: readonly Media[], reference: MediaReference) {
  const found =
    media.find((item) => item.path === reference.path) ?? media.find((item) => item.name === reference.name);
  const source = found === undefined ? undefined : input.sources.source(found.id);
  return found === undefined || source === undefined ? undefined : { media: found, source };
}

/** An EDL leaves disabled clips and tracks out, which its losses list. */
function withoutDisabled(cut: ImportedTimeline): ImportedTimeline {
  return {
    ...cut,
    tracks: cut.tracks.map((track) => ({
      ...track,
      clips: track.enabled ? track.clips.filter((clip) => clip.enabled) : [],
    })),
  };
}

const EXPLAINING: readonly Loss['kind'][] = ['source-in', 'speed', 'variable-rate', 'rate'];

/** A loss explains a difference at its own clip; sound that had to change tracks explains those of all sound. */
function explains(loss: Loss, difference: CutDifference): boolean {
  if (loss.kind === 'track') return difference.track === '' || difference.track.startsWith('A');
  if (!EXPLAINING.includes(loss.kind)) return false;
  return loss.where.track === difference.track && loss.where.timecode === difference.timecode;
}
