import { randomInt } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cutReportSchema } from '../../../core/contract/cut.ts';
import { mediaId } from '../../../core/media/media.ts';
import { flicks } from '../../../core/time/flicks.ts';
import { editId } from '../../../core/timeline/edit.ts';
import { markerId, timelineId, type TimelineId } from '../../../core/timeline/timeline.ts';
import type { EngineClient } from '../../../cli/connection.ts';
import { openEngine, type Engine } from '../../../native/engine/engine.ts';
import { probe } from '../../../native/media/probe.ts';
import { numberedClip } from '../../media/numbered-clip.ts';
import { testScale } from '../../scale.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import {
  expectNothingRepeated,
  startMontage,
  survivors,
  survivorsInTheEnd,
  talkTo,
  until,
  witnessed,
  type Life,
} from './engine-lives.ts';

/** Three kinds of work share these. */
const KILLS = testScale >= 4 ? 20 : 3;
const CLIPS = 3;
const FRAMES = 100;
const SEED = Number(process.env['MONTAGE_KILL_SEED'] ?? randomInt(2 ** 31));
const ROUND_MS = 120_000;

/** Killed `delayMs` after the witness wrote `lines` more lines, or that long after the start where they are null. */
type Moment = { readonly lines: number | null; readonly delayMs: number };

const momentArbitrary: fc.Arbitrary<Moment> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ lines: fc.constant(null), delayMs: fc.integer({ min: 100, max: 2_000 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({ lines: fc.integer({ min: 1, max: 6 }), delayMs: fc.integer({ min: 0, max: 250 }) }),
  },
);

function momentsFor(work: number): readonly Moment[] {
  const share = Math.ceil((KILLS - work) / 3);
  const moments = fc.sample(momentArbitrary, { numRuns: share, seed: SEED + work });
  const told = moments.map(({ lines, delayMs }) => `${lines ?? 'start'}+${delayMs} ms`).join(', ');
  process.stdout.write(`kill moments (MONTAGE_KILL_SEED=${SEED}): ${told}\n`);
  return moments;
}

/** A project with its footage, its witness and a client that edits while engines live and die. */
type Scene = {
  readonly folder: string;
  readonly footage: string;
  readonly project: string;
  readonly log: string;
  readonly acknowledged: string[];
  timeline: TimelineId | undefined;
};

async function newScene(): Promise<Scene> {
  const folder = temporaryFolder();
  const footage = join(folder, 'footage');
  mkdirSync(footage);
  for (let clip = 1; clip <= CLIPS; clip += 1) {
    copyFileSync(await numberedClip({ clip, rate: '25', frames: FRAMES }), join(footage, `clip ${clip}.mp4`));
  }
  const log = join(folder, 'witness.txt');
  return { folder, footage, project: join(folder, 'film.montage'), log, acknowledged: [], timeline: undefined };
}

/** Puts markers until the engine is gone and notes each that the engine called saved. */
async function editWhileAlive(scene: Scene, life: Life): Promise<void> {
  const connection = await talkTo(life, scene.project);
  if (connection === undefined) return;
  try {
    const { client } = connection;
    scene.timeline ??= await editedTimeline(client);
    for (let count = scene.acknowledged.length; !life.over(); count += 1) {
      const name = `saved ${count}`;
      const id = markerId(name);
      const marker = { id, at: flicks(0), duration: flicks(0), name, note: '', colour: 'green' as const };
      const edit = { kind: 'putMarker', marker } as const;
      const wish = { timelineId: scene.timeline, editId: editId(`edit ${count}`), edit };
      const outcome = await client.timeline.apply(wish);
      expect(outcome.kind).toBe('applied');
      scene.acknowledged.push(name);
      await pause(20);
    }
  } catch (error) {
    if (!life.over() && !connection.isLost()) throw error;
  } finally {
    await connection.close();
  }
}

async function editedTimeline(client: EngineClient): Promise<TimelineId> {
  // One that was made but not told of, because the engine died between, is as good.
  const known = (await client.timeline.list()).find(({ name }) => name === 'Edited');
  return known?.id ?? (await client.timeline.create({ name: 'Edited', rate: null, size: null })).timeline.id;
}

