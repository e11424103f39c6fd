import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flicks } from '../../../core/time/flicks.ts';
import { rational } from '../../../core/time/rational.ts';
import { frameDuration, type Rate } from '../../../core/time/rate.ts';
import { applyEdit } from '../../../core/timeline/apply-edit.ts';
import { checkTimeline } from '../../../core/timeline/check-timeline.ts';
import { frameAtOffset } from '../../../core/timeline/clip-time.ts';
import { editLabel } from '../../../core/timeline/edit-label.ts';
import { editSchema } from '../../../core/timeline/edit-schema.ts';
import type { Edit } from '../../../core/timeline/edit.ts';
import { sourcesOf } from '../../../core/timeline/generated-media.ts';
import { valueAt } from '../../../core/timeline/keyframes.ts';
import { applyPatch } from '../../../core/timeline/patch.ts';
import { previewEdit } from '../../../core/timeline/preview.ts';
import { refusalSchema } from '../../../core/timeline/refusal-schema.ts';
import { clipId, type Clip, type Timeline } from '../../../core/timeline/timeline.ts';
import { scaled } from '../../scale.ts';
import { draws, editOf, rates } from './edit-scripts.ts';
import { clipsOf, SOURCES } from './footage.ts';
import { draw, type Draw } from './script-parts.ts';
import { startingCut } from './starting-cut.ts';

type Seen = (before: Timeline, edit: Edit, after: Timeline) => void;

/** Plays a script and calls back on every edit that was taken. */
function play(rate: Rate, script: readonly Draw[], seen: Seen): void {
  let timeline = startingCut(rate);
  for (const [step, draw] of script.entries()) {
    const edit = editOf(timeline, draw, step);
    const outcome = applyEdit(timeline, edit, SOURCES);
    if (!outcome.ok) continue;
    seen(timeline, edit, outcome.timeline);
    timeline = outcome.timeline;
  }
}

/** Scripts of only some kinds of edits, by the numbers they are drawn with. */
const drawsOf = (...kinds: readonly number[]) =>
  fc.tuple(draws, fc.infiniteStream(fc.constantFrom(...kinds))).map(([script, stream]) =>
    script.map((draw): Draw => {
      const next = stream.next();
      return { ...draw, kind: next.done === true ? 0 : next.value };
    }),
  );

const byId = (timeline: Timeline) => new Map(clipsOf(timeline).map((clip) => [clip.id, clip]));
const bare = ({ recordIn: _in, linkId: _link, ...rest }: Clip) => JSON.stringify(rest);

