import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { JobState, JobSummary } from '../../core/contract/model.ts';
import { changeId, suggestionId, type Change, type Suggestion } from '../../core/director/suggestion.ts';
import { mediaId } from '../../core/media/media.ts';
import { flicks, flicksFromSeconds } from '../../core/time/flicks.ts';
import { rational } from '../../core/time/rational.ts';
import { timelineId } from '../../core/timeline/timeline.ts';
import { briefOf, EMPTY_BRIEF, useBriefStore } from '../../renderer/stores/brief.ts';
import { activeJobs, sortedJobs } from '../../renderer/stores/jobs.ts';
import {
  countDecisions,
  type Decision,
  nextOpen,
  stepChange,
  useSuggestionsStore,
} from '../../renderer/stores/suggestions.ts';
import { suggestionLine } from '../../renderer/suggestion-summary.ts';

function change(id: string, start: number, confidence: Change['confidence'] = 'sure'): Change {
  return {
    id: changeId(id),
    edit: { kind: 'overwrite', placements: [], newIds: [] },
    reason: { sentence: `Chose ${id}.`, evidence: [] },
    score: { total: 0.5, parts: [] },
    confidence,
    record: { start: flicksFromSeconds(start), end: flicksFromSeconds(start + 5) },
  };
}

function suggestion(id: string, changes: readonly Change[]): Suggestion {
  return {
    schema: 'montage.suggestion/1',
    id: suggestionId(id),
    brief: briefOf({ ...EMPTY_BRIEF, seconds: 30 }, 'calm'),
    directorVersion: 1,
    base: {
      schema: 'montage.timeline/1',
      id: timelineId('t'),
      name: 'Interview cut',
      rate: rational(25),
      startFrame: 0,
      dropFrame: false,
      width: 1920,
      height: 1080,
      tracks: [],
      markers: [],
    },
    changes,
    score: { total: 0.5, parts: [] },
    notes: [],
    coverage: { known: 3, total: 8 },
  };
}

const changesArb = fc
  .uniqueArray(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 20 })
  .map((numbers) => numbers.map((number) => change(`c${number}`, number)));
const decisionArb = fc.constantFrom<Decision>('open', 'accepted', 'refused');

describe('suggestions', () => {
  beforeEach(() => useSuggestionsStore.getState().clear());

  it('count every change exactly once, whatever was decided', () => {
    fc.assert(
      fc.property(changesArb, fc.array(decisionArb, { maxLength: 20 }), (changes, decided) => {
        const decisions = new Map(
          changes.flatMap((one, index) => {
            const decision = decided[index];
            return decision === undefined ? [] : [[one.id, decision] as const];
          }),
        );
        const counts = countDecisions(changes, decisions);
        expect(counts.open + counts.accepted + counts.refused).toBe(changes.length);
        const next = nextOpen(changes, decisions, changes[0]?.id ?? null);
        expect(next === null).toBe(counts.open === 0);
      }),
    );
  });

  it('step along the changes and stay at the ends', () => {
    fc.assert(
      fc.property(changesArb, fc.integer({ min: -30, max: 30 }), (changes, step) => {
        const first = changes[0];
        const last = changes.at(-1);
        if (first === undefined || last === undefined) return;
        const reached = stepChange(changes, first.id, step);
        const expected = changes[Math.min(changes.length - 1, Math.max(0, step))];
        expect(reached).toBe(expected?.id);
      }),
    );
  });

  it('keep decisions when the same suggestion is heard of again, and drop them for another', () => {
    const store = useSuggestionsStore.getState();
    const one = suggestion('one', [change('a', 0), change('b', 5)]);
    store.show({ suggestion: one, decided: 'open', appliedTo: null });
    store.decide([changeId('a')], 'refused');
    store.show({ suggestion: one, decided: 'open', appliedTo: null });
    expect(useSuggestionsStore.getState().decisions.get(changeId('a'))).toBe('refused');
    store.show({ suggestion: suggestion('two', [change('a', 0)]), decided: 'open', appliedTo: null });
    expect(useSuggestionsStore.getState().decisions.size).toBe(0);
    store.show({ suggestion: one, decided: 'discarded', appliedTo: null });
    expect(useSuggestionsStore.getState().current?.id).toBe('two');
  });

  it('say length, what was asked, how many clips and how many to check', () => {
    const one = suggestion('one', [change('a', 0), change('b', 5, 'unsure')]);
    expect(suggestionLine(one)).toBe('Interview cut, 0:10 (you asked 0:30) · 2 clips in · 1 to check');
  });
});

describe('briefs', () => {
  beforeEach(() => useBriefStore.setState({ draft: EMPTY_BRIEF, earlier: [] }));

  it('never ask for a clip that is also kept out', () => {
    const idArb = fc.constantFrom('a', 'b', 'c').map(mediaId);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), idArb), { maxLength: 12 }), (steps) => {
        useBriefStore.setState({ draft: EMPTY_BRIEF });
        for (const [must, id] of steps) {
          const { addMustUse, addNeverUse } = useBriefStore.getState();
          (must ? addMustUse : addNeverUse)([id]);
        }
        const { mustUse, neverUse } = useBriefStore.getState().draft;
        expect(mustUse.filter((id) => neverUse.includes(id))).toEqual([]);
        expect(new Set(mustUse).size).toBe(mustUse.length);
      }),
    );
  });

  it('go to the director trimmed, with a style and a length in flicks', () => {
    const brief = briefOf({ ...EMPTY_BRIEF, text: '  calm  ', seconds: 15 }, 'calm');
    expect(brief).toMatchObject({ text: 'calm', styleId: 'calm', duration: flicks(15 * 705_600_000), seed: 1 });
    expect('seconds' in brief).toBe(false);
  });
});

describe('jobs', () => {
  it('list what runs before what waits before what ended', () => {
    const job = (state: JobState, index: number): JobSummary => ({
      id: `${state}${index}`,
      kind: 'ingest',
      title: state,
      state,
      progress: 0,
      attempts: 1,
      createdAtMs: index,
    });
    const states: readonly JobState[] = ['done', 'cancelled', 'failed', 'paused', 'queued', 'running'];
    const jobs = new Map(states.map((state, index) => [state, job(state, index)]));
    expect(sortedJobs(jobs).map(({ state }) => state)).toEqual([...states].reverse());
    expect(activeJobs(jobs).map(({ state }) => state)).toEqual(['running', 'queued', 'paused']);
  });
});
