import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { jpegsOf } from '../../../native/ffmpeg/jpeg.ts';
import { startFfmpeg } from '../../../native/ffmpeg/run.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const SIZE = { width: 61, height: 37 };
const COLOURS = [
  [200, 30, 30],
  [30, 200, 30],
  [30, 30, 200],
] as const;

it('each picture becomes a JPEG file of its own, also of odd sizes', async () => {
  const tools = await findFfmpeg();
  const pixels = COLOURS.map((colour) =>
    Uint8Array.from({ length: 3 * SIZE.width * SIZE.height }, (_, at) => (colour[at % 3] ?? 0) + ((at * 7919) % 31)),
  );
  const files = await jpegsOf({ ...SIZE, pixels }, tools);
  expect(files).toHaveLength(COLOURS.length);
  for (const [index, file] of files.entries()) {
    const path = join(temporaryFolder(), 'one.jpg');
    writeFileSync(path, file);
    const args = ['-i', path, '-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1'];
    const run = startFfmpeg(tools, { args, stage: 'test', stdout: 'pipe' });
    const pieces: Uint8Array[] = [];
    for await (const piece of run.pieces()) pieces.push(Uint8Array.from(piece));
    const decoded = Buffer.concat(pieces);
    expect(decoded).toHaveLength(3 * SIZE.width * SIZE.height);
    for (const channel of [0, 1, 2]) {
      const values = decoded.filter((_, at) => at % 3 === channel);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(Math.abs(mean - (COLOURS[index]?.[channel] ?? 0) - 15)).toBeLessThan(6);
    }
  }
});

it('no pictures are no files', async () => {
  expect(await jpegsOf({ ...SIZE, pixels: [] }, await findFfmpeg())).toEqual([]);
});
