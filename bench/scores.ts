import { createScoreMeter } from '../core/analysis/shot-scores.ts';
import { randomSource } from '../core/director/random.ts';
import { mediaRoot } from '../tests/media-root.ts';
import { writeResults } from './results.ts';
import { DEGRADATIONS, degraded, LEVELS, spearman } from '../tests/native/ingest/shot-faults.ts';
import { planesOf, takesOf } from '../tests/native/ingest/shot-scenes.ts';

/**
 * The quality score against planted faults of real shots: each shot in six levels of blur, shake, wrong exposure and noise;
 * Spearman's rank correlation of score and level within each shot, its mean and least over all shots. Planted structure
 * stands in for human ratings.
 */
const FRAMES = 48;

if (mediaRoot === undefined)
  console.error('bench scores: skipped, set MONTAGE_TEST_MEDIA to a folder with a MANIFEST.json');
else {
  const takes = await takesOf(mediaRoot, 'bench');
  const rows = DEGRADATIONS.map((fault) => {
    const correlations = takes.map(({ pictures }, n) => {
      const scores = LEVELS.map((level) => {
        const meter = createScoreMeter();
        const random = randomSource(n + 1);
        const shown = degraded(pictures.slice(0, FRAMES), fault, level, random);
        for (const picture of shown) meter.push(planesOf(picture));
        const shot = { firstFrame: 0, lastFrame: shown.length - 1, transitionIn: { kind: 'start' as const } };
        return meter.finish([shot]).shots[0]?.quality ?? 0;
      });
      return -spearman(LEVELS, scores);
    });
    const mean = correlations.reduce((sum, value) => sum + value, 0) / correlations.length;
    return { fault, shots: takes.length, meanSpearman: mean, leastSpearman: Math.min(...correlations), reach: 0.9 };
  });
  const what = 'Quality score against planted faults of real shots: Spearman rank correlation within each shot';
  await writeResults('scores', { what, rows });
}
