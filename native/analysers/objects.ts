import { z } from 'zod';
import { decodeYolox, OBJECT_ROW, OBJECT_SCORE, OBJECT_SIDE } from '../../core/analysis/object-detector.ts';
import type { ObjectsResult } from '../../core/analysis/results.ts';
import { displaySize, primaryVideo } from '../../core/media/media.ts';
import { floats, integers, type RowChoice } from '../models/tensors.ts';
import { blueGreenRed, type PictureSize } from './colour-planes.ts';
import { hasPicture } from './faces.ts';
import { keyFrames, keyFrameShardSchema, splitKeyFrames, type KeyFrameShard } from './key-frames.ts';
import type { ModelAnalyser } from './model-analyser.ts';

const OBJECTS_ANALYSER = { analyserId: 'objects', analyserVersion: 1 } as const;
const YOLOX_FILE = 'yolox_nano.onnx';
const LEAST_SCORE = 0.4;
/** What YOLOX was taught to see beside a picture. */
const BESIDE = 114;
const LIKELY_ROWS: RowChoice = {
  outputs: { output: OBJECT_ROW },
  scores: [{ output: 'output', column: OBJECT_SCORE }],
  least: LEAST_SCORE,
  indexes: 'rows',
};

const found = z.object({
  frame: z.int(),
  label: z.string(),
  score: z.number(),
  box: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  firstFrame: z.int(),
  lastFrame: z.int(),
});

/** Persons and things in the key frames of each shot. */
export const objectsAnalyser: ModelAnalyser<KeyFrameShard, ObjectsResult['found']> = {
  id: OBJECTS_ANALYSER.analyserId,
  version: OBJECTS_ANALYSER.analyserVersion,
  title: 'Objects',
  gives: 'objects',
  needs: { models: ['yolox-nano'], results: ['shots', 'shot-scores'] },
  schemas: { shard: keyFrameShardSchema, output: z.array(found) },
  appliesTo: hasPicture,
  split: splitKeyFrames,
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
  const outputs = await work.host.run({ path }, { images }, { signal: work.signal, rows: [LIKELY_ROWS] });
  const rounded = (value: number) => Math.round(value * 10_000) / 10_000;
  return decodeYolox(integers(outputs, 'rows'), floats(outputs, 'output'), LEAST_SCORE).map(
    ({ label, score, box }) => ({
      label,
      score: rounded(score),
      box: {
        x: rounded(box.x / size.width),
        y: rounded(box.y / size.height),
        w: rounded(box.w / size.width),
        h: rounded(box.h / size.height),
      },
    }),
  );
}
