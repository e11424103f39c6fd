/**
 * Loaded before the program (`node --import witness.ts cli/montage.mjs …`): writes down, in a file that is only ever added to,
 * which shards the real queue begins and records and which artifacts the real store makes. The database has no part in it.
 */
import { appendFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { ArtifactStore } from '../../../native/artifacts/store.ts';
import { JobStore, type JobRow } from '../../../native/jobs/job-store.ts';

const path = process.env['MONTAGE_WITNESS'];
if (isMainThread && path !== undefined) watch((line) => appendFileSync(path, `${line}\n`));

function watch(say: (line: string) => void): void {
  const jobs = JobStore.prototype;
  const artifacts = ArtifactStore.prototype;
  const countAttempt = taken(jobs.countAttempt);
  const saveShard = taken(jobs.saveShard);
  const make = taken(artifacts.make);
  jobs.countAttempt = function (id, ordinal) {
    if (ordinal !== undefined) say(`begun ${id} ${ordinal} ${workOf(this.get(id))}`);
    countAttempt(this, id, ordinal);
  };
  jobs.saveShard = function (id, ordinal, ...rest) {
    saveShard(this, id, ordinal, ...rest);
    say(`recorded ${id} ${ordinal} ${workOf(this.get(id))}`);
  };
  artifacts.make = async function (key, produce) {
    const stored = await make(this, key, produce);
    if (stored.made) say(`made ${key}`);
    return stored;
  };
}

/** What a job does: its analyser's id, else its kind. */
function workOf({ kind, input }: JobRow): string {
  return typeof input === 'object' && input !== null && 'analyser' in input ? String(input.analyser) : kind;
}

/** A method that is given its object first: the one of now, whatever takes its place later. */
function taken<Args extends readonly unknown[], Result>(
  method: (...args: Args) => Result,
): (self: object, ...args: Args) => Result {
  return (self, ...args) => Reflect.apply(method, self, args);
}
