import fc from 'fast-check';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rational } from '../../../core/time/rational.ts';
import { timeOfFrame } from '../../../core/time/rate.ts';
import type { AudioClip } from '../../../core/timeline/timeline.ts';
import { findFfmpeg, type FfmpegTools } from '../../../native/ffmpeg/find.ts';
import { runFfmpeg } from '../../../native/ffmpeg/run.ts';
import { lanesOf, passesOf } from '../../../native/render/sound-lanes.ts';
import { mixSound } from '../../../native/render/sound.ts';
import { drawSound } from '../../media/sound-code.ts';
import { scaled } from '../../scale.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { sound, sourcesOf, timelineOf } from './film.ts';

describe('voices in lanes', () => {
  const voices = fc
    .array(fc.tuple(fc.nat(400), fc.integer({ min: 1, max: 60 }), fc.boolean()), { maxLength: 80 })
    .map((list) =>
      list
        .map(([at, length, isPlain]) => ({ from: at * 9600, to: (at + length) * 9600, isPlain }))
        .sort((a, b) => a.from - b.from),
    );

  it('are all there once, never two at a time in one, and in no more lanes at a time than sound together', () => {
    const property = fc.property(voices, (all) => {
      const lanes = lanesOf(all, ({ isPlain }) => isPlain);
      expect(new Set(lanes.flatMap((lane) => lane.voices))).toEqual(new Set(all));
      expect(lanes.flatMap((lane) => lane.voices)).toHaveLength(all.length);
      for (const { voices: held, from, to } of lanes) {
        expect([held[0]?.from, held.at(-1)?.to]).toEqual([from, to]);
        held.slice(1).forEach((voice, n) => expect(voice.from).toBeGreaterThanOrEqual(held[n]?.to ?? Infinity));
        expect(held.length === 1 || held.every(({ isPlain }) => isPlain)).toBe(true);
      }
      const most = (list: readonly { readonly from: number; readonly to: number }[]) =>
        Math.max(0, ...list.map(({ from }) => list.filter((one) => one.from <= from && one.to > from).length));
      const shared = lanes.filter(({ voices: held }) => held[0]?.isPlain);
      expect(most(shared)).toBeLessThanOrEqual(most(all.filter(({ isPlain }) => isPlain)));
      const passes = passesOf(lanes, 3);
      expect(passes.flat()).toHaveLength(lanes.length);
      for (const pass of passes) expect(most(pass)).toBeLessThanOrEqual(3);
    });
    fc.assert(property, { numRuns: scaled(200) });
  });
});

describe('clips one after the other', () => {
  const rate = rational(25);

  async function materials(folder: string): Promise<Readonly<Record<string, string>>> {
    const raw = join(folder, 'code.pcm');
    await writeFile(raw, drawSound(5, 10 * 48_000));
    const files: Record<string, string> = {};
    for (const [name, ...encoder] of [
      ['plain.wav', '-c:a', 'pcm_s16le'],
      ['lossy.m4a', '-ar', '44100', '-c:a', 'aac'],
      ['opus.mkv', '-c:a', 'libopus', '-b:a', '128k'],
    ] as const) {
      const path = join(folder, name);
      const args = ['-f', 's16le', '-ar', '48000', '-ac', '1', '-i', raw, ...encoder, `file:${path}`];
      await runFfmpeg(await findFfmpeg(), { args, stage: 'test' });
      files[name] = path;
    }
    return files;
  }

  /** An ffmpeg that writes down each run. */
  async function counting(
    folder: string,
  ): Promise<{ readonly tools: FfmpegTools; readonly runs: () => Promise<number> }> {
    const tools = await findFfmpeg();
    const [program, log] = [join(folder, 'ffmpeg'), join(folder, 'runs')];
    await writeFile(program, `#!/bin/sh\necho run >> '${log}'\nexec ${tools.ffmpeg} "$@"\n`, { mode: 0o755 });
    await writeFile(log, '');
    return {
      tools: { ...tools, ffmpeg: program },
      runs: async () => (await readFile(log, 'utf8')).split('\n').length - 1,
    };
  }

  it('are decoded eight in a run, and sound as each does alone', async () => {
    const folder = temporaryFolder();
    const files = await materials(folder);
    const names = Object.keys(files);
    const sources = await sourcesOf(files);
    // Every sixth runs on behind the end of its file.
    const clips = Array.from(
      { length: 12 },
      (_, n): AudioClip =>
        sound(names[n % 3] ?? '', rate, n * 10, 10, timeOfFrame(n % 6 === 5 ? 244 : (n * 83) % 230, rate)),
    );
    const { tools, runs } = await counting(folder);
    const mix = async (heard: readonly AudioClip[]) => {
      const path = join(folder, 'mix.f32');
      const plan = { timeline: timelineOf(rate, [], [heard]), sampleCount: 120 * 1920 };
      await mixSound({ tools, plan, sources }, path);
      return readFile(path);
    };
    const together = await mix(clips);
    expect(await runs()).toBe(2);
    for (const [n, clip] of clips.entries()) {
      const alone = await mix([clip]);
      const [from, to] = [n * 10 * 1920 * 8, (n + 1) * 10 * 1920 * 8];
      expect(Buffer.compare(together.subarray(from, to), alone.subarray(from, to))).toBe(0);
    }
    expect(await runs()).toBe(2 + clips.length);
    const heard = new Float32Array(new Uint8Array(together).buffer);
    expect(heard.subarray(0, 2000).some((sample) => Math.abs(sample) > 0.01)).toBe(true);
  });
});
