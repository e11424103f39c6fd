import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import adapters from '../../build/adapters.json' with { type: 'json' };
import coverage from '../../build/coverage.json' with { type: 'json' };
import lengthExceptions from '../../build/length-exceptions.json' with { type: 'json' };
import { realSources, repository } from './planted-house.ts';

const thresholds = z.record(z.string(), z.record(z.string(), z.number()));
const exceptions = z.record(z.string(), z.number());

/** What a file said in each commit of this clone that changed it, the newest first. */
async function history(path: string): Promise<readonly unknown[]> {
  const log = await git(['log', '--format=%H', '--', path]);
  const commits = log.split('\n').filter((commit) => commit !== '');
  const texts = await Promise.all(commits.map((commit) => git(['show', `${commit}:${path}`])));
  return texts.map((text): unknown => JSON.parse(text));
}

async function git(args: readonly string[]): Promise<string> {
  return (await promisify(execFile)('git', args, { cwd: repository })).stdout;
}

test('coverage thresholds never fall', async () => {
  expect(coverage['core/**/*.ts'].branches).toBeGreaterThanOrEqual(90);
  expect(coverage['native/**/*.ts'].lines).toBeGreaterThanOrEqual(80);
  const now = thresholds.parse(coverage);
  for (const before of await history('build/coverage.json')) {
    for (const [files, floors] of Object.entries(thresholds.parse(before))) {
      for (const [what, floor] of Object.entries(floors)) expect(now[files]?.[what] ?? 0).toBeGreaterThanOrEqual(floor);
    }
  }
});

test('the list of files that may be longer than 400 lines only shrinks, and so do they', async () => {
  const now = Object.entries(exceptions.parse(lengthExceptions));
  for (const before of await history('build/length-exceptions.json')) {
    const allowed = exceptions.parse(before);
    expect(now.filter(([path, lines]) => lines > (allowed[path] ?? 0))).toEqual([]);
  }
});

test('every adapter that may do what nobody else may is a file of the house', () => {
  const sources = realSources();
  expect(
    Object.values(adapters)
      .flat()
      .filter((path) => !sources.includes(path)),
  ).toEqual([]);
});

test('no rule is switched off in passing, and no work is left as a note', () => {
  const silencers = /eslint-disable|@ts-ignore|@ts-nocheck|biome-ignore|\bTODO\b|\bFIXME\b/;
  const noisy = realSources()
    .filter((path) => !path.startsWith('tests/architecture/'))
    .filter((path) => silencers.test(readFileSync(join(repository, path), 'utf8')));
  expect(noisy).toEqual([]);
});
