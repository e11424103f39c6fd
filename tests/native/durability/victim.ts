/**
 * An engine that is killed: `node victim.ts <project> <log> <shards> [finish]` edits a timeline and works on a job.
 * Whatever it claims to have saved it appends to the log, a line each, right after.
 */
import { appendFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { editId } from '../../../core/timeline/edit.ts';
import { timelineId } from '../../../core/timeline/timeline.ts';
import { artifactKey } from '../../../native/artifacts/key.ts';
import type { JobKind } from '../../../native/jobs/job-kind.ts';
import { JobQueue } from '../../../native/jobs/queue.ts';
import { openProject } from '../../../native/project/open.ts';
import type { Project } from '../../../native/project/project.ts';
import { emptyTimeline, markerEngine, putMarker } from '../library/marker-engine.ts';

const [projectPath = '', logPath = '', shardCount = '0', mode = 'die'] = process.argv.slice(2);
const TIMELINE = timelineId('timeline-1');

const say = (line: string) => appendFileSync(logPath, `${line}\n`);

function work(project: Project): JobKind<null, number, string, number> {
  return {
    id: 'work',
    version: 1,
    schemas: { input: z.null(), shard: z.int(), output: z.string(), result: z.int() },
    title: () => 'Work',
    split: async () => Array.from({ length: Number(shardCount) }, (_, shard) => ({ shard, cost: 1 })),
    async run(shard, { artifacts }) {
      say(`start ${shard}`);
      const key = artifactKey({ media: null, step: 'work', stepVersion: 1, parameters: { shard }, extension: 'txt' });
      const { made } = await artifacts.make(key, async (path) => {
        await writeFile(path, 'half');
        await pause(10);
        await writeFile(path, `whole ${shard}`);
      });
      if (made) say(`made ${shard}`);
      const commit = () => project.database.afterCommit(() => say(`recorded ${shard}`));
      return { value: key, commit };
    },
    merge: async (_input, keys) => ({ value: new Set(keys).size }),
  };
}

/** Edits until told to stop; every third gesture is an undo. */
async function edit(project: Project, isOver: () => boolean): Promise<void> {
  for (let step = 0; !isOver(); step += 1) {
    const { revision } = project.timelines.get(TIMELINE);
    const gesture = { editId: editId(`edit ${revision + 1}`), author: 'you' };
    const edits = putMarker(`m${revision % 7}`, `at ${revision + 1}`);
    if (step % 3 === 2) project.timelines.undo(TIMELINE, gesture);
    else project.timelines.applyAt(TIMELINE, gesture, edits);
    const { timeline } = project.timelines.get(TIMELINE);
    say(`edit ${revision + 1} ${JSON.stringify(timeline.markers.map(({ name }) => name))}`);
    await pause(3);
  }
}

say('begin');
const opened = await openProject(projectPath, { applyEdit: markerEngine, create: true });
if (opened.kind !== 'open') throw new Error('the project is open elsewhere');
const { project } = opened;
const { database, events, clock, ids, artifacts } = project;
if (project.timelines.list().length === 0) project.timelines.create(emptyTimeline());
const queue = new JobQueue({ database, events, clock, ids, artifacts, capacity: { cores: 2, memoryBytes: 2 ** 30 } });
const kind = work(project);
queue.register(kind);
const job = queue.list()[0]?.id ?? queue.add(kind, null);
queue.start();
process.stdout.write('open\n');
let isDone = false;
const editing = edit(project, () => isDone && mode === 'finish');
const ended = await queue.wait(job);
say(`ended ${ended.state} ${JSON.stringify(ended.result)}`);
isDone = true;
await editing;
await queue.stop();
project.close();
