import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exportTimeline, importTimeline } from '../../core/interchange/interchange.ts';
import { PROFILES, type TargetId } from '../../core/interchange/profiles.ts';
import { readBackExport } from '../../core/interchange/read-back.ts';
import type { ExportInput } from '../../core/interchange/handoff.ts';
import { flicks } from '../../core/time/flicks.ts';
import { timeOfFrame } from '../../core/time/rate.ts';
import type { Clip } from '../../core/timeline/timeline.ts';
import type { Transition } from '../../core/timeline/transition.ts';
import { scaled } from '../scale.ts';
import { exportInput, picture, R, timelineOf, videoMedia, videoTrack } from './cut-builder.ts';
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

  test(`FCP7 XML for ${target}: the same without notes, comments, kept parts, and ticks where they are not needed, cuts amid their transitions`, () => {
    fc.assert(
      fc.property(fc.gen(), (g) => {
        const { timeline, media } = editedCut(g);
        const input = forTarget(exportInput(plain(timeline), media), target);
        const result = exportTimeline('fcp7', input);
        // A clip that runs backwards at its own speed does not tell which way Premiere counts; only its ticks do.
        const isTicked = target === 'premiere25';
        const isAmid = result.losses.every(({ kind }) => kind !== 'alignment');
        const files = result.files.map((file) => ({ ...file, text: strip(file.text, isTicked, isAmid) }));
        expect(readBackExport('fcp7', input, { ...result, files }).unexplained).toEqual([]);
      }),
      { numRuns: scaled(25), endOnFailure: true },
    );
  });
}

test('FCP7 XML without ticks: a cut off the middle of its transition lands in it, as was said', () => {
  const off = { kind: 'dissolve', inOffset: timeOfFrame(4, R.r25), outOffset: timeOfFrame(8, R.r25) } as const;
  const take = videoMedia('take.mov', R.r25, 1000);
  const clips = [picture(take, R.r25, 100, 0, 50), { ...picture(take, R.r25, 400, 50, 50), head: off }];
  const input = exportInput(timelineOf(R.r25, [videoTrack(1, clips)]), [take]);
  const { files, losses } = exportTimeline('fcp7', input);
  expect(losses.map(({ kind, where }) => [kind, where.timecode])).toContainEqual(['alignment', '00:00:02:00']);
  expect(readBackExport('fcp7', input, { files, losses }).unexplained).toEqual([]);
  const [track] = importTimeline('fcp7', strip(files[0]?.text ?? '', false, true)).tracks;
  expect(track?.clips.map(({ recordIn, duration, sourceIn }) => [recordIn, duration, sourceIn])).toEqual([
    [0, 52, { num: 4, den: 1 }],
    [52, 48, { num: 402, den: 25 }],
  ]);
  expect(track?.clips[1]?.head).toMatchObject({ kind: 'dissolve', inOffset: 6, outOffset: 6 });
});

test('FCP7 XML without ticks: a transition that the first frame on the grid leaves too little media is said to be cut back', () => {
  const [take, sport] = [videoMedia('take.mov', R.r25, 1000), videoMedia('sport.mov', R.r60, 2847)];
  const head = { kind: 'dissolve', inOffset: timeOfFrame(2, R.r25), outOffset: timeOfFrame(2, R.r25) } as const;
  // Source frame 5 of 60 fps starts within frame 2 of 25, where frame 4 is on screen.
  const clips = [picture(take, R.r25, 100, 0, 50), { ...picture(sport, R.r25, 5, 50, 50), head }];
  const input = exportInput(timelineOf(R.r25, [videoTrack(1, clips)]), [take, sport]);
  const { files, losses } = exportTimeline('fcp7', input);
  expect(losses.map(({ kind, where }) => [kind, where.timecode])).toContainEqual(['transition', '00:00:02:00']);
  const stripped = files.map((file) => ({ ...file, text: strip(file.text, false, true) }));
  const { declared, unexplained } = readBackExport('fcp7', input, { files: stripped, losses });
  expect(unexplained).toEqual([]);
  expect(declared.map(({ kind }) => kind)).toContain('transition');
});

function strip(text: string, keepTicks: boolean, dropCuts: boolean): string {
  const without = text.replace(/<(logginginfo|comment|labels)>.*?<\/\1>/gs, '');
  const uncut = dropCuts ? without.replace(/<cutPointTicks>.*?<\/cutPointTicks>/gs, '') : without;
  return keepTicks ? uncut : uncut.replace(/<(pproTicksIn|pproTicksOut)>.*?<\/\1>/gs, '');
}

/** No notes, and cuts at an edge or in the middle of their transitions, where media and neighbours leave them there. */
function plain(timeline: ExportInput['timeline']): ExportInput['timeline'] {
  const change = <C extends Clip>(clip: C): C => ({
    ...clip,
    note: '',
    ...(clip.head !== undefined && { head: amid(clip.head) }),
  });
  const tracks = timeline.tracks.map((track) =>
    track.kind === 'video'
      ? { ...track, clips: track.clips.map((clip) => change(clip)) }
      : { ...track, clips: track.clips.map((clip) => change(clip)) },
  );
  return {
    ...timeline,
    tracks,
    ...(timeline.nested !== undefined && { nested: timeline.nested.map((inner) => plain(inner)) }),
  };
}

function amid(transition: Transition): Transition {
  const half = flicks(Math.min(transition.inOffset, transition.outOffset));
  return half === 0 ? transition : { ...transition, inOffset: half, outOffset: half };
}
