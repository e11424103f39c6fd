import { storyCurve, type StoryMoment } from '../core/analysis/story-curve.ts';
import { plantedStory } from '../tests/core/analysis/planted-story.ts';
import { writeResults } from './results.ts';

/** Hooks and climaxes planted in made measures of footage, found within ± 2 s; seeds that were not used for tuning. */
const STORIES = 400;
const FIRST_SEED = 70_001;
const TOLERANCE_S = 2;

const tally = { hook: { found: 0, near: 0, off: 0 }, climax: { found: 0, near: 0, off: 0 } };
for (let story = 0; story < STORIES; story++) {
  const planted = plantedStory(FIRST_SEED + story);
  const { moments } = storyCurve(planted.input);
  for (const kind of ['hook', 'climax'] as const) {
    const moment = moments.find((found: StoryMoment) => found.kind === kind);
    if (moment === undefined) continue;
    const off = Math.abs(moment.second - planted[kind]);
    tally[kind].found++;
    tally[kind].off += off;
    if (off <= TOLERANCE_S) tally[kind].near++;
  }
}
await writeResults('story', {
  what: 'Planted structure (not human ratings): share of hooks and climaxes found within ± 2 s in made measures of footage',
  rows: (['hook', 'climax'] as const).map((kind) => ({
    planted: kind,
    stories: STORIES,
    'told at all': tally[kind].found / STORIES,
    'within 2 s': tally[kind].near / STORIES,
    'mean distance s': tally[kind].off / Math.max(1, tally[kind].found),
  })),
});
