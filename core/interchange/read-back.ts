import type { Media, MediaId } from '../media/media.ts';
import { compareCuts } from './compare-cuts.ts';
import { compareReferences } from './compare-references.ts';
import type { CutDifference } from './cut-difference.ts';
import { describeTimeline } from './describe-cut.ts';
import { explainBy } from './explain.ts';
import type {
  ExportInput,
  ExportResult,
  ImportedTimeline,
  InterchangeFormat,
  Loss,
  MediaReference,
  ResolvedMedia,
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
  let last = 0;
  const ids = () => `read-${(last += 1)}`;
  const resolved = resolveImported(imported, finderOf(input), ids);
  const back = describeTimeline({ ...input, timeline: resolved.timeline });
  const described = describeTimeline(input);
  const meant = format === 'edl' ? withoutDisabled(described) : described;
  const { clips, matching, differences } = compareCuts(meant, back);
  const all = [...differences, ...compareReferences(meant, imported), ...resolved.losses.map((loss) => unread(loss))];
  const explain = explainBy(result.losses);
  return {
    clips,
    matching,
    declared: all.filter((difference) => explain(difference) !== undefined),
    unexplained: all.filter((difference) => explain(difference) === undefined),
  };
}

/** What our reader could not hold of our own file. */
function unread({ kind, what, where, message }: Loss): CutDifference {
  return {
    kind: kind === 'off-grid' || kind === 'drop-frame' ? kind : 'unread',
    track: where.track ?? '',
    timecode: where.timecode ?? '',
    message: `${what}: ${message}`,
    unread: kind,
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

/** Finds the timeline's own media for references, by path, else by name. */
function finderOf(input: ExportInput): (reference: MediaReference) => ResolvedMedia | undefined {
  const timelines = [input.timeline, ...(input.timeline.nested ?? [])];
  const ids = new Set<MediaId>(
    timelines.flatMap(({ tracks }) => tracks.flatMap((track) => track.clips.map((clip) => clip.mediaId))),
  );
  const media = [...ids].flatMap((id) => input.media(id) ?? []);
  const byPath = new Map(media.map((item): [string, Media] => [item.path, item]));
  const byName = new Map(media.toReversed().map((item): [string, Media] => [item.name, item]));
  return (reference) => {
    const found = byPath.get(reference.path ?? '') ?? byName.get(reference.name);
    const source = found === undefined ? undefined : input.sources.source(found.id);
    return found === undefined || source === undefined ? undefined : { media: found, source };
  };
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
