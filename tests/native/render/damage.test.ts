import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MontageError } from '../../../core/errors.ts';
import { rational } from '../../../core/time/rational.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { runProgram } from '../../../native/process/programs.ts';
import { renderTimeline } from '../../../native/render/render-timeline.ts';
import { numberedClip } from '../../media/numbered-clip.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { numbersOf, picture, sourcesOf, timelineOf } from './film.ts';

const rate = rational(25);
const fast = { video: { codec: 'h264' as const, preset: 'ultrafast' }, audio: null };

/** A film whose pictures `from` to `to` are overwritten with noise that no decoder takes for a picture. */
async function damaged(folder: string, from: number, to: number): Promise<string> {
  const video = ['-c:v', 'mjpeg', '-q:v', '3', '-pix_fmt', 'yuvj420p'];
  const whole = await numberedClip({ clip: 41, rate: '25', frames: 120, extension: 'mkv', audio: null, video });
  const { ffprobe } = await findFfmpeg();
  const listed = await runProgram(ffprobe, [
    '-v',
    'error',
    '-select_streams',
    'v:0',
    '-show_entries',
    'packet=pos,size',
    '-of',
    'csv=p=0',
    whole,
  ]);
  const packets = listed.stdout
    .trim()
    .split('\n')
    .map((line) => line.split(',').map(Number));
  const bytes = await readFile(whole);
  for (const [size = 0, pos = 0] of packets.slice(from, to + 1)) {
    // Past the block's head, to its end.
    bytes.fill(0x5a, pos + 8, pos + size - 2);
  }
  const path = join(folder, 'damaged.mkv');
  await writeFile(path, bytes);
  return path;
}

describe('pictures that cannot be decoded', () => {
  it('are held from the one before, with a warning that names their time, and shift no other', async () => {
    const folder = temporaryFolder();
    const path = await damaged(folder, 50, 53);
    const clips = [picture('a', rate, 0, 40, 10), picture('a', rate, 40, 40, 35), picture('a', rate, 80, 30, 60)];
    const output = join(folder, 'out.mp4');
    const report = await renderTimeline(timelineOf(rate, [clips], []), await sourcesOf({ a: path }), output, fast);
    const shown = (frame: number) => (frame >= 50 && frame <= 53 ? 49 : frame);
    const wanted = Array.from({ length: 110 }, (_, k) => shown(k < 40 ? 10 + k : k < 80 ? k - 5 : k - 20));
    expect((await numbersOf(output)).map((number) => number?.frame)).toEqual(wanted);
    expect(report.warnings).toEqual([
      {
        code: 'damaged-source',
        path,
        first: 50,
        last: 53,
        message: 'at 2.00 s of the file 4 pictures are damaged: the one before is shown instead',
      },
    ]);
  });

  it('stop the work where that is asked for', async () => {
    const folder = temporaryFolder();
    const path = await damaged(folder, 50, 53);
    const timeline = timelineOf(rate, [[picture('a', rate, 0, 60, 0)]], []);
    const work = renderTimeline(timeline, await sourcesOf({ a: path }), join(folder, 'out.mp4'), fast, {
      onDamage: 'abort',
    });
    const code = await work.then(
      () => 'none',
      (error: unknown) => (error instanceof MontageError ? error.fault.code : 'other'),
    );
    expect(code).toBe('E_DAMAGED');
  });
});
