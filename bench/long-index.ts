import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EvidenceQuery } from '../core/analysis/evidence.ts';
import type { MediaId } from '../core/media/media.ts';
import { flicks, FLICKS_PER_SECOND } from '../core/time/flicks.ts';
import { systemClock } from '../native/clock.ts';
import { openProject } from '../native/project/open.ts';
import { applyEdit } from '../core/timeline/apply-edit.ts';
import { longFilmFacts, longFindings } from '../tests/media/long-findings.ts';
import { median } from './cpu.ts';
import { writeResults } from './results.ts';

/**
 * How long questions about ten hours of footage take: one film of ten hours, where no question is narrowed by its file, at
 * the density of a documentary (a shot each 4 s, 9 000 words an hour, two beats and four onsets a second).
 */
const HOURS = 10;
const RUNS = 7;
const BASE = { during: [], order: 'time', limit: 1000, offset: 0 } as const;
const hour = (number: number) => flicks(Math.round(number * 3_600 * FLICKS_PER_SECOND));
const MINUTE = { start: hour(9), end: flicks(hour(9) + 60 * FLICKS_PER_SECOND) };

const QUESTIONS: Readonly<Record<string, (id: MediaId) => EvidenceQuery>> = {
  'shots of the film': (id) => ({ ...BASE, find: { kind: 'shots' }, mediaIds: [id] }),
  'shots of a minute': () => ({ ...BASE, find: { kind: 'shots' }, within: MINUTE }),
  'words of a minute': () => ({ ...BASE, find: { kind: 'transcript', measure: 'word' }, within: MINUTE }),
  'beats of a minute': () => ({ ...BASE, find: { kind: 'rhythm', measure: 'beat' }, within: MINUTE }),
  'all that a minute holds': (id) => ({ ...BASE, find: {}, mediaIds: [id], within: MINUTE }),
  'a word': () => ({ ...BASE, find: { label: 'word17' } }),
  'a part of a word': () => ({ ...BASE, find: { measure: 'word', contains: 'needle' } }),
  'the 50 sharpest shots': () => ({ ...BASE, find: { measure: 'sharpness' }, order: 'highest', limit: 50 }),
  'sharp shots while a face is seen': () => ({
    ...BASE,
    find: { kind: 'shot-scores', measure: 'sharpness', least: 60 },
    during: [{ measure: 'face' }],
  }),
  'shots in which a word is said': () => ({ ...BASE, find: { kind: 'shots' }, during: [{ label: 'word17' }] }),
  'beats during music': () => ({ ...BASE, find: { measure: 'beat' }, during: [{ measure: 'music' }] }),
  'faces while somebody speaks and a car is seen': () => ({
    ...BASE,
    find: { measure: 'face' },
    during: [{ measure: 'speech' }, { measure: 'object', label: 'car' }],
  }),
};

const folder = mkdtempSync(join(tmpdir(), 'montage-bench-'));
const opened = await openProject(join(folder, 'film.montage'), { applyEdit, create: true });
try {
  if (opened.kind !== 'open') throw new Error('a new project is open elsewhere');
  const { project } = opened;
  const { id } = project.media.add('/ten hours.mp4', longFilmFacts(HOURS * 3_600, 'aa'));
  const began = systemClock.elapsed();
  for (const result of longFindings(HOURS * 3_600, 501)) project.analysis.save(id, result);
  console.log(`saved in ${Math.round(systemClock.elapsed() - began)} ms`);
  const asked: readonly (readonly [string, () => number])[] = [
    ...Object.entries(QUESTIONS).map(
      ([question, queryOf]) => [question, () => project.analysis.find(queryOf(id)).total] as const,
    ),
    ['what the bin shows of the film', () => Object.keys(project.analysis.summary(id)).length],
    ['which analysers have been through', () => project.analysis.stamps(id).length],
    [
      'the shots, as each part of the search for faces reads them',
      () => project.analysis.results(id, ['shots']).length,
    ],
    ['all results, whole', () => project.analysis.results(id).length],
  ];
  const rows = asked.map(([question, answer]) => {
    const times: number[] = [];
    const before = process.memoryUsage.rss();
    let found = 0;
    for (let run = 0; run < RUNS; run++) {
      const start = systemClock.elapsed();
      found = answer();
      times.push(systemClock.elapsed() - start);
    }
    const grownMb = (process.memoryUsage.rss() - before) / 1e6;
    return { question, found, medianMs: median(times), longestMs: Math.max(...times), grownMb };
  });
  await writeResults('long-index', { what: `Milliseconds to answer a question about ${HOURS} hours of footage`, rows });
} finally {
  if (opened.kind === 'open') opened.project.close();
  rmSync(folder, { recursive: true, force: true });
}
