import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exportTimeline } from '../../core/interchange/interchange.ts';
import { PROFILES, type TargetId } from '../../core/interchange/profiles.ts';
import { readBackExport } from '../../core/interchange/read-back.ts';
import type { ExportInput } from '../../core/interchange/handoff.ts';
import { scaled } from '../scale.ts';
import { exportInput } from './cut-builder.ts';
import { editedCut } from './edited-cut.ts';

function forTarget(input: ExportInput, id: TargetId): ExportInput {
  return { ...input, profile: PROFILES.find((profile) => profile.id === id) };
}

for (const target of ['generic', 'premiere25', 'resolve19'] as const) {
  test(`FCP7 XML for ${target}: what comes back is what was written, or was declared lost`, () => {
    fc.assert(
      fc.property(fc.gen(), (g) => {
        const { timeline, media } = editedCut(g);
        const input = forTarget(exportInput(timeline, media), target);
        const result = exportTimeline('fcp7', input);
        expect(readBackExport('fcp7', input, result).unexplained).toEqual([]);
      }),
      { numRuns: scaled(25), endOnFailure: true },
    );
  });

  test(`FCP7 XML for ${target}: the same without notes, comments, kept parts, and source ticks where they are not needed`, () => {
    fc.assert(
      fc.property(fc.gen(), (g) => {
        const { timeline, media } = editedCut(g);
        const input = forTarget(exportInput(withoutNotes(timeline), media), target);
        const result = exportTimeline('fcp7', input);
        // A clip that runs backwards at its own speed does not tell which way Premiere counts; only its ticks do.
        const isTicked = target === 'premiere25';
        const files = result.files.map((file) => ({ ...file, text: strip(file.text, isTicked) }));
        expect(readBackExport('fcp7', input, { ...result, files }).unexplained).toEqual([]);
      }),
      { numRuns: scaled(25), endOnFailure: true },
    );
  });
}

function strip(text: string, keepTicks: boolean): string {
  const plain = text.replace(/<(logginginfo|comment|labels)>.*?<\/\1>/gs, '');
  return keepTicks ? plain : plain.replace(/<(pproTicksIn|pproTicksOut)>.*?<\/\1>/gs, '');
}

function withoutNotes(timeline: ExportInput['timeline']): ExportInput['timeline'] {
  const tracks = timeline.tracks.map((track) =>
    track.kind === 'video'
      ? { ...track, clips: track.clips.map((clip) => ({ ...clip, note: '' })) }
      : { ...track, clips: track.clips.map((clip) => ({ ...clip, note: '' })) },
  );
  return {
    ...timeline,
    tracks,
    ...(timeline.nested !== undefined && { nested: timeline.nested.map((inner) => withoutNotes(inner)) }),
  };
}