/** Whether the life was killed; false when it was over before its moment. */
async function killAt(life: Life, log: string, { lines, delayMs }: Moment): Promise<boolean> {
  const before = witnessed(log).length;
  const came = lines === null || (await until(life, () => witnessed(log).length >= before + lines));
  if (!came) return false;
  await Promise.race([pause(delayMs), life.ended]);
  if (life.over()) return false;
  life.kill('SIGKILL');
  return (await life.ended).code === null;
}

/** Lives and dies once, being edited meanwhile; nothing that came of it may go on. */
async function liveAndDie(scene: Scene, args: readonly string[], moment: Moment): Promise<boolean> {
  const life = startMontage(scene.log, args);
  const editing = editWhileAlive(scene, life);
  const wasKilled = await killAt(life, scene.log, moment);
  const { err } = await life.ended;
  expect(err).not.toMatch(/\n\s+at /);
  expect(await survivorsInTheEnd(scene.log)).toEqual([]);
  await editing;
  return wasKilled;
}

/** The same command until it is through. */
async function finish(scene: Scene, args: readonly string[]): Promise<string> {
  const life = startMontage(scene.log, args);
  const editing = editWhileAlive(scene, life);
  const { code, out, err } = await life.ended;
  await editing;
  expect({ code, err }).toMatchObject({ code: 0 });
  expect(await survivorsInTheEnd(scene.log)).toEqual([]);
  return out;
}

/** Looks into the project as the next engine would: everything done, every saved edit there, nothing half-written. */
async function expectWhole(scene: Scene): Promise<void> {
  expectNothingRepeated(scene.log);
  const engine = await look(scene.project);
  try {
    // What is looked for after ingest may wait: nobody waited for it.
    const jobs = (await engine.client.jobs.list()).filter(({ kind }) => kind !== 'analyse');
    const states = jobs.map(({ kind, state }) => `${kind} ${state}`);
    expect(states.filter((state) => !state.endsWith(' done'))).toEqual([]);
    expect(scene.acknowledged.length).toBeGreaterThan(0);
    const { timeline } = await engine.client.timeline.get({ timelineId: scene.timeline ?? timelineId('none') });
    const names = new Set(timeline.markers.map(({ name }) => name));
    expect(scene.acknowledged.filter((name) => !names.has(name))).toEqual([]);
    const { cachePath } = await engine.client.project.info();
    const whole = /^[0-9a-f]{2}(\/[0-9a-f]{64}(\.[a-z0-9]+)?)?$/;
    const files = readdirSync(cachePath, { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => file !== 'unfinished' && !whole.test(file))).toEqual([]);
  } finally {
    await engine.close();
  }
  expect(readdirSync(scene.folder).filter((name) => /lock|-wal|-shm|part/.test(name))).toEqual([]);
}

async function look(projectPath: string): Promise<Engine> {
  const opened = await openEngine({ projectPath, create: false, runJobs: false, shell: 'browser' });
  if (opened.kind !== 'open') throw new Error('the project is still open elsewhere');
  return opened.engine;
}

const logs: string[] = [];
afterEach(() => {
  // Only where a test failed before it looked.
  for (const line of logs.splice(0).flatMap(survivors)) process.kill(Number.parseInt(line, 10), 'SIGKILL');
});

function sooner({ lines, delayMs }: Moment): Moment {
  return { lines: lines === null ? null : Math.max(1, lines >> 1), delayMs: delayMs >> 1 };
}

/** Runs rounds until every moment was met by a living engine. */
async function throughAll(work: number, round: (moments: readonly Moment[]) => Promise<number>): Promise<void> {
  let moments = momentsFor(work);
  while (moments.length > 0) {
    const [missed, ...rest] = moments.slice(await round(moments));
    moments = missed === undefined ? [] : [sooner(missed), ...rest];
  }
}

