import { z } from 'zod';
import type { DetectedFace } from '../../core/analysis/face-detector.ts';
import { FACE_PACE, watchFaces, type FaceLook, type FacePace } from '../../core/analysis/face-looks.ts';
import { FACES_ANALYSER, faceTracks, LEAST_FACE_SCORE } from '../../core/analysis/face-tracks.ts';
import { resultOf } from '../../core/analysis/results.ts';
import type { FrameDetections } from '../../core/analysis/tracks.ts';
import { displaySize, primaryVideo, type MediaFacts } from '../../core/media/media.ts';
import type { PictureSize } from './colour-planes.ts';
import { detectFaces, detectFacesNear, faceSize, REGIONS, reusedRoom } from './detect-faces.ts';
import { makingDo, type MakingDo } from './making-do.ts';
import { MODEL_SHARD_NEEDS, type AnalyserInput, type ModelAnalyser, type ShardWork } from './model-analyser.ts';
import type { ProxyFrame } from './proxy-frames.ts';

const SECONDS_PER_SHARD = 60;
/** Of a file whose rate is not known. */
const USUAL_RATE = 25;
/** Pictures in which faces are looked for get no smaller than this, in pixels of the longer side. */
const LEAST_SIDE = 320;
const YUNET_FILE = 'yunet_n_dynamic.onnx';

const shardSchema = z.object({ firstFrame: z.int(), lastFrame: z.int() });
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
export const facesAnalyser = facesAnalyserAt(FACE_PACE);

/** As {@link facesAnalyser}, looking more or less often; never more than at every frame. */
export function facesAnalyserAt(
  pace: FacePace,
): ModelAnalyser<z.infer<typeof shardSchema>, readonly FrameDetections<DetectedFace>[]> {
  return {
    id: FACES_ANALYSER.analyserId,
    version: FACES_ANALYSER.analyserVersion,
    title: 'Faces',
    gives: 'faces',
    needs: { models: ['yunet'], results: ['shots'] },
    schemas: { shard: shardSchema, output: outputSchema },
    appliesTo: hasPicture,
    split(input) {
      const count = input.frames?.count ?? 0;
      const size = Math.max(1, Math.round(SECONDS_PER_SHARD * rateOf(input)));
      return Array.from({ length: Math.ceil(count / size) }, (_, part) => {
        const shard = { firstFrame: part * size, lastFrame: Math.min(count, (part + 1) * size) - 1 };
        return { shard, cost: shard.lastFrame - shard.firstFrame + 1, needs: MODEL_SHARD_NEEDS };
      });
    },
    async run({ firstFrame, lastFrame }, input, work) {
      const path = input.models.get('yunet')?.files.get(YUNET_FILE);
      const video = primaryVideo(input.media);
      if (path === undefined || video === undefined || input.frames === undefined) return [];
      const making = makingDo(work);
      const usual = faceSize(displaySize(video));
      // Half of the usual side; in pictures that are smaller than that anyway, nothing is saved.
      const size = making.size('faces are looked for', usual, LEAST_SIDE / Math.max(usual.width, usual.height));
      const shots = shotsOf(input).flatMap((shot) => {
        const part = {
          firstFrame: Math.max(firstFrame, shot.firstFrame),
          lastFrame: Math.min(lastFrame, shot.lastFrame),
        };
        return part.firstFrame > part.lastFrame ? [] : [part];
      });
      const watch = watchFaces(shots, rateOf(input), pace);
      const lookAt = looker(work, making, { path, size });
      const span = lastFrame - firstFrame + 1;
      let done = 0;
      const pictures = input.frames.follow({ ...size, layout: 'yuv420p', signal: work.signal }, () => watch.next());
      for await (const picture of pictures) {
        const look = watch.look(picture.frame);
        watch.saw(look, await lookAt(picture, look));
        // Looks back are no progress.
        done = Math.max(done, picture.frame - firstFrame + 1);
        work.progress(done / span);
      }
      return watch.seen();
    },
    merge(outputs, input) {
      const stride = Math.max(1, Math.round(pace.lookSeconds * rateOf(input)));
      const tracks = faceTracks(outputs.flat(), shotsOf(input), rateOf(input));
      return { kind: 'faces', ...FACES_ANALYSER, path: { kind: 'model', model: 'yunet' }, stride, tracks };
    },
  };
}

/** Looks at pictures where a look says. */
function looker({ host, signal }: ShardWork, making: MakingDo, { path, size }: { path: string; size: PictureSize }) {
  const order = { host, path, size, threshold: LEAST_FACE_SCORE, signal, room: reusedRoom() };
  return ({ pixels }: ProxyFrame, { around }: FaceLook) =>
    around === undefined
      ? detectFaces(pixels, order)
      : detectFacesNear(pixels, around, { ...order, batch: making.batch('places of faces', REGIONS) });
}

/** Frames per second of a film's picture, in the mean; the usual rate where it is not known. */
export function rateOf(input: Pick<AnalyserInput, 'media'>): number {
  const timing = primaryVideo(input.media)?.timing;
  const rate = timing?.kind === 'constant' ? timing.rate : timing?.kind === 'variable' ? timing.averageRate : undefined;
  return rate === undefined ? USUAL_RATE : rate.num / rate.den;
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
