import { performance } from 'node:perf_hooks';
import { applyEdit } from '../core/timeline/apply-edit.ts';
import { editSchema } from '../core/timeline/edit-schema.ts';
import type { Edit } from '../core/timeline/edit.ts';
import type { Timeline } from '../core/timeline/timeline.ts';
import { editsAt, longTimeline, PAIRS, SOURCES } from './edit-cases.ts';
import { writeResults } from './results.ts';

function quantile(values: readonly number[], share: number): number {
  const ascending = [...values].sort((a, b) => a - b);
  return ascending[Math.min(Math.floor(ascending.length * share), ascending.length - 1)] ?? 0;
}

function percentWithin(values: readonly number[], ms: number): number {
  return Math.round((1000 * values.filter((value) => value <= ms).length) / values.length) / 10;
}

type Times = { readonly edit: number; readonly undo: number; readonly redo: number };

/** An edit, its undoing and its redoing, timed. */
function timed(timeline: Timeline, name: string, edit: Edit): Times {
  const [done, editMs] = clocked(timeline, name, edit);
  const [undone, undo] = clocked(done.timeline, `undo ${name}`, done.inverse);
  const [, redo] = clocked(undone.timeline, `redo ${name}`, undone.inverse);
  return { edit: editMs, undo, redo };
}

function clocked(timeline: Timeline, name: string, edit: Edit) {
  const started = performance.now();
  const outcome = applyEdit(timeline, edit, SOURCES);
  const ms = performance.now() - started;
  if (!outcome.ok) throw new Error(`${name}: ${JSON.stringify(outcome.refusal)}`);
  return [outcome, ms] as const;
}

/** An edit with its processor time in milliseconds, garbage collection included: other work on the machine does not count. */
function costed(timeline: Timeline, edit: Edit) {
  const started = process.cpuUsage();
  const outcome = applyEdit(timeline, edit, SOURCES);
  const { user, system } = process.cpuUsage(started);
  return [outcome, (user + system) / 1000] as const;
}

/** Repeats at one place; the fastest is the place's figure, so that other work on the machine does not count. */
const REPEATS = 5;
const PLACES = 24;

const quantileOf = (places: readonly Times[], pick: (times: Times) => number, share: number) =>
  quantile(places.map(pick), share);

/** Medians over places spread from the first clips to the last, and the slowest of these places. */
function measure(timeline: Timeline) {
  const places = Array.from({ length: PLACES }, (_, index) => Math.floor((index * (PAIRS - 10)) / (PLACES - 1)) + 1);
  const cases = editsAt(timeline, 1).map(([name]) => name);
  const times = new Map<string, Times[]>(cases.map((name) => [name, []]));
  // The first places are visited twice: once to warm the compiler up.
  for (const [round, index] of [...places.slice(0, 6), ...places].entries()) {
    for (const [name, edit, first] of editsAt(timeline, index)) {
      const from = first === undefined ? timeline : clocked(timeline, `before ${name}`, first)[0].timeline;
      const runs = Array.from({ length: REPEATS }, () => timed(from, name, edit));
      if (round < 6) continue;
      const fastest = (pick: (run: Times) => number) => Math.min(...runs.map(pick));
      times.get(name)?.push({
        edit: fastest((run) => run.edit),
        undo: fastest((run) => run.undo),
        redo: fastest((run) => run.redo),
      });
    }
  }
  const bytes = new Map(editsAt(timeline, PAIRS - 10).map(([name, edit]) => [name, JSON.stringify(edit).length]));
  return [...times].map(([edit, at]) => ({
    edit,
    editMs: quantileOf(at, (run) => run.edit, 0.5),
    editWorstPlaceMs: quantileOf(at, (run) => run.edit, 1),
    undoMs: quantileOf(at, (run) => run.undo, 0.5),
    undoWorstPlaceMs: quantileOf(at, (run) => run.undo, 1),
    redoMs: quantileOf(at, (run) => run.redo, 0.5),
    messageBytes: bytes.get(edit) ?? null,
  }));
}

