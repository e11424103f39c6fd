import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mediaId } from '../../../core/media/media.ts';
import { rational } from '../../../core/time/rational.ts';
import { timeOfFrame } from '../../../core/time/rate.ts';
import type { Timeline, VideoClip } from '../../../core/timeline/timeline.ts';
import type { RenderSources } from '../../../native/render/request.ts';
import { cutSegments } from '../../../native/render/segments.ts';
import { scaled } from '../../scale.ts';
import { picture, timelineOf } from './film.ts';

const rate = rational(25);
const media = (sampledSha256: string) => ({
  path: `/${sampledSha256}`,
  facts: { kind: 'video' as const, video: [], audio: [], fingerprint: { sizeBytes: 1, sampledSha256 } },
  frames: { kind: 'constant' as const, rate, frameCount: 1_000_000 },
});
const sources: RenderSources = {
  media: (id) => media(id),
  source: (id) => ({ frames: media(id).frames, audio: undefined }),
};
const look = {
  settings: { video: { codec: 'h264' as const }, audio: null },
  width: 320,
  height: 180,
  encoderThreads: 2,
  build: 'b',
};

type Cut = { readonly length: number; readonly sourceIn: number };

function timelineOfCuts(cuts: readonly Cut[], change: (clip: VideoClip) => VideoClip = (clip) => clip): Timeline {
  let at = 0;
  const clips = cuts.map(({ length, sourceIn }) => {
    const clip = change(picture('a', rate, at, length, sourceIn));
    at += length;
    return clip;
  });
  return timelineOf(rate, [clips], []);
}

function segmentsOf(timeline: Timeline) {
  const clips = timeline.tracks[0]?.clips ?? [];
  const last = clips.at(-1);
  const to = last === undefined ? 0 : (last.recordIn + last.duration) / timeOfFrame(1, rate);
  return cutSegments(timeline, sources, { from: 0, to }, look);
}

const cut = fc.record({
  length: fc.oneof(
    fc.integer({ min: 2, max: 60 }),
    fc.integer({ min: 50, max: 200 }),
    fc.integer({ min: 200, max: 3000 }),
  ),
  sourceIn: fc.nat(500_000),
});
const cuts = fc.array(cut, { minLength: 2, maxLength: 40 });

describe('segments', () => {
  it('cover every frame once, in order, none longer than ten seconds', () => {
    const property = fc.property(cuts, (list) => {
      const segments = segmentsOf(timelineOfCuts(list));
      const end = list.reduce((sum, { length }) => sum + length, 0);
      expect(segments[0]?.from).toBe(0);
      expect(segments.at(-1)?.to).toBe(end);
      segments.slice(1).forEach(({ from }, n) => expect(from).toBe(segments[n]?.to));
      expect(Math.max(...segments.map(({ from, to }) => to - from))).toBeLessThanOrEqual(250);
    });
    fc.assert(property, { numRuns: scaled(60) });
  });

  it('behind a trim or insert keep their keys: only what is near it changes', () => {
    const property = fc.property(cuts, fc.nat(), fc.integer({ min: 1, max: 12 }), (list, where, frames) => {
      const place = where % list.length;
      const before = new Set(segmentsOf(timelineOfCuts(list)).map(({ key }) => key));
      const renewed = (changed: readonly Cut[]) =>
        segmentsOf(timelineOfCuts(changed))
          .filter(({ key }) => !before.has(key))
          .reduce((sum, { from, to }) => sum + to - from, 0);
      const trimmed = list.map((one, n) =>
        n === place && one.length > frames ? { length: one.length - frames, sourceIn: one.sourceIn + frames } : one,
      );
      const inserted = [...list.slice(0, place), { length: 40, sourceIn: 777_777 }, ...list.slice(place)];
      // The pieces next to the change, of at most ten seconds, and what shares groups with short ones.
      expect(renewed(trimmed)).toBeLessThanOrEqual(1000);
      expect(renewed(inserted)).toBeLessThanOrEqual(1000);
    });
    fc.assert(property, { numRuns: scaled(40) });
  });

  it('of a long clip stay as they are when its head is trimmed, but for the first', () => {
    const long = segmentsOf(timelineOfCuts([{ length: 5000, sourceIn: 1000 }]));
    const trimmed = segmentsOf(timelineOfCuts([{ length: 4990, sourceIn: 1010 }]));
    const keys = new Set(long.map(({ key }) => key));
    expect(trimmed.filter(({ key }) => !keys.has(key))).toHaveLength(1);
  });

  it('change with everything that pixels depend on', () => {
    const keysWith = (change: (clip: VideoClip) => VideoClip) =>
      segmentsOf(timelineOfCuts([{ length: 100, sourceIn: 0 }], change))
        .map(({ key }) => key)
        .join();
    const title = {
      text: 'a',
      style: {
        font: 'Inter',
        size: 0.1,
        bold: false,
        italic: false,
        colour: '#ffffff',
        align: 'left' as const,
        x: 0,
        y: 0,
      },
    };
    const changes: readonly ((clip: VideoClip) => VideoClip)[] = [
      (clip) => clip,
      (clip) => ({ ...clip, mediaId: mediaId('b') }),
      (clip) => ({ ...clip, opacity: 0.5 }),
      (clip) => ({ ...clip, fadeIn: timeOfFrame(10, rate) }),
      (clip) => ({
        ...clip,
        head: { kind: 'dissolve', inOffset: timeOfFrame(0, rate), outOffset: timeOfFrame(9, rate) },
      }),
      (clip) => ({ ...clip, head: { kind: 'wipe', inOffset: timeOfFrame(0, rate), outOffset: timeOfFrame(9, rate) } }),
      (clip) => ({ ...clip, transform: { ...STILL, scaleX: 2 } }),
      (clip) => ({ ...clip, crop: { left: 0.1, top: 0, right: 0, bottom: 0 } }),
      (clip) => ({ ...clip, fit: 'fill' }),
      (clip) => ({ ...clip, blend: 'screen' }),
      (clip) => ({ ...clip, lut: { path: '/none.cube', intensity: 1 } }),
      (clip) => ({ ...clip, lut: { path: '/none.cube', intensity: 0.5 } }),
      (clip) => ({ ...clip, stabilise: true }),
      (clip) => ({ ...clip, retiming: 'blend' }),
      (clip) => ({ ...clip, retiming: 'flow' }),
      (clip) => ({ ...clip, speed: rational(2) }),
      (clip) => ({ ...clip, title }),
      (clip) => ({ ...clip, title: { ...title, text: 'b' } }),
    ];
    const keys = changes.map(keysWith);
    expect(new Set(keys).size).toBe(changes.length);
  });
});

const STILL = { positionX: 0, positionY: 0, scaleX: 1, scaleY: 1, rotationDegrees: 0, anchorX: 0, anchorY: 0 };
