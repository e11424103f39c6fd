import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExportResult, Loss, MediaReference, ResolvedMedia } from '../../core/interchange/handoff.ts';
import { exportTimeline, importTimeline } from '../../core/interchange/interchange.ts';
import { PROFILES, type Profile } from '../../core/interchange/profiles.ts';
import { resolveImported } from '../../core/interchange/resolve.ts';
import { formatTimecode } from '../../core/time/timecode.ts';
import { canDropFrame, frameOfTime, type Rate } from '../../core/time/rate.ts';
import { formatRational } from '../../core/time/rational.ts';
import { nestedTimeline, sourcesOf } from '../../core/timeline/generated-media.ts';
import { placedTransitions, type PlacedTransition } from '../../core/timeline/placed-transition.ts';
import type { Clip, Marker, SourceLookup, Timeline, Track } from '../../core/timeline/timeline.ts';
import { scaled } from '../scale.ts';
import { exportInput, type TestMedia } from './cut-builder.ts';
import { randomFullCut } from './random-full-cut.ts';

const FLAVOURS = ['generic', 'resolve19', 'premiere25.6'].flatMap(
  (id) => PROFILES.find((profile) => profile.id === id) ?? [],
);

function written(timeline: Timeline, media: readonly TestMedia[], profile: Profile): ExportResult {
  return exportTimeline('otio', { ...exportInput(timeline, media), profile });
}

function readBack(text: string, media: readonly TestMedia[]): Timeline {
  const find = (reference: MediaReference): ResolvedMedia | undefined =>
    media.find((item) => item.media.path === reference.path);
  let id = 0;
  return resolveImported(importTimeline('otio', text), find, () => `back-${(id += 1)}`).timeline;
}

function textOf(result: ExportResult): string {
  return result.files[0]?.text ?? '';
}

/** Whether the export says that it could not write where a clip's source starts; plain OTIO does not say how timecode drops. */
function isSourceLost(losses: readonly Loss[], label: string, clip: Clip, timeline: Timeline): boolean {
  const frame = timeline.startFrame + frameOfTime(clip.recordIn, timeline.rate, 'nearest');
  const timecodes = [false, true].flatMap((dropFrame) =>
    dropFrame && !canDropFrame(timeline.rate) ? [] : [formatTimecode(frame, { ...timeline, dropFrame })],
  );
  return losses.some(
    ({ kind, where }) => kind === 'source-in' && where.track === label && timecodes.includes(where.timecode ?? ''),
  );
}

const markerText = ({ at, duration, name, note, colour }: Marker) => [at, duration, name, note, colour].join('|');

/** A timeline without ids: links by the order of their groups, nested timelines in place of their media. */
function normalised(timeline: Timeline, root: Timeline, losses: readonly Loss[]): unknown {
  const groups = new Map<string, number>();
  const counts = { video: 0, audio: 0 };
  const clipOf = (clip: Clip, label: string): unknown => {
    const { id: _id, linkId, mediaId, markers, sourceIn, ...rest } = clip;
    if (linkId !== null && !groups.has(linkId)) groups.set(linkId, groups.size);
    const nested = nestedTimeline(root, mediaId);
    return {
      ...rest,
      link: linkId === null ? null : groups.get(linkId),
      plays: nested === undefined ? mediaId : normalised(nested, root, losses),
      markers: markers?.map(markerText).toSorted(),
      sourceIn: isSourceLost(losses, label, clip, timeline) ? 'lost' : sourceIn,
    };
  };
  const trackOf = (track: Track): unknown => {
    counts[track.kind] += 1;
    const label = `${track.kind === 'video' ? 'V' : 'A'}${counts[track.kind]}`;
    const { id: _id, clips, ...rest } = track;
    return { ...rest, clips: clips.map((clip) => clipOf(clip, label)) };
  };
  const { id: _id, nested: _nested, tracks, markers, ...rest } = timeline;
  return JSON.parse(
    JSON.stringify({ ...rest, tracks: tracks.map(trackOf), markers: markers.map(markerText).toSorted() }),
  );
}

