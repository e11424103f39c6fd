import { z } from 'zod';
import type { DetectedFace } from '../../core/analysis/face-detector.ts';
import { FACES_ANALYSER, faceTracks, LEAST_FACE_SCORE, sampledFrames } from '../../core/analysis/face-tracks.ts';
import { resultOf } from '../../core/analysis/results.ts';
import type { FrameDetections } from '../../core/analysis/tracks.ts';
import { displaySize, primaryVideo, type MediaFacts } from '../../core/media/media.ts';
import { detectFaces, faceSize } from './detect-faces.ts';
import { MODEL_SHARD_NEEDS, type AnalyserInput, type ModelAnalyser, type ShardWork } from './model-analyser.ts';
import type { ProxyFrame } from './proxy-frames.ts';

/** Looks for faces per second: in between they are followed on straight lines. */
const LOOKS_PER_SECOND = 5;
/** About a minute of film. */
const LOOKS_PER_SHARD = 300;
const YUNET_FILE = 'yunet_n_dynamic.onnx';

const shardSchema = z.object({ firstLook: z.int(), endLook: z.int() });
const outputSchema = z.array(
  z.object({
    frame: z.int(),
    found: z.array(
      z.object({
        box: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
        score: z.number(),
        landmarks: z.array(z.number()),
      }),
    ),
  }),
);

/** Faces in films and stills, followed through each shot. */
export const facesAnalyser = facesAnalyserAt(LOOKS_PER_SECOND);

/** As {@link facesAnalyser}, looking more or less often; never more than at every frame. */
export function facesAnalyserAt(
  looksPerSecond: number,
): ModelAnalyser<z.infer<typeof shardSchema>, readonly FrameDetections<DetectedFace>[]> {
  const looksOf = (input: AnalyserInput) => looksAt(input, looksPerSecond);
  return {
    id: FACES_ANALYSER.analyserId,
    version: FACES_ANALYSER.analyserVersion,
    title: 'Faces',
    gives: 'faces',
    needs: { models: ['yunet'], results: ['shots'] },
    schemas: { shard: shardSchema, output: outputSchema },
    appliesTo: hasPicture,
    split(input) {
      const looks = looksOf(input).frames.length;
      return Array.from({ length: Math.ceil(looks / LOOKS_PER_SHARD) }, (_, part) => {
        const shard = { firstLook: part * LOOKS_PER_SHARD, endLook: Math.min(looks, (part + 1) * LOOKS_PER_SHARD) };
        return { shard, cost: shard.endLook - shard.firstLook, needs: MODEL_SHARD_NEEDS };
      });
    },
    async run({ firstLook, endLook }, input, work) {
      const path = input.models.get('yunet')?.files.get(YUNET_FILE);
      const video = primaryVideo(input.media);
      if (path === undefined || video === undefined || input.frames === undefined) return [];
      const size = faceSize(displaySize(video));
      const frames = looksOf(input).frames.slice(firstLook, endLook);
      const pictures = input.frames.read({ frames, ...size, layout: 'gbrp', signal: work.signal });
      const look = ({ pixels }: ProxyFrame) =>
        detectFaces(pixels, { host: work.host, path, size, threshold: LEAST_FACE_SCORE, signal: work.signal });
      return lookedAt(pictures, look, { count: frames.length, progress: (part) => work.progress(part) });
    },
    merge(outputs, input) {
      const { stride, shots } = looksOf(input);
      const tracks = faceTracks(outputs.flat(), shots, stride);
      return { kind: 'faces', ...FACES_ANALYSER, path: { kind: 'model', model: 'yunet' }, stride, tracks };
    },
  };
}

/** Whether there is a picture to look at. */
export function hasPicture({ kind, video }: MediaFacts): boolean {
  return kind !== 'audio' && video.length > 0;
}

/** Shots of a film; a still is one frame, a film whose shots are not known is one shot. */
export function shotsOf({ frames, analysis }: Pick<AnalyserInput, 'frames' | 'analysis'>) {
  const last = Math.max(0, (frames?.count ?? 1) - 1);
  const shots = resultOf(analysis, 'shots')?.shots ?? [];
  const within = shots.flatMap(({ firstFrame, lastFrame }) =>
    firstFrame > last ? [] : [{ firstFrame, lastFrame: Math.min(last, lastFrame) }],
  );
  return within.length > 0 ? within : [{ firstFrame: 0, lastFrame: last }];
}

function looksAt(input: AnalyserInput, looksPerSecond: number) {
  const timing = primaryVideo(input.media)?.timing;
  const rate = timing?.kind === 'constant' ? timing.rate : timing?.kind === 'variable' ? timing.averageRate : undefined;
  const stride = rate === undefined ? 1 : Math.max(1, Math.round(rate.num / rate.den / looksPerSecond));
  const shots = shotsOf(input);
  return { stride, shots, frames: sampledFrames(shots, stride) };
}

/** Looks at pictures as they come, the next one while the last is still being looked at. */
async function lookedAt(
  pictures: AsyncIterable<ProxyFrame>,
  look: (picture: ProxyFrame) => Promise<readonly DetectedFace[]>,
  { count, progress }: { readonly count: number } & Pick<ShardWork, 'progress'>,
): Promise<readonly FrameDetections<DetectedFace>[]> {
  const done: FrameDetections<DetectedFace>[] = [];
  let before: { readonly frame: number; readonly found: Promise<readonly DetectedFace[]> } | undefined;
  const settle = async () => {
    if (before === undefined) return;
    done.push({ frame: before.frame, found: await before.found });
    progress(done.length / count);
  };
  for await (const picture of pictures) {
    const found = look(picture);
    // It is awaited after the one before it, which may fail first.
    found.catch(() => undefined);
    await settle();
    before = { frame: picture.frame, found };
  }
  await settle();
  return done;
}
