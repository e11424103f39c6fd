import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseThumbnailIndex } from '../../../core/media/thumbnails.ts';
import { ArtifactStore } from '../../../native/artifacts/store.ts';
import { INGEST_OPTIONS } from '../../../native/engine/ingest-job.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { runFfmpeg, startFfmpeg } from '../../../native/ffmpeg/run.ts';
import { randomIds } from '../../../native/ids.ts';
import { ingestKeys } from '../../../native/ingest/ingest-steps.ts';
import type { IngestMedia } from '../../../native/ingest/ports.ts';
import { makeStoryboards } from '../../../native/ingest/storyboard.ts';
import { inspectMedia, sourceFramesOfMedia } from '../../../native/media/probe.ts';
import { numberedClip } from '../../media/numbered-clip.ts';
import { readNumber } from '../../media/picture-code.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

async function orderFor(path: string) {
  const seen = await inspectMedia(path, { tools: await findFfmpeg() });
  return { media: { path, facts: seen.facts }, frames: sourceFramesOfMedia(seen) };
}

async function storyboardOf(path: string, artifacts = new ArtifactStore(temporaryFolder(), randomIds)) {
  const tools = await findFfmpeg();
  const order = await orderFor(path);
  const isNew = (await makeStoryboards([order], INGEST_OPTIONS, { tools, artifacts })).length > 0;
  return { isNew, artifacts, ...(await storedBoard(order.media, artifacts)) };
}

async function storedBoard(media: IngestMedia, artifacts: ArtifactStore) {
  const keys = ingestKeys(media, INGEST_OPTIONS, (await findFfmpeg()).build);
  const { strip = '', index = '' } = keys.storyboard ?? {};
  if (index === '' || !artifacts.has(index)) return { keys, index: undefined, strip: new Uint8Array() };
  const read = parseThumbnailIndex(JSON.parse(new TextDecoder().decode(await artifacts.get(index))));
  return { keys, index: read, strip: await artifacts.get(strip) };
}

type Board = Awaited<ReturnType<typeof storedBoard>>;

/** The frame numbers written into the pictures are those of the index; gives them. */
async function expectTrue({ index, strip }: Board): Promise<readonly number[]> {
  const { width = 1, height = 1 } = index ?? {};
  const path = join(temporaryFolder(), 'strip.mjpeg');
  writeFileSync(path, strip);
  const args = ['-f', 'mjpeg', '-i', `file:${path}`, '-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'];
  const run = startFfmpeg(await findFfmpeg(), { args, stage: 'test', stdout: 'pipe' });
  const read: (number | undefined)[] = [];
  for await (const data of run.chunks(width * height)) {
    read.push(readNumber({ data, width, height, channels: 1 })?.frame);
  }
  const frames = index?.thumbnails.map(({ frame }) => frame) ?? [];
  expect(read).toEqual(frames);
  return frames;
}

const every = (gop: number) => ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', String(gop), '-pix_fmt', 'yuv420p'];

