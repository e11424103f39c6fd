import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measuresOf } from '../../../core/analysis/measures.ts';
import { acceptChanges } from '../../../core/director/accept.ts';
import { direct, taskFor } from '../../../core/director/direct.ts';
import { scoreArrangement } from '../../../core/director/objective.ts';
import { suggestionSchema } from '../../../core/director/suggestion-schema.ts';
import type { DirectorInput, Evidence, Suggestion } from '../../../core/director/suggestion.ts';
import { takeAt, takesOf } from '../../../core/director/takes.ts';
import { startOfFrame, type SourceFrames } from '../../../core/media/frames.ts';
import { mediaId, type MediaId } from '../../../core/media/media.ts';
import { flicksFromSeconds, FLICKS_PER_SECOND } from '../../../core/time/flicks.ts';
import { frameDuration } from '../../../core/time/rate.ts';
import { rational } from '../../../core/time/rational.ts';
import { applyEdit } from '../../../core/timeline/apply-edit.ts';
import { checkTimeline } from '../../../core/timeline/check-timeline.ts';
import { timelineDuration } from '../../../core/timeline/lookup.ts';
import type { Timeline, VideoClip } from '../../../core/timeline/timeline.ts';
import { scaled } from '../../scale.ts';
import { randomCut, uniformSlices } from './baselines.ts';
import {
  briefOf,
  filmed,
  inputOf,
  music,
  photograph,
  shippedStyle,
  shootOf,
  STYLES,
  type FootageFile,
} from './shoot.ts';

function suggest(input: DirectorInput): Suggestion {
  const outcome = direct(input);
  if (outcome.kind === 'nothing') throw new Error(outcome.reason);
  return outcome.suggestion;
}

function accepted(input: DirectorInput, suggestion: Suggestion): Timeline {
  const edit = acceptChanges(
    suggestion,
    suggestion.changes.map(({ id }) => id),
  );
  const outcome = applyEdit(suggestion.base, edit, input.sources);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.refusal));
  return outcome.timeline;
}

const pictures = (timeline: Timeline): readonly VideoClip[] =>
  timeline.tracks.flatMap((track) => (track.kind === 'video' ? track.clips : []));

/** The stored number that a piece of evidence names. */
function stored(input: DirectorInput, evidence: Evidence): number | undefined {
  const results = input.analyses.find((analysis) => analysis.mediaId === evidence.mediaId)?.results ?? [];
  return results
    .filter(
      (result) => result.analyserId === evidence.analyserId && result.analyserVersion === evidence.analyserVersion,
    )
    .flatMap((result) => measuresOf(result))
    .find(
      (measure) =>
        measure.measure === evidence.measure && JSON.stringify(measure.span) === JSON.stringify(evidence.span),
    )?.value;
}

function sourceFramesOf(input: DirectorInput, id: MediaId): SourceFrames {
  return input.sources.source(id)?.frames ?? { kind: 'still' };
}

const seeds = Array.from({ length: 20 }, (_, index) => index + 1);

describe('the objective', () => {
  it.each(STYLES)('puts the %s director above even slices and luck for 20 seeds', (style) => {
    for (const seed of seeds) {
      const files = [...shootOf(seed, 8), music('song', 96 + seed * 3, 90)];
      const input = inputOf(files, shippedStyle(style), briefOf({ seed, music: mediaId('song') }));
      const task = taskFor(input);
      const ours = suggest(input).score.total;
      expect(ours).toBeGreaterThan(scoreArrangement(task, uniformSlices(input)).total + 0.05);
      expect(ours).toBeGreaterThan(scoreArrangement(task, randomCut(input, seed)).total + 0.05);
    }
  });
});

