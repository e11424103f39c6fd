import { copyFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseThumbnailIndex } from '../../../core/media/thumbnails.ts';
import { ArtifactStore } from '../../../native/artifacts/store.ts';
import { INGEST_OPTIONS } from '../../../native/engine/ingest-job.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { runFfmpeg } from '../../../native/ffmpeg/run.ts';
import { randomIds } from '../../../native/ids.ts';
import { detectShots } from '../../../native/ingest/detect-shots.ts';
import { ingestKeys } from '../../../native/ingest/ingest-steps.ts';
import { makeStoryboards } from '../../../native/ingest/storyboard.ts';
import { inspectMedia, sourceFramesOfMedia } from '../../../native/media/probe.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-threads', '2'];

/** Two shots that of 30 frames, through `filter`. */
async function twoShots(name: string, filter: string, codec: readonly string[], rate = '25'): Promise<string> {
  const path = join(temporaryFolder(), name);
  const source = (kind: string) => `${kind}=size=320x180:rate=${rate},trim=end_frame=30,setpts=PTS-STARTPTS`;
  const graph = `${source('testsrc2')}[a];${source('mandelbrot')}[b];[a][b]concat,${filter}[v]`;
  const args = ['-filter_complex', graph, '-map', '[v]', ...codec, `file:${path}`];
  await runFfmpeg(await findFfmpeg(), { args, stage: 'test' });
  return path;
}

async function startsOf(path: string): Promise<readonly number[]> {
  const { list } = await detectShots(path, { keyFrames: true });
  for (const shot of list.shots) {
    expect(shot.keyFrame).toBeGreaterThanOrEqual(shot.firstFrame);
    expect(shot.keyFrame).toBeLessThanOrEqual(shot.lastFrame);
    expect(shot.endSeconds).toBeGreaterThan(shot.startSeconds);
  }
  return list.shots.map(({ firstFrame }) => firstFrame);
}

/** How many first pictures a file has, and their size. */
async function boardOf(path: string) {
  const tools = await findFfmpeg();
  const artifacts = new ArtifactStore(temporaryFolder(), randomIds);
  const seen = await inspectMedia(path, { tools });
  const media = { path, facts: seen.facts };
  const made = await makeStoryboards([{ media, frames: sourceFramesOfMedia(seen) }], INGEST_OPTIONS, {
    tools,
    artifacts,
  });
  if (made.length === 0) return undefined;
  const json = await artifacts.get(ingestKeys(media, INGEST_OPTIONS, tools.build).storyboard?.index ?? '');
  const index = parseThumbnailIndex(JSON.parse(json.toString()));
  return { width: index?.width, height: index?.height, frames: index?.thumbnails.map(({ frame }) => frame) };
}

describe('shots and first pictures of odd files', () => {
  test('interlaced: a cut between two frames is found where the frame that holds it is', async () => {
    const fields = ['-flags', '+ilme+ildct', '-top', '1'];
    const path = await twoShots('fields.mp4', 'tinterlace=interleave_top,setfield=tff', [...X264, ...fields], '50');
    expect(await startsOf(path)).toEqual([0, 15]);
    expect((await boardOf(path))?.frames).toEqual([0]);
    const mpeg2 = ['-c:v', 'mpeg2video', '-q:v', '4', ...fields];
    expect(await startsOf(await twoShots('fields.mpg', 'tinterlace=interleave_top,setfield=tff', mpeg2, '50'))).toEqual(
      [0, 15],
    );
  });

  test('a varying rate: frames are counted, not times', async () => {
    const times = "settb=1/1000,setpts='40*N+7*mod(N*7,5)+300*floor(N/24)'";
    const passed = ['-fps_mode', 'passthrough', '-enc_time_base', '1/1000', '-video_track_timescale', '1000'];
    expect(await startsOf(await twoShots('varying.mp4', times, [...X264, ...passed]))).toEqual([0, 30]);
  });

  test('HDR of ten bits, and turned by its file', async () => {
    const colours = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'];
    const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p10le', '-threads', '2', ...colours];
    const hdr = await twoShots('hdr.mkv', 'null', codec);
    expect(await startsOf(hdr)).toEqual([0, 30]);
    expect(await boardOf(hdr)).toEqual({ width: 320, height: 180, frames: [0] });
    const turned = join(temporaryFolder(), 'turned.mp4');
    const flat = await twoShots('flat.mp4', 'null', X264);
    const turn = ['-i', `file:${flat}`, '-c', 'copy', '-metadata:s:v', 'rotate=90', `file:${turned}`];
    await runFfmpeg(await findFfmpeg(), { args: turn, stage: 'test' });
    expect(await startsOf(turned)).toEqual([0, 30]);
    expect(await boardOf(turned)).toEqual({ width: 180, height: 320, frames: [0] });
  });

  test('black, one frame, and a file that was cut off', async () => {
    const black = await twoShots('black.mp4', "geq=lum='16':cb=128:cr=128", X264);
    expect(await startsOf(black)).toEqual([0]);
    expect((await boardOf(black))?.frames).toEqual([0]);
    const one = await twoShots('one.mp4', 'trim=end_frame=1', X264);
    expect(await startsOf(one)).toEqual([0]);
    expect((await boardOf(one))?.frames).toEqual([0]);
    const whole = await twoShots('whole.mp4', 'null', [...X264, '-g', '10', '-movflags', '+faststart']);
    const cutOff = join(temporaryFolder(), 'cut-off.mp4');
    copyFileSync(whole, cutOff);
    truncateSync(cutOff, Math.floor(statSync(cutOff).size * 0.6));
    expect((await startsOf(cutOff))[0]).toBe(0);
    expect((await boardOf(cutOff))?.frames).toEqual([0]);
  });
});
