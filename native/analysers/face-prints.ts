import { z } from 'zod';
import { alignedFace, FACE_SIDE, mirroredFace } from '../../core/analysis/face-align.ts';
import { trackPrints } from '../../core/analysis/track-prints.ts';
import type { FacePrintsResult, FacesResult } from '../../core/analysis/results.ts';
import { resultOf } from '../../core/analysis/results.ts';
import { displaySize, primaryVideo } from '../../core/media/media.ts';
import type { ModelHost } from '../models/model-host.ts';
import type { ModelShape } from '../models/tensors.ts';
import { hasPicture } from './faces.ts';
import { withShortSide } from './colour-planes.ts';
import { unit } from './unit-vector.ts';
import { makingDo } from './making-do.ts';
import { MODEL_SHARD_NEEDS, type AnalyserInput, type ModelAnalyser } from './model-analyser.ts';

const FACE_PRINTS_ANALYSER = { analyserId: 'face-prints', analyserVersion: 3 } as const;
const SFACE_FILE = 'face_recognition_sface_2021dec.onnx';
const PORTRAITS_PER_SHARD = 200;
/** Faces are cut out of pictures of this short side, the proxy's own. */
const LINES = 540;

const shardSchema = z.object({ first: z.int(), end: z.int() });
const outputSchema = z.array(z.object({ trackId: z.int(), frame: z.int(), vector: z.array(z.number()) }));

type Portrait = { readonly trackId: number; readonly frame: number; readonly landmarks: readonly number[] };

/** What tells faces apart: each track's clearest looks, aligned and measured, make one unit vector; several where it shows several. */
export const facePrintsAnalyser: ModelAnalyser<z.infer<typeof shardSchema>, z.infer<typeof outputSchema>> = {
  id: FACE_PRINTS_ANALYSER.analyserId,
  version: FACE_PRINTS_ANALYSER.analyserVersion,
  title: 'People',
  gives: 'face-prints',
  needs: { models: ['sface'], results: ['faces'] },
  schemas: { shard: shardSchema, output: outputSchema },
  appliesTo: hasPicture,
  split(input) {
    const { length } = portraitsOf(input);
    return Array.from({ length: Math.ceil(length / PORTRAITS_PER_SHARD) }, (_, part) => {
      const shard = { first: part * PORTRAITS_PER_SHARD, end: Math.min(length, (part + 1) * PORTRAITS_PER_SHARD) };
      return { shard, cost: shard.end - shard.first, needs: MODEL_SHARD_NEEDS };
    });
  },
  async run({ first, end }, input, work) {
    const { host, signal } = work;
    const path = input.models.get('sface')?.files.get(SFACE_FILE);
    const video = primaryVideo(input.media);
    if (path === undefined || video === undefined || input.frames === undefined) return [];
    const size = makingDo(work).size('pictures are read', withShortSide(displaySize(video), LINES));
    const portraits = portraitsOf(input).slice(first, end);
    const measure = await printer(host, path, signal);
    const prints: z.infer<typeof outputSchema> = [];
    const frames = [...new Set(portraits.map(({ frame }) => frame))];
    for await (const { frame, pixels } of input.frames.read({ frames, ...size, layout: 'rgb24', signal })) {
      for (const { trackId, landmarks } of portraits.filter((portrait) => portrait.frame === frame)) {
        const points = landmarks.map((value, index) => value * (index % 2 === 0 ? size.width : size.height));
        const face = alignedFace({ pixels, ...size }, points);
        // Nobody is another in a mirror: both together tell more surely who it is.
        const [straight, mirrored] = [await measure(face), await measure(mirroredFace(face))];
        prints.push({ trackId, frame, vector: unit(straight.map((value, index) => value + (mirrored[index] ?? 0))) });
      }
      work.progress(prints.length / portraits.length);
    }
    return prints;
  },
  merge(outputs, input) {
    const prints = outputs.flat();
    const tracks = facesOf(input)?.tracks ?? [];
    const joined = tracks.flatMap(({ id, firstFrame, lastFrame }): FacePrintsResult['prints'] => {
      const looks = prints.filter(({ trackId }) => trackId === id);
      if (looks.length === 0) return [];
      return trackPrints(looks, { firstFrame, lastFrame }).map(({ vector, ...span }) => ({
        trackId: id,
        ...span,
        vector: rounded(vector),
      }));
    });
    return { kind: 'face-prints', ...FACE_PRINTS_ANALYSER, path: { kind: 'model', model: 'sface' }, prints: joined };
  },
};

function facesOf(input: AnalyserInput): FacesResult | undefined {
  return resultOf(input.analysis, 'faces');
}

/** All tracks' portraits by rising frame. */
function portraitsOf(input: AnalyserInput): readonly Portrait[] {
  const portraits = (facesOf(input)?.tracks ?? []).flatMap(({ id, portraits: looks }) =>
    looks.map((look) => ({ trackId: id, ...look })),
  );
  return portraits.toSorted((a, b) => a.frame - b.frame || a.trackId - b.trackId);
}

/** Measures an aligned face in the layout that the model wants: packed or in planes, red first, 0–255. */
async function printer(host: ModelHost, path: string, signal: AbortSignal) {
  const input = (await host.describe({ path })).inputs[0] ?? NO_INPUT;
  const isPlanar = input.dims[1] === 3;
  const dims = isPlanar ? [1, 3, FACE_SIDE, FACE_SIDE] : [1, FACE_SIDE, FACE_SIDE, 3];
  return async (face: Uint8Array): Promise<number[]> => {
    const data = isPlanar ? planesOf(face) : face;
    const feed = { type: 'widen', dims, data, scale: 1, offset: 0 } as const;
    const [output] = Object.values(await host.run({ path }, { [input.name]: feed }, { signal }));
    return output?.type === 'float32' ? unit([...output.data]) : [];
  };
}

const NO_INPUT: ModelShape['inputs'][number] = { name: 'data', type: 'float32', dims: [] };

function planesOf(face: Uint8Array): Uint8Array {
  const planes = new Uint8Array(face.length);
  const size = face.length / 3;
  face.forEach((value, index) => {
    planes[(index % 3) * size + Math.floor(index / 3)] = value;
  });
  return planes;
}

function rounded(vector: readonly number[]): readonly number[] {
  return vector.map((value) => Math.round(value * 10_000) / 10_000);
}