describe('a suggestion', () => {
  const shoots = fc.record({
    seed: fc.integer({ min: 1, max: 100_000 }),
    files: fc.integer({ min: 1, max: 9 }),
    style: fc.constantFrom(...STYLES),
    seconds: fc.integer({ min: 1, max: 100 }),
    reuse: fc.integer({ min: 1, max: 3 }),
    withMusic: fc.boolean(),
    withStill: fc.boolean(),
    rate: fc.constantFrom(null, rational(25), rational(30_000, 1001), rational(24)),
  });
  const inputs = shoots.map(({ seed, files, style, seconds, reuse, withMusic, withStill, rate }) =>
    inputOf(
      [
        ...shootOf(seed, files),
        ...(withStill ? [photograph('photo')] : []),
        ...(withMusic ? [music('song', 120, 60)] : []),
      ],
      shippedStyle(style),
      briefOf({
        seed,
        duration: flicksFromSeconds(seconds),
        maxShotReuse: reuse,
        music: withMusic ? mediaId('song') : null,
        rate,
      }),
    ),
  );

  it('accepted whole is a sound timeline of the asked length, without gaps, of clips that show one shot each', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const suggestion = suggest(input);
        const timeline = accepted(input, suggestion);
        expect(checkTimeline(timeline, input.sources)).toEqual([]);
        const frame = frameDuration(timeline.rate);
        const target = Math.round(input.brief.duration / frame) * frame;
        const short = suggestion.notes.some((note) => note.startsWith('Found'));
        expect(timelineDuration(timeline)).toSatisfy((length: number) => (short ? length < target : length === target));
        let end = 0;
        const uses = new Map<string, number>();
        for (const clip of pictures(timeline)) {
          expect(clip.recordIn).toBe(end);
          end = clip.recordIn + clip.duration;
          const frames = input.sources.source(clip.mediaId)?.frames;
          if (frames === undefined || frames.kind === 'still') continue;
          const start = startOfFrame(frames, clip.sourceIn);
          const shots = input.analyses
            .find((analysis) => analysis.mediaId === clip.mediaId)
            ?.results.find((result) => result.kind === 'shots');
          const shot = shots?.shots.findIndex(
            ({ firstFrame, lastFrame }) =>
              start >= startOfFrame(frames, firstFrame) && start + clip.duration <= startOfFrame(frames, lastFrame + 1),
          );
          expect(shot).toBeGreaterThanOrEqual(0);
          uses.set(`${clip.mediaId} ${shot}`, (uses.get(`${clip.mediaId} ${shot}`) ?? 0) + 1);
        }
        expect(Math.max(0, ...uses.values())).toBeLessThanOrEqual(input.brief.maxShotReuse);
      }),
      { numRuns: scaled(60) },
    );
  });

  it('gives only reasons whose evidence lies in the stored analysis', () => {
    let looked = 0;
    fc.assert(
      fc.property(inputs, (input) => {
        for (const { reason } of suggest(input).changes) {
          expect(reason.sentence).toMatch(/^[A-Z].*[.]$/);
          for (const evidence of reason.evidence) {
            looked += 1;
            expect(stored(input, evidence)).toBe(evidence.value);
            // The sentence shows the same number, beats aside.
            if (evidence.measure !== 'beat') expect(reason.sentence).toContain(String(Math.round(evidence.value)));
          }
        }
      }),
      { numRuns: scaled(40) },
    );
    expect(looked).toBeGreaterThan(scaled(100));
  });

  it('is the same bytes for the same seed, and survives storage', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const suggestion = suggest(input);
        const text = JSON.stringify(suggestion);
        const copy = { ...input, media: structuredClone(input.media), analyses: structuredClone(input.analyses) };
        expect(JSON.stringify(suggest(copy))).toBe(text);
        expect(suggestionSchema.parse(JSON.parse(text))).toEqual(suggestion);
      }),
      { numRuns: scaled(15) },
    );
  });

  it('cuts on beats wherever the footage allows', () => {
    const input = inputOf(
      [...shootOf(5, 9), music('song', 120, 60)],
      shippedStyle('music-video'),
      briefOf({ music: mediaId('song') }),
    );
    const timeline = accepted(input, suggest(input));
    const frame = frameDuration(timeline.rate);
    const beats = new Set(taskFor(input).beats);
    const cuts = pictures(timeline).slice(1);
    const onBeat = cuts.filter((clip) => beats.has(clip.recordIn / frame));
    expect(cuts.length).toBeGreaterThan(8);
    expect(onBeat.length / cuts.length).toBeGreaterThan(0.9);
  });

  it('keeps to must-use and never-use', () => {
    for (const seed of seeds.slice(0, 8)) {
      const brief = briefOf({
        seed,
        mustUse: [mediaId('file6'), mediaId('file2')],
        neverUse: [mediaId('file0'), mediaId('file1')],
      });
      const input = inputOf(shootOf(seed, 8), shippedStyle('punchy'), brief);
      const used = new Set(pictures(accepted(input, suggest(input))).map((clip) => clip.mediaId));
      for (const id of brief.mustUse) expect(used).toContain(id);
      for (const id of brief.neverUse) expect(used).not.toContain(id);
    }
  });

  it('says when there is too little, and what could not be used', () => {
    const [file] = shootOf(3, 1);
    if (file === undefined) expect.fail();
    const brief = briefOf({ duration: flicksFromSeconds(600), mustUse: [mediaId('gone')], music: mediaId('mute') });
    const unseen = { ...filmed('unseen', () => 0.5), analysis: { mediaId: mediaId('unseen'), results: [] } };
    const input = inputOf([file, unseen], shippedStyle('calm'), brief);
    const { notes, coverage } = suggest(input);
    expect(notes.join('\n')).toMatch(/Found \d+:\d\d of good material for 10:00\./);
    expect(notes.join('\n')).toMatch(/'gone' must be used/);
    expect(notes.join('\n')).toMatch(/music cannot be heard/);
    expect(coverage).toEqual({ known: 1, total: 2 });
  });

  it('judges unseen footage by length where there is nothing else, and says so', () => {
    const unseen = { ...filmed('unseen', () => 0.5), analysis: { mediaId: mediaId('unseen'), results: [] } };
    const { changes } = suggest(inputOf([unseen], shippedStyle('calm'), briefOf({ duration: flicksFromSeconds(4) })));
    expect(changes[0]?.reason).toEqual({
      sentence: "Opens with 'unseen.mp4'. No measures for this clip, judged by length only.",
      evidence: [],
    });
    expect(changes[0]?.confidence).toBe('unsure');
  });

  it('lays sound under pictures that have it, quieter under music', () => {
    const style = shippedStyle('documentary');
    const input = inputOf([...shootOf(2, 4), music('song', null, 5)], style, briefOf({ music: mediaId('song') }));
    const suggestion = suggest(input);
    const timeline = accepted(input, suggestion);
    const [, natural, bed] = timeline.tracks;
    for (const clip of natural?.clips ?? []) {
      // Five seconds of music: what comes after it is heard as it was recorded.
      const underMusic = clip.recordIn < 5 * FLICKS_PER_SECOND;
      expect(clip.kind === 'audio' && clip.gainDb).toBe(underMusic ? style.naturalSoundDb : 0);
      const picture = pictures(timeline).find(({ linkId }) => linkId === clip.linkId);
      expect(picture?.recordIn).toBe(clip.recordIn);
    }
    expect(natural?.clips.length).toBeGreaterThan(0);
    expect(bed?.clips).toHaveLength(1);
    expect(suggestion.notes.join('\n')).toMatch(/No steady beat/);
    expect(suggestion.notes.join('\n')).toMatch(/music is shorter/);
    expect(natural?.clips.some((clip) => clip.mediaId === 'file3')).toBe(false);
  });

  it('shows no black and no white-out unless there is nothing else', () => {
    const style = shippedStyle('music-video');
    const luma = (values: Iterable<number>) => {
      const lumas = [...values];
      const input = inputOf(shootOf(6, 6), style, briefOf());
      const analyses = input.analyses.map((analysis) => ({
        ...analysis,
        results: analysis.results.map((result) =>
          result.kind !== 'shot-scores'
            ? result
            : {
                ...result,
                shots: result.shots.map((shot, index): typeof shot => {
                  const value = lumas[index % lumas.length] ?? 0;
                  return { ...shot, sharpness: 100, meanColour: [value, 128, 128] };
                }),
              },
        ),
      }));
      return { ...input, analyses };
    };
    const shown = (input: DirectorInput) =>
      new Set(
        pictures(accepted(input, suggest(input))).map(({ mediaId: id, sourceIn }) => {
          const take = takeAt(takesOf(input), id, startOfFrame(sourceFramesOf(input, id), sourceIn));
          return take?.measures?.values.meanColour[0];
        }),
      );
    expect([...shown(luma([16, 120, 240]))]).toEqual([120]);
    expect(pictures(accepted(luma([16]), suggest(luma([16])))).length).toBeGreaterThan(0);
  });

  it('shows no picture twice that another file has too, while there are others; unlike ones follow one another', () => {
    const style = shippedStyle('music-video');
    const relooked = (file: FootageFile, look: (shot: number) => readonly number[]): FootageFile => ({
      ...file,
      analysis: {
        ...file.analysis,
        results: file.analysis.results.map((result) =>
          result.kind !== 'shot-scores'
            ? result
            : {
                ...result,
                // All of one colour: their layout alone tells them apart.
                shots: result.shots.map((shot, n): typeof shot => ({
                  ...{ ...shot, sharpness: 80, exposure: 80, steadiness: 80, motion: 50 },
                  ...{ meanColour: [110, 128, 128], descriptor: [...look(n)] },
                })),
              },
        ),
      },
    });
    /** Light in cell `cell` of a dark picture. */
    const lit = (cell: number) => Array.from({ length: 48 }, (_, at) => (Math.floor(at / 4) === cell % 12 ? 250 : 60));
    for (const seed of seeds.slice(0, 5)) {
      const [one, two, three] = shootOf(seed, 3);
      if (one === undefined || two === undefined || three === undefined) throw new Error('no shoot');
      // The second camera saw what the first one saw, a little noisier.
      const files = [
        relooked(one, (n) => lit(n)),
        relooked(two, (n) => lit(n).map((value) => value + 2)),
        relooked(three, (n) => lit(n + 7)),
      ];
      const input = inputOf(files, style, { ...briefOf({ duration: flicksFromSeconds(8) }), seed });
      const takes = takesOf(input);
      const timeline = accepted(input, suggest(input));
      const shown = pictures(timeline).map(
        (clip) =>
          takeAt(takes, clip.mediaId, startOfFrame(sourceFramesOf(input, clip.mediaId), clip.sourceIn))?.samePicture,
      );
      expect(new Set(takes.map(({ samePicture }) => samePicture)).size).toBeLessThan(takes.length);
      expect(shown.length).toBeGreaterThan(2);
      expect(new Set(shown).size).toBe(shown.length);
    }
  });

  it('fills the length that was asked for', () => {
    for (const seed of seeds) {
      const input = inputOf([...shootOf(seed, 8), music('song', 120, 10)], shippedStyle('music-video'), {
        ...briefOf({ music: mediaId('song') }),
        seed,
      });
      expect(suggest(input).score.parts.find(({ name }) => name === 'duration')?.value).toBe(1);
    }
  });

  it('accepts in part as one named step', () => {
    const suggestion = suggest(inputOf(shootOf(4, 6), shippedStyle('calm'), briefOf()));
    const some = suggestion.changes.slice(1, 3).map(({ id }) => id);
    const edit = acceptChanges(suggestion, some);
    expect(edit).toMatchObject({ kind: 'group', label: `Apply 2 of ${suggestion.changes.length} changes` });
  });
});

