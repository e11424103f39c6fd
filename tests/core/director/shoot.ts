import { NO_PULSE } from '../../../core/analysis/rhythm.ts';
import { readFileSync } from 'node:fs';
import type { AnalysisResult, MediaAnalysis, Shot } from '../../../core/analysis/results.ts';
import type { ShotScores } from '../../../core/analysis/score-results.ts';
import { randomBelow, randomSource, type RandomSource } from '../../../core/director/random.ts';
import { parseStyle } from '../../../core/director/style.ts';
import type { Brief, DirectorInput, Style } from '../../../core/director/suggestion.ts';
import { mediaId, type Media, type MediaKind } from '../../../core/media/media.ts';
import { flicks, flicksFromSeconds } from '../../../core/time/flicks.ts';
import { timeOfFrame } from '../../../core/time/rate.ts';
import { rational, type Rational } from '../../../core/time/rational.ts';
import type { Source } from '../../../core/timeline/timeline.ts';
import { PLAIN_SCORES, scoresResult } from '../../media/plain-scores.ts';

/** A style as shipped. */
export function shippedStyle(id: string): Style {
  const text = readFileSync(new URL(`../../../assets/styles/${id}.json`, import.meta.url), 'utf8');
  const parsed = parseStyle(JSON.parse(text));
  if (!parsed.ok) throw new Error(`${id}: ${parsed.where} ${parsed.message}`);
  return parsed.style;
}

export const STYLES = ['calm', 'punchy', 'documentary', 'music-video'] as const;

/** A file of a shoot: facts, what edits know of it, what analysis found. */
export type FootageFile = { readonly media: Media; readonly source: Source; readonly analysis: MediaAnalysis };

function mediaFile(id: string, kind: MediaKind, rate: Rational, frameCount: number): Media {
  const timing = kind === 'still' ? { kind: 'still' as const } : { kind: 'constant' as const, rate, frameCount };
  return {
    id: mediaId(id),
    name: `${id}.mp4`,
    path: `/footage/${id}.mp4`,
    online: true,
    kind,
    container: 'mov',
    duration: kind === 'still' ? flicks(0) : timeOfFrame(frameCount, rate),
    video:
      kind === 'audio'
        ? []
        : [
            {
              index: 0,
              codec: 'h264',
              pixelFormat: 'yuv420p',
              bitDepth: 8,
              width: 1920,
              height: 1080,
              sampleAspect: rational(1),
              rotation: 0,
              timeBase: rational(1, 12_800),
              startTicks: 0,
              timing,
              colour: { hdr: 'none' },
            },
          ],
    audio: [],
    fingerprint: { sizeBytes: 1, sampledSha256: id },
    remarks: [],
  };
}

const RATES = [rational(25), rational(24_000, 1001), rational(30)];

/** A filmed file: shots of 2–12 s behind cuts and dissolves, measures drawn at random. */
export function filmed(id: string, random: RandomSource, silent = false): FootageFile {
  const rate = RATES[randomBelow(random, RATES.length)] ?? rational(25);
  const shots: Shot[] = [];
  let first = 0;
  for (let index = 0; index < 3 + randomBelow(random, 5); index += 1) {
    const length = 50 + randomBelow(random, 250);
    const gradual = index > 0 && random() < 0.3;
    shots.push({
      firstFrame: first,
      lastFrame: first + length - 1,
      transitionIn:
        index === 0
          ? { kind: 'start' }
          : gradual
            ? { kind: 'dissolve', firstFrame: first - 6, lastFrame: first + 6 }
            : { kind: 'cut' },
    });
    first += length;
  }
  const scores = shots.map(({ firstFrame, lastFrame }): ShotScores => {
    const score = () => Math.round(random() * 1000) / 10;
    return {
      ...{ ...PLAIN_SCORES, firstFrame, lastFrame },
      ...{ sharpness: score(), exposure: score(), motion: score(), steadiness: score() },
      keyFrame: firstFrame + randomBelow(random, lastFrame - firstFrame),
      meanColour: [randomBelow(random, 256), randomBelow(random, 256), randomBelow(random, 256)],
      descriptor: Array.from({ length: 48 }, () => randomBelow(random, 256)),
    };
  });
  const results: AnalysisResult[] = [
    {
      kind: 'shots',
      path: { kind: 'signal', because: null },
      borders: [],
      analyserId: 'shots',
      analyserVersion: 3,
      frameCount: first,
      shots,
    },
    scoresResult(2, scores),
  ];
  const end = timeOfFrame(first, rate);
  return {
    media: mediaFile(id, 'video', rate, first),
    source: {
      frames: { kind: 'constant', rate, frameCount: first },
      audio: silent ? undefined : { start: flicks(0), end },
    },
    analysis: { mediaId: mediaId(id), results },
  };
}

/** A photograph. */
export function photograph(id: string): FootageFile {
  return {
    media: mediaFile(id, 'still', rational(25), 1),
    source: { frames: { kind: 'still' }, audio: undefined },
    analysis: { mediaId: mediaId(id), results: [] },
  };
}

/** Music with an even pulse. */
export function music(id: string, bpm: number | null, seconds: number): FootageFile {
  const period = 60 / (bpm ?? 60);
  const beats =
    bpm === null
      ? []
      : Array.from({ length: Math.floor(seconds / period) }, (_, index) => ({
          at: flicksFromSeconds(0.1 + index * period),
          downbeat: index % 4 === 0,
          strength: 0.5 + ((index * 37) % 50) / 100,
        }));
  return {
    media: mediaFile(id, 'audio', rational(25), 0),
    source: { frames: undefined, audio: { start: flicks(0), end: flicksFromSeconds(seconds) } },
    analysis: {
      mediaId: mediaId(id),
      results: [
        {
          ...NO_PULSE,
          analyserId: 'rhythm',
          analyserVersion: 1,
          tempoBpm: bpm,
          confidence: bpm === null ? 0 : 0.9,
          beats,
        },
      ],
    },
  };
}

export function briefOf(changes: Partial<Brief> = {}): Brief {
  return {
    text: '',
    duration: flicksFromSeconds(30),
    styleId: 'calm',
    aspect: '16:9',
    music: null,
    mustUse: [],
    neverUse: [],
    maxShotReuse: 1,
    seed: 1,
    rate: null,
    size: null,
    ...changes,
  };
}

/** What the director sees of some files. */
export function inputOf(files: readonly FootageFile[], style: Style, brief: Brief): DirectorInput {
  const sources = new Map(files.map(({ media, source }) => [media.id, source]));
  return {
    brief: { ...brief, styleId: style.id },
    style,
    media: files.map(({ media }) => media),
    analyses: files.map(({ analysis }) => analysis),
    sources: { source: (id) => sources.get(id) },
  };
}

/** A shoot of `count` files that a seed decides. */
export function shootOf(seed: number, count: number): readonly FootageFile[] {
  const random = randomSource(seed * 7919 + 1);
  return Array.from({ length: count }, (_, index) => filmed(`file${index}`, random, index % 4 === 3));
}
