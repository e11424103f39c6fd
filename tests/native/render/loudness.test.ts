import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTruePeakLimiter } from '../../../core/analysis/true-peak-limiter.ts';
import { createLoudnessMeter } from '../../../core/analysis/loudness.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { runFfmpeg } from '../../../native/ffmpeg/run.ts';
import { loudnessOf, soundOf } from '../../media/finished-sound.ts';
import { mediaRoot } from '../../media-root.ts';
import { testScale } from '../../scale.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

async function made(folder: string, name: string, expression: string, seconds: number): Promise<string> {
  const path = join(folder, name);
  const source = `aevalsrc=${expression}:s=48000:d=${seconds}`;
  await runFfmpeg(await findFfmpeg(), { args: ['-f', 'lavfi', '-i', source, `file:${path}`], stage: 'test' });
  return path;
}

describe('loudness in the finished file', () => {
  it.for(testScale > 1 ? [-14, -16, -23, -24] : [-14, -24])('is %s LUFS, with peaks below −1 dBTP', async (target) => {
    const folder = temporaryFolder();
    // A quiet tone with a drum each half second: one gain for all would lift the drum far over the ceiling.
    const path = await made(folder, 'dynamic.wav', "'0.04*sin(1400*t)+0.9*exp(-60*mod(t,0.5))*sin(900*mod(t,0.5))'", 6);
    const { path: output, loudness } = await soundOf(path, join(folder, 'out.m4a'), 'aac', target);
    const found = await loudnessOf(await findFfmpeg(), output);
    expect(Math.abs(found.lufs - target)).toBeLessThanOrEqual(0.5);
    expect(found.dbtp).toBeLessThanOrEqual(-1);
    expect(loudness.after.lufs).toBeCloseTo(found.lufs, 0);
    if (target === -14) expect(loudness.limitedDb).toBeGreaterThan(1);
  });

  it('stays what it is where there is none, and the report says so', async () => {
    const folder = temporaryFolder();
    const silent = await made(folder, 'silent.wav', '0', 2);
    const short = await made(folder, 'short.wav', "'0.1*sin(3000*t)'", 0.3);
    for (const path of [silent, short]) {
      const { loudness } = await soundOf(path, join(folder, 'out.wav'), 'pcm', -16);
      expect(loudness).toMatchObject({ gainDb: 0, limitedDb: 0, after: loudness.before });
      expect(loudness.note).toContain('keeps its level');
    }
  });

  const real = [
    'audio/shakespeare_sonnet1_en_53s.mp3',
    'audio/two_speakers_left_right_5s.wav',
    'video/handheld_desk_sharp.mp4',
  ];
  it.skipIf(mediaRoot === undefined).for(testScale > 1 ? real : real.slice(1))('of %s is −16 LUFS', async (file) => {
    const folder = temporaryFolder();
    const { path } = await soundOf(join(mediaRoot ?? '', file), join(folder, 'out.m4a'), 'aac', -16);
    const found = await loudnessOf(await findFfmpeg(), path);
    expect(Math.abs(found.lufs + 16)).toBeLessThanOrEqual(0.5);
    expect(found.dbtp).toBeLessThanOrEqual(-1);
  });
});

describe('the limiter', () => {
  /** A tone whose samples miss its peaks, loud in the middle. */
  const tone = Float32Array.from({ length: 2 * 48_000 }, (_, n) => {
    const frame = Math.floor(n / 2);
    const level = frame > 20_000 && frame < 28_000 ? 1.6 : 0.3;
    return level * Math.sin((Math.PI / 2) * frame + Math.PI / 4);
  });

  it('is down already where sound starts with a peak', () => {
    const limiter = createTruePeakLimiter(10, 0.8);
    const loud = Float32Array.from({ length: 4000 }, (_, n) => Math.cos(n >> 1) * Math.exp(-n / 1000));
    const output = Float32Array.from([...limiter.push(loud), ...limiter.finish()]);
    expect(output).toHaveLength(loud.length);
    expect(Math.max(...output.map(Math.abs))).toBeLessThan(0.81);
  });

  it('keeps true peaks below its ceiling, sound below it as it was, and every sample in its place', () => {
    const limiter = createTruePeakLimiter(1, 0.8);
    const pieces: Float32Array[] = [];
    for (let from = 0; from < tone.length; from += 5000) pieces.push(limiter.push(tone.slice(from, from + 5000)));
    pieces.push(limiter.finish());
    const output = Float32Array.from(pieces.flatMap((piece) => [...piece]));
    expect(output).toHaveLength(tone.length);
    const meter = createLoudnessMeter(48_000, 2, 'stereo');
    meter.push(output);
    expect(meter.finish().truePeakDbtp).toBeLessThan(20 * Math.log10(0.8) + 0.1);
    expect(output.slice(0, 2 * 19_000)).toEqual(tone.slice(0, 2 * 19_000));
    expect(limiter.smallestGain()).toBeCloseTo(0.5, 1);
    // The same waves, only smaller: nowhere does a sign change.
    expect(output.every((value, n) => value * (tone[n] ?? 0) >= 0)).toBe(true);
  });
});