describe('no suggestion', () => {
  const style = shippedStyle('calm');
  const reasonOf = (input: DirectorInput) => {
    const outcome = direct(input);
    return outcome.kind === 'nothing' ? outcome.reason : expect.fail('a suggestion');
  };

  it('is explained', () => {
    const [file] = shootOf(1, 1);
    if (file === undefined) expect.fail();
    expect(reasonOf(inputOf([], style, briefOf()))).toMatch(/no footage yet/);
    expect(reasonOf(inputOf([music('song', 120, 20)], style, briefOf()))).toMatch(/only sound/);
    expect(reasonOf(inputOf([file], style, briefOf({ neverUse: [file.media.id] })))).toMatch(/never-use/);
    expect(reasonOf(inputOf([{ ...file, media: { ...file.media, online: false } }], style, briefOf()))).toMatch(
      /offline/,
    );
    const blind = { ...file, source: { frames: undefined, audio: undefined } };
    expect(reasonOf(inputOf([blind], style, briefOf()))).toMatch(/No footage has a picture/);
    const empty = {
      ...file,
      source: { frames: { kind: 'constant' as const, rate: rational(25), frameCount: 0 }, audio: undefined },
    };
    expect(reasonOf(inputOf([empty], style, briefOf()))).toMatch(/No footage has a picture/);
    const flash = {
      ...file,
      analysis: { mediaId: file.media.id, results: [] },
      source: { frames: { kind: 'constant' as const, rate: rational(240), frameCount: 1 }, audio: undefined },
    };
    expect(reasonOf(inputOf([flash], style, briefOf({ rate: rational(25) })))).toMatch(/shorter than one frame/);
  });
});
