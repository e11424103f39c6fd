import { expect, test } from 'vitest';
import { exportTimeline } from '../../core/interchange/interchange.ts';
import { timeOfFrame } from '../../core/time/rate.ts';
import { rational } from '../../core/time/rational.ts';
import {
  audioTrack,
  exportInput,
  marker,
  picture,
  R,
  sound,
  timelineOf,
  videoMedia,
  videoTrack,
} from './cut-builder.ts';
import { cutListText, fraction } from './independent/cut-list.ts';
import { fcpxmlDetails, fcpxmlLines } from './independent/fcpxml-lines.ts';

/** A reader that shares no code with ours sees what was meant. */
const rate = R.r25;
const a = videoMedia('A.mov', rate, 400, { timecode: '10:00:00:00', audio: [2, 2] });
const cross = { kind: 'dissolve' as const, inOffset: timeOfFrame(6, rate), outOffset: timeOfFrame(4, rate) };
const clips = [
  picture(a, rate, 20, 0, 50, { link: 'x' }),
  { ...picture(a, rate, 200, 50, 50), head: cross },
  picture(a, rate, 100, 100, 25, { speed: rational(-2) }),
  picture(a, rate, 77, 125, 10, { speed: rational(0), enabled: false }),
];
const heard = { ...sound(a, rate, 20, 0, 50, { link: 'x', stream: 1, gainDb: -6 }), channels: [1] };
const timeline = timelineOf(rate, [videoTrack(1, clips), audioTrack(1, [heard])], {
  startFrame: 90_000,
  markers: [marker(rate, 60, 'here'), marker(rate, 70, 'chapter', { colour: 'orange' })],
});
const text = exportTimeline('fcpxml', exportInput(timeline, [a])).files[0]?.text ?? '';

test('cuts, reverse, freeze and what is disabled, by an independent reader', () => {
  expect(cutListText(fcpxmlLines(text), () => fraction(25n))).toEqual([
    'A1 0-50 A.mov #20 x1/1',
    'V1 0-50 A.mov #20 x1/1',
    // Backwards, the frame that ends at the source time is shown first.
    'V1 100-125 A.mov #101 x-2/1',
    'V1 125-135 A.mov #77 x0/1 off',
    'V1 50-100 A.mov #200 x1/1',
  ]);
});

test('transitions, markers, gain and channels, by an independent reader', () => {
  expect(fcpxmlDetails(text)).toEqual({
    transitions: [{ start: 44, cut: 50, end: 54, of: 'video' }],
    markers: ['60 marker here', '70 chapter-marker chapter'],
    gains: ['-6'],
    channels: ['4'],
  });
});
