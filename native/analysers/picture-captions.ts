import { z } from 'zod';
import type { PictureCaptionsResult } from '../../core/analysis/results.ts';
import { displaySize, primaryVideo } from '../../core/media/media.ts';
import type { VisionProvider } from '../../core/contract/providers.ts';
import { captionOf } from '../agents/vision-provider.ts';
import { visionProvider } from '../agents/vision-settings.ts';
import { MontageError } from '../../core/errors.ts';
import { findFfmpeg } from '../ffmpeg/find.ts';
import { jpegsOf } from '../ffmpeg/jpeg.ts';
import { withShortSide } from './colour-planes.ts';
import { hasPicture } from './faces.ts';
import { keyFrames, keyFrameShardSchema, type KeyFrameShard } from './key-frames.ts';
import type { ModelAnalyser } from './model-analyser.ts';

const STAMP = { analyserId: 'picture-captions', analyserVersion: 1 } as const;
/** What is sent is small: enough to see what there is. */
const SHORT_SIDE = 360;
const PICTURES_PER_SHARD = 8;
/** Waits for the provider, most of the time. */
const NEEDS = { cores: 0.2, memoryBytes: 100_000_000 };

const captionSchema = z.object({ frame: z.int(), firstFrame: z.int(), lastFrame: z.int(), text: z.string() });
const outputSchema = z.object({ address: z.string(), model: z.string(), captions: z.array(captionSchema) });
type Output = z.infer<typeof outputSchema>;

/** What each shot shows in a provider's words. It runs when somebody asks, never by itself: pictures are sent away. */
export const pictureCaptionsAnalyser: ModelAnalyser<KeyFrameShard, Output> = {
  id: STAMP.analyserId,
  version: STAMP.analyserVersion,
  title: 'Captions of pictures',
  gives: 'picture-captions',
  needs: { models: [], results: ['shots', 'shot-scores'] },
  schemas: { shard: keyFrameShardSchema, output: outputSchema },
  appliesTo: hasPicture,
  split(input) {
    const { length } = keyFrames(input);
    return Array.from({ length: Math.ceil(length / PICTURES_PER_SHARD) }, (_, part) => {
      const first = part * PICTURES_PER_SHARD;
      return { shard: { first, end: Math.min(length, first + PICTURES_PER_SHARD) }, cost: 1, needs: NEEDS };
    });
  },
  async run({ first, end }, input, work) {
    const { signal } = work;
    const provider = switchedOn();
    const { address, model } = provider;
    const video = primaryVideo(input.media);
    const looks = keyFrames(input).slice(first, end);
    const spans = new Map(looks.map((look) => [look.frame, look]));
    const captions: Output['captions'] = [];
    if (video === undefined || input.frames === undefined) return { address, model, captions };
    const size = withShortSide(displaySize(video), SHORT_SIDE);
    const order = { frames: looks.map(({ frame }) => frame), ...size, layout: 'rgb24', signal } as const;
    const pictures: Uint8Array[] = [];
    const frames: number[] = [];
    for await (const { frame, pixels } of input.frames.read(order)) {
      frames.push(frame);
      pictures.push(Uint8Array.from(pixels));
    }
    const jpegs = await jpegsOf({ ...size, pixels: pictures }, await findFfmpeg(), signal);
    for (const [index, jpeg] of jpegs.entries()) {
      const span = spans.get(frames[index] ?? -1);
      const text = await captionOf(provider, jpeg, signal);
      if (span !== undefined) captions.push({ ...span, text });
      work.progress(captions.length / looks.length);
    }
    return { address, model, captions };
  },
  merge(outputs): PictureCaptionsResult {
    const { address, model } = outputs[0] ?? switchedOn();
    const path = { kind: 'provider', address, model } as const;
    return { kind: 'picture-captions', ...STAMP, path, captions: outputs.flatMap(({ captions }) => captions) };
  },
};

/** @throws MontageError E_PROVIDER_OFF */
export function switchedOn(): VisionProvider {
  const provider = visionProvider();
  if (provider !== undefined) return provider;
  const message = 'captions of pictures are made by a vision provider, and none is switched on';
  const hint = '`montage providers vision` switches one on; one that runs on this machine will do';
  throw new MontageError({ code: 'E_PROVIDER_OFF', message, hint });
}