describe('montage killed with SIGKILL at random moments', () => {
  it('import goes on where it stopped', { timeout: ROUND_MS * KILLS }, async () => {
    await throughAll(0, async (moments) => {
      const scene = await newScene();
      logs.push(scene.log);
      const args = ['import', scene.footage, '--project', scene.project, '--json'];
      const used = await dieAsOften(scene, args, moments);
      const { jobs } = z.object({ jobs: z.array(z.unknown()) }).parse(JSON.parse(await finish(scene, args)));
      expect(jobs.length).toBeLessThanOrEqual(CLIPS);
      await expectWhole(scene);
      const engine = await look(scene.project);
      const bin = await engine.client.media.list();
      expect(bin.map(({ ingest }) => ingest.state)).toEqual(Array.from({ length: CLIPS }, () => 'ready'));
      await engine.close();
      return used;
    });
  });

  it('cut goes on where it stopped and leaves one of each file', { timeout: ROUND_MS * KILLS }, async () => {
    await throughAll(1, async (moments) => {
      const scene = await newScene();
      logs.push(scene.log);
      const out = join(scene.folder, 'out');
      const wish = ['--duration', '4', '--seed', '7', '--formats', 'otio,mp4'];
      const args = ['cut', scene.footage, '--project', scene.project, '--out', out, ...wish, '--json'];
      const used = await dieAsOften(scene, args, moments);
      const report = cutReportSchema.parse(JSON.parse(await finish(scene, args)));
      await expectWhole(scene);
      expect(readdirSync(out).sort()).toEqual(['cut.mp4', 'cut.otio', 'report.json', 'suggestion.json']);
      await expectFilm(join(out, 'cut.mp4'), report.render?.frameCount);
      const engine = await look(scene.project);
      // One cut was asked for: one timeline came of it, beside the one that was edited.
      expect(await engine.client.timeline.list()).toHaveLength(2);
      await engine.close();
      return used;
    });
  });

  it('render goes on where it stopped', { timeout: ROUND_MS * KILLS }, async () => {
    await throughAll(2, async (moments) => {
      const scene = await newScene();
      logs.push(scene.log);
      const film = join(scene.folder, 'film.mp4');
      const timeline = await acceptedCut(scene);
      const args = ['render', scene.project, '--timeline', timeline, '-o', film, '--json'];
      const used = await dieAsOften(scene, args, moments);
      const result = z.object({ frameCount: z.int() }).parse(JSON.parse(await finish(scene, args)));
      await expectWhole(scene);
      await expectFilm(film, result.frameCount);
      return used;
    });
  });
});

/** Gives how many moments were met; stops where the work was done before its moment: the next round meets that one sooner. */
async function dieAsOften(scene: Scene, args: readonly string[], moments: readonly Moment[]): Promise<number> {
  for (const [count, moment] of moments.entries()) {
    if (!(await liveAndDie(scene, args, moment))) return count;
  }
  return moments.length;
}

async function expectFilm(path: string, frameCount: number | undefined): Promise<void> {
  const { video } = await probe(path);
  expect(video[0]?.timing).toMatchObject({ kind: 'constant', frameCount });
}

/** The id of a timeline of clips from all footage. */
async function acceptedCut(scene: Scene): Promise<string> {
  await finish(scene, ['import', scene.footage, '--project', scene.project]);
  const engine = await look(scene.project);
  try {
    const bin = await engine.client.media.list();
    const brief = { text: '', duration: flicks(705_600_000 * 8), styleId: 'punchy', aspect: '16:9' as const };
    const rest = { music: null, mustUse: bin.map(({ media }) => mediaId(media.id)), neverUse: [], maxShotReuse: 50 };
    const proposed = await engine.client.director.propose({
      brief: { ...brief, ...rest, seed: 1, rate: null, size: null },
    });
    if (proposed.kind !== 'proposed') throw new Error(proposed.reason);
    const { suggestion } = await engine.client.director.get(proposed);
    const changeIds = suggestion.changes.map(({ id }) => id);
    const { timeline } = await engine.client.director.accept({ suggestionId: suggestion.id, changeIds });
    return timeline.id;
  } finally {
    await engine.close();
  }
}
