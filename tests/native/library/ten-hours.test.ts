import { expect, test } from 'vitest';
import type { EvidenceQuery } from '../../../core/analysis/evidence.ts';
import { flicks, FLICKS_PER_SECOND } from '../../../core/time/flicks.ts';
import { longFilmFacts, longFindings } from '../../media/long-findings.ts';
import { testScale } from '../../scale.ts';
import { openTestProject } from '../open-test-project.ts';

const HOURS = testScale >= 4 ? 10 : 0.25;
const HOUR_S = 3600;
const ALL: EvidenceQuery = { find: {}, during: [], order: 'time', limit: 10_000, offset: 0 };
/** Of this process: what else the machine does does not count. */
const MOST_CPU_MS = 400;

test(`what is known of ${HOURS} hours is asked for by the minute, by word and by score, quickly and without being read whole`, async () => {
  const project = await openTestProject();
  const { id } = project.media.add('/ten hours.mp4', longFilmFacts(HOURS * HOUR_S, 'aa'));
  const results = longFindings(HOURS * HOUR_S, 77);
  for (const result of results) project.analysis.save(id, result);
  const last = HOURS * HOUR_S - 60;
  const minute = {
    start: flicks(last * FLICKS_PER_SECOND),
    end: flicks((last + 60) * FLICKS_PER_SECOND - 1),
  };
  const asked: Readonly<Record<string, Partial<EvidenceQuery>>> = {
    shots: { find: { kind: 'shots' }, within: minute },
    words: { find: { kind: 'transcript', measure: 'word' }, within: minute },
    beats: { find: { kind: 'rhythm', measure: 'beat' }, within: minute },
    sharpest: { find: { measure: 'sharpness' }, order: 'highest', limit: 50 },
    said: { find: { kind: 'shots' }, during: [{ label: 'word17' }] },
  };
  const found = Object.entries(asked).map(([name, query]) => {
    const before = process.cpuUsage();
    const { total } = project.analysis.find({ ...ALL, ...query });
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000, name).toBeLessThan(MOST_CPU_MS);
    return [name, total] as const;
  });
  // Four seconds a shot, two and a half words, two beats a second.
  expect(Object.fromEntries(found)).toMatchObject({ shots: 15, words: 150, beats: 120, sharpest: HOURS * 900 });
  expect(project.analysis.results(id, ['shots'])).toHaveLength(1);
  expect(project.analysis.results(id)).toHaveLength(results.length);
});
