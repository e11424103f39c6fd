import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { startFfmpeg } from '../../../native/ffmpeg/run.ts';
import { probe } from '../../../native/media/probe.ts';
import { makeSample } from '../../../native/sample/make-sample.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

/** Mean absolute difference of neighbouring frames, 64×36 luma. */
async function changes(path: string): Promise<readonly number[]> {
  const args = [
    '-i',
    `file:${path}`,
    '-map',
    '0:v',
    '-vf',
    'scale=64:36,format=gray',
    '-fps_mode',
    'passthrough',
    '-f',
    'rawvideo',
    'pipe:1',
  ];
  const result: number[] = [];
  let previous: Uint8Array | undefined;
  for await (const frame of startFfmpeg(await findFfmpeg(), { args, stage: 'test', stdout: 'pipe' }).chunks(64 * 36)) {
    const before = previous;
    if (before !== undefined)
      result.push(frame.reduce((sum, value, n) => sum + Math.abs(value - (before[n] ?? 0)), 0) / frame.length);
    previous = frame;
  }
  return result;
}

describe('sample footage', () => {
  it('holds what it says: rates, frames, cuts, music, still', async () => {
    const folder = join(temporaryFolder(), 'sample');
    const sample = await makeSample(folder);
    expect((await readdir(folder)).sort()).toEqual(
      [...sample.clips.map(({ file }) => file), sample.music.file, sample.still, 'sample.json'].sort(),
    );
    const { folder: _folder, ...truth } = sample;
    expect(JSON.parse(await readFile(join(folder, 'sample.json'), 'utf8'))).toEqual(JSON.parse(JSON.stringify(truth)));
    for (const clip of sample.clips) {
      const facts = await probe(join(folder, clip.file));
      const [num = 0, den = 1] = clip.rate.split('/').map(Number);
      expect(facts.video[0]).toMatchObject({
        width: 1280,
        height: 720,
        timing: { kind: 'constant', rate: { num, den }, frameCount: clip.frames },
      });
      expect(facts.audio).toHaveLength(1);
      const measured = await changes(join(folder, clip.file));
      for (const cut of clip.cuts) expect(measured[cut - 1]).toBeGreaterThan(12);
      const calm = measured.filter((_, n) => !clip.cuts.includes(n + 1));
      expect(calm.reduce((sum, value) => sum + value, 0) / calm.length).toBeLessThan(12);
    }
    expect(await probe(join(folder, sample.music.file))).toMatchObject({ kind: 'audio' });
    expect(sample.music.beatSeconds[4]).toBe(2);
    expect((await probe(join(folder, sample.still))).kind).toBe('still');
  }, 180_000);
});
