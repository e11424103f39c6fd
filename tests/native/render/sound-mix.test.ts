import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rational } from '../../../core/time/rational.ts';
import { addFlicks, flicks } from '../../../core/time/flicks.ts';
import { timeOfFrame } from '../../../core/time/rate.ts';
import { nestedMedia } from '../../../core/timeline/generated-media.ts';
import { timelineDuration } from '../../../core/timeline/lookup.ts';
import { timelineId, type AudioClip, type Timeline } from '../../../core/timeline/timeline.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { runFfmpeg } from '../../../native/ffmpeg/run.ts';
import type { RenderSources } from '../../../native/render/request.ts';
import { mixSound } from '../../../native/render/sound.ts';
import { drawSound } from '../../media/sound-code.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { seconds, sound, sourcesOf, timelineOf, type SoundOptions } from './film.ts';

const RATE = rational(25);
/** Samples in a frame of 25 fps. */
const FRAME = 1920;

async function made(folder: string, name: string, args: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await runFfmpeg(await findFfmpeg(), { args: [...args, `file:${path}`], stage: 'test' });
  return path;
}

/** Noise that is different everywhere, in a file of its own. */
async function noise(folder: string, clip: number, seconds: number): Promise<string> {
  const raw = join(folder, `${clip}.pcm`);
  await writeFile(raw, drawSound(clip, seconds * 48_000));
  return made(folder, `${clip}.wav`, ['-f', 's16le', '-ar', '48000', '-ac', '1', '-i', raw]);
}

type Sides = { readonly left: Float32Array; readonly right: Float32Array };

async function mix(folder: string, timeline: Timeline, sources: RenderSources): Promise<Sides> {
  const path = join(folder, 'mix.f32');
  const sampleCount = Math.round(timelineDuration(timeline) / 14_700);
  await mixSound({ tools: await findFfmpeg(), plan: { timeline, sampleCount }, sources }, path);
  const file = await open(path);
  const { size } = await file.stat();
  expect(size).toBe(8 * sampleCount);
  const samples = new Float32Array(size / 4);
  await file.read(new Uint8Array(samples.buffer), 0, size, 0);
  await file.close();
  return { left: samples.filter((_, n) => n % 2 === 0), right: samples.filter((_, n) => n % 2 === 1) };
}

type More = Omit<Partial<AudioClip>, 'kind'>;
const clip = (
  media: string,
  at: number,
  length: number,
  from: number,
  options: SoundOptions & More = {},
): AudioClip => ({
  ...sound(media, RATE, at, length, timeOfFrame(from, RATE), options),
  ...options,
});
const tracks = (...clips: readonly (readonly AudioClip[])[]) => timelineOf(RATE, [], clips);
const level = (samples: Float32Array) =>
  Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
const decibels = (ratio: number) => 20 * Math.log10(ratio);

describe('edits', () => {
  it('in the same material are bit for bit what was there before', async () => {
    const folder = temporaryFolder();
    const code = await noise(folder, 3, 8);
    const lossy = await made(folder, 'code.m4a', ['-i', code, '-ar', '44100', '-c:a', 'aac']);
    const sources = await sourcesOf({ code, lossy });
    for (const media of ['code', 'lossy']) {
      const whole = await mix(folder, tracks([clip(media, 0, 100, 20)]), sources);
      const pieces = [0, 13, 14, 60].map((from, n) => clip(media, from, [13, 1, 46, 40][n] ?? 0, 20 + from));
      const cut = await mix(folder, tracks(pieces), sources);
      expect(Buffer.compare(Buffer.from(cut.left.buffer), Buffer.from(whole.left.buffer))).toBe(0);
    }
  });

  it('between different material fade within 5 ms, and sound is untouched beyond', async () => {
    const folder = temporaryFolder();
    const sources = await sourcesOf({
      code: await noise(folder, 3, 8),
      dc: await made(folder, 'dc.wav', ['-f', 'lavfi', '-i', 'aevalsrc=0.5:s=48000:d=8']),
    });
    const clips = [clip('dc', 0, 20, 10), clip('dc', 20, 20, 60), clip('dc', 45, 5, 20)];
    const { left } = await mix(folder, tracks(clips), sources);
    const steepest = Math.max(...left.subarray(1).map((value, n) => Math.abs(value - (left[n] ?? 0))));
    expect(steepest).toBeLessThan(0.5 * (Math.PI / 480) * 1.01);
    expect(left[20 * FRAME]).toBeCloseTo(0, 3);
    const outside = (n: number) => [0, 20, 40, 45, 50].every((cut) => Math.abs(n - cut * FRAME) > 240);
    const heard = (n: number) => n < 40 * FRAME || n > 45 * FRAME;
    expect(left.every((value, n) => !outside(n) || value === (heard(n) ? 0.5 : 0))).toBe(true);
  });

  it('with a transition keep their energy where the sound is different', async () => {
    const folder = temporaryFolder();
    const sources = await sourcesOf({ a: await noise(folder, 4, 8), b: await noise(folder, 5, 8) });
    const head = { kind: 'dissolve', inOffset: timeOfFrame(25, RATE), outOffset: timeOfFrame(25, RATE) } as const;
    const clips = [clip('a', 0, 75, 20), clip('b', 75, 75, 50, { head })];
    const { left } = await mix(folder, tracks(clips), sources);
    const steady = level(left.subarray(5 * FRAME, 45 * FRAME));
    for (let frame = 40; frame < 110; frame += 5) {
      const piece = left.subarray(frame * FRAME, (frame + 5) * FRAME);
      expect(Math.abs(decibels(level(piece) / steady)), `frame ${frame}`).toBeLessThan(0.5);
    }
  });
});

