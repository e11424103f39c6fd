import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box } from '../../../core/analysis/boxes.ts';
import { watchFaces, type FaceLook } from '../../../core/analysis/face-looks.ts';
import { faceTracks } from '../../../core/analysis/face-tracks.ts';
import { trackBoxAt } from '../../../core/analysis/tracks.ts';
import { scaled } from '../../scale.ts';

type Shot = { readonly firstFrame: number; readonly lastFrame: number };
type Actor = (frame: number) => Box | undefined;

const RATE = 25;
/** As the squares in which a detector looks: 1.3 sizes around where the face should be. */
const REACH = 1.3;

/** Answers a watch as a flawless detector would, some looks late; gives what was looked at. */
function perform(shots: readonly Shot[], actors: readonly Actor[], late: number, rate = RATE) {
  const watch = watchFaces(shots, rate);
  const looks: FaceLook[] = [];
  const coming: number[] = [];
  for (;;) {
    while (coming.length <= late) {
      const frame = watch.next();
      if (frame === undefined) break;
      coming.push(frame);
    }
    const frame = coming.shift();
    if (frame === undefined) return { looks, seen: watch.seen() };
    const look = watch.look(frame);
    const faces = actors.flatMap((actor) => actor(frame) ?? []);
    const isLookedAt = ({ x, y, w, h }: Box) =>
      look.around?.some((one) => Math.abs(one.x - x) < REACH * w && Math.abs(one.y - y) < REACH * h) ?? true;
    const found = faces.filter(isLookedAt).map((box) => ({ box, score: 0.9, landmarks: [] }));
    looks.push(look);
    watch.saw(look, found);
  }
}

function face(x: number, y: number): Box {
  return { x, y, w: 0.08, h: 0.14 };
}

describe('looking for faces', () => {
  it('comes to an end, looks at no frame twice, and at the first and last of each shot', () => {
    const shots = fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 6 }).map((lengths) =>
      lengths.map((length, index): Shot => {
        const firstFrame = lengths.slice(0, index).reduce((sum, one) => sum + one, 0);
        return { firstFrame, lastFrame: firstFrame + length - 1 };
      }),
    );
    const actor = fc.record({ x: fc.double({ min: 0, max: 0.9, noNaN: true }), from: fc.nat(300), to: fc.nat(600) });
    fc.assert(
      fc.property(shots, fc.array(actor, { maxLength: 7 }), fc.integer({ min: 0, max: 5 }), (all, cast, late) => {
        const actors = cast.map(
          ({ x, from, to }): Actor =>
            (frame) =>
              frame >= from && frame <= to ? face(x, 0.3) : undefined,
        );
        const frames = perform(all, actors, late).looks.map(({ frame }) => frame);
        expect(new Set(frames).size).toBe(frames.length);
        for (const { firstFrame, lastFrame } of all) {
          expect(frames).toContain(firstFrame);
          expect(frames).toContain(lastFrame);
        }
      }),
      { numRuns: scaled(60) },
    );
  });

  it('follows a face that runs to and fro as closely as looks at every frame would', () => {
    const runner: Actor = (frame) => face(0.45 + 0.35 * Math.sin(frame / 40), 0.4 + 0.1 * Math.cos(frame / 25));
    const shot = { firstFrame: 0, lastFrame: 499 };
    const { looks, seen } = perform([shot], [runner], 3);
    const tracks = faceTracks(seen, [shot], RATE);
    expect(tracks).toHaveLength(1);
    let farthest = 0;
    for (let frame = 0; frame < 500; frame += 1) {
      const box = tracks.flatMap((track) => trackBoxAt(track, frame, 100) ?? [])[0];
      const truth = runner(frame);
      if (box === undefined || truth === undefined) throw new Error('lost');
      farthest = Math.max(farthest, Math.abs(box.x - truth.x) / truth.w);
    }
    expect(farthest).toBeLessThan(0.4);
    expect(looks.length).toBeLessThan(500 / 4);
  });

  it.each([0.5, 1, 1.5, 2, 5, 10, 120])('loses no face that stays, at %d pictures a second', (rate) => {
    const sitter: Actor = (frame) => face(0.4 + 0.005 * Math.sin(frame), 0.3);
    const shot = { firstFrame: 0, lastFrame: 299 };
    for (const late of [0, 1, 3]) {
      const tracks = faceTracks(perform([shot], [sitter], late, rate).seen, [shot], rate);
      expect(tracks.map(({ firstFrame, lastFrame }) => [firstFrame, lastFrame])).toEqual([[0, 299]]);
    }
  });

  it('finds out within 3 frames when a face comes and goes, and looks seldom where nobody is', () => {
    const guest: Actor = (frame) => (frame >= 311 && frame <= 437 ? face(0.3 + frame / 4000, 0.3) : undefined);
    const shot = { firstFrame: 0, lastFrame: 999 };
    const { looks, seen } = perform([shot], [guest], 3);
    const [track] = faceTracks(seen, [shot], RATE);
    expect(Math.abs((track?.firstFrame ?? 0) - 311)).toBeLessThanOrEqual(3);
    expect(Math.abs((track?.lastFrame ?? 0) - 437)).toBeLessThanOrEqual(3);
    expect(looks.filter(({ frame }) => frame > 550).length).toBeLessThanOrEqual(11);
  });
});
