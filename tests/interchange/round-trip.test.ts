import fc from 'fast-check';
import { expect, test } from 'vitest';
import type {
  ExportResult,
  ImportedTimeline,
  ImportedTrack,
  InterchangeFormat,
  Loss,
  ResolvedMedia,
} from '../../core/interchange/handoff.ts';
import { exportTimeline, importTimeline } from '../../core/interchange/interchange.ts';
import { resolveImported } from '../../core/interchange/resolve.ts';
import { formatTimecode } from '../../core/time/timecode.ts';
import { frameOfTime } from '../../core/time/rate.ts';
import { formatRational } from '../../core/time/rational.ts';
import type { Clip, Timeline } from '../../core/timeline/timeline.ts';
import { scaled } from '../scale.ts';
import { exportInput, type TestMedia } from './cut-builder.ts';
import { randomCut } from './random-cut.ts';

type Dialect = { readonly format: InterchangeFormat; readonly strip: (text: string) => string };

/** Texts without every note, comment and metadata of ours. */
const DIALECTS: Readonly<Record<string, Dialect>> = {
  otio: {
    format: 'otio',
    strip: (text) =>
      JSON.stringify(
        JSON.parse(text, (key, value: unknown) => (key === 'metadata' ? {} : key === 'comment' ? '' : value)),
      ),
  },
  fcpxml: { format: 'fcpxml', strip: (text) => text.replace(/<note>.*?<\/note>/gs, '').replace(/ note="[^"]*"/g, '') },
  fcp7: {
    format: 'fcp7',
    strip: (text) => text.replace(/<logginginfo>.*?<\/logginginfo>/gs, '').replace(/<comment>.*?<\/comment>/gs, ''),
  },
  'fcp7 without ticks': {
    format: 'fcp7',
    strip: (text) => text.replace(/<(logginginfo|comment|pproTicksIn|pproTicksOut)>.*?<\/\1>/gs, ''),
  },
  edl: { format: 'edl', strip: (text) => text.replace(/^\* (?!LOC).*\n/gm, '') },
};

/** Reads an export back; an EDL's files become the tracks they are named after. */
function readBack(dialect: Dialect, result: ExportResult, timeline: Timeline): ImportedTimeline {
  const options = { rate: timeline.rate, startFrame: timeline.startFrame };
  const read = result.files.map((file) => importTimeline(dialect.format, dialect.strip(file.text), options));
  const [main] = read;
  if (main === undefined) throw new Error('no file');
  const tracks = read.flatMap((part) => part.tracks);
  const kinds: readonly ImportedTrack['kind'][] = ['video', 'audio'];
  return { ...main, tracks: kinds.flatMap((kind) => tracks.filter((track) => track.kind === kind)) };
}

function finder(media: readonly TestMedia[], result: ExportResult) {
  const reels = new Map<string, TestMedia>();
  for (const { text } of result.files) {
    for (const match of text.matchAll(/^\d+ {2}(\S+).*\n(?:M2.*\n)?\* FROM CLIP NAME.*\n\* SOURCE FILE: (.*)$/gm)) {
      const found = media.find((item) => item.media.path === match[2]);
      if (found !== undefined) reels.set(match[1] ?? '', found);
    }
  }
  return (reference: {
    readonly path?: string | undefined;
    readonly reel?: string | undefined;
  }): ResolvedMedia | undefined =>
    media.find((item) => item.media.path === reference.path) ?? reels.get(reference.reel ?? '');
}

/** Whether a loss of these kinds is listed for a clip. */
function declared(losses: readonly Loss[], kinds: readonly Loss['kind'][], track: string, timecode: string): boolean {
  return losses.some(
    (loss) => kinds.includes(loss.kind) && loss.where.track === track && loss.where.timecode === timecode,
  );
}

/** A clip as text, without what the format declares lost. */
function clipText(clip: Clip, links: ReadonlyMap<string, string>, lost: (...kinds: Loss['kind'][]) => boolean): string {
  const parts = [
    clip.kind,
    clip.mediaId,
    `at ${clip.recordIn} for ${clip.duration}`,
    lost('source-in') ? '' : `from ${clip.sourceIn}`,
    lost('speed') ? '' : `speed ${formatRational(clip.speed)}`,
    `enabled ${clip.enabled}`,
    lost('link') ? '' : `link ${clip.linkId === null ? '-' : (links.get(clip.linkId) ?? '?')}`,
  ];
  if (clip.kind === 'video') parts.push(lost('opacity') ? '' : `opacity ${clip.opacity}`);
  else {
    parts.push(lost('gain') ? '' : `gain ${clip.gainDb}`, lost('stream') ? '' : `stream ${clip.streamOrdinal}`);
    parts.push(lost('fade') ? '' : `fades ${clip.fadeIn} ${clip.fadeOut}`);
  }
  return parts.join(' | ');
}

/** A timeline as text by used tracks; link groups are named by their first clip. */
function timelineText(
  timeline: Timeline,
  original: Timeline,
  losses: readonly Loss[],
  skip: (clip: Clip) => boolean,
): string {
  const links = new Map<string, string>();
  const lines: string[] = [];
  const counts = { video: 0, audio: 0 };
  for (const track of timeline.tracks) {
    counts[track.kind] += 1;
    const label = `${track.kind === 'video' ? 'V' : 'A'}${counts[track.kind]}`;
    const clips: readonly Clip[] = track.clips.filter((clip) => !skip(clip));
    if (clips.length === 0) continue;
    lines.push(`${track.kind} track`);
    for (const clip of clips) {
      const frame = frameOfTime(clip.recordIn, timeline.rate, 'nearest');
      const timecode = formatTimecode(original.startFrame + frame, original);
      if (clip.linkId !== null && !links.has(clip.linkId)) links.set(clip.linkId, `${label} ${frame}`);
      lines.push(clipText(clip, links, (...kinds) => declared(losses, kinds, label, timecode)));
    }
  }
  const markers = timeline.markers.map((marker) => `marker ${marker.at} ${marker.name}`).toSorted();
  return [formatRational(timeline.rate), timeline.startFrame, ...lines, ...markers].join('\n');
}

for (const [name, dialect] of Object.entries(DIALECTS)) {
  test(`${name}: export, strip, import gives the same timeline up to the declared losses`, () => {
    fc.assert(
      fc.property(fc.gen(), (g) => {
        const { timeline, media } = randomCut(g);
        const result = exportTimeline(dialect.format, exportInput(timeline, media));
        let id = 0;
        const nextId = () => String((id += 1));
        const { timeline: back } = resolveImported(readBack(dialect, result, timeline), finder(media, result), nextId);
        const skip = (clip: Clip) => dialect.format === 'edl' && !clip.enabled;
        const ends = timeline.tracks.flatMap((track) =>
          track.clips.filter((clip) => !skip(clip)).map((clip) => clip.recordIn + clip.duration),
        );
        const length = ends.reduce((a, b) => Math.max(a, b), 0);
        const kept =
          dialect.format === 'otio' || dialect.format === 'fcp7'
            ? timeline.markers
            : timeline.markers.filter((item) => (dialect.format === 'edl' ? length > 0 : item.at < length));
        const isExact = dialect.format === 'fcp7' && name === 'fcp7';
        const losses = isExact ? result.losses.filter((loss) => loss.kind !== 'source-in') : result.losses;
        const lossesOfBack = dialect.format === 'edl' ? relabelled(timeline, skip, losses) : losses;
        expect(timelineText(back, timeline, lossesOfBack, () => false)).toBe(
          timelineText({ ...timeline, markers: kept }, timeline, losses, skip),
        );
        if (dialect.format !== 'edl') expect(back.name).toBe(timeline.name);
      }),
      { numRuns: scaled(150) },
    );
  });
}

/** Losses name the tracks of the export; an EDL has no file for an empty track, so those after it move up. */
function relabelled(timeline: Timeline, skip: (clip: Clip) => boolean, losses: readonly Loss[]): readonly Loss[] {
  const renamed = new Map<string, string>();
  for (const kind of ['video', 'audio'] as const) {
    const letter = kind === 'video' ? 'V' : 'A';
    let used = 0;
    for (const [index, track] of timeline.tracks.filter((candidate) => candidate.kind === kind).entries()) {
      const clips: readonly Clip[] = track.clips;
      if (!clips.some((clip) => !skip(clip))) continue;
      used += 1;
      renamed.set(`${letter}${index + 1}`, `${letter}${used}`);
    }
  }
  const rename = (loss: Loss): Loss => ({
    ...loss,
    where: { ...loss.where, track: renamed.get(loss.where.track ?? '') },
  });
  return losses.map(rename);
}

test('the same input gives the same bytes', () => {
  fc.assert(
    fc.property(fc.gen(), fc.constantFrom<InterchangeFormat>('otio', 'fcpxml', 'fcp7', 'edl'), (g, format) => {
      const { timeline, media } = randomCut(g);
      const once = exportTimeline(format, exportInput(timeline, media));
      expect(exportTimeline(format, exportInput(timeline, media))).toEqual(once);
    }),
    { numRuns: scaled(30) },
  );
});