describe('level and place', () => {
  it('follow keyframes in decibels, and pan with equal power', async () => {
    const folder = temporaryFolder();
    const sources = await sourcesOf({
      dc: await made(folder, 'dc.wav', ['-f', 'lavfi', '-i', 'aevalsrc=0.5:s=48000:d=8']),
    });
    const at = (frame: number) => timeOfFrame(frame, RATE);
    const gainDb = [
      { at: at(10), value: 0, interpolation: 'linear' as const },
      { at: at(60), value: -30, interpolation: 'linear' as const },
    ];
    const pan = [
      { at: at(0), value: -1, interpolation: 'linear' as const },
      { at: at(100), value: 1, interpolation: 'linear' as const },
    ];
    const ramp = await mix(folder, tracks([clip('dc', 0, 100, 10, { keyframes: { gainDb } })]), sources);
    for (const frame of [20, 35, 59, 80]) {
      const expected = -30 * Math.min(1, Math.max(0, (frame - 10) / 50));
      expect(decibels((ramp.left[frame * FRAME] ?? 0) / 0.5)).toBeCloseTo(expected, 3);
    }
    const moved = await mix(folder, tracks([clip('dc', 0, 100, 10, { keyframes: { pan } })]), sources);
    for (const frame of [20, 50, 80]) {
      const [left, right] = [moved.left[frame * FRAME] ?? 0, moved.right[frame * FRAME] ?? 0];
      expect(left ** 2 + right ** 2).toBeCloseTo(2 * 0.25, 5);
      expect(Math.atan2(right, left)).toBeCloseTo((Math.PI / 2) * (frame / 100), 4);
    }
  });

  it('are those of the chosen channels', async () => {
    const folder = temporaryFolder();
    // Channel k of 5.1 holds 0.1 × (k + 1).
    const levels = [1, 2, 3, 4, 5, 6].map((k) => (k / 10).toFixed(1)).join('|');
    const six = await made(folder, 'six.wav', [
      '-f',
      'lavfi',
      '-i',
      `aevalsrc=${levels}:c=5.1:s=48000:d=4`,
      '-c:a',
      'pcm_s24le',
    ]);
    const sources = await sourcesOf({ six });
    const heard = async (channels?: readonly number[]) => {
      const { left, right } = await mix(
        folder,
        tracks([clip('six', 0, 50, 10, channels === undefined ? {} : { channels })]),
        sources,
      );
      return [left[20 * FRAME], right[20 * FRAME]].map((value) => Number(value?.toFixed(4)));
    };
    const m3 = Math.SQRT1_2;
    const mixedDown = [0.1 + m3 * 0.3 + m3 * 0.5, 0.2 + m3 * 0.3 + m3 * 0.6].map((value) => Number(value.toFixed(4)));
    expect(await heard()).toEqual(mixedDown);
    expect(await heard([0, 1, 2, 3, 4, 5])).toEqual(mixedDown);
    expect(await heard([3])).toEqual([0.4, 0.4]);
    expect(await heard([4, 1])).toEqual([0.5, 0.2]);
    expect(await heard([9])).toEqual([0, 0]);
  });
});

