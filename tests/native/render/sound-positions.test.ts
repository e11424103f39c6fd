import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Rate } from '../../../core/time/rate.ts';
import { frameDuration, timeOfFrame } from '../../../core/time/rate.ts';
import { rational } from '../../../core/time/rational.ts';
import { timelineDuration } from '../../../core/timeline/lookup.ts';
import type { Timeline } from '../../../core/timeline/timeline.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { runFfmpeg } from '../../../native/ffmpeg/run.ts';
import { mixSound } from '../../../native/render/sound.ts';
import type { RenderSources } from '../../../native/render/render-plan.ts';
import { drawSound, locateSound } from '../../media/sound-code.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { samplesOf, seconds, sound, sourcesOf, timelineOf } from './film.ts';

const LENGTH_S = 24;

/** A file that holds the sound of clip 1 from its first sample on, encoded as asked. */
async function coded(folder: string, extension: string, args: readonly string[], input: readonly string[] = []) {
  const pcm = join(folder, 'code.pcm');
  await writeFile(pcm, drawSound(1, LENGTH_S * 48_000));
  const path = join(folder, `code.${extension}`);
  const raw = ['-f', 's16le', '-ar', '48000', '-ac', '1', '-i', `file:${pcm}`];
  await runFfmpeg(await findFfmpeg(), { args: [...input, ...raw, ...args, `file:${path}`], stage: 'test' });
  return path;
}

async function mixed(folder: string, timeline: Timeline, sources: RenderSources): Promise<Float32Array> {
  const path = join(folder, 'mix.f32');
  const sampleCount = Math.round((timelineDuration(timeline) / 705_600_000) * 48_000);
  await mixSound({ tools: await findFfmpeg(), plan: { timeline, sampleCount }, sources }, path);
  const file = await open(path);
  const { size } = await file.stat();
  const samples = new Float32Array(size / 4);
  await file.read(new Uint8Array(samples.buffer), 0, size, 0);
  await file.close();
  return samples.filter((_, n) => n % 2 === 0);
}

const CUTS = [
  { at: 0, length: 20, from: 0 },
  { at: 20, length: 31, from: 13.37 },
  { at: 51, length: 24, from: 2.2 },
  { at: 75, length: 25, from: 21.018 },
];

/** By how much a file plays its sound late when it is decoded from its start: encoders' run-ins that nothing declares. */
async function delayOf(path: string): Promise<number> {
  const heard = await samplesOf(path);
  return 48_000 - locateSound(heard.subarray(48_000, 52_096), 1, 48_000, 4096).sample;
}

/** How far the sound beside each cut lies from where it should. */
async function errorsAtCuts(folder: string, path: string, rate: Rate): Promise<readonly number[]> {
  const clips = CUTS.map(({ at, length, from }) => sound('code', rate, at, length, seconds(from)));
  const samples = await mixed(folder, timelineOf(rate, [], [clips]), await sourcesOf({ code: path }));
  const errors: number[] = [];
  const delay = await delayOf(path);
  for (const { at, length, from } of CUTS) {
    const start = timeOfFrame(at, rate) / 14_700;
    const end = start + (length * frameDuration(rate)) / 14_700;
    const first = Math.round(start) + 240;
    const last = Math.round(end) - 240;
    for (const window of [first, last - 2048]) {
      const exact = from * 48_000 + window - start - delay;
      const found = locateSound(samples.subarray(window, window + 2048), 1, Math.round(exact), 120);
      errors.push(found.likeness > 0.4 ? found.sample - exact : Number.NaN);
    }
  }
  return errors;
}

const FORMATS: readonly (readonly [string, string, readonly string[], (readonly string[])?])[] = [
  ['WAV 44.1 kHz', 'wav', ['-ar', '44100']],
  ['WAV 48 kHz', 'wav', []],
  ['WAV 96 kHz', 'wav', ['-ar', '96000', '-c:a', 'pcm_s24le']],
  ['WAV 22.05 kHz', 'wav', ['-ar', '22050']],
  ['WAV 12.345 kHz', 'wav', ['-ar', '12345']],
  ['AAC 48 kHz in MP4', 'm4a', ['-c:a', 'aac', '-b:a', '160k']],
  ['AAC 44.1 kHz in MP4', 'm4a', ['-c:a', 'aac', '-b:a', '160k', '-ar', '44100']],
  ['Opus in Ogg', 'opus', ['-c:a', 'libopus', '-b:a', '128k']],
  ['Vorbis in Ogg', 'ogg', ['-c:a', 'libvorbis', '-q:a', '6', '-ar', '44100']],
  ['FLAC 44.1 kHz', 'flac', ['-c:a', 'flac', '-ar', '44100']],
  ['PCM in MOV', 'mov', ['-c:a', 'pcm_s16le', '-ar', '44100']],
];
describe('sound beside cuts', () => {
  it.for(FORMATS)('%s', async ([, extension, args, input]) => {
    const folder = temporaryFolder();
    const path = await coded(folder, extension, args, input);
    const errors = await errorsAtCuts(folder, path, rational(25));
    expect(Math.max(...errors.map(Math.abs))).toBeLessThanOrEqual(1);
  });
});
