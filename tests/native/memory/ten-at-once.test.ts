import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { runFfmpeg } from '../../../native/ffmpeg/run.ts';
import { scaled, testScale } from '../../scale.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { watchTree } from './tree-memory.ts';

const MEGABYTE = 1e6;
const SCRIPT = fileURLToPath(new URL('take-in.ts', import.meta.url));

type Film = { readonly size: string; readonly rate: number; readonly seconds: number; readonly soundHz: number };

/** A made film; `number` makes its content another. */
async function film(folder: string, number: number, { size, rate, seconds, soundHz }: Film): Promise<string> {
  const path = join(folder, `film ${number}.mp4`);
  const picture = ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${rate}:duration=${seconds},hue=h=${7 * number}`];
  const sound = ['-f', 'lavfi', '-i', `sine=frequency=${200 + number}:sample_rate=${soundHz}:duration=${seconds}`];
  const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-threads', '2', '-c:a', 'aac', '-b:a', '32k'];
  const args = [...picture, ...sound, ...codecs, '-movflags', '+disable_chpl', path];
  await runFfmpeg(await findFfmpeg(), { args, stage: 'test' });
  return path;
}

/** Takes films in with a budget; what the whole tree of processes held at most, and the engine itself after each round. */
async function takeIn(films: readonly string[], memoryBytes: number, perRound = films.length) {
  const project = join(temporaryFolder(), 'film.montage');
  const child = spawn(process.execPath, [
    '--expose-gc',
    SCRIPT,
    project,
    String(memoryBytes),
    String(perRound),
    ...films,
  ]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const tree = watchTree(child.pid ?? 0);
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  await once(child, 'close');
  const held = [...said.matchAll(/^holds (\d+) (\d+)\n/gm)].map(([, all, objects]) => ({
    all: Number(all),
    objects: Number(objects),
  }));
  expect(said.replaceAll(/^holds .*\n/gm, '')).toBe(`done ${films.length}\n`);
  return { most: tree.most(), held };
}

function tell(what: string, bytes: number): void {
  if (testScale > 1) process.stderr.write(`${what}: ${Math.round(bytes / MEGABYTE)} MB\n`);
}

/**
 * The same film as a file with a hole behind its samples: the header of the samples' box takes the 8 free bytes before
 * it for a length of 64 bits, and the index comes after the hole. No place of a sample changes.
 */
function withHole(path: string, to: string, hole: number): void {
  const bytes = readFileSync(path);
  const free = bytes.indexOf('free') - 4;
  const samples = free + 8;
  const length = bytes.readUInt32BE(samples);
  expect([bytes.readUInt32BE(free), bytes.toString('latin1', samples + 4, samples + 8)]).toEqual([8, 'mdat']);
  const index = bytes.subarray(samples + length);
  bytes.writeUInt32BE(1, free);
  bytes.write('mdat', free + 4, 'latin1');
  bytes.writeBigUInt64BE(BigInt(length + 8 + hole), free + 8);
  const file = openSync(to, 'w');
  writeSync(file, bytes, 0, samples + length, 0);
  ftruncateSync(file, samples + length + hole);
  writeSync(file, index, 0, index.length, samples + length + hole);
  closeSync(file);
}

const SMALL: Film = { size: '160x90', rate: 25, seconds: 1, soundHz: 48_000 };

describe('memory', () => {
  test('of ten media taken in at once stays inside the budget, all processes together', async () => {
    const folder = temporaryFolder();
    const films: string[] = [];
    for (let number = 1; number <= 10; number += 1) films.push(await film(folder, number, SMALL));
    const budget = 1500 * MEGABYTE;
    const { most } = await takeIn(films, budget);
    tell('ten media at once', most);
    expect(most).toBeGreaterThan(100 * MEGABYTE);
    expect(most).toBeLessThan(budget);
  });

  // Its hash alone takes seconds.
  test.runIf(testScale >= 4)('of a file of more than 2 GB is that of a small one', async () => {
    const folder = temporaryFolder();
    const [small, large] = [await film(folder, 1, SMALL), join(folder, 'large.mp4')];
    withHole(small, large, 2 ** 31 + 12_345);
    const { most } = await takeIn([large], 2000 * MEGABYTE);
    tell('a file of 2 GB', most);
    expect(most).toBeLessThan(800 * MEGABYTE);
  });

  test.runIf(testScale >= 4)('of 4K and of ten large films at once stays under 2 GB', async () => {
    const folder = temporaryFolder();
    const films: string[] = [];
    for (let number = 1; number <= 3; number += 1) {
      films.push(await film(folder, number, { size: '3840x2160', rate: 30, seconds: 3, soundHz: 48_000 }));
    }
    for (let number = 4; number <= 10; number += 1) {
      films.push(await film(folder, number, { size: '1920x1080', rate: 25, seconds: 4, soundHz: 48_000 }));
    }
    const { most } = await takeIn(films, 1500 * MEGABYTE);
    tell('three films in 4K and seven in 1080p at once', most);
    expect(most).toBeLessThan(2000 * MEGABYTE);
  });

  test.runIf(testScale >= 4)('of a film of eight hours stays under 2 GB', async () => {
    const hours = { size: '96x54', rate: 2, seconds: 8 * 3600, soundHz: 8000 };
    const { most } = await takeIn([await film(temporaryFolder(), 1, hours)], 2000 * MEGABYTE);
    tell('a film of eight hours', most);
    expect(most).toBeLessThan(2000 * MEGABYTE);
  });

  test.runIf(testScale >= 4)('stays flat over hundreds of short files', async () => {
    const folder = temporaryFolder();
    const films: string[] = [];
    for (let number = 1; number <= scaled(25); number += 1) films.push(await film(folder, number, SMALL));
    const rounds = 10;
    const { most, held } = await takeIn(films, 1500 * MEGABYTE, Math.ceil(films.length / rounds));
    expect(held).toHaveLength(rounds);
    // The engine itself, what nobody holds any more collected, after rounds of the same work; the first warms up.
    const growth = (what: 'all' | 'objects') => {
      const median = (from: number, to: number) =>
        held
          .slice(from, to)
          .map((round) => round[what])
          .toSorted((a, b) => a - b)[1] ?? Infinity;
      return median(rounds - 3, rounds) - median(1, 4);
    };
    tell(`${films.length} short files`, most);
    tell('growth of the engine meanwhile', growth('all'));
    tell('growth of its objects', growth('objects'));
    expect(most).toBeLessThan(1500 * MEGABYTE);
    expect(growth('all')).toBeLessThan(60 * MEGABYTE);
    expect(growth('objects')).toBeLessThan(0.03 * MEGABYTE * films.length);
  });
});
