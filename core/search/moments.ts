import {
  resultOf,
  type MediaAnalysis,
  type ObjectsResult,
  type SoundKindsResult,
  type Span,
} from '../analysis/results.ts';
import type { TimeSpan } from '../analysis/sound-results.ts';
import { startOfFrame, type SourceFrames } from '../media/frames.ts';
import type { MediaId } from '../media/media.ts';
import { ZERO_FLICKS, type Flicks } from '../time/flicks.ts';
import { readTalk, type Sentence } from '../transcript/talk.ts';
import { comparedWord, type Word } from '../transcript/transcript.ts';
import type { Look } from './look-alikes.ts';
import type { MomentKind } from './query.ts';
import { searchStem } from './stem.ts';
import { pictureTraits, type Trait } from './traits.ts';

/** A stretch of a file that can be found. Times are source times, `end` exclusive. */
export type Moment = {
  readonly mediaId: MediaId;
  readonly kind: MomentKind;
  readonly span: Span;
  readonly start: Flicks;
  readonly end: Flicks;
  /** The frame that shows it best. */
  readonly keyFrame: number | null;
  /** As `comparedWord` gives them, in order. */
  readonly said: readonly string[];
  /** The same, by stem. */
  readonly stems: ReadonlySet<string>;
  /** What is said as people read it; empty where nothing is. */
  readonly text: string;
  /** A provider's words for the picture, likewise. */
  readonly described: { readonly words: readonly string[]; readonly stems: ReadonlySet<string> };
  /** How clearly each kind of object is seen, 0–1: the mean over looks. */
  readonly objects: ReadonlyMap<string, number>;
  readonly traits: ReadonlyMap<Trait, number>;
  readonly look: Look | undefined;
  /** Words of the file's name. */
  readonly named: ReadonlySet<string>;
};

/** What moments of one file are made from. */
export type Footage = {
  readonly name: string;
  readonly duration: Flicks;
  readonly kind: 'video' | 'audio' | 'still';
  readonly frames: SourceFrames | undefined;
  readonly analysis: MediaAnalysis;
};

/** All that can be found in a file: its shots, its sentences, its slips, and the stretches of sound of files without pictures. */
export function momentsOf(footage: Footage): readonly Moment[] {
  const words = resultOf(footage.analysis, 'transcript')?.words ?? [];
  const { sentences, slips } = readTalk(words);
  const shared = { mediaId: footage.analysis.mediaId, named: new Set(fileWords(footage.name)) };
  const shots = footage.kind === 'audio' ? [] : shotMoments(footage, words);
  const spoken = sentences.map((sentence): Omit<Moment, 'mediaId' | 'named'> => {
    const own = words.slice(sentence.first, sentence.last);
    const around = shots.find(({ start, end }) => start <= sentence.start && sentence.start < end);
    return {
      kind: 'sentence',
      span: { kind: 'time', start: sentence.start, end: sentence.end },
      ...{ start: sentence.start, end: sentence.end, keyFrame: around?.keyFrame ?? null },
      ...saidIn(own),
      described: around?.described ?? NOT_DESCRIBED,
      objects: around?.objects ?? new Map<string, number>(),
      traits: sentenceTraits(sentence, around?.traits),
      look: around?.look,
    };
  });
  const sounds = footage.kind === 'audio' ? soundMoments(resultOf(footage.analysis, 'sound-kinds'), words) : [];
  const breaths = resultOf(footage.analysis, 'breaths')?.breaths ?? [];
  const told = [
    ...slips.map((slip) =>
      slipMoment(slip.kind === 'filler' ? 'filler' : 'retake', slip, words.slice(slip.first, slip.last)),
    ),
    ...breaths.map((breath) => slipMoment('breath', breath, [])),
  ].map((slip) => ({
    ...slip,
    keyFrame: shots.find(({ start, end }) => start <= slip.start && slip.start < end)?.keyFrame ?? null,
  }));
  return [...shots, ...spoken, ...sounds, ...told].map((moment) => ({ ...moment, ...shared }));
}

/** The words of a file name without its extension: "beach_dog-02.mp4" has beach, dog and 02. */
function fileWords(name: string): readonly string[] {
  const bare = name.replace(/\.[^.]+$/u, '');
  return bare.split(/[^\p{L}\p{N}]+/u).flatMap((part) => (part === '' ? [] : [searchStem(comparedWord(part))]));
}

const NOT_DESCRIBED: Moment['described'] = { words: [], stems: new Set() };

function describedBy(captions: readonly { readonly text: string }[]): Moment['described'] {
  const words = captions.flatMap(({ text }) => text.split(/\s+/u).map(comparedWord)).filter((word) => word !== '');
  return { words, stems: new Set(words.map(searchStem)) };
}

type Bare = Omit<Moment, 'mediaId' | 'named'>;

