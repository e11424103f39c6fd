import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nominalFrameDuration, startOfFrame } from '../../../core/media/frames.ts';
import { flicks } from '../../../core/time/flicks.ts';
import { equalRational, rational } from '../../../core/time/rational.ts';
import { frameDuration, type Rate } from '../../../core/time/rate.ts';
import { applyEdit } from '../../../core/timeline/apply-edit.ts';
import type { Edit } from '../../../core/timeline/edit.ts';
import { sourceTimeAtRecord } from '../../../core/timeline/lookup.ts';
import { clipId, type AudioClip, type Clip, type Timeline, type VideoClip } from '../../../core/timeline/timeline.ts';
import { scaled } from '../../scale.ts';
import { draws, editOf, rates } from './edit-scripts.ts';
import { clipsOf, SOURCES } from './footage.ts';
import { draw, type Draw } from './script-parts.ts';
import { startingCut } from './starting-cut.ts';

const isVideo = (clip: Clip): clip is VideoClip => clip.kind === 'video';
const isAudio = (clip: Clip): clip is AudioClip => clip.kind === 'audio';

/** How far a linked picture of the same take is behind its sound, in flicks at the picture's in point. */
type Lag = { readonly lag: number; readonly frame: number; readonly backwards: boolean };

function lags(timeline: Timeline): ReadonlyMap<string, Lag> {
  const found = new Map<string, Lag>();
  const clips = clipsOf(timeline).filter((clip) => clip.linkId !== null);
  const sounds = clips.filter(isAudio);
  for (const video of clips.filter(isVideo)) {
    const frames = SOURCES.source(video.mediaId)?.frames;
    if (frames === undefined || frames.kind === 'still' || video.speed.num === 0) continue;
    const backwards = video.speed.num < 0;
    for (const audio of sounds) {
      if (audio.linkId !== video.linkId || audio.mediaId !== video.mediaId) continue;
      if (!equalRational(audio.speed, video.speed)) continue;
      const heard = sourceTimeAtRecord(audio, audio.sourceIn, video.recordIn);
      const lag = backwards
        ? startOfFrame(frames, video.sourceIn + 1) - heard
        : heard - startOfFrame(frames, video.sourceIn);
      const longest = frames.kind === 'variable' ? 0.06 * 705_600_000 : (nominalFrameDuration(frames) ?? 0);
      found.set(`${video.id} ${audio.id}`, { lag, frame: longest, backwards });
    }
  }
  return found;
}

/** Plays a script; fails where an edit parts a picture and its sound that no unlinked edit has parted. */
function expectSync(start: Timeline, script: readonly Draw[]): void {
  let before = start;
  let now = lags(start);
  const whole = new Set(now.keys());
  for (const [step, drawn] of script.entries()) {
    const edit = editOf(before, drawn, step);
    const outcome = applyEdit(before, edit, SOURCES);
    if (!outcome.ok) continue;
    const was = now;
    before = outcome.timeline;
    now = lags(before);
    for (const [pair, { lag, frame, backwards }] of now) {
      const known = was.get(pair);
      if (known === undefined) {
        // Of other media in between, they came together again as they happened to lie.
        whole.delete(pair);
        continue;
      }
      if (isUnlinked(edit)) {
        if (lag !== known.lag) whole.delete(pair);
        continue;
      }
      // Turned, a sound that lies ahead on purpose lies as far behind.
      if (!whole.has(pair) && backwards !== known.backwards) continue;
      // Parted on purpose: no edit may part it further than rounding does.
      const most = whole.has(pair) ? 2 * frame : Math.max(2 * frame, known.lag + frame);
      if (known.lag < -2048 || (!whole.has(pair) && known.lag > 2 * frame)) continue;
      if (lag < -2048 || lag > most) expect.fail(JSON.stringify({ pair, lag, known, frame, edit }));
    }
  }
}

function isUnlinked(edit: Edit): boolean {
  return edit.kind === 'group' ? edit.edits.some(isUnlinked) : 'linked' in edit && !edit.linked;
}

/** The starting cut with every take's picture, or every other take's sound, in two parts that share the link. */
function raggedCut(rate: Rate): Timeline {
  const frame = frameDuration(rate);
  let timeline = startingCut(rate);
  for (const index of [0, 1, 2, 3, 4, 5]) {
    const at = flicks((index * 30 + 7 + index) * frame);
    const newIds = ['v', 'a', 'n'].map((name) => clipId(`${name}${index} later`));
    const cut: Edit = { kind: 'split', clipIds: [clipId(`v${index}`)], at, newIds, linked: true };
    const joined: Edit = {
      kind: 'joinThrough',
      clipId: clipId(`${index % 3 === 2 ? 'v' : 'a'}${index}`),
      linked: false,
    };
    for (const edit of [cut, joined]) {
      const outcome = applyEdit(timeline, edit, SOURCES);
      if (!outcome.ok) throw new Error(JSON.stringify({ edit, refusal: outcome.refusal }));
      timeline = outcome.timeline;
    }
  }
  return timeline;
}

const PAL = rational(25);

/** Once parted: one sound under two pictures at another speed, and a picture replaced from before its media starts. */
const PARTED: [Rate, readonly Draw[]][] = [
  [
    PAL,
    [
      draw(0, { at: 1, flag: true }),
      draw(70, { pick: 367, other: 2, flag: true }),
      draw(152, { pick: 347 }),
      draw(86, { pick: 830, flag: true, flag2: true }),
    ],
  ],
  [
    PAL,
    [
      draw(70, { pick: 758, other: 1, flag: true }),
      draw(152, { pick: 49 }),
      draw(0, { at: 229 }),
      draw(0, { other: 70 }),
      draw(86, { pick: 611, flag2: true }),
    ],
  ],
  [
    PAL,
    [
      draw(122, { other: 81, frames: 1, at: 31 }),
      draw(159, { pick: 68 }),
      draw(0, { other: 4, frames: -2, at: 31, flag: true }),
    ],
  ],
  [
    PAL,
    [
      draw(122, { frames: -1, at: 1, flag: true }),
      draw(0, { pick: 569, other: 330 }),
      draw(33, { frames: -3, flag2: true }),
      draw(122, { other: 652, frames: 1, at: 153 }),
      draw(107, { pick: 804, flag: true }),
    ],
  ],
];

describe('linked sound never drifts from its picture', () => {
  it('in takes of one picture and one sound', () => {
    fc.assert(
      fc.property(rates, draws, (rate, script) => {
        expectSync(startingCut(rate), script);
      }),
      { numRuns: scaled(400), examples: PARTED },
    );
  });

  it('in takes whose one sound plays on under two pictures, or whose one picture under two sounds', () => {
    fc.assert(
      fc.property(rates, draws, (rate, script) => {
        expectSync(raggedCut(rate), script);
      }),
      { numRuns: scaled(150) },
    );
  });
});
