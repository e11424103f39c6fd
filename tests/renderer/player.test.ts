import { describe, expect, test } from 'vitest';
import { mediaId } from '../../core/media/media.ts';
import { flicks } from '../../core/time/flicks.ts';
import { rational } from '../../core/time/rational.ts';
import type { SourceLookup } from '../../core/timeline/timeline.ts';
import { programComposition, sourceComposition } from '../../renderer/player/composition.ts';
import { decodeFrame, feedFrames, type FedFrame } from '../../renderer/player/frame-feed.ts';
import { fitInside } from '../../renderer/player/painter.ts';
import type { Picture, ProxyReader } from '../../renderer/player/proxy-reader.ts';
import { markRange, nextShuttle } from '../../renderer/stores/player.ts';
import { picture, sound, timelineOf } from '../native/render/film.ts';

const RATE = rational(25);
const sources: SourceLookup = {
  source: (id) => ({
    frames: { kind: 'constant', rate: id === mediaId('film') ? rational(24_000, 1001) : RATE, frameCount: 500 },
    audio: { start: flicks(0), end: flicks(705_600_000 * 20) },
  }),
};

/** A proxy whose pictures know their frame; counts what is still open. */
function countingReader(name: string, log: string[]): ProxyReader & { open: () => number } {
  let open = 0;
  const draw = (frame: number): Picture => {
    open += 1;
    log.push(`${name}${frame}`);
    return { width: frame, height: 9, draw: () => undefined, close: () => (open -= 1) };
  };
  return {
    frameCount: 500,
    picture: async (frame) => draw(frame),
    async *pictures(frames) {
      for (const frame of frames) yield draw(frame);
    },
    async *sound() {
      // Silent.
    },
    close: () => undefined,
    open: () => open,
  };
}

const timeline = timelineOf(
  RATE,
  [
    [picture('pal', RATE, 0, 10, 5), picture('film', RATE, 12, 30, 0)],
    [picture('pal', RATE, 20, 5, 100, { opacity: 0.5 })],
  ],
  [[sound('pal', RATE, 0, 10, flicks(0), { gainDb: -6 })]],
);

describe('what a viewer plays', () => {
  const program = programComposition(timeline, sources);

  test('the program counts timeline frames and names the source frame of each', () => {
    expect(program.frameCount).toBe(42);
    // The next clip goes after the last frame, so the playhead can stand there; a source ends on its last frame.
    expect([program.lastFrame, program.layers(42)]).toEqual([42, []]);
    expect(program.layers(3)).toEqual([{ mediaId: 'pal', frame: 8, opacity: 1 }]);
    expect(program.layers(11)).toEqual([]);
    // 13 frames at 25 are 12.47 at 23.976.
    expect(program.layers(25)).toEqual([{ mediaId: 'film', frame: 12, opacity: 1 }]);
    expect(program.layers(22)).toEqual([
      { mediaId: 'film', frame: 9, opacity: 1 },
      { mediaId: 'pal', frame: 102, opacity: 0.5 },
    ]);
    expect(program.sounds).toMatchObject([{ mediaId: 'pal', gainDb: -6, sourceIn: 0 }]);
  });

  test('a source counts its own frames, a still has one, sound alone steps by hundredths', () => {
    const film = sourceComposition(
      mediaId('film'),
      sources.source(mediaId('film')) ?? { frames: undefined, audio: undefined },
      2,
    );
    expect([film.frameCount, film.lastFrame]).toEqual([500, 499]);
    expect(film.frameAt(film.timeOf(123))).toBe(123);
    expect(film.layers(123)).toEqual([{ mediaId: 'film', frame: 123, opacity: 1 }]);
    expect(sourceComposition(mediaId('s'), { frames: { kind: 'still' }, audio: undefined }, 1).frameCount).toBe(1);
    const spoken = { frames: undefined, audio: { start: flicks(0), end: flicks(705_600_000) } };
    expect(sourceComposition(mediaId('v'), spoken, 1).frameCount).toBe(100);
  });

  test.each([1, -1, 2])('feeding by %i gives the same pictures as asking for each frame', async (step) => {
    const log: string[] = [];
    const reader = countingReader('', log);
    const readers = () => Promise.resolve(reader);
    const from = step > 0 ? 0 : 41;
    const fed: FedFrame[] = [];
    for await (const frame of feedFrames(program, from, step, readers)) fed.push(frame);
    const asked = await Promise.all(fed.map(({ frame }) => decodeFrame(program, frame, readers)));
    const widths = (all: readonly FedFrame[]) => all.map(({ pictures }) => pictures.map((shown) => shown?.width));
    expect(widths(fed)).toEqual(widths(asked));
    expect(fed.map(({ frame }) => frame)).toEqual(
      Array.from({ length: fed.length }, (_, index) => from + index * step),
    );
    expect(fed).toHaveLength(Math.ceil(42 / Math.abs(step)));
  });

  test('a picture keeps its shape inside the frame', () => {
    expect(fitInside({ width: 1080, height: 1920 }, { width: 960, height: 540 })).toEqual({
      x: 328,
      y: 0,
      width: 304,
      height: 540,
    });
    expect(fitInside({ width: 1920, height: 800 }, { width: 960, height: 540 })).toEqual({
      x: 0,
      y: 70,
      width: 960,
      height: 400,
    });
  });
});

describe('transport', () => {
  test('L doubles up to eight times, J turns round at normal speed', () => {
    expect([0, 1, 2, 4, 8].map((speed) => nextShuttle(speed, 1))).toEqual([1, 2, 4, 8, 8]);
    expect(nextShuttle(4, -1)).toBe(-1);
    expect(nextShuttle(-1, -1)).toBe(-2);
  });

  test('an out point before the in point replaces it', () => {
    const marked = markRange(markRange({ in: null, out: null }, 'in', 10), 'out', 20);
    expect(marked).toEqual({ in: 10, out: 20 });
    expect(markRange(marked, 'out', 5)).toEqual({ in: null, out: 5 });
    expect(markRange(marked, 'in', 30)).toEqual({ in: 30, out: null });
    expect(markRange(marked, 'clear', 0)).toEqual({ in: null, out: null });
  });
});
