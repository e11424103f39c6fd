import type { AnalysisResult } from '../../../core/analysis/results.ts';
import { mediaId } from '../../../core/media/media.ts';
import { momentsOf, type Footage, type Moment } from '../../../core/search/moments.ts';
import { flicksFromSeconds } from '../../../core/time/flicks.ts';
import { rational } from '../../../core/time/rational.ts';
import { TRANSCRIPT_ANALYSER, type Word } from '../../../core/transcript/transcript.ts';
import { PLAIN_SCORES } from '../../media/plain-scores.ts';

const stamp = { analyserId: 'made', analyserVersion: 1 };
const box = (h: number) => ({ x: 0.4, y: 0.1, w: h / 2, h });

/** Words of half a second, one after another from a second on. */
export function wordsFrom(second: number, text: string): readonly Word[] {
  return text.split(' ').map((word, index) => ({
    text: word,
    start: flicksFromSeconds(second + index / 2),
    end: flicksFromSeconds(second + index / 2 + 0.4),
    confidence: 0.9,
    speaker: null,
  }));
}

export type MadeShot = {
  readonly objects?: readonly string[];
  readonly faceHeight?: number;
  readonly scores?: Partial<typeof PLAIN_SCORES>;
};

/** Each object in the middle of its shot. */
function madeObjects(shots: readonly (MadeShot & { readonly firstFrame: number; readonly lastFrame: number })[]) {
  const found = shots.flatMap(({ firstFrame, lastFrame, objects = [] }) =>
    objects.map((label) => ({ frame: firstFrame + 50, label, score: 0.8, box: box(0.8), firstFrame, lastFrame })),
  );
  const tracks = found.map(({ label, frame }, id) => {
    return { id, label, firstFrame: frame, lastFrame: frame, confidence: 0.8, seen: [id] };
  });
  return { found, tracks };
}

/** A film of shots of 100 frames at 25 per second, four seconds each, and what is said in it. */
export function madeFilm(id: string, shots: readonly MadeShot[], words: readonly Word[] = []): Footage {
  const spans = shots.map((shot, index) => ({ ...shot, firstFrame: index * 100, lastFrame: index * 100 + 99 }));
  const results: AnalysisResult[] = [
    {
      ...stamp,
      kind: 'shots',
      path: { kind: 'signal', because: null },
      borders: [],
      frameCount: shots.length * 100,
      shots: spans.map(({ firstFrame, lastFrame }) => ({ firstFrame, lastFrame, transitionIn: { kind: 'cut' } })),
    },
    {
      ...stamp,
      kind: 'shot-scores',
      shots: spans.map(({ firstFrame, lastFrame, scores }) => ({
        ...PLAIN_SCORES,
        keyFrame: firstFrame + 50,
        ...scores,
        ...{ firstFrame, lastFrame },
      })),
      windows: { frames: 24, sharpness: [], exposure: [], noise: [], shake: [], subjectMotion: [] },
    },
    {
      ...stamp,
      kind: 'objects',
      path: { kind: 'model', model: 'made' },
      ...madeObjects(spans),
    },
    {
      ...stamp,
      kind: 'faces',
      path: { kind: 'model', model: 'made' },
      stride: 5,
      tracks: spans.flatMap(({ firstFrame, lastFrame, faceHeight }, index) =>
        faceHeight === undefined
          ? []
          : [
              {
                ...{ id: index, firstFrame, lastFrame, confidence: 0.9, portraits: [] },
                seen: [{ frame: firstFrame, box: box(faceHeight), score: 0.9 }],
              },
            ],
      ),
    },
    {
      kind: 'transcript',
      ...TRANSCRIPT_ANALYSER,
      language: 'en',
      source: { kind: 'imported', format: 'txt', fileName: 'made.txt' },
      timing: 'heard',
      words,
    },
  ];
  return {
    name: `${id}.mp4`,
    kind: 'video',
    duration: flicksFromSeconds(shots.length * 4),
    frames: { kind: 'constant', rate: rational(25, 1), frameCount: shots.length * 100 },
    analysis: { mediaId: mediaId(id), results: results.filter((one) => one.kind !== 'transcript' || words.length > 0) },
  };
}

export function madeMoments(...films: readonly Footage[]): readonly Moment[] {
  return films.flatMap(momentsOf);
}
