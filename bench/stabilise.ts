import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rational } from '../core/time/rational.ts';
import { findFfmpeg } from '../native/ffmpeg/find.ts';
import { runFfmpeg } from '../native/ffmpeg/run.ts';
import { renderTimeline } from '../native/render/render-timeline.ts';
import { picture, sourcesOf, timelineOf } from '../tests/native/render/film.ts';
import { writeResults } from './results.ts';

const FRAMES = 125;
const rate = rational(25);
const folder = await mkdtemp(join(tmpdir(), 'montage-bench-'));

/** CPU seconds of this process and of its children that ended, as Linux counts them: hundredths. */
function cpuSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}

try {
  const path = join(folder, 'shaken.mp4');
  const shake = "crop=1920:1080:x='320+14*sin(1.9*n)+12*sin(2.7*n+1)':y='180+10*sin(2.3*n)'";
  const still = join(folder, 'still.png');
  const tools = await findFfmpeg();
  const draw = ['-f', 'lavfi', '-i', 'mandelbrot=s=2560x1440:end_scale=0.3', '-frames:v', '1', `file:${still}`];
  await runFfmpeg(tools, { args: draw, stage: 'bench' });
  const x264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'];
  const film = ['-framerate', '25', '-loop', '1', '-i', still, '-vf', shake, '-frames:v', String(FRAMES), ...x264];
  await runFfmpeg(tools, { args: [...film, `file:${path}`], stage: 'bench' });
  const sources = await sourcesOf({ shaken: path });
  const rows: Record<string, number | boolean>[] = [];
  for (const stabilise of [false, true]) {
    const clip = { ...picture('shaken', rate, 0, FRAMES, 0), ...(stabilise && { stabilise }) };
    const timeline = timelineOf(rate, [[clip]], [], { width: 1920, height: 1080 });
    const [start, cpu] = [performance.now(), cpuSeconds()];
    const settings = { video: { codec: 'h264' as const, preset: 'ultrafast' }, audio: null };
    await renderTimeline(timeline, sources, join(folder, `out-${stabilise}.mp4`), settings);
    const seconds = FRAMES / 25;
    const wall = (performance.now() - start) / 1000 / seconds;
    rows.push({ stabilise, cpuPerRealtime: (cpuSeconds() - cpu) / seconds, wallPerRealtime: wall });
  }
  const what = 'Five seconds of 1080p25 rendered to H.264 ultrafast: CPU and wall seconds for each second of film';
  await writeResults('stabilise', { what, rows });
} finally {
  await rm(folder, { recursive: true, force: true });
}