describe('speed', () => {
  it('backwards is the same samples from the end on', async () => {
    const folder = temporaryFolder();
    const sources = await sourcesOf({ code: await noise(folder, 6, 24) });
    // Longer than one piece that is decoded at a time.
    const forwards = await mix(folder, tracks([clip('code', 0, 500, 50)]), sources);
    const backwards = await mix(folder, tracks([clip('code', 0, 500, 550, { speed: rational(-1) })]), sources);
    const mirrored = backwards.left.toReversed();
    // But for the fades at both ends.
    const differs = mirrored.findIndex((value, n) => n > 240 && n < 500 * FRAME - 240 && value !== forwards.left[n]);
    expect(differs).toBe(-1);
  });

  it('keeps pitch, and length to the sample', async () => {
    const folder = temporaryFolder();
    const sources = await sourcesOf({
      tone: await made(folder, 'tone.wav', ['-f', 'lavfi', '-i', 'sine=f=1000:r=48000:d=20']),
    });
    for (const speed of [rational(2), rational(1, 2), rational(3, 10), rational(-3, 2)]) {
      const from = speed.num < 0 ? 400 : 50;
      const { left } = await mix(folder, tracks([clip('tone', 10, 50, from, { speed })]), sources);
      expect(left.subarray(0, 10 * FRAME).every((value) => value === 0)).toBe(true);
      const crossings = left
        .subarray(15 * FRAME, 55 * FRAME)
        .filter((value, n, all) => n > 0 && (all[n - 1] ?? 0) < 0 && value >= 0);
      expect(Math.abs(crossings.length / 1.6 - 1000), `${speed.num}/${speed.den}`).toBeLessThan(8);
      expect(level(left.subarray(58 * FRAME, 59 * FRAME))).toBeGreaterThan(0.05);
    }
  });

  it('of film as video is resampled to the sample', async () => {
    const folder = temporaryFolder();
    const sources = await sourcesOf({
      tone: await made(folder, 'tone.wav', ['-f', 'lavfi', '-i', 'sine=f=1000:r=48000:d=20']),
    });
    const { left } = await mix(folder, tracks([clip('tone', 0, 250, 0, { speed: rational(1001, 1000) })]), sources);
    // The phase after 9 s tells the place.
    for (const n of [48_000, 432_000, 432_007]) {
      expect(left[n]).toBeCloseTo(0.125 * Math.sin((2 * Math.PI * 1000 * n * 1.001) / 48_000), 3);
    }
  });
});

describe('sound in timelines', () => {
  it('that are nested is mixed as they say, at their level here', async () => {
    const folder = temporaryFolder();
    const sources = await sourcesOf({ a: await noise(folder, 7, 8), b: await noise(folder, 8, 8) });
    const inner: Timeline = { ...tracks([clip('a', 0, 50, 10)], [clip('b', 25, 50, 30)]), id: timelineId('inner') };
    const middle: Timeline = {
      ...tracks([{ ...clip('a', 5, 60, 0), mediaId: nestedMedia(inner.id) }]),
      id: timelineId('middle'),
    };
    const flat = await mix(folder, inner, sources);
    const outer = {
      ...tracks([{ ...clip('a', 10, 60, 5, { gainDb: -6 }), mediaId: nestedMedia(middle.id) }]),
      nested: [inner, middle],
    };
    const nested = await mix(folder, outer, sources);
    const gain = 10 ** (-6 / 20);
    for (let n = 1000; n < 59 * FRAME; n += 977)
      expect(nested.left[10 * FRAME + n]).toBeCloseTo(gain * (flat.left[n] ?? 0), 6);
    expect(nested.left.subarray(0, 10 * FRAME).every((value) => value === 0)).toBe(true);
  });

  it('on more tracks than decoders may run is the sum of all', async () => {
    const folder = temporaryFolder();
    const sources = await sourcesOf({ a: await noise(folder, 9, 4) });
    const one = await mix(folder, tracks([clip('a', 0, 50, 10)]), sources);
    const many = await mix(
      folder,
      tracks(...Array.from({ length: 20 }, () => [clip('a', 0, 50, 10, { gainDb: -20 })])),
      sources,
    );
    for (let n = 0; n < many.left.length; n += 101) expect(many.left[n]).toBeCloseTo(2 * (one.left[n] ?? 0), 5);
  });

  it('that starts late in its file is silent until then', async () => {
    const folder = temporaryFolder();
    const tone = ['-f', 'lavfi', '-i', 'aevalsrc=0.5:s=48000:d=3'];
    const plain = await made(folder, 'tone.wav', tone);
    const pictures = ['-f', 'lavfi', '-i', 'color=black:s=64x36:r=25:d=4', '-itsoffset', '1', '-i', plain];
    const late = await made(folder, 'late.mov', [...pictures, '-c:v', 'libx264', '-c:a', 'pcm_s16le']);
    const sources = await sourcesOf({ late });
    const { left } = await mix(folder, tracks([clip('late', 0, 50, 0)]), sources);
    expect(left.findIndex((value) => value !== 0)).toBe(48_000);
    expect(left[48_000]).toBeCloseTo(0.5, 3);
    const beyond = addFlicks(seconds(3.5), flicks(0));
    const end = await mix(folder, tracks([{ ...clip('late', 0, 50, 0), sourceIn: beyond }]), sources);
    expect(end.left.findLastIndex((value) => value !== 0)).toBe(24_000 - 1);
  });
});