function shotMoments(footage: Footage, words: readonly Word[]): readonly Bare[] {
  const { analysis, frames, kind } = footage;
  const still = kind === 'still' ? [{ firstFrame: 0, lastFrame: 0 }] : [];
  const shots = resultOf(analysis, 'shots')?.shots ?? still;
  const scores = byFirstFrame(resultOf(analysis, 'shot-scores')?.shots);
  const faces = resultOf(analysis, 'faces')?.tracks ?? [];
  const objects = resultOf(analysis, 'objects');
  const [found, followed] = [objects?.found ?? [], followedObjects(objects)];
  const captions = resultOf(analysis, 'picture-captions')?.captions ?? [];
  const sounds = resultOf(analysis, 'sound-kinds')?.segments ?? [];
  return shots.map(({ firstFrame, lastFrame }): Bare => {
    const timeOf = (frame: number) => (frames === undefined ? ZERO_FLICKS : startOfFrame(frames, frame));
    const [start, end] = [timeOf(firstFrame), timeOf(lastFrame + 1)];
    const isInside = ({ frame }: { readonly frame: number }) => frame >= firstFrame && frame <= lastFrame;
    const seen = followed.filter(isInside);
    const tracks = faces.filter((track) => track.firstFrame <= lastFrame && track.lastFrame >= firstFrame);
    const persons = seen.filter(({ label }) => label === 'person');
    const score = scores.get(firstFrame);
    const traits = pictureTraits({
      frames: lastFrame + 1 - firstFrame,
      scores: score,
      largestFace: most(tracks.flatMap((track) => track.seen.map(({ box }) => box.h))),
      faces: atOnce(tracks),
      persons: most([...countBy(persons, ({ frame }) => frame).values()]),
      largestPerson: most(persons.map(({ box }) => box.h)),
    });
    const spoken = words.filter((word) => (word.start + word.end) / 2 >= start && (word.start + word.end) / 2 < end);
    return {
      kind: 'shot',
      span: { kind: 'frames', firstFrame, lastFrame },
      ...{ start, end, keyFrame: score?.keyFrame ?? firstFrame },
      ...saidIn(spoken),
      described: describedBy(captions.filter(isInside)),
      objects: meanScores(found.filter(isInside)),
      traits: new Map([...traits, ...soundTraits(sounds, start, end)]),
      look: score?.descriptor,
    };
  });
}

/** What an editor would cut is found as that alone: its words are found in their sentence. */
function slipMoment(trait: Trait, slip: TimeSpan & { readonly confidence: number }, words: readonly Word[]): Bare {
  const { start, end, confidence } = slip;
  return {
    ...{ kind: 'slip', span: { kind: 'time', start, end }, start, end, keyFrame: null, said: [], stems: new Set() },
    text: words.map(({ text }) => text).join(' '),
    ...{ described: NOT_DESCRIBED, objects: new Map<string, number>(), look: undefined },
    traits: new Map([[trait, confidence]]),
  };
}

function soundMoments(kinds: SoundKindsResult | undefined, words: readonly Word[]): readonly Bare[] {
  return (kinds?.segments ?? []).flatMap((segment): readonly Bare[] => {
    const { start, end, sound, confidence } = segment;
    if (sound === 'other') return [];
    const spoken = words.filter((word) => word.start >= start && word.end <= end);
    return [
      {
        kind: 'sound',
        span: { kind: 'time', start, end },
        ...{ start, end, keyFrame: null, ...saidIn(spoken), described: NOT_DESCRIBED, look: undefined },
        objects: new Map<string, number>(),
        traits: new Map<Trait, number>([[sound, confidence]]),
      },
    ];
  });
}

/** How much of the time there is speech, music or silence; a tenth of it is chance. */
function soundTraits(segments: SoundKindsResult['segments'], start: Flicks, end: Flicks): readonly [Trait, number][] {
  return (['speech', 'music', 'silence'] as const).flatMap((kind): readonly [Trait, number][] => {
    const share = segments.reduce((sum, segment) => {
      const common = Math.min(end, segment.end) - Math.max(start, segment.start);
      return segment.sound === kind && common > 0 ? sum + common : sum;
    }, 0);
    const part = share / Math.max(1, end - start);
    return part > 0.1 ? [[kind, Math.min(1, part * 1.25)]] : [];
  });
}

function sentenceTraits(
  sentence: Sentence,
  around: ReadonlyMap<Trait, number> | undefined,
): ReadonlyMap<Trait, number> {
  const traits = new Map<Trait, number>([...(around ?? []), ['speech', 1]]);
  if (sentence.isQuestion) traits.set('question', 1);
  return traits;
}

function saidIn(words: readonly Word[]): Pick<Moment, 'said' | 'stems' | 'text'> {
  const said = words.map(({ text }) => comparedWord(text)).filter((word) => word !== '');
  return { said, stems: new Set(said.map(searchStem)), text: words.map(({ text }) => text).join(' ') };
}

/** Chance finds, which are in no track, say nothing. */
function followedObjects(objects: ObjectsResult | undefined): ObjectsResult['found'] {
  return (objects?.tracks ?? []).flatMap(({ seen }) => seen.flatMap((index) => objects?.found[index] ?? []));
}

function byFirstFrame<Row extends { readonly firstFrame: number }>(rows: readonly Row[] | undefined) {
  return new Map((rows ?? []).map((row) => [row.firstFrame, row]));
}

/** Of each kind of object its best score in each look, and the mean of those: what is seen for a moment weighs less. */
function meanScores(found: ObjectsResult['found']): ReadonlyMap<string, number> {
  const looks = Map.groupBy(found, ({ frame }) => frame);
  const sums = new Map<string, number>();
  for (const seen of looks.values()) {
    for (const [label, same] of Map.groupBy(seen, (one) => one.label)) {
      sums.set(label, (sums.get(label) ?? 0) + most(same.map(({ score }) => score)));
    }
  }
  return new Map([...sums].map(([label, sum]) => [label, sum / looks.size]));
}

function countBy<Row>(rows: readonly Row[], key: (row: Row) => number): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(key(row), (counts.get(key(row)) ?? 0) + 1);
  return counts;
}

function most(values: readonly number[]): number {
  return values.reduce((highest, value) => Math.max(highest, value), 0);
}

/** Most spans that hold one frame; the most are held where one of them begins. */
function atOnce(spans: readonly { readonly firstFrame: number; readonly lastFrame: number }[]): number {
  return most(
    spans.map(
      ({ firstFrame }) => spans.filter((one) => one.firstFrame <= firstFrame && one.lastFrame >= firstFrame).length,
    ),
  );
}
