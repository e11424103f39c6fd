import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignedFace, FACE_SIDE, mirroredFace } from '../../../core/analysis/face-align.ts';
import { peopleOf, type IdentityPrint } from '../../../core/analysis/identity.ts';
import { commonPrint, trackPrints } from '../../../core/analysis/track-prints.ts';
import { randomSource } from '../../../core/director/random.ts';
import { scaled } from '../../scale.ts';

/** Prints of `people` persons, `each` of them, around directions of their own; the part of noise is `noise`. */
function generatedPrints(seed: number, people: number, each: number, noise: number): readonly IdentityPrint[] {
  const random = randomSource(seed);
  const direction = () => {
    const raw = Array.from({ length: 64 }, () => random() + random() + random() - 1.5);
    const length = Math.hypot(...raw);
    return raw.map((value) => value / length);
  };
  return Array.from({ length: people }, direction).flatMap((centre, person) =>
    Array.from({ length: each }, (_, shot) => {
      const raw = direction().map((value, index) => (centre[index] ?? 0) + noise * value);
      const length = Math.hypot(...raw);
      const vector = raw.map((value) => value / length);
      return { key: `${person}-${shot}`, vector, group: `film-${shot}`, firstFrame: 0, lastFrame: 9 };
    }),
  );
}

const members = (prints: readonly IdentityPrint[], decisions: Parameters<typeof peopleOf>[1] = []) =>
  peopleOf(prints, decisions).map((person) => person.prints.join(' '));

describe('who is who', () => {
  it('is found however the prints are ordered', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 5 }),
        (seed, people, each) => {
          const prints = generatedPrints(seed, people, each, 0.7);
          const found = members(prints).toSorted();
          expect(found).toHaveLength(people);
          expect(members(prints.toReversed()).toSorted()).toEqual(found);
        },
      ),
      { numRuns: scaled(30) },
    );
  });

  it('never joins two that were in one picture at the same time', () => {
    const [one] = generatedPrints(1, 1, 1, 0);
    if (one === undefined) throw new Error('no print');
    const twin = { ...one, key: 'twin', firstFrame: 5, lastFrame: 20 };
    const later = { ...one, key: 'later', firstFrame: 30, lastFrame: 40 };
    expect(members([one, twin])).toHaveLength(2);
    expect(members([one, later])).toHaveLength(1);
  });

  it('is as the user says: names stay with their prints, same and apart win over looks, the last word counts', () => {
    const prints = generatedPrints(7, 2, 2, 0.5);
    expect(members(prints)).toEqual(['0-0 0-1', '1-0 1-1']);
    const same = { kind: 'same', a: '0-0', b: '1-0' } as const;
    expect(members(prints, [same])).toEqual(['0-0 0-1 1-0 1-1']);
    const apart = { kind: 'apart', a: '0-0', b: '0-1' } as const;
    expect(members(prints, [apart])).toEqual(['0-0', '0-1', '1-0 1-1']);
    expect(members(prints, [apart, { ...same, b: '0-1' }])).toEqual(['0-0 0-1', '1-0 1-1']);
    const named = [
      { kind: 'name', print: '1-1', name: 'Ann' },
      { kind: 'name', print: '0-1', name: 'Bob' },
      { kind: 'name', print: '1-0', name: 'Eve' },
    ] as const;
    expect(peopleOf(prints, named).map(({ name }) => name)).toEqual(['Bob', 'Eve']);
    expect(members(prints, [...named, { kind: 'name', print: '0-0', name: 'Eve' }])).toHaveLength(1);
  });
});

