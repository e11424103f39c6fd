import { z } from 'zod';
import { decodeYolox, OBJECT_ROW, OBJECT_SCORE, OBJECT_SIDE } from '../../core/analysis/object-detector.ts';
import { objectTracks } from '../../core/analysis/object-tracks.ts';
import type { ObjectsResult } from '../../core/analysis/results.ts';
import { displaySize, primaryVideo } from '../../core/media/media.ts';
import { floats, integers, type RowChoice } from '../models/tensors.ts';
import { blueGreenRed, scaledSize, type PictureSize } from './colour-planes.ts';
import { hasPicture, rateOf, shotsOf } from './faces.ts';
import { keyFrames, keyFrameShardSchema, splitLooks, type KeyFrameShard, type Look } from './key-frames.ts';
import type { AnalyserInput, ModelAnalyser } from './model-analyser.ts';

const OBJECTS_ANALYSER = { analyserId: 'objects', analyserVersion: 3 } as const;
const YOLOX_FILE = 'yolox_nano.onnx';
const LEAST_SCORE = 0.4;
const LOOK_SECONDS = 1;
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

/** Persons and things in key frames and about once a second, followed through each shot. */
export const objectsAnalyser: ModelAnalyser<KeyFrameShard, ObjectsResult['found']> = {
  id: OBJECTS_ANALYSER.analyserId,
  version: OBJECTS_ANALYSER.analyserVersion,
  title: 'Objects',
  gives: 'objects',
  needs: { models: ['yolox-nano'], results: ['shots', 'shot-scores'] },
  schemas: { shard: keyFrameShardSchema, output: z.array(found) },
  appliesTo: hasPicture,
  split: (input) => splitLooks(framesToLookAt(input)),
  async run({ first, end }, input, work) {
    const path = input.models.get('yolox-nano')?.files.get(YOLOX_FILE);
    const video = primaryVideo(input.media);
    if (path === undefined || video === undefined || input.frames === undefined) return [];
    const shown = displaySize(video);
    const size = scaledSize(shown, OBJECT_SIDE / Math.max(shown.width, shown.height));
    const looks = framesToLookAt(input).slice(first, end);
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
  merge(outputs, input) {
    const all = outputs.flat();
    const looked = framesToLookAt(input).map(({ frame }) => frame);
    return {
      kind: 'objects',
      ...OBJECTS_ANALYSER,
      path: { kind: 'model', model: 'yolox-nano' },
      found: all,
      tracks: objectTracks(all, looked, shotsOf(input), rateOf(input)),
    };
  },
};

/** The key frames, and others so that things can be followed through their shot. */
function framesToLookAt(input: AnalyserInput): readonly Look[] {
  const step = Math.max(1, Math.round(LOOK_SECONDS * rateOf(input)));
  const even = shotsOf(input).flatMap(({ firstFrame, lastFrame }) =>
    Array.from({ length: Math.floor((lastFrame - firstFrame) / step) + 1 }, (_, n) => {
      return { frame: firstFrame + n * step, firstFrame, lastFrame };
    }),
  );
  const byFrame = new Map([...even, ...keyFrames(input)].map((look) => [look.frame, look]));
  return [...byFrame.values()].toSorted((a, b) => a.frame - b.frame);
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
