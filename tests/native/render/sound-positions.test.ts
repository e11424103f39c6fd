import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Rate } from '../../../core/time/rate.ts';
import { frameDuration, timeOfFrame } from '../../../core/time/rate.ts';
import { rational } from '../../../core/time/rational.ts';
import { timelineDuration } from '../../../core/timeline/lookup.ts';
import type { Timeline } from '../../../core/timeline/timeline.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { runFfmpeg, startFfmpeg } from '../../../native/ffmpeg/run.ts';
import { inspectMedia } from '../../../native/media/probe.ts';
import { mixSound } from '../../../native/render/sound.ts';
import type { RenderSources } from '../../../native/render/request.ts';
import { drawSound, locateSound } from '../../media/sound-code.ts';
import { testScale } from '../../scale.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { seconds, sound, sourcesOf, timelineOf } from './film.ts';

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

/** By how much a file plays its sound late when all of it is decoded: encoders' run-ins that nothing declares. */
async function delayOf(path: string): Promise<number> {
  const args = [
    '-i',
    `file:${path}`,
    '-map',
    '0:a:0',
    '-af',
    'pan=mono|c0=FC+FL',
    '-ar',
    '48000',
    '-f',
    'f32le',
    'pipe:1',
  ];
  const chunks = startFfmpeg(await findFfmpeg(), { args, stage: 'test', stdout: 'pipe' }).chunks(4 * 96_000);
  for await (const { buffer } of chunks) {
    return 48_000 - locateSound(new Float32Array(buffer, 4 * 48_000, 2048), 1, 48_000, 2400).sample;
  }
  throw new Error('no sound');
}

/** How far the sound beside each cut lies from where it should. */
async function errorsAtCuts(folder: string, path: string, rate: Rate, declared?: number): Promise<readonly number[]> {
  const clips = CUTS.map(({ at, length, from }) => sound('code', rate, at, length, seconds(from)));
  const samples = await mixed(folder, timelineOf(rate, [], [clips]), await sourcesOf({ code: path }));
  const errors: number[] = [];
  const delay = declared ?? (await delayOf(path));
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

type Format = readonly [name: string, extension: string, args: readonly string[]];

/** In every test run. */
const USUAL: readonly Format[] = [
  ['WAV 44.1 kHz', 'wav', ['-ar', '44100']],
  ['AAC 48 kHz in MP4', 'm4a', ['-c:a', 'aac', '-b:a', '160k']],
  ['AAC 44.1 kHz in Matroska', 'mka', ['-c:a', 'aac', '-b:a', '160k', '-ar', '44100']],
  ['Opus in WebM', 'webm', ['-c:a', 'libopus', '-b:a', '128k']],
  ['MP3 44.1 kHz', 'mp3', ['-c:a', 'libmp3lame', '-q:a', '2', '-ar', '44100']],
  ['AC-3 5.1', 'ac3', ['-c:a', 'ac3', '-b:a', '448k', '-ac', '6']],
];
const OTHERS: readonly Format[] = [
  ['WAV 48 kHz', 'wav', []],
  ['WAV 96 kHz', 'wav', ['-ar', '96000', '-c:a', 'pcm_s24le']],
  ['WAV 22.05 kHz', 'wav', ['-ar', '22050']],
  ['WAV 12.345 kHz', 'wav', ['-ar', '12345']],
  ['AAC 44.1 kHz in MP4', 'm4a', ['-c:a', 'aac', '-b:a', '160k', '-ar', '44100']],
  ['AAC 48 kHz in Matroska', 'mka', ['-c:a', 'aac', '-b:a', '160k']],
  ['AAC in ADTS', 'aac', ['-c:a', 'aac', '-b:a', '160k']],
  ['Opus in Ogg', 'opus', ['-c:a', 'libopus', '-b:a', '128k']],
  ['Vorbis in WebM', 'webm', ['-c:a', 'libvorbis', '-q:a', '6']],
  ['Vorbis in Ogg', 'ogg', ['-c:a', 'libvorbis', '-q:a', '6', '-ar', '44100']],
  ['MP3 in Matroska', 'mka', ['-c:a', 'libmp3lame', '-b:a', '192k']],
  ['FLAC 44.1 kHz', 'flac', ['-c:a', 'flac', '-ar', '44100']],
  ['FLAC in Matroska', 'mka', ['-c:a', 'flac', '-ar', '44100']],
  ['PCM in MOV', 'mov', ['-c:a', 'pcm_s16le', '-ar', '44100']],
  ['PCM in Matroska', 'mka', ['-c:a', 'pcm_s16le', '-ar', '44100']],
  ['AC-3 in MPEG-TS', 'ts', ['-c:a', 'ac3', '-b:a', '192k']],
  ['AAC in MPEG-TS', 'ts', ['-c:a', 'aac', '-b:a', '160k']],
];
const RATES = [rational(25), rational(30_000, 1001), rational(24_000, 1001), rational(50), rational(24)];

describe('sound beside cuts lies where it was cut, to the sample', () => {
  const formats = [...USUAL, ...(testScale > 1 ? OTHERS : [])].map((format, n) => ({ format, rates: ratesFor(n) }));

  it.for(formats)('$format.0', async ({ format: [, extension, args], rates }) => {
    const folder = temporaryFolder();
    const path = await coded(folder, extension, args);
    for (const rate of rates) {
      const errors = await errorsAtCuts(folder, path, rate);
      expect(Math.max(...errors.map(Math.abs)), String(errors)).toBeLessThanOrEqual(1);
    }
  });

  it('beside pictures, where either starts first', async () => {
    const folder = temporaryFolder();
    const picture = ['-f', 'lavfi', '-i', `testsrc=s=64x36:r=24000/1001:d=${LENGTH_S}`];
    const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac'];
    for (const [extension, late] of [
      ['mp4', '0.1'],
      ['mkv', '0.12'],
      ['mp4', '-0.25'],
    ] as const) {
      const plain = await coded(folder, 'mkv', x264, picture);
      const shifted = join(folder, `shifted.${extension}`);
      const shift =
        Number(late) < 0
          ? ['-itsoffset', late.slice(1), '-i', plain, '-i', plain]
          : ['-i', plain, '-itsoffset', late, '-i', plain];
      const args = [...shift, '-map', '0:v', '-map', '1:a', '-c', 'copy', `file:${shifted}`];
      await runFfmpeg(await findFfmpeg(), { args, stage: 'test' });
      const delay = await delayFromPicture(shifted);
      // The file's first frames may have no sound yet.
      const errors = (await errorsAtCuts(folder, shifted, rational(25), delay)).slice(1);
      expect(Math.max(...errors.map(Math.abs)), String(errors)).toBeLessThanOrEqual(1);
    }
  });
});

/** One rate a format in plain runs, all of them in deep ones. */
function ratesFor(n: number): readonly Rate[] {
  return testScale > 1 ? RATES : RATES.slice(n % RATES.length, (n % RATES.length) + 1);
}

/** As the file's first stamps say; after them its blocks follow each other, whatever theirs say. */
async function delayFromPicture(path: string): Promise<number> {
  const [stream] = (await inspectMedia(path)).facts.audio;
  return (stream?.offset ?? 0) / 14_700 + (await delayOf(path));
}
