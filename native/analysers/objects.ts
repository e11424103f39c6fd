import { z } from 'zod';
import { decodeYolox, OBJECT_SIDE } from '../../core/analysis/object-detector.ts';
import type { ObjectsResult } from '../../core/analysis/results.ts';
import { resultOf } from '../../core/analysis/results.ts';
import { displaySize, primaryVideo } from '../../core/media/media.ts';
import { floats } from '../models/tensors.ts';
import { blueGreenRed, type PictureSize } from './colour-planes.ts';
import { hasPicture, shotsOf } from './faces.ts';
import { MODEL_SHARD_NEEDS, type AnalyserInput, type ModelAnalyser } from './model-analyser.ts';

const OBJECTS_ANALYSER = { analyserId: 'objects', analyserVersion: 1 } as const;
const YOLOX_FILE = 'yolox_nano.onnx';
const LEAST_SCORE = 0.4;
const LOOKS_PER_SHARD = 300;
/** Long shots are looked at again after so many frames. */
const LONGEST_GAP = 250;
/** What YOLOX was taught to see beside a picture. */
const BESIDE = 114;

const shardSchema = z.object({ first: z.int(), end: z.int() });
const found = z.object({
  frame: z.int(),
  label: z.string(),
  score: z.number(),
  box: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  firstFrame: z.int(),
  lastFrame: z.int(),
});

/** Persons and things in the key frames of each shot. */
export const objectsAnalyser: ModelAnalyser<z.infer<typeof shardSchema>, ObjectsResult['found']> = {
  id: OBJECTS_ANALYSER.analyserId,
  version: OBJECTS_ANALYSER.analyserVersion,
  title: 'Objects',
  gives: 'objects',
  needs: { models: ['yolox-nano'], results: ['shots', 'shot-measures'] },
  schemas: { shard: shardSchema, output: z.array(found) },
  appliesTo: hasPicture,
  split(input) {
    const { length } = keyFrames(input);
    return Array.from({ length: Math.ceil(length / LOOKS_PER_SHARD) }, (_, part) => {
      const shard = { first: part * LOOKS_PER_SHARD, end: Math.min(length, (part + 1) * LOOKS_PER_SHARD) };
      return { shard, cost: shard.end - shard.first, needs: MODEL_SHARD_NEEDS };
    });
  },
  async run({ first, end }, input, work) {
    const path = input.models.get('yolox-nano')?.files.get(YOLOX_FILE);
    const video = primaryVideo(input.media);
    if (path === undefined || video === undefined || input.frames === undefined) return [];
    const size = objectSize(displaySize(video));
    const looks = keyFrames(input).slice(first, end);
    const spans = new Map(looks.map((look) => [look.frame, look]));
    const all: z.infer<typeof found>[] = [];
    const order = { frames: looks.map(({ frame }) => frame), ...size, layout: 'gbrp', signal: work.signal } as const;
    let done = 0;
    for await (const { frame, pixels } of input.frames.read(order)) {
      const span = spans.get(frame);
      const seen = await detect(pixels, { path, size, work });
      if (span !== undefined) all.push(...seen.map((one) => ({ ...one, ...span })));
      work.progress((done += 1) / looks.length);
    }
    return all;
  },
  merge(outputs) {
    return {
      kind: 'objects',
      ...OBJECTS_ANALYSER,
      path: { kind: 'model', model: 'yolox-nano' },
      found: outputs.flat(),
    };
  },
};

type Look = { readonly frame: number; readonly firstFrame: number; readonly lastFrame: number };

/** The best frame of each shot, and in long ones others evenly apart. */
export function keyFrames(input: AnalyserInput): readonly Look[] {
  const measures = resultOf(input.analysis, 'shot-measures')?.shots ?? [];
  return shotsOf(input).flatMap(({ firstFrame, lastFrame }) => {
    const count = Math.ceil((lastFrame - firstFrame + 1) / LONGEST_GAP);
    const best = measures.find((shot) => shot.firstFrame === firstFrame)?.bestFrame;
    const step = (lastFrame - firstFrame + 1) / count;
    const even = Array.from({ length: count }, (_, n) => Math.floor(firstFrame + step * (n + 0.5)));
    const frames = count === 1 && best !== undefined && best <= lastFrame ? [best] : even;
    return frames.map((frame) => ({ frame, firstFrame, lastFrame }));
  });
}

function objectSize(shown: PictureSize): PictureSize {
  const scale = OBJECT_SIDE / Math.max(shown.width, shown.height);
  return { width: Math.max(1, Math.round(shown.width * scale)), height: Math.max(1, Math.round(shown.height * scale)) };
}

type Detecting = {
  readonly path: string;
  readonly size: PictureSize;
  readonly work: Parameters<typeof objectsAnalyser.run>[2];
};

async function detect(pixels: Uint8Array, { path, size, work }: Detecting) {
  const square = { width: OBJECT_SIDE, height: OBJECT_SIDE };
  const data = blueGreenRed(pixels, size, square, BESIDE);
  const images = { type: 'widen', dims: [1, 3, OBJECT_SIDE, OBJECT_SIDE], data, scale: 1, offset: 0 } as const;
  const outputs = await work.host.run({ path }, { images }, { signal: work.signal });
  const rounded = (value: number) => Math.round(value * 10_000) / 10_000;
  return decodeYolox(floats(outputs, 'output'), LEAST_SCORE).map(({ label, score, box }) => ({
    label,
    score: rounded(score),
    box: {
      x: rounded(box.x / size.width),
      y: rounded(box.y / size.height),
      w: rounded(box.w / size.width),
      h: rounded(box.h / size.height),
    },
  }));
}
