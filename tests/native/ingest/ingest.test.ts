import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodePeaks } from '../../../core/media/peaks.ts';
import { parseThumbnailIndex } from '../../../core/media/thumbnails.ts';
import { ArtifactStore } from '../../../native/artifacts/store.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { ANALYSERS } from '../../../native/analysers/registry.ts';
import { randomIds } from '../../../native/ids.ts';
import { ingest } from '../../../native/ingest/ingest.ts';
import type { IngestPorts } from '../../../native/ingest/ports.ts';
import { probe } from '../../../native/media/probe.ts';
import { runProgram } from '../../../native/process/programs.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const OPTIONS = { proxyLines: 360, analysers: ANALYSERS.map(({ id }) => id) } as const;

/** Two shots of three seconds each at 29.97 with a tone, or what the arguments say instead. */
async function makeClip(name: string, args: readonly string[] = []): Promise<string> {
  const path = join(temporaryFolder(), name);
  const tools = await findFfmpeg();
  const graph =
    'testsrc2=size=640x480:rate=30000/1001:duration=3[a];mandelbrot=size=640x480:rate=30000/1001,trim=duration=3[b];[a][b]concat[v];sine=frequency=1000:sample_rate=44100:duration=6[s]';
  const standard = ['-filter_complex', graph, '-map', '[v]', '-map', '[s]', '-c:v', 'libx264', '-preset', 'ultrafast'];
  const all = ['-v', 'error', '-threads', '2', ...(args.length > 0 ? args : standard), path];
  expect((await runProgram(tools.ffmpeg, all)).exitCode).toBe(0);
  return path;
}

async function setUp(path: string, more: Partial<IngestPorts> = {}) {
  const artifacts = new ArtifactStore(temporaryFolder(), randomIds);
  const media = { path, facts: await probe(path) };
  const ports = { tools: await findFfmpeg(), artifacts, ...more };
  return { artifacts, media, ports, run: () => ingest(media, OPTIONS, ports) };
}

describe('ingest', () => {
  test('one run yields everything, a second one starts no ffmpeg', async () => {
    const seen: number[] = [];
    const { artifacts, run } = await setUp(await makeClip('clip.mp4'), { onProgress: (part) => void seen.push(part) });
    const first = await run();
    expect(first.runs).toBe(1);
    expect(first.sourceFrames).toEqual({ kind: 'constant', rate: { num: 30_000, den: 1001 }, frameCount: 180 });
    expect(first.remarks).toEqual([]);
    expect(seen.at(-1)).toBe(1);
    expect(seen.every((part, index) => part >= 0 && part <= 1 && part >= (seen[index - 1] ?? 0) - 0.2)).toBe(true);
    const shots = first.results.find(({ kind }) => kind === 'shots');
    expect(shots?.kind === 'shots' ? shots.shots.map(({ firstFrame }) => firstFrame) : []).toEqual([0, 90]);

    const { thumbnails = '', thumbnailIndex = '', peaks = '', speech = '', proxy = '' } = first.assets;
    const index = parseThumbnailIndex(JSON.parse((await artifacts.get(thumbnailIndex)).toString()));
    const strip = await artifacts.get(thumbnails);
    expect(index).toMatchObject({ width: 240, height: 180 });
    expect(index?.thumbnails.map(({ frame }) => frame).slice(0, 3)).toEqual([0, 15, 30]);
    for (const { offset, bytes } of index?.thumbnails ?? []) {
      expect(strip.subarray(offset, offset + 2).toString('hex')).toBe('ffd8');
      expect(strip.subarray(offset + bytes - 2, offset + bytes).toString('hex')).toBe('ffd9');
    }
    const wave = decodePeaks(await artifacts.get(peaks));
    // AAC comes in whole blocks of 1024 samples: the sound is up to 23 ms longer.
    expect(wave?.count).toBeGreaterThanOrEqual(600);
    expect(wave?.count).toBeLessThanOrEqual(603);
    // ffmpeg's sine is an eighth of full scale.
    expect(wave?.lanes[0]?.max[300]).toBeGreaterThan(3900);
    expect(wave?.lanes[0]?.max[300]).toBeLessThan(4300);
    expect(Math.abs((artifacts.sizeOf(speech) ?? 0) / 32_000 - 6)).toBeLessThan(0.05);
    expect((await probe(artifacts.path(proxy))).video[0]).toMatchObject({ width: 480, height: 360, codec: 'h264' });

    const again = await run();
    expect(again).toEqual({ ...first, runs: 0 });
  });

  test('what is missing is made again, alone', async () => {
    const { artifacts, run } = await setUp(await makeClip('clip.mp4'));
    const { assets } = await run();
    const proxy = readFileSync(artifacts.path(assets.proxy ?? ''));
    artifacts.remove(assets.peaks ?? '');
    expect((await run()).runs).toBe(1);
    expect(artifacts.has(assets.peaks ?? '')).toBe(true);
    expect(readFileSync(artifacts.path(assets.proxy ?? ''))).toEqual(proxy);
    artifacts.remove(assets.proxy ?? '');
    await run();
    expect(readFileSync(artifacts.path(assets.proxy ?? '')).equals(proxy)).toBe(true);
  });

  test('sound alone and stills get what applies', async () => {
    const sound = await setUp(await makeClip('tone.wav', ['-f', 'lavfi', '-i', 'sine=frequency=500:duration=2']));
    const heard = await sound.run();
    expect(heard.sourceFrames).toBeUndefined();
    expect(heard.assets.thumbnails).toBeUndefined();
    expect((await probe(sound.artifacts.path(heard.assets.proxy ?? ''))).kind).toBe('audio');
    expect(heard.results.map(({ kind }) => kind)).not.toContain('shots');

    const still = await setUp(
      await makeClip('still.png', ['-f', 'lavfi', '-i', 'testsrc2=size=300x500', '-frames:v', '1', '-update', '1']),
    );
    const shown = await still.run();
    expect(shown.sourceFrames).toEqual({ kind: 'still' });
    expect(shown.results).toEqual([]);
    expect((await probe(still.artifacts.path(shown.assets.proxy ?? ''))).video[0]).toMatchObject({ height: 500 });
    expect((await still.run()).runs).toBe(0);
  });

  test('cancelling leaves nothing behind', async () => {
    const stop = new AbortController();
    const path = await makeClip('clip.mp4');
    const { artifacts, run } = await setUp(path, {
      signal: stop.signal,
      onProgress: (part) => {
        if (part > 0.3) stop.abort();
      },
    });
    await expect(run()).rejects.toMatchObject({ fault: { code: 'E_CANCELLED' } });
    expect(artifacts.usage().count).toBe(0);
    expect(readdirSync(join(artifacts.folder, 'unfinished'))).toEqual([]);
  });

  test('a pause holds the run until it is over', async () => {
    const listeners = new Set<(paused: boolean) => void>();
    const pause = {
      paused: true,
      onChange(listener: (paused: boolean) => void) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    };
    let last = 0;
    const { run } = await setUp(await makeClip('clip.mp4'), { pause, onProgress: (part) => void (last = part) });
    const running = run();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(last).toBeLessThan(1);
    for (const listener of listeners) listener(false);
    expect((await running).results.length).toBeGreaterThan(0);
    expect(listeners.size).toBe(0);
  });
});
