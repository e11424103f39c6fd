import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { timelineId } from '../../../core/timeline/timeline.ts';
import { openTestProject } from '../open-test-project.ts';
import { testScale } from '../../scale.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const VICTIM = fileURLToPath(new URL('victim.ts', import.meta.url));
const KILLS = testScale >= 4 ? 20 : 3;
const SHARDS = 60 * KILLS;

/** Starts an engine; `afterOpenMs` null lets it finish, else it is killed that long after it opened (below 0: before). */
async function live(args: readonly string[], afterOpenMs: number | null): Promise<number | null> {
  const mode = afterOpenMs === null ? 'finish' : 'die';
  const child = spawn(process.execPath, [VICTIM, ...args, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const exit = once(child, 'exit');
  if (afterOpenMs !== null) {
    if (afterOpenMs < 0) await pause(250 + afterOpenMs);
    else await Promise.race([once(child.stdout, 'data').then(() => pause(afterOpenMs)), exit]);
    child.kill('SIGKILL');
  }
  const [code] = z.tuple([z.number().nullable(), z.unknown()]).parse(await exit);
  return code;
}

/** The log's lines that begin with a word, without it. */
function lines(log: string, word: string): readonly string[] {
  return log
    .split('\n')
    .filter((line) => line.startsWith(`${word} `))
    .map((line) => line.slice(word.length + 1));
}

describe('an engine killed at random moments', () => {
  it(
    'loses no saved edit, repeats no finished work and leaves nothing half-written',
    async () => {
      const folder = temporaryFolder();
      const path = join(folder, 'film.montage');
      const logPath = join(folder, 'log.txt');
      const args = [path, logPath, String(SHARDS)];
      const moments = fc.sample(fc.integer({ min: -150, max: 450 }), KILLS);
      for (const moment of moments) await live(args, moment);
      expect(await live(args, null)).toBe(0);

      const log = readFileSync(logPath, 'utf8');
      expect(lines(log, 'ended')).toContain(`done ${SHARDS}`);
      const made = lines(log, 'made');
      expect(new Set(made).size).toBe(made.length);
      for (const shard of lines(log, 'recorded')) {
        const recordedAt = log.indexOf(`\nrecorded ${shard}\n`);
        expect(log.indexOf(`\nstart ${shard}\n`, recordedAt)).toBe(-1);
      }
      expect(existsSync(`${path}.lock`)).toBe(false);
      expect(readdirSync(folder).sort()).toEqual(['film.montage', 'film.montage.cache', 'log.txt']);

      const project = await openTestProject(path);
      expect(project.artifacts.usage().count).toBe(SHARDS);
      expect(project.artifacts.sweep()).toBe(0);
      const edits = lines(log, 'edit').map((line) => ({ revision: Number.parseInt(line), line }));
      const state = project.timelines.get(timelineId('timeline-1'));
      const names = JSON.stringify(state.timeline.markers.map(({ name }) => name));
      // Every revision was claimed once, by the life that saved it, and the last one is what is there.
      expect(new Set(edits.map(({ revision }) => revision)).size).toBe(edits.length);
      expect(state.revision).toBe(edits.at(-1)?.revision);
      expect(edits.at(-1)?.line).toBe(`${state.revision} ${names}`);
      const committed = z.object({ count: z.int() });
      const rows = project.database.get(committed, 'SELECT count(*) AS count FROM edit_log');
      expect(rows?.count).toBe(state.revision);
      const check = project.database.get(z.object({ integrity_check: z.string() }), 'PRAGMA integrity_check');
      expect(check?.integrity_check).toBe('ok');
    },
    20_000 + KILLS * 10_000,
  );
});
