import {
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
  closeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { MediaEntry } from '../../../core/contract/model.ts';
import { frameIndex } from '../../../core/media/frames.ts';
import type { MediaId } from '../../../core/media/media.ts';
import { flicks } from '../../../core/time/flicks.ts';
import { rational } from '../../../core/time/rational.ts';
import { editId } from '../../../core/timeline/edit.ts';
import { clipId, type TimelineId, type TrackId } from '../../../core/timeline/timeline.ts';
import { openEngine, type Engine } from '../../../native/engine/engine.ts';
import { fullSha256Of } from '../../../native/media/fingerprint.ts';
import { numberedClip } from '../../media/numbered-clip.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

/** Beyond the three megabytes that the sampled hash sees. */
const WIDE = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '0', '-g', '25', '-pix_fmt', 'yuv420p'];

async function engineIn(folder: string, runJobs = true): Promise<Engine> {
  const projectPath = join(folder, 'film.montage');
  const opened = await openEngine({ projectPath, create: true, runJobs, shell: 'browser' });
  if (opened.kind !== 'open') throw new Error('the project is open elsewhere');
  onTestFinished(() => opened.engine.close());
  return opened.engine;
}

async function importAll(engine: Engine, path: string) {
  const outcome = await engine.client.media.import({ paths: [path] });
  await idle(engine);
  return outcome;
}

async function idle(engine: Engine): Promise<void> {
  for (;;) {
    const jobs = await engine.client.jobs.list();
    if (jobs.every(({ state }) => state === 'done' || state === 'cancelled')) return;
    expect(jobs.filter(({ state }) => state === 'failed')).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** A clip of more than three megabytes in a folder of its own. */
async function bigClip(folder: string, clip = 1): Promise<string> {
  // Sound is what makes it big: uncompressed, so that a byte of it can change and the file stays whole.
  const made = await numberedClip({
    ...{ clip, rate: '25', frames: 700, width: 320, height: 180, video: WIDE, extension: 'mov' },
    audio: ['-c:a', 'pcm_s32le', '-ar', '48000', '-ac', '1'],
  });
  const path = join(folder, `clip ${clip}.mov`);
  copyFileSync(made, path);
  expect(statSync(path).size).toBeGreaterThan(4 * 1024 * 1024);
  return path;
}

/** The same size and the same samples, another byte between them. */
function twinOf(path: string, twin: string): string {
  copyFileSync(path, twin);
  const file = openSync(twin, 'r+');
  const between = 1024 * 1024 + 1000;
  writeSync(file, Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]), 0, 8, between);
  closeSync(file);
  return twin;
}

async function bin(engine: Engine): Promise<readonly MediaEntry[]> {
  return engine.client.media.list();
}

/** A second of a file at the start of a track. */
async function putClip(engine: Engine, timelineId: TimelineId, trackId: TrackId, mediaId: MediaId): Promise<void> {
  const span = { recordIn: flicks(0), duration: flicks(705_600_000), speed: rational(1) };
  const rest = { name: 'clip', enabled: true, linkId: null, note: '', opacity: 1, sourceIn: frameIndex(0) };
  const clip = { kind: 'video' as const, id: clipId('clip-1'), mediaId, ...span, ...rest };
  const edit = { kind: 'overwrite' as const, placements: [{ trackId, clip }], newIds: [] };
  const outcome = await engine.client.timeline.apply({ timelineId, editId: editId('put'), edit });
  expect(outcome).toMatchObject({ kind: 'applied' });
}

