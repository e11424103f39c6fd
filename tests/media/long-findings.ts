import type { AnalysisResult } from '../../core/analysis/results.ts';
import { randomSource } from '../../core/director/random.ts';
import { mediaFactsSchema } from '../../core/media/schema.ts';
import type { MediaFacts } from '../../core/media/media.ts';
import { flicks, FLICKS_PER_SECOND, type Flicks } from '../../core/time/flicks.ts';
import { PLAIN_SCORES, scoresResult } from './plain-scores.ts';

/** Densities of a documentary with a commentator and music, per second. */
const KINDS = ['person', 'car', 'dog'] as const;
const SHOT_S = 4;
const WORDS_S = 9_000 / 3_600;
const BEATS_S = 2;
const ONSETS_S = 4;
const FACES_S = 0.4;
const FRAMES_S = 25;

/** A film at 25 fps of that length, as it would be known after import. */
export function longFilmFacts(seconds: number, sha256: string): MediaFacts {
  const rate = { num: FRAMES_S, den: 1 };
  const frameCount = seconds * FRAMES_S;
  return mediaFactsSchema.parse({
    kind: 'video',
    container: 'mov',
    duration: seconds * FLICKS_PER_SECOND,
    video: [
      {
        ...{
          index: 0,
          codec: 'h264',
          width: 1920,
          height: 1080,
          pixelFormat: 'yuv420p',
          sampleAspect: { num: 1, den: 1 },
        },
        ...{
          rotation: 0,
          timeBase: { num: 1, den: 12_800 },
          realBaseRate: rate,
          averageRate: rate,
          bitDepth: 8,
          startTicks: 0,
          colour: { hdr: 'none' },
        },
        ...{ timing: { kind: 'constant', rate, frameCount } },
      },
    ],
    audio: [],
    fingerprint: { sizeBytes: 1, sampledSha256: sha256 },
    remarks: [],
  });
}

/** What analysers would have found in a film of that length, at the densities above. */
export function longFindings(seconds: number, seed: number): readonly AnalysisResult[] {
  const random = randomSource(seed);
  const stamp = { analyserId: 'long', analyserVersion: 1 };
  const path = { kind: 'signal', because: null } as const;
  const many = <T>(perSecond: number, make: (second: number, index: number) => T) =>
    Array.from({ length: Math.floor(seconds * perSecond) }, (_, index) => make(index / perSecond, index));
  const at = (second: number): Flicks => flicks(Math.round(second * FLICKS_PER_SECOND));
  const span = (second: number, length: number) => ({ start: at(second), end: at(second + length) });
  const percent = () => Math.round(random() * 10_000) / 100;
  const spans = many(1 / SHOT_S, (second) => ({
    firstFrame: second * FRAMES_S,
    lastFrame: (second + SHOT_S) * FRAMES_S - 1,
  }));
  const box = { x: 0.4, y: 0.2, w: 0.1, h: 0.2 };
  const curve = (stepMs: number) => ({ stepMs, lufs: many(1000 / stepMs, () => -percent() / 3) });
  return [
    {
      ...{
        ...stamp,
        kind: 'shots',
        path: { kind: 'signal', because: null },
        borders: [],
        frameCount: seconds * FRAMES_S,
      },
      shots: spans.map((shot, index) => ({ ...shot, transitionIn: { kind: index === 0 ? 'start' : 'cut' } })),
    },
    scoresResult(
      1,
      spans.map((shot) => ({
        ...{ ...PLAIN_SCORES, ...shot, keyFrame: shot.firstFrame, sharpness: percent(), exposure: percent() },
        ...{ motion: percent(), steadiness: percent() },
      })),
    ),
    {
      ...{ ...stamp, kind: 'rhythm', tempoBpm: 120, confidence: 1, path, beatsPerBar: 4, barConfidence: 1 },
      ...{ tempi: [], alternativesBpm: [], energy: { stepMs: 1000, values: [] }, sections: [] },
      beats: many(BEATS_S, (second, index) => ({ at: at(second), downbeat: index % 4 === 0, strength: random() })),
      onsets: many(ONSETS_S, (second) => ({ at: at(second), strength: random() })),
    },
    {
      ...{ ...stamp, kind: 'loudness', integratedLufs: -16, rangeLu: 5, truePeakDbtp: -1 },
      ...{ maxMomentaryLufs: -8, maxShortTermLufs: -10, momentary: curve(100), shortTerm: curve(1000) },
    },
    {
      ...{ ...stamp, kind: 'transcript', language: 'en', timing: 'heard' },
      source: { kind: 'recogniser', model: 'test' },
      words: many(WORDS_S, (second) => {
        const text = `${random() < 0.001 ? 'needle' : 'word'}${Math.floor(random() ** 3 * 8_000)}`;
        return { ...span(second, 0.3), text, confidence: random(), speaker: null };
      }),
    },
    {
      ...{ ...stamp, kind: 'faces', path, stride: 5 },
      tracks: many(FACES_S, (second, id) => {
        const [firstFrame, lastFrame] = [Math.floor(second * FRAMES_S), Math.floor((second + 2) * FRAMES_S)];
        const seen = [firstFrame, lastFrame].map((frame) => ({ frame, box, score: 0.9 }));
        return { id, firstFrame, lastFrame, confidence: 0.9, seen, portraits: [] };
      }),
    },
    {
      ...{ ...stamp, kind: 'objects', path },
      found: spans.flatMap((shot) =>
        KINDS.map((label) => ({ ...shot, label, frame: shot.firstFrame, score: random(), box })),
      ),
      tracks: spans.flatMap((shot, at) =>
        KINDS.map((label, kind) => {
          const id = at * KINDS.length + kind;
          return { ...shot, id, label, confidence: random(), seen: [id] };
        }),
      ),
    },
    {
      ...{ ...stamp, kind: 'speech-segments', path },
      segments: many(1 / 5, (second) => ({ ...span(second, 3), confidence: random() })),
    },
    {
      ...{ ...stamp, kind: 'sound-kinds', path },
      segments: many(1 / 20, (second, index) => ({
        ...{ ...span(second, 20), confidence: random() },
        sound: index % 3 === 0 ? ('music' as const) : ('speech' as const),
      })),
    },
  ];
}