/** A linear congruential generator (Numerical Recipes): the same edits in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Edits that add a track or a nested timeline each: an editor makes few of these, and none of them ever goes. */
const RARE: ReadonlySet<string> = new Set(['add track', 'nest', 'put nested']);
const RARE_SHARE = 0.05;

/** Random edits one after the other, until so many were taken; their processor time in all, and their inverses. */
function session(timeline: Timeline, count: number, seed: number) {
  const next = numbers(seed);
  let current = timeline;
  let spent = 0;
  let refused = 0;
  const inverses: Edit[] = [];
  while (inverses.length < count) {
    const index = 1 + Math.floor(next() * (PAIRS - 12));
    const cases = editsAt(timeline, index).filter(([, , first]) => first === undefined);
    const [name, picked] = cases[Math.floor(next() * cases.length)] ?? [];
    if (name !== undefined && RARE.has(name) && next() > RARE_SHARE) continue;
    const edit = renamed(picked, inverses.length + refused);
    const [outcome, ms] = costed(current, edit);
    spent += ms;
    if (outcome.ok) {
      current = outcome.timeline;
      inverses.push(outcome.inverse);
    } else refused += 1;
  }
  return { current, inverses, spent, refused };
}

/** The edit with names of its own, so that many of a kind stand beside each other. */
function renamed(edit: Edit | undefined, step: number): Edit {
  if (edit === undefined) throw new Error('no edit');
  const text = JSON.stringify(edit).replace(/"(n[1-6]|new v|new a|new|made|inner|empty)"/g, `"$1 ${step}"`);
  return editSchema.parse(JSON.parse(text));
}

const timeline = longTimeline();
const rows = measure(timeline);
const thousand = session(timeline, 1_000, 3);
const many = session(timeline, 10_000, 7);
const undo: number[] = [];
const redo: number[] = [];
let back = many.current;
for (const inverse of many.inverses.toReversed()) {
  const [undone, undoMs] = costed(back, inverse);
  if (!undone.ok) throw new Error(`undo: ${JSON.stringify(undone.refusal)}`);
  const [, redoMs] = costed(undone.timeline, undone.inverse);
  undo.push(undoMs);
  redo.push(redoMs);
  back = undone.timeline;
}
const restored = JSON.stringify(back) === JSON.stringify(timeline);
await writeResults('edits', {
  what: `Applying one edit of every kind, undoing and redoing it, on a timeline of ${PAIRS * 2} linked clips; milliseconds, best of ${REPEATS} at each of ${PLACES} places, and the edit as a message`,
  rows,
});
await writeResults('edits-sessions', {
  what: `Random edits of all kinds, few that add tracks or nested timelines, one after the other on the same timeline; undo and redo of every one of 10 000, from the last to the first; milliseconds of processor time`,
  rows: [
    { what: '1 000 edits, all together, processor time', ms: thousand.spent, refusedBesides: thousand.refused },
    { what: '10 000 edits, all together, processor time', ms: many.spent, refusedBesides: many.refused },
    { what: 'one undo of 10 000, median', ms: quantile(undo, 0.5), refusedBesides: null },
    { what: 'one undo of 10 000, 99th percentile', ms: quantile(undo, 0.99), refusedBesides: null },
    { what: 'undos of 10 000 within 1 ms, %', ms: percentWithin(undo, 1), refusedBesides: null },
    { what: 'redos of 10 000 within 1 ms, %', ms: percentWithin(redo, 1), refusedBesides: null },
    { what: 'one undo of 10 000, slowest', ms: quantile(undo, 1), refusedBesides: null },
    { what: 'one redo of 10 000, median', ms: quantile(redo, 0.5), refusedBesides: null },
    { what: 'one redo of 10 000, 99th percentile', ms: quantile(redo, 0.99), refusedBesides: null },
    { what: `undone to the very first timeline: ${restored ? 'yes' : 'NO'}`, ms: null, refusedBesides: null },
  ],
});