describe('laws of editing', () => {
  it('a ripple moves what follows together: in order on each track, linked clips alike, other tracks not at all', () => {
    // Inserts, ripple deletes, trims, gaps, extracts, speeds; others in between make the timelines uneven.
    const kinds = [1, 2, 29, 34, 40, 45, 51, 83, 130, 134, 195, 70, 23, 60, 198];
    fc.assert(
      fc.property(rates, drawsOf(...kinds), (rate, script) => {
        play(rate, script, (before, edit, after) => {
          if (!isRipple(edit)) return;
          const latter = byId(after);
          const shifts = new Map<string, number>();
          for (const track of before.tracks) {
            let last = 0;
            for (const clip of track.clips) {
              const now = latter.get(clip.id);
              if (now === undefined || bare(now) !== bare(clip)) continue;
              const shift = now.recordIn - clip.recordIn;
              // Later clips never move less than earlier ones.
              if (
                Math.abs(shift) < Math.abs(last) ||
                (last !== 0 && shift !== 0 && Math.sign(shift) !== Math.sign(last))
              ) {
                expect.fail(JSON.stringify({ edit, clip: clip.id, shift, last }));
              }
              if (track.locked) expect(shift).toBe(0);
              last = shift;
              if (clip.linkId !== null && now.linkId === clip.linkId) {
                const mates = shifts.get(clip.linkId);
                if (mates !== undefined && mates !== shift) expect.fail(JSON.stringify({ edit, clip, shift, mates }));
                shifts.set(clip.linkId, shift);
              }
            }
          }
        });
      }),
      { numRuns: scaled(150) },
    );
  });

  it('a slip changes no record time, a slide no source time of what it slides, and neither changes other clips', () => {
    fc.assert(
      fc.property(rates, drawsOf(58, 60, 62, 137, 140, 144, 70, 23, 40), (rate, script) => {
        play(rate, script, (before, edit, after) => {
          if (edit.kind !== 'slip' && edit.kind !== 'slide') return;
          const latter = byId(after);
          for (const clip of clipsOf(before)) {
            const now = latter.get(clip.id);
            if (edit.kind === 'slip') {
              expect([now?.recordIn, now?.duration, now?.speed]).toEqual([clip.recordIn, clip.duration, clip.speed]);
            } else if (clip.id === edit.clipId) {
              expect({ ...now, recordIn: clip.recordIn }).toStrictEqual(clip);
              expect(now?.recordIn).toBe(clip.recordIn + edit.delta);
            }
          }
        });
      }),
      { numRuns: scaled(100) },
    );
  });

  it('a split shows the same frame and has the same values on both sides, and joining takes it back', () => {
    fc.assert(
      fc.property(rates, fc.nat(1000), fc.nat(1000), fc.boolean(), (rate, pick, place, linked) => {
        const cut = startingCut(rate);
        const clips = clipsOf(cut);
        const clip = clips[pick % clips.length];
        if (clip === undefined) return;
        const frame = frameDuration(rate);
        const inside = 1 + (place % (clip.duration / frame - 1));
        const at = flicks(clip.recordIn + inside * frame);
        const newIds = ['n1', 'n2', 'n3'].map(clipId);
        const split = applyEdit(cut, { kind: 'split', clipIds: [clip.id], at, newIds, linked }, SOURCES);
        if (!split.ok) expect.fail(JSON.stringify(split.refusal));
        const halves = byId(split.timeline);
        const [left, right] = [halves.get(clip.id), halves.get(clipId('n1'))];
        if (left === undefined || right === undefined) expect.fail('two halves');
        sameAtCut(cut, clip, left, right);
        const joined = applyEdit(split.timeline, { kind: 'joinThrough', clipId: clip.id, linked }, SOURCES);
        // Fades of up to 3 frames must fit the halves, or they are cut back.
        const fadesFit = inside > 3 && clip.duration / frame - inside > 3;
        if (!joined.ok) expect.fail(JSON.stringify({ refusal: joined.refusal, left, right }));
        if (fadesFit && linked) expect(joined.timeline).toStrictEqual(cut);
      }),
      { numRuns: scaled(300) },
    );
  });

  it('a preview says exactly what the edit does', () => {
    fc.assert(
      fc.property(rates, draws, (rate, script) => {
        play(rate, script.slice(0, 8), (before, edit, after) => {
          const preview = previewEdit(before, edit, SOURCES);
          if (!preview.ok) expect.fail(JSON.stringify(preview.refusal));
          expect(applyPatch(before, preview.patch)).toEqual(after);
          const { added, removed } = preview.clips;
          expect(clipsOf(after).length).toBe(clipsOf(before).length + added.length - removed.length);
        });
      }),
      { numRuns: scaled(40) },
    );
  });

  it('are tried on every kind of edit, all of which are taken and have a name', () => {
    const taken = new Map<Edit['kind'], string>();
    fc.assert(
      fc.property(rates, draws, (rate, script) => {
        play(rate, script, (_before, edit) => taken.set(edit.kind, editLabel(edit)));
      }),
      { numRuns: Math.max(scaled(600), 600), seed: 20261121 },
    );
    expect([...taken.keys()].sort()).toEqual(KINDS);
    expect([...taken.values()].filter((label) => label === '')).toEqual([]);
  });
});

/** All kinds but the primitive, which inverses are made of, and what random scripts hardly ever meet. */
const KINDS = [
  'addTrack',
  'append',
  'closeGap',
  'duplicate',
  'editNested',
  'extract',
  'freeze',
  'group',
  'insert',
  'joinThrough',
  'lift',
  'liftRange',
  'link',
  'move',
  'moveTrack',
  'nest',
  'overwrite',
  'putClipMarker',
  'putMarker',
  'putNested',
  'removeClipMarker',
  'removeKeyframe',
  'removeMarker',
  'removeNested',
  'removeTrack',
  'replace',
  'retime',
  'rippleDelete',
  'roll',
  'setClip',
  'setKeyframe',
  'setTrack',
  'setTransition',
  'slide',
  'slip',
  'split',
  'swap',
  'trim',
  'unlink',
];

