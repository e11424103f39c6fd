import { readTalk, type Talk } from '../transcript/talk.ts';
import { flicks } from '../time/flicks.ts';
import { speakerName } from './diarize.ts';
import { faceComposition } from './headroom.ts';
import type { FaceTrack } from './picture-results.ts';
import type { AnalysisResult, RhythmResult, ShotsResult, Span, TranscriptResult } from './results.ts';
import type { ShotScores } from './score-results.ts';
import type { TimeSpan } from './sound-results.ts';

/** One number of an analysis result with where it was measured; evidence is looked up among these. */
export type Measure = {
  readonly measure: string;
  readonly span: Span;
  readonly value: number;
  /** A word, a person, a kind of object, where the measure has such. */
  readonly label?: string | undefined;
};

const SCORES = [
  ...[
    'keyFrame',
    'quality',
    'motion',
    'steadiness',
    'sharpness',
    'motionBlur',
    'exposure',
    'shadowsClipped',
    'highlightsClipped',
    'noise',
  ],
  ...['colourfulness', 'contrast', 'shake', 'cameraSpeed', 'subjectMotion', 'thirds', 'symmetry'],
  ...['gravityX', 'gravityY', 'blackFrames', 'frozenFrames', 'flashFrames'],
] as const satisfies readonly (keyof ShotScores)[];

/** Names of a file's speakers, by their numbers in it. */
export type SpeakerNames = ReadonlyMap<number, string>;

/**
 * A result's numbers by span: per shot, beat and onset, and for a whole file over all of its time. Speakers without a name
 * are called by their numbers.
 */
export function measuresOf(result: AnalysisResult, names: SpeakerNames = new Map()): readonly Measure[] {
  switch (result.kind) {
    case 'shots':
      return shotMeasures(result);
    case 'shot-scores':
      return result.shots.flatMap((shot) => [
        ...SCORES.map((measure) => ({ measure, span: frames(shot), value: shot[measure] })),
        { measure: 'camera', span: frames(shot), value: shot.cameraSpeed, label: shot.camera },
      ]);
    case 'loudness':
      return whole([
        ['integratedLufs', result.integratedLufs],
        ['rangeLu', result.rangeLu],
        ['truePeakDbtp', result.truePeakDbtp],
        ['maxMomentaryLufs', result.maxMomentaryLufs],
        ['maxShortTermLufs', result.maxShortTermLufs],
      ]);
    case 'rhythm':
      return rhythmMeasures(result);
    case 'speech-segments':
    case 'sound-kinds':
    case 'sound-faults':
    case 'story-curve':
    case 'breaths':
      return soundMeasures(result);
    case 'faces':
      return result.tracks.flatMap(faceMeasures);
    case 'face-prints':
      return result.prints.map((print) => ({ measure: 'facePrint', span: frames(print), value: print.trackId }));
    case 'objects':
      return result.tracks.map((one) => ({
        measure: 'object',
        span: frames(one),
        value: one.confidence,
        label: one.label,
      }));
    case 'picture-captions':
      return result.captions.map((one) => ({ measure: 'caption', span: frames(one), value: 1, label: one.text }));
    // Vectors are compared, not asked for by value.
    case 'picture-embeddings':
    case 'sentence-embeddings':
      return [];
    case 'transcript':
      return wordMeasures(result);
    case 'speakers':
      return result.turns.map((turn) => ({
        measure: 'speaker',
        span: time(turn),
        value: turn.confidence,
        label: speakerName(turn.speaker, names),
      }));
  }
}

type SoundResult = Extract<
  AnalysisResult,
  { kind: 'speech-segments' | 'sound-kinds' | 'sound-faults' | 'story-curve' | 'breaths' }
>;

function soundMeasures(result: SoundResult): readonly Measure[] {
  switch (result.kind) {
    case 'speech-segments':
      return result.segments.map((segment) => ({ measure: 'speech', span: time(segment), value: segment.confidence }));
    case 'sound-kinds':
      return result.segments.map((segment) => ({
        measure: segment.sound,
        span: time(segment),
        value: segment.confidence,
      }));
    case 'sound-faults':
      return [
        ...whole([['noiseFloorDbfs', result.noiseFloorDbfs]]),
        ...result.faults.map((fault) => ({ measure: fault.fault, span: time(fault), value: fault.confidence })),
      ];
    case 'breaths':
      return result.breaths.map((breath) => ({ measure: 'breath', span: time(breath), value: breath.confidence }));
    case 'story-curve':
      return result.moments.map(({ moment, at, confidence }) => ({
        measure: moment,
        span: instant(at),
        value: confidence,
      }));
  }
}

function rhythmMeasures(result: RhythmResult): readonly Measure[] {
  return [
    ...whole([
      ['tempoBpm', result.tempoBpm],
      ['confidence', result.confidence],
    ]),
    ...result.beats.map(({ at, strength }) => ({ measure: 'beat', span: instant(at), value: strength })),
    ...result.beats.flatMap(({ at, downbeat, strength }) =>
      downbeat ? [{ measure: 'downbeat', span: instant(at), value: strength }] : [],
    ),
    ...result.sections.map((section) => ({ measure: 'energy', span: time(section), value: section.energy })),
    ...result.onsets.map(({ at, strength }) => ({ measure: 'onset', span: instant(at), value: strength })),
  ];
}

