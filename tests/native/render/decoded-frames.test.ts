import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rational } from '../../../core/time/rational.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { renderTimeline } from '../../../native/render/render-timeline.ts';
import { numberedClip } from '../../media/numbered-clip.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { numbersOf, picture, sourcesOf, timelineOf } from './film.ts';

const rate = rational(25);
const GROUP = 50;
/** What a decoder has under way when it is told to end. */
const UNDER_WAY = 16;

it.each([
  ['as they are', {}],
  ['changed', { opacity: 0.5 }],
])('pictures that are shown %s are decoded from the key frame before to the last that is shown', async (_, change) => {
  const folder = temporaryFolder();
  const video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', String(GROUP), '-bf', '2', '-pix_fmt', 'yuv420p'];
  const long = await numberedClip({ clip: 71, rate: '25', frames: 500, audio: null, video });
  const tools = await findFfmpeg();
  const [program, logs] = [join(folder, 'ffmpeg'), join(folder, 'logs')];
  await mkdir(logs);
  await writeFile(program, `#!/bin/sh\nFFREPORT="file=${logs}/$$.log:level=40" exec ${tools.ffmpeg} "$@"\n`, {
    mode: 0o755,
  });
  // One piece enters a group in its middle, the other leaves one early.
  const clips = [picture('a', rate, 0, 20, 110, change), picture('a', rate, 20, 15, 200, change)];
  const output = join(folder, 'out.mp4');
  const settings = { video: { codec: 'h264' as const, preset: 'ultrafast' }, audio: null };
  await renderTimeline(timelineOf(rate, [clips], []), await sourcesOf({ a: long }), output, settings, {
    tools: { ...tools, ffmpeg: program },
  });
  const texts = await Promise.all((await readdir(logs)).map((name) => readFile(join(logs, name), 'utf8')));
  const decoded = texts
    .filter((text) => text.includes(long))
    .flatMap((text) => [...text.matchAll(/Input stream .*\(video\): .*?(\d+) frames decoded/g)])
    .reduce((sum, [, count]) => sum + Number(count), 0);
  if (!('opacity' in change)) expect((await numbersOf(output)).map((number) => number?.frame)).toHaveLength(35);
  // From frame 100 to 129, and from 200 (or a second before it) to 214.
  const needed = 30 + GROUP + 15;
  expect(decoded).toBeGreaterThanOrEqual(45);
  expect(decoded).toBeLessThanOrEqual(needed + 2 * UNDER_WAY);
});