const transitionText = (placed: PlacedTransition, rate: Rate) =>
  [
    placed.transition.kind,
    placed.transition.direction ?? '',
    frameOfTime(placed.inOffset, rate, 'nearest'),
    frameOfTime(placed.outOffset, rate, 'nearest'),
    frameOfTime(placed.cut, rate, 'nearest'),
  ].join(' ');

/** What another program would see of a timeline in plain OTIO: the cut itself. */
function cutText(
  timeline: Timeline,
  root: Timeline,
  sources: SourceLookup,
  losses: readonly Loss[],
): readonly string[] {
  const counts = { video: 0, audio: 0 };
  return timeline.tracks.flatMap((track) => {
    counts[track.kind] += 1;
    const label = `${track.kind === 'video' ? 'V' : 'A'}${counts[track.kind]}`;
    const clips: readonly Clip[] = track.clips;
    return [
      `${label} ${track.enabled ? 'on' : 'off'}`,
      ...clips.flatMap((clip) => {
        const nested = nestedTimeline(root, clip.mediaId);
        const isLost = isSourceLost(losses, label, clip, timeline);
        const title = clip.kind === 'video' && clip.title !== undefined ? JSON.stringify(clip.title) : '';
        return [
          [
            nested === undefined ? clip.mediaId : nested.name,
            `${clip.recordIn}+${clip.duration}`,
            isLost ? '' : clip.sourceIn,
            formatRational(clip.speed),
            clip.enabled ? '' : 'disabled',
            title,
            ...(clip.markers ?? []).map(markerText).toSorted(),
          ].join(' '),
          ...(nested === undefined ? [] : cutText(nested, root, sources, losses).map((line) => `  ${line}`)),
        ];
      }),
      ...placedTransitions(clips, sources, timeline.rate).map((placed) => transitionText(placed, timeline.rate)),
    ];
  });
}

describe.each(FLAVOURS)('OTIO for $program', (profile) => {
  test('what is exported comes back whole', () => {
    fc.assert(
      fc.property(fc.gen(), (g) => {
        const { timeline, media } = randomFullCut(g);
        const result = written(timeline, media, profile);
        const back = readBack(textOf(result), media);
        expect(normalised(back, back, result.losses)).toEqual(normalised(timeline, timeline, result.losses));
      }),
      { numRuns: scaled(15), endOnFailure: true },
    );
  });

  test('without any metadata the cut is still the same', () => {
    fc.assert(
      fc.property(fc.gen(), (g) => {
        const { timeline, media } = randomFullCut(g);
        const result = written(timeline, media, profile);
        const stripped = JSON.stringify(
          JSON.parse(textOf(result), (key, inner: unknown) => (key === 'metadata' ? {} : inner)),
        );
        const back = readBack(stripped, media);
        const files: SourceLookup = { source: (id) => media.find((item) => item.media.id === id)?.source };
        const text = (of: Timeline) => cutText(of, of, sourcesOf(of, files), result.losses);
        expect(text(back)).toEqual(text(timeline));
        expect(back.markers.map(markerText).toSorted()).toEqual(timeline.markers.map(markerText).toSorted());
        expect([back.rate, back.startFrame, back.name]).toEqual([timeline.rate, timeline.startFrame, timeline.name]);
      }),
      { numRuns: scaled(15), endOnFailure: true },
    );
  });

  test('a second export of what was read is the same file', () => {
    fc.assert(
      fc.property(fc.gen(), (g) => {
        const { timeline, media } = randomFullCut(g);
        const once = textOf(written(timeline, media, profile));
        expect(textOf(written(readBack(once, media), media, profile))).toBe(once);
      }),
      { numRuns: scaled(6), endOnFailure: true },
    );
  });
});