function isRipple(edit: Edit): boolean {
  if ('ripple' in edit) return edit.ripple;
  return ['insert', 'rippleDelete', 'closeGap', 'extract'].includes(edit.kind);
}

function sameAtCut(cut: Timeline, whole: Clip, left: Clip, right: Clip): void {
  const offset = left.duration;
  const curves = (clip: Clip) => Object.entries(clip.keyframes ?? {});
  for (const [index, [parameter, curve]] of curves(whole).entries()) {
    const value = valueAt(curve, offset, 0);
    expect(valueAt(curves(left)[index]?.[1], offset, 0)).toBe(value);
    expect([parameter, valueAt(curves(right)[index]?.[1], flicks(0), 0)]).toEqual([parameter, value]);
  }
  if (whole.kind !== 'video' || right.kind !== 'video') return;
  const frames = sourcesOf(cut, SOURCES).source(whole.mediaId)?.frames;
  // With linked sound the picture shows the frame of the sound's time, which rounding may put one later.
  if (frames !== undefined && whole.linkId === null) {
    expect(right.sourceIn).toBe(frameAtOffset(whole, frames, offset));
  }
}

/** Numbers that break what is not checked: exact limits, off the grid, far away. */
const wildNumbers = fc.constantFrom(
  0,
  -1,
  1,
  7,
  28_224_000,
  -28_224_000,
  1e12,
  -1e12,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  0.5,
  -0.5,
  1e300,
);

/** One leaf of plain data replaced, counted through; strings become unknown names. */
function mutated(value: unknown, target: { left: number }, wild: number): unknown {
  if (Array.isArray(value)) return value.map((item) => mutated(item, target, wild));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mutated(item, target, wild)]));
  }
  target.left -= 1;
  if (target.left !== -1) return value;
  if (typeof value === 'number') return wild;
  if (typeof value === 'boolean') return !value;
  return value === null ? null : `wild ${wild}`;
}

/** Once answered with endlessly much media: pictures of unknown media cannot start before their first frame either. */
const UNKNOWN_MEDIA: [Rate, readonly Draw[], [number, number][]][] = [
  [
    rational(25),
    [draw(0, { pick: 416, other: 22, frames: -2, at: 87 }), draw(137, { pick: 723, frames: -23 })],
    [[53, 0]],
  ],
  [
    rational(25),
    [
      draw(0, { other: 100, at: 21, flag: true }),
      draw(96, { pick: 131, other: 328, at: 180, flag2: true }),
      draw(96, { pick: 352, flag: true, flag2: true }),
      draw(137, { pick: 330, frames: -1 }),
    ],
    [[4, 0]],
  ],
];

describe('wild values', () => {
  it('are refused with a reason or taken whole: applyEdit never throws and never breaks an invariant', () => {
    let tried = 0;
    fc.assert(
      fc.property(
        rates,
        draws,
        fc.array(fc.tuple(fc.nat(60), wildNumbers), { minLength: 1, maxLength: 3 }),
        (rate, script, wild) => {
          let timeline = startingCut(rate);
          for (const [step, draw] of script.slice(0, 6).entries()) {
            let edit: unknown = editOf(timeline, draw, step);
            for (const [leaf, number] of wild) edit = mutated(edit, { left: leaf % 25 }, number);
            const parsed = editSchema.safeParse(edit);
            if (!parsed.success) continue;
            tried += 1;
            const outcome = applyEdit(timeline, parsed.data, SOURCES);
            if (!outcome.ok) {
              const { success } = refusalSchema.safeParse(outcome.refusal);
              if (!success) expect.fail(JSON.stringify({ edit, refusal: outcome.refusal }));
              continue;
            }
            const violations = checkTimeline(outcome.timeline, SOURCES);
            if (violations.length > 0) expect.fail(JSON.stringify({ edit, violations }));
            const undone = applyEdit(outcome.timeline, outcome.inverse, SOURCES);
            expect(undone.ok && undone.timeline).toStrictEqual(timeline);
            timeline = outcome.timeline;
          }
        },
      ),
      { numRuns: scaled(400), examples: UNKNOWN_MEDIA },
    );
    expect(tried).toBeGreaterThan(400);
  });
});