describe('the first pictures of a film', () => {
  test('are key frames at even distances, and their frame numbers are those in the pictures', async () => {
    const path = await numberedClip({ clip: 1, rate: '30000/1001', frames: 1440, video: every(30) });
    const board = await storyboardOf(path);
    const frames = await expectTrue(board);
    expect(frames).toEqual([0, 240, 480, 720, 960, 1200].map((frame) => frame - (frame % 30)));
    expect(board.index).toMatchObject({ width: 320, height: 180 });
    expect(board.index?.thumbnails[1]?.start).toBe(Math.round((240 * 1001 * 705_600_000) / 30_000));

    // Nothing is made twice, and nothing once thumbnails of the whole film are there.
    expect((await storyboardOf(path, board.artifacts)).isNew).toBe(false);
    const whole = new ArtifactStore(temporaryFolder(), randomIds);
    for (const key of [board.keys.assets.thumbnails, board.keys.assets.thumbnailIndex])
      await whole.put(key ?? '', '{}');
    expect((await storyboardOf(path, whole)).isNew).toBe(false);
  });

  test('have true frame numbers where the rate varies, in other containers and turned', async () => {
    const varying = { clip: 2, rate: 'varying', frames: 600, video: every(48) };
    expect((await expectTrue(await storyboardOf(await numberedClip(varying)))).length).toBeGreaterThan(2);
    const stream = { clip: 3, rate: '25', frames: 500, video: every(25), extension: 'ts' };
    expect((await expectTrue(await storyboardOf(await numberedClip(stream)))).length).toBeGreaterThan(1);
    const matroska = { clip: 4, rate: '30000/1001', frames: 600, video: every(25), extension: 'mkv' };
    expect((await expectTrue(await storyboardOf(await numberedClip(matroska)))).length).toBe(3);
    const path = join(temporaryFolder(), 'turned.mp4');
    const flat = await numberedClip({ clip: 5, rate: '25', frames: 50, video: every(25) });
    const turn = ['-i', `file:${flat}`, '-c', 'copy', '-metadata:s:v', 'rotate=90', `file:${path}`];
    await runFfmpeg(await findFfmpeg(), { args: turn, stage: 'test' });
    expect((await storyboardOf(path)).index).toMatchObject({ width: 180, height: 320 });
  });

  test('are few where key frames are few, and one where a film is cut short', async () => {
    const oneGroup = await numberedClip({ clip: 6, rate: '25', frames: 1000, video: every(9999) });
    expect(await expectTrue(await storyboardOf(oneGroup))).toEqual([0]);
    const short = await numberedClip({ clip: 7, rate: '25', frames: 1, video: every(1) });
    expect(await expectTrue(await storyboardOf(short))).toEqual([0]);
  });

  test('clips of seconds that wait come with the first, each with its own picture and time; a broken one stops none', async () => {
    const tools = await findFfmpeg();
    const paths = [
      await numberedClip({ clip: 8, rate: '25', frames: 50, video: every(25) }),
      await numberedClip({ clip: 9, rate: '30000/1001', frames: 60, video: every(10), extension: 'mkv' }),
      await numberedClip({ clip: 10, rate: 'varying', frames: 60, video: every(20) }),
    ];
    const orders = await Promise.all(paths.map(orderFor));
    const artifacts = new ArtifactStore(temporaryFolder(), randomIds);
    const made = await makeStoryboards(orders, INGEST_OPTIONS, { tools, artifacts });
    expect(made.map(({ path }) => path)).toEqual(paths);
    for (const { media } of orders) expect(await expectTrue(await storedBoard(media, artifacts))).toEqual([0]);

    const [first, second] = orders;
    if (first === undefined || second === undefined) throw new Error('no orders');
    const broken = join(temporaryFolder(), 'gone.mkv');
    writeFileSync(broken, 'nothing');
    const gone = { ...second, media: { ...second.media, path: broken } };
    const later = new ArtifactStore(temporaryFolder(), randomIds);
    const alone = await makeStoryboards([first, gone], INGEST_OPTIONS, { tools, artifacts: later });
    expect(alone.map(({ path }) => path)).toEqual([first.media.path]);
    expect(await expectTrue(await storedBoard(first.media, later))).toEqual([0]);
  });

  test('a sound has none, nor has a still', async () => {
    const folder = temporaryFolder();
    const tools = await findFfmpeg();
    const [sound, still] = [join(folder, 'tone.wav'), join(folder, 'still.png')];
    await runFfmpeg(tools, { args: ['-f', 'lavfi', '-i', 'sine=duration=1', sound], stage: 'test' });
    const one = ['-f', 'lavfi', '-i', 'testsrc2=size=64x64', '-frames:v', '1', still];
    await runFfmpeg(tools, { args: one, stage: 'test' });
    expect((await storyboardOf(sound)).isNew).toBe(false);
    expect((await storyboardOf(still)).isNew).toBe(false);
  });
});