describe('media are told apart by what they hold', () => {
  it('a file twice is one media; a moved file goes on where it lies now; its full hash is known after ingest', async () => {
    const folder = temporaryFolder();
    const path = await bigClip(folder);
    const engine = await engineIn(folder);
    expect((await importAll(engine, path)).added).toHaveLength(1);
    const [first] = await bin(engine);
    expect(first?.media.fingerprint.fullSha256).toBe(await fullSha256Of(path));

    copyFileSync(path, join(folder, 'copy.mov'));
    for (const again of [path, join(folder, 'copy.mov')]) {
      expect(await importAll(engine, again)).toMatchObject({ added: [], known: [{ mediaId: first?.media.id }] });
    }
    expect((await bin(engine)).map(({ media }) => media.path)).toEqual([path]);

    const moved = join(folder, 'moved.mov');
    renameSync(path, moved);
    expect(await importAll(engine, moved)).toMatchObject({ added: [], known: [{ mediaId: first?.media.id }] });
    expect((await bin(engine)).map(({ media }) => media.path)).toEqual([moved]);
  });

  it('a file with the same samples is another one, also for what is made of it', async () => {
    const folder = temporaryFolder();
    const path = await bigClip(folder);
    const twin = twinOf(path, join(folder, 'twin.mov'));
    const engine = await engineIn(folder);
    await importAll(engine, path);
    expect((await importAll(engine, twin)).added).toHaveLength(1);
    const [one, two] = await bin(engine);
    expect(two?.media.fingerprint.sampledSha256).toBe(one?.media.fingerprint.sampledSha256);
    expect(two?.media.fingerprint.fullSha256).not.toBe(one?.media.fingerprint.fullSha256);
    expect(two?.assets.proxy).toBeDefined();
    expect(two?.assets.proxy).not.toBe(one?.assets.proxy);
    // Neither is taken for the other when the first one is gone.
    rmSync(path);
    const mediaId = one?.media.id;
    if (mediaId === undefined) throw new Error('nothing was imported');
    await expect(engine.client.media.relink({ mediaId, path: twin })).rejects.toMatchObject({
      code: 'E_OTHER_CONTENT',
    });
    expect((await importAll(engine, twin)).added).toEqual([]);
    expect((await bin(engine)).map(({ media }) => media.path)).toEqual([path, twin]);
  });

  it('a moved file whose whole was never read is not trusted silently', async () => {
    const folder = temporaryFolder();
    const path = await bigClip(folder);
    const engine = await engineIn(folder, false);
    const { added } = await engine.client.media.import({ paths: [path] });
    const mediaId = added[0]?.media.id;
    if (mediaId === undefined) throw new Error('nothing was imported');
    const moved = join(folder, 'moved.mov');
    renameSync(path, moved);
    await expect(engine.client.media.relink({ mediaId, path: moved })).rejects.toMatchObject({
      code: 'E_UNPROVEN_CONTENT',
    });
    const again = await engine.client.media.import({ paths: [moved] });
    expect(again.added.map(({ media }) => media.fingerprint.isAmbiguous)).toEqual([true]);
    const entry = await engine.client.media.relink({ mediaId, path: moved, acceptOtherContent: true });
    expect(entry.media).toMatchObject({ id: mediaId, path: moved, online: true });
    expect(entry.media.fingerprint.fullSha256).toBe(await fullSha256Of(moved));
  });
});

describe('media.remove', () => {
  it('is refused while timelines show the file, and says which; otherwise takes what was made of it along', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'footage'));
    const paths = [1, 2].map((clip) => join(folder, 'footage', `clip ${clip}.mp4`));
    for (const [index, path] of paths.entries()) {
      copyFileSync(await numberedClip({ clip: index + 1, rate: '25', frames: 50 }), path);
    }
    const engine = await engineIn(folder);
    const { client } = engine;
    await importAll(engine, join(folder, 'footage'));
    const [used, spare] = (await bin(engine)).map(({ media }) => media.id);
    if (used === undefined || spare === undefined) throw new Error('nothing was imported');
    const { timeline } = await client.timeline.create({ name: 'Opening', rate: null, size: null });
    const [track] = timeline.tracks;
    if (track === undefined) throw new Error('a new timeline has tracks');
    await putClip(engine, timeline.id, track.id, used);

    await expect(client.media.remove({ mediaId: used })).rejects.toMatchObject({
      code: 'E_MEDIA_IN_USE',
      message: "the file is used in 'Opening' (1 clip)",
    });
    const proxies = (await bin(engine)).map(({ assets }) => engine.findBytes('proxy', assets.proxy ?? '')?.path ?? '');
    expect(proxies.map((path) => existsSync(path))).toEqual([true, true]);

    expect(await client.media.remove({ mediaId: spare })).toEqual({ removed: true });
    expect((await bin(engine)).map(({ media }) => media.id)).toEqual([used]);
    expect(proxies.map((path) => existsSync(path))).toEqual([true, false]);
    await expect(client.media.analysis({ mediaId: spare })).rejects.toMatchObject({ code: 'E_MEDIA_UNKNOWN' });
    // It can come back, and is looked at anew.
    expect((await importAll(engine, join(folder, 'footage'))).added).toHaveLength(1);
    expect((await bin(engine)).map(({ ingest }) => ingest.state)).toEqual(['ready', 'ready']);
  });
});
