// A process that takes films into a project with a budget of memory, as an engine does, so many in each round, and says
// what it holds after each round, in bytes in memory and of objects, and how many became known.
// Arguments: project, bytes of memory, films in each round, films.
import { ingestJob } from '../../../native/engine/ingest-job.ts';
import { importPaths } from '../../../native/engine/media-import.ts';
import { JobQueue } from '../../../native/jobs/queue.ts';
import { openProject } from '../../../native/project/open.ts';
import { markerEngine } from '../library/marker-engine.ts';

const [projectPath = '', bytes = '', perRound = '', ...films] = process.argv.slice(2);
const opened = await openProject(projectPath, { applyEdit: markerEngine, create: true });
if (opened.kind !== 'open') throw new Error('the project is open elsewhere');
const { project } = opened;
const { database, events, clock, ids, artifacts } = project;
const capacity = { cores: 16, memoryBytes: Number(bytes) };
const queue = new JobQueue({ database, events, clock, ids, artifacts, capacity });
const kind = ingestJob(project);
queue.register(kind);
queue.start();
let done = 0;
for (let from = 0; from < films.length; from += Number(perRound)) {
  const jobs: string[] = [];
  const onTakenIn = ({ id, name }: { readonly id: Parameters<typeof project.media.get>[0]; readonly name: string }) =>
    jobs.push(queue.add(kind, { mediaId: id, name }));
  const { rejected } = await importPaths(project.media, films.slice(from, from + Number(perRound)), { onTakenIn });
  for (const { path, fault } of rejected) process.stderr.write(`${path} ${fault.message}\n`);
  for (const job of jobs) {
    const { state, fault } = await queue.wait(job);
    if (state === 'done') done += 1;
    else process.stderr.write(`${fault?.message ?? state}\n`);
  }
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  process.stdout.write(`holds ${rss} ${heapUsed}\n`);
}
process.stdout.write(`done ${done}\n`);
await queue.stop();
project.close();
process.exit(0);
