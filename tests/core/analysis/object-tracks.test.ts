import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box } from '../../../core/analysis/boxes.ts';
import { bodyOf, objectTracks } from '../../../core/analysis/object-tracks.ts';
import type { Objects } from '../../../core/analysis/picture-results.ts';
import { scaled } from '../../scale.ts';

const RATE = 25;
const SHOTS = [
  { firstFrame: 0, lastFrame: 249 },
  { firstFrame: 250, lastFrame: 499 },
];
const LOOKED = Array.from({ length: 20 }, (_, n) => n * 25);

type Thing = { readonly label: string; readonly at: (frame: number) => Box | undefined };

function seen(things: readonly Thing[]): Objects['found'] {
  return LOOKED.flatMap((frame) =>
    things.flatMap(({ label, at }) => {
      const box = at(frame);
      const shot = SHOTS.find(({ firstFrame, lastFrame }) => frame >= firstFrame && frame <= lastFrame);
      return box === undefined || shot === undefined ? [] : [{ frame, label, box, score: 0.8, ...shot }];
    }),
  );
}

const person = (x: number): Box => ({ x, y: 0.2, w: 0.15, h: 0.7 });

describe('tracks of objects', () => {
  it('are one for each thing in each shot, whatever stands beside it, and never mix kinds', () => {
    const standing = fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(standing, fc.double({ min: -0.02, max: 0.02, noNaN: true }), (places, drift) => {
        const things = places.map(
          (place, index): Thing => ({
            label: index % 2 === 0 ? 'person' : 'dog',
            at: (frame) => person(0.05 + 0.18 * place + (drift * frame) / 250),
          }),
        );
        const found = seen(things);
        const tracks = objectTracks(found, LOOKED, SHOTS, RATE);
        expect(tracks).toHaveLength(2 * places.length);
        expect(tracks.map(({ id }) => id)).toEqual([...tracks.keys()]);
        for (const { label, seen: indexes, firstFrame, lastFrame } of tracks) {
          expect(new Set(indexes.map((index) => found[index]?.label))).toEqual(new Set([label]));
          expect(SHOTS.some((shot) => shot.firstFrame <= firstFrame && lastFrame <= shot.lastFrame)).toBe(true);
        }
        expect(new Set(tracks.flatMap((track) => track.seen)).size).toBe(found.length);
      }),
      { numRuns: scaled(60) },
    );
  });

  it('end where a thing leaves, and what is seen once in many looks is chance', () => {
    const dog: Thing = { label: 'dog', at: (frame) => (frame < 100 ? person(0.4) : undefined) };
    const ghost: Thing = { label: 'cat', at: (frame) => (frame === 75 ? person(0.1) : undefined) };
    const tracks = objectTracks(seen([dog, ghost]), LOOKED, SHOTS, RATE);
    expect(tracks.map(({ label, firstFrame, lastFrame }) => [label, firstFrame, lastFrame])).toEqual([['dog', 0, 75]]);
  });

  it('give a face the person whose it is, also while it is turned away', () => {
    const found = seen([
      { label: 'person', at: () => person(0.1) },
      { label: 'person', at: () => person(0.5) },
    ]);
    const objects: Objects = {
      kind: 'objects',
      path: { kind: 'model', model: 'made' },
      found,
      tracks: objectTracks(found, LOOKED, SHOTS, RATE),
    };
    const face = (x: number) => ({
      seen: [60, 80, 100].map((frame) => ({ frame, score: 0.9, box: { x, y: 0.25, w: 0.06, h: 0.1 } })),
    });
    const body = bodyOf(face(0.54), objects);
    expect([body?.firstFrame, body?.lastFrame]).toEqual([0, 225]);
    expect(found[body?.seen[0] ?? -1]?.box.x).toBe(0.5);
    expect(bodyOf(face(0.8), objects)).toBeUndefined();
  });
});
