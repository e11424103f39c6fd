import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { connectRemote } from '../../../cli/connection.ts';
import { systemClock } from '../../../native/clock.ts';
import { serveEngine } from '../../../native/host/serve.ts';
import { numberedClip } from '../../media/numbered-clip.ts';
import { slowness } from '../../busy-machine.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import {
  GRACE_MS,
  startMontage,
  survivors,
  survivorsInTheEnd,
  talkTo,
  until,
  witnessed,
  type Life,
} from './engine-lives.ts';

/** The first `serve` of a checkout builds the window. */
const TIMEOUT = 300_000;

const logs: string[] = [];
afterEach(() => {
  for (const line of logs.splice(0).flatMap(survivors)) process.kill(Number.parseInt(line, 10), 'SIGKILL');
});

async function newScene(frames: number) {
  const folder = temporaryFolder();
  const footage = join(folder, 'footage');
  mkdirSync(footage);
  for (const clip of [1, 2]) {
    copyFileSync(await numberedClip({ clip, rate: '25', frames }), join(footage, `clip ${clip}.mp4`));
  }
  const log = join(folder, 'witness.txt');
  logs.push(log);
  return { footage, log, project: join(folder, 'film.montage'), out: join(folder, 'out') };
}

type Scene = Awaited<ReturnType<typeof newScene>>;

/** `montage serve`, answering. */
async function serve({ log, project }: Scene): Promise<Life> {
  const engine = startMontage(log, ['serve', '--project', project]);
  const connection = await talkTo(engine, project);
  if (connection === undefined) throw new Error((await engine.ended).err);
  await connection.close();
  return engine;
}

/** Ends an engine as `kill` does; it has two seconds, on a busy machine as much longer as all else takes there. */
async function endInTime(engine: Life, log: string): Promise<void> {
  const before = systemClock.elapsed();
  engine.kill('SIGTERM');
  const { code, err } = await engine.ended;
  const tookMs = systemClock.elapsed() - before;
  process.stdout.write(`SIGTERM to end: ${Math.round(tookMs)} ms\n`);
  expect({ code, err }).toMatchObject({ code: 0 });
  expect(err).not.toMatch(STACK);
  if (tookMs >= GRACE_MS) expect(tookMs).toBeLessThan(GRACE_MS * slowness());
  expect(await survivorsInTheEnd(log)).toEqual([]);
}

const STACK = /\n\s+at /;
const ended = z.object({ jobs: z.array(z.object({ kind: z.string(), state: z.string() })) });

describe('a command beside a running engine', () => {
  it('import ends with 0 and says nothing of sockets', { timeout: TIMEOUT }, async () => {
    const scene = await newScene(25);
    const engine = await serve(scene);
    for (let time = 0; time < 3; time += 1) {
      const life = startMontage(scene.log, ['import', scene.footage, '--project', scene.project, '--json']);
      const { code, out, err } = await life.ended;
      expect({ code, err }).toMatchObject({ code: 0 });
      expect(err).not.toMatch(STACK);
      expect(err).not.toContain('WebSocket');
      const { jobs } = ended.parse(JSON.parse(out));
      expect(jobs.map(({ state }) => state)).toEqual(time === 0 ? ['done', 'done'] : []);
    }
    await endInTime(engine, scene.log);
  });

  it('import says in one line that the engine was killed', { timeout: TIMEOUT }, async () => {
    const killed = async () => {
      const scene = await newScene(250);
      const engine = await serve(scene);
      const life = startMontage(scene.log, ['import', scene.footage, '--project', scene.project]);
      expect(await until(life, () => witnessed(scene.log).some((line) => line.startsWith('begun ')))).toBe(true);
      engine.kill('SIGKILL');
      const ends = await life.ended;
      expect(await survivorsInTheEnd(scene.log)).toEqual([]);
      return ends;
    };
    let { code, err } = await killed();
    // On a busy machine the import may be through before this process gets its turn to kill.
    for (let tries = 1; tries < 5 && code === 0; tries += 1) ({ code, err } = await killed());
    expect(err.trimEnd().split('\n').at(-1)).toMatch(/^E_ENGINE_AWAY: /);
    expect(err).not.toMatch(STACK);
    expect(code).toBe(3);
  });
});

describe('a connection to an engine', () => {
  it('closes quietly right after a call was given up', async () => {
    const options = { projectPath: null, create: true, runJobs: false, shell: 'browser' as const };
    const served = await serveEngine({ ...options, port: 0, renderer: undefined });
    if (served.kind !== 'open') throw new Error('a temporary project is nobody else’s');
    onTestFinished(() => served.close());
    for (let time = 0; time < 10; time += 1) {
      const { client, close } = await connectRemote({ port: served.port, token: served.bearer });
      const stop = new AbortController();
      const events = await client.system.events({ after: null }, { signal: stop.signal });
      const next = expect(events.next()).rejects.toThrow();
      await client.jobs.list();
      // An error that the link throws with nobody to catch it fails the run.
      stop.abort();
      await close();
      await next;
    }
    await expect.poll(() => served.clients()).toBe(0);
  });
});

describe('SIGTERM to montage serve', () => {
  it('ends it in time during ingest; the next engine goes on', { timeout: TIMEOUT }, async () => {
    const scene = await newScene(250);
    const engine = await serve(scene);
    const detached = startMontage(scene.log, ['import', scene.footage, '--project', scene.project, '--detach']);
    expect((await detached.ended).code).toBe(0);
    expect(await until(engine, () => survivors(scene.log).some((line) => line.includes('ffmpeg')))).toBe(true);
    await endInTime(engine, scene.log);
    await expectDoneByNext(scene, 'ingest');
  });

  it('ends it in time during render; the next engine goes on', { timeout: TIMEOUT }, async () => {
    const scene = await newScene(250);
    const { footage, project, out, log } = scene;
    const first = startMontage(log, ['import', footage, '--project', project]);
    expect((await first.ended).code).toBe(0);
    const engine = await serve(scene);
    const wish = ['--duration', '16', '--size', '640x360', '--formats', 'mp4', '--detach'];
    const detached = startMontage(log, ['cut', footage, '--project', project, '--out', out, ...wish]);
    expect((await detached.ended).code).toBe(0);
    // The render's first shard, after those of the imports and of the cut.
    const rendering = () => survivors(log).some((line) => line.includes('ffmpeg') && line.includes('unfinished'));
    expect(await until(engine, rendering)).toBe(true);
    await endInTime(engine, log);
    await expectDoneByNext(scene, 'cut');
    await expectDoneByNext(scene, 'render');
  });
});

/** Jobs that a SIGTERM left wait, and are worked off by whoever opens the project next. */
async function expectDoneByNext({ log, project }: Scene, kind: string): Promise<void> {
  const listing = z.object({ jobs: z.array(z.object({ id: z.string(), kind: z.string(), state: z.string() })) });
  const listed = await startMontage(log, ['jobs', 'list', '--project', project, '--json']).ended;
  const left = listing.parse(JSON.parse(listed.out)).jobs.filter((job) => job.kind === kind);
  expect(left.length).toBeGreaterThan(0);
  const ids = left.map(({ id }) => id);
  const waited = await startMontage(log, ['jobs', 'wait', ...ids, '--project', project, '--json']).ended;
  expect({ code: waited.code, err: waited.err }).toMatchObject({ code: 0 });
  expect(ended.parse(JSON.parse(waited.out)).jobs.map(({ state }) => state)).toEqual(ids.map(() => 'done'));
}
