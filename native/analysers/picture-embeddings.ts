import { z } from 'zod';
import type { PictureEmbeddingsResult } from '../../core/analysis/results.ts';
import { displaySize, primaryVideo } from '../../core/media/media.ts';
import { CLIP_SIDE } from '../../core/search/clip-picture.ts';
import { packVector } from '../../core/search/vectors.ts';
import { embedPicture, IMAGE_TEXT_MODEL } from '../models/image-text.ts';
import { withShortSide } from './colour-planes.ts';
import { hasPicture } from './faces.ts';
import { keyFrames, keyFrameShardSchema, splitKeyFrames, type KeyFrameShard } from './key-frames.ts';
import { makingDo } from './making-do.ts';
import type { ModelAnalyser } from './model-analyser.ts';

const STAMP = { analyserId: 'picture-embeddings', analyserVersion: 1 } as const;
/** The proxy's lines: no picture is made larger than it is. */
const SHORT_SIDE = 540;

const outputSchema = z.array(z.object({ frame: z.int(), firstFrame: z.int(), lastFrame: z.int(), vector: z.string() }));

/** What each shot shows, as a vector that can be held against words. */
export const pictureEmbeddingsAnalyser: ModelAnalyser<KeyFrameShard, PictureEmbeddingsResult['frames']> = {
  id: STAMP.analyserId,
  version: STAMP.analyserVersion,
  title: 'Pictures for search',
  gives: 'picture-embeddings',
  needs: { models: [IMAGE_TEXT_MODEL], results: ['shots', 'shot-scores'] },
  schemas: { shard: keyFrameShardSchema, output: outputSchema },
  appliesTo: hasPicture,
  split: splitKeyFrames,
  async run({ first, end }, input, work) {
    const model = input.models.get(IMAGE_TEXT_MODEL);
    const video = primaryVideo(input.media);
    if (model === undefined || video === undefined || input.frames === undefined) return [];
    const looks = keyFrames(input).slice(first, end);
    const spans = new Map(looks.map((look) => [look.frame, look]));
    const usual = withShortSide(displaySize(video), SHORT_SIDE);
    // Below the model's own side pictures would only be blurred.
    const least = CLIP_SIDE / Math.min(usual.width, usual.height);
    const size = makingDo(work).size('pictures are read', usual, least);
    const order = { frames: looks.map(({ frame }) => frame), ...size, layout: 'rgb24', signal: work.signal } as const;
    const all: PictureEmbeddingsResult['frames'][number][] = [];
    for await (const { frame, pixels } of input.frames.read(order)) {
      const vector = await embedPicture(model, { ...size, pixels }, { host: work.host, signal: work.signal });
      const span = spans.get(frame);
      if (span !== undefined) all.push({ ...span, vector: packVector(vector) });
      work.progress(all.length / looks.length);
    }
    return all;
  },
  merge(outputs) {
    const path = { kind: 'model', model: IMAGE_TEXT_MODEL } as const;
    return { kind: 'picture-embeddings', ...STAMP, path, frames: outputs.flat() };
  },
};
