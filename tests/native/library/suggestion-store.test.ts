import { describe, expect, it } from 'vitest';
import { changeId, suggestionId, type Suggestion } from '../../../core/director/suggestion.ts';
import { mediaId } from '../../../core/media/media.ts';
import { flicks } from '../../../core/time/flicks.ts';
import type { ProjectEvent } from '../../../native/library/events.ts';
import { openTestProject } from '../open-test-project.ts';
import { emptyTimeline, putMarker } from './marker-engine.ts';

const score = { total: 0.5, parts: [{ name: 'sharpness', value: 0.5, weight: 1 }] };

function suggestion(id: string): Suggestion {
  return {
    schema: 'montage.suggestion/1',
    id: suggestionId(id),
    brief: {
      text: 'calm',
      duration: flicks(705_600_000),
      styleId: 'calm',
      aspect: '16:9',
      music: null,
      mustUse: [mediaId('m')],
      neverUse: [],
      maxShotReuse: 1,
      seed: 7,
      rate: null,
      size: { width: 1920, height: 1080 },
    },
    directorVersion: 1,
    base: emptyTimeline(),
    changes: [
      {
        id: changeId('c'),
        edit: putMarker('m', 'one'),
        reason: {
          sentence: 'Opens on the sharpest shot.',
          evidence: [
            {
              analyserId: 'shot-scores',
              analyserVersion: 1,
              mediaId: mediaId('m'),
              span: { kind: 'frames', firstFrame: 0, lastFrame: 9 },
              measure: 'sharpness',
              value: 81.25,
            },
          ],
        },
        score,
        confidence: 'sure',
        record: { start: flicks(0), end: flicks(9) },
      },
    ],
    score,
    notes: [],
    coverage: { known: 1, total: 1 },
  };
}

describe('suggestions', () => {
  it('come back whole with what was decided, newest first', async () => {
    const { suggestions, timelines, events } = await openTestProject();
    const told: ProjectEvent[] = [];
    events.subscribe((event) => told.push(event));
    suggestions.save(suggestion('s1'));
    suggestions.save(suggestion('s2'));
    expect(suggestions.list().map(({ suggestion: { id } }) => id)).toEqual(['s2', 's1']);
    expect(suggestions.get(suggestionId('s1'))).toEqual({
      suggestion: suggestion('s1'),
      decided: 'open',
      appliedTo: null,
    });
    const { id } = timelines.create(emptyTimeline()).timeline;
    suggestions.decide(suggestionId('s1'), 'applied', id);
    suggestions.decide(suggestionId('s2'), 'discarded');
    expect(suggestions.list().map(({ decided, appliedTo }) => [decided, appliedTo])).toEqual([
      ['discarded', null],
      ['applied', id],
    ]);
    expect(told.filter(({ kind }) => kind === 'suggestion-changed')).toHaveLength(4);
    expect(() => suggestions.decide(suggestionId('absent'), 'discarded')).toThrow('E_SUGGESTION_UNKNOWN');
  });
});
