import { expect, test } from 'vitest';
import { exportTimeline } from '../../core/interchange/interchange.ts';
import { timeOfFrame } from '../../core/time/rate.ts';
import { rational } from '../../core/time/rational.ts';
import type { Timeline, VideoClip } from '../../core/timeline/timeline.ts';
import { baseEdit, exportInput, R } from './cut-builder.ts';
import { fcp7Lines } from './independent/fcp7-lines.ts';

/** The conformance base edit with its dissolve of 12 frames centred at 48. */
function withDissolve(change: (clip: VideoClip, index: number) => VideoClip = (clip) => clip) {
  const { timeline, media } = baseEdit(R.r25);
  const half = timeOfFrame(6, R.r25);
  const tracks = timeline.tracks.map((track) =>
    track.kind === 'video'
      ? {
          ...track,
          clips: track.clips.map((clip, index) =>
            index === 1
              ? change({ ...clip, head: { kind: 'dissolve', inOffset: half, outOffset: half } }, index)
              : change(clip, index),
          ),
        }
      : track,
  );
  const edited: Timeline = { ...timeline, tracks };
  return { timeline: edited, media };
}

test('a centred dissolve has -1 edges, its handles in in and out, and the cut in its middle', () => {
  const { timeline, media } = withDissolve();
  const [fcp7] = exportTimeline('fcp7', exportInput(timeline, media)).files;
  const text = fcp7?.text ?? '';
  const values = (tag: string) =>
    [...text.matchAll(new RegExp(`^ {10,12}<${tag}>(-?\\d+)</${tag}>`, 'gm'))].map((one) => one[1]);
  expect(values('start')).toEqual(['0', '42', '-1', '132']);
  expect(values('end')).toEqual(['-1', '54', '108', '182']);
  expect(values('in')).toEqual(['24', '18', '100']);
  expect(values('out')).toEqual(['78', '84', '150']);
  expect(fcp7Lines(text).map((line) => [line.recordIn, line.recordOut, line.source.n, line.source.d])).toEqual([
    [0, 48, 24n, 25n],
    [48, 108, 24n, 25n],
    [132, 182, 4n, 1n],
  ]);
});

test('the same dissolve in a list is two lines of one number', () => {
  const { timeline, media } = withDissolve();
  const [edl] = exportTimeline('edl', exportInput(timeline, media)).files;
  const lines = (edl?.text ?? '').split('\n').filter((line) => line.startsWith('002'));
  expect(lines.map((line) => line.replace(/\s+/g, ' '))).toEqual([
    '002 A V C 10:00:02:16 10:00:02:16 01:00:01:17 01:00:01:17',
    '002 B V D 012 00:00:00:18 00:00:03:09 01:00:01:17 01:00:04:08',
  ]);
});

test('backwards and held clips, as a reader of its own sees them', () => {
  const speeds = [rational(-1), rational(1), rational(0)];
  const { timeline, media } = withDissolve((clip, index) => ({
    ...clip,
    head: undefined,
    speed: speeds[index] ?? clip.speed,
    ...(index === 0 && { sourceIn: clip.sourceIn }),
  }));
  const lines = fcp7Lines(exportTimeline('fcp7', exportInput(timeline, media)).files[0]?.text ?? '');
  expect(lines.map((line) => Number(line.speed.n) / Number(line.speed.d))).toEqual([-1, 1, 0]);
  expect(lines[2]?.source).toEqual({ n: 4n, d: 1n });
});