/** Words, how many transcripts agree on them where they were voted, and what the talk is made of. */
function wordMeasures({ words, agreement }: TranscriptResult): readonly Measure[] {
  const heard = words.flatMap((word, index): readonly Measure[] => {
    const shared = { span: time(word), label: word.text };
    const share = agreement?.[index];
    return [
      { measure: 'word', ...shared, value: word.confidence ?? 1 },
      ...(share === undefined ? [] : [{ measure: 'agreement', ...shared, value: share }]),
    ];
  });
  return [...heard, ...ownSpeakers(words), ...talkMeasures(readTalk(words), words)];
}

/** Who speaks, where the transcript itself says so. */
function ownSpeakers(words: TranscriptResult['words']): readonly Measure[] {
  const turns: { readonly label: string; readonly first: number; last: number }[] = [];
  for (const [index, { speaker }] of words.entries()) {
    const before = turns.at(-1);
    if (before?.label === speaker && before.last === index - 1) before.last = index;
    else if (speaker !== null) turns.push({ label: speaker, first: index, last: index });
  }
  return turns.flatMap(({ label, first, last }) => {
    const [from, to] = [words[first], words[last]];
    return from && to ? [{ measure: 'speaker', span: time({ start: from.start, end: to.end }), value: 1, label }] : [];
  });
}

/** A sentence is as emphatic as this before it is told as such. */
const LEAST_EMPHASIS = 0.3;

function talkMeasures({ sentences, topics, slips, summary }: Talk, words: TranscriptResult['words']) {
  const told = (measure: string, { text, ...span }: (typeof sentences)[number], value: number): Measure => ({
    ...{ measure, span: time(span), value },
    label: text.slice(0, LONGEST_LABEL),
  });
  const inSummary = new Set(summary);
  return [
    ...sentences.flatMap((sentence, index) => [
      told('sentence', sentence, sentence.weight),
      ...(sentence.isQuestion ? [told('question', sentence, sentence.weight)] : []),
      ...(sentence.emphasis >= LEAST_EMPHASIS ? [told('emphasis', sentence, sentence.emphasis)] : []),
      ...(inSummary.has(index) ? [told('summary', sentence, sentence.weight)] : []),
    ]),
    ...topics.map(
      (topic): Measure => ({
        ...{ measure: 'topic', span: time(topic), value: topic.confidence },
        label: topic.words.join(' '),
      }),
    ),
    ...slips.map(
      (slip): Measure => ({
        ...{ measure: slip.kind, span: time(slip), value: slip.confidence },
        label: words
          .slice(slip.first, slip.last)
          .map(({ text }) => text)
          .join(' ')
          .slice(0, LONGEST_LABEL),
      }),
    ),
  ];
}

/** Characters of a sentence that evidence holds. */
const LONGEST_LABEL = 500;

/** Shots by number, and what each border rests on where a learned detector has looked. */
function shotMeasures({ shots, borders }: ShotsResult): readonly Measure[] {
  return [
    ...shots.map((shot, index) => ({ measure: 'shot', span: frames(shot), value: index })),
    ...borders.map(({ frame, by, probability }) => ({
      measure: 'border',
      span: frames({ firstFrame: frame, lastFrame: frame }),
      value: probability,
      label: by,
    })),
  ];
}

/** How large a face is, and how it sits in the picture. */
function faceMeasures(track: FaceTrack): readonly Measure[] {
  const span = frames(track);
  const { headroom, eyeLine } = faceComposition(track) ?? {};
  return [
    { measure: 'face', span, value: largest(track) },
    ...(headroom === undefined ? [] : [{ measure: 'headroom', span, value: headroom }]),
    ...(eyeLine === undefined ? [] : [{ measure: 'eyeLine', span, value: eyeLine }]),
  ];
}

function largest({ seen }: FaceTrack): number {
  return seen.reduce((most, { box }) => Math.max(most, box.h), 0);
}

/** The span of a measure of the whole file: all of its time, however long. */
export const WHOLE_FILE: Span = { kind: 'time', start: flicks(0), end: flicks(Number.MAX_SAFE_INTEGER) };

function whole(values: readonly (readonly [string, number | null])[]): readonly Measure[] {
  return values.flatMap(([measure, value]) => (value === null ? [] : [{ measure, span: WHOLE_FILE, value }]));
}

function frames({ firstFrame, lastFrame }: { readonly firstFrame: number; readonly lastFrame: number }): Span {
  return { kind: 'frames', firstFrame, lastFrame };
}

function time({ start, end }: TimeSpan): Span {
  return { kind: 'time', start, end };
}

function instant(at: ReturnType<typeof flicks>): Span {
  return { kind: 'time', start: at, end: at };
}
