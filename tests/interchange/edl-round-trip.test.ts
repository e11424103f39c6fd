import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ExportInput } from '../../core/interchange/handoff.ts';
import { exportTimeline } from '../../core/interchange/interchange.ts';
import { PROFILES, type TargetId } from '../../core/interchange/profiles.ts';
import { readBackExport } from '../../core/interchange/read-back.ts';
import { ZERO_FLICKS } from '../../core/time/flicks.ts';
import type { Clip, Timeline } from '../../core/timeline/timeline.ts';
import { scaled } from '../scale.ts';
import { exportInput } from './cut-builder.ts';
import { editedCut } from './edited-cut.ts';

function forTarget(input: ExportInput, id: TargetId): ExportInput {
  return { ...input, profile: PROFILES.find((profile) => profile.id === id) };
}

for (const target of ['generic', 'resolve19'] as const) {
  test(`EDL for ${target}: what comes back is what was written, or was declared lost`, () => {
    fc.assert(
      fc.property(fc.gen(), (g) => {
        const { timeline, media } = editedCut(g, { generated: false });
        const input = forTarget(exportInput(timeline, media), target);
        const result = exportTimeline('edl', input);
        expect(readBackExport('edl', input, result).unexplained).toEqual([]);
      }),
      { numRuns: scaled(50), endOnFailure: true },
    );
  });
}

test('EDL: the same without our own comments, transitions at the cut as lists have them', () => {
  fc.assert(
    fc.property(fc.gen(), (g) => {
      const { timeline, media } = editedCut(g, { generated: false });
      const input = exportInput(plain(timeline), media);
      const result = exportTimeline('edl', input);
      const files = result.files.map((file) => ({
        ...file,
        text: file.text.replace(/^\* (?:COMMENT|FRAME RATE|CUT AFTER).*\n/gm, ''),
      }));
      expect(readBackExport('edl', input, { ...result, files }).unexplained).toEqual([]);
    }),
    { numRuns: scaled(50), endOnFailure: true },
  );
});

/** No notes, and every transition from the cut on. */
function plain(timeline: Timeline): Timeline {
  const change = <C extends Clip>(clip: C): C => ({
    ...clip,
    note: '',
    ...(clip.head !== undefined && { head: { ...clip.head, inOffset: ZERO_FLICKS } }),
  });
  const tracks = timeline.tracks.map((track) =>
    track.kind === 'video'
      ? { ...track, clips: track.clips.map((clip) => change(clip)) }
      : { ...track, clips: track.clips.map((clip) => change(clip)) },
  );
  return { ...timeline, tracks };
}