describe('the print of a track', () => {
  it('is of whom it shows mostly, though another came in between', () => {
    const [one, other] = [generatedPrints(7, 1, 3, 0.3), generatedPrints(8, 1, 2, 0.3)];
    const alone = commonPrint(one.map(({ vector }) => vector));
    const mixed = commonPrint([...other, ...one].map(({ vector }) => vector));
    expect(mixed.map((value) => value.toFixed(9))).toEqual(alone.map((value) => value.toFixed(9)));
    expect(Math.hypot(...mixed)).toBeCloseTo(1, 9);
  });

  it('is one for each of the faces that it goes over, and one for one face', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(fc.integer({ min: 2, max: 4 }), { minLength: 1, maxLength: 3 }),
        (seed, parts) => {
          const faces = generatedPrints(seed, parts.length, 4, 0.4);
          const looks = parts.flatMap((count, part) =>
            faces.filter(({ key }) => key.startsWith(`${part}-`)).slice(0, count),
          );
          const inTime = looks.map(({ vector }, index) => ({ frame: 10 * index + 5, vector }));
          const prints = trackPrints(inTime, { firstFrame: 0, lastFrame: 10 * looks.length - 1 });
          const ends = parts.map((_, part) => 10 * parts.slice(0, part + 1).reduce((sum, count) => sum + count, 0) - 1);
          // Two faces may look alike by chance: what is parted is parted at a true seam.
          for (const { lastFrame } of prints) expect(ends.some((end) => Math.abs(end - lastFrame) <= 1)).toBe(true);
          expect(prints.length).toBeLessThanOrEqual(parts.length);
          expect([prints[0]?.firstFrame, prints.at(-1)?.lastFrame]).toEqual([0, 10 * looks.length - 1]);
        },
      ),
      { numRuns: scaled(60) },
    );
    const [a, b] = [generatedPrints(1, 1, 3, 0.3), generatedPrints(2, 1, 2, 0.3)];
    const both = [...a, ...b].map(({ vector }, index) => ({ frame: index, vector }));
    expect(trackPrints(both, { firstFrame: 0, lastFrame: 4 }).map(({ lastFrame }) => lastFrame)).toEqual([2, 4]);
  });

  it('are more alike where they are many: what is enough for two is not for groups of them', () => {
    const [one, other] = [
      { x: 1, y: 0 },
      { x: 0.53, y: Math.sqrt(1 - 0.53 ** 2) },
    ];
    const prints = (each: number) =>
      [one, other].flatMap(({ x, y }, who) =>
        Array.from({ length: each }, (_, n): IdentityPrint => {
          return { key: `${who}-${n}`, vector: [x, y], group: `film-${who}-${n}`, firstFrame: 0, lastFrame: 9 };
        }),
      );
    expect(members(prints(1))).toHaveLength(1);
    expect(members(prints(3))).toHaveLength(2);
  });
});

describe('face alignment', () => {
  it('mirrors a face: twice is as before, left is right', () => {
    const face = Uint8Array.from({ length: FACE_SIDE * FACE_SIDE * 3 }, (_, at) => (at * 7) % 251);
    const mirrored = mirroredFace(face);
    expect(mirroredFace(mirrored)).toEqual(face);
    expect([...mirrored.subarray(0, 3)]).toEqual([...face.subarray((FACE_SIDE - 1) * 3, FACE_SIDE * 3)]);
  });

  it('brings eyes, nose and mouth to their places, however the face is turned and sized', () => {
    const side = 200;
    // Landmarks: the template, half as large again, turned by 20°, moved.
    const [cos, sin] = [1.2 * Math.cos(0.35), 1.2 * Math.sin(0.35)];
    const template = [38.29, 51.7, 73.53, 51.5, 56.03, 71.74, 41.55, 92.37, 70.73, 92.2];
    const landmarks = template.map((_, index) => {
      const [x = 0, y = 0] = template.slice(index - (index % 2));
      return index % 2 === 0 ? cos * x - sin * y + 60 : sin * x + cos * y + 5;
    });
    const pixels = new Uint8Array(side * side * 3);
    for (let point = 0; point < 10; point += 2) {
      for (let dy = -2; dy <= 2; dy += 1) {
        for (let dx = -2; dx <= 2; dx += 1) {
          const [x, y] = [Math.round(landmarks[point] ?? 0) + dx, Math.round(landmarks[point + 1] ?? 0) + dy];
          pixels.fill(250, (y * side + x) * 3, (y * side + x) * 3 + 3);
        }
      }
    }
    const face = alignedFace({ pixels, width: side, height: side }, landmarks);
    for (let point = 0; point < 10; point += 2) {
      const [x, y] = [Math.round(template[point] ?? 0), Math.round(template[point + 1] ?? 0)];
      expect(face[(y * FACE_SIDE + x) * 3]).toBeGreaterThan(200);
    }
    expect(face[0]).toBe(0);
  });
});
