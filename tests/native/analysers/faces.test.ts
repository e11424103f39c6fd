import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { iou, type Box } from '../../../core/analysis/boxes.ts';
import type { FacesResult } from '../../../core/analysis/results.ts';
import { trackBoxAt } from '../../../core/analysis/tracks.ts';
import { facesAnalyser, facesAnalyserAt } from '../../../native/analysers/faces.ts';
import { createModelHost, type ModelHost } from '../../../native/models/model-host.ts';
import { mediaRoot, modelsRoot } from '../../media-root.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { annotatedFaces } from './annotated-faces.ts';
import { inputFor, runAnalyser } from './analyse-file.ts';

/** All annotated files are in the benchmark. */
const SHORT = ['carphone', 'face_selfie', 'three_people', 'two_people', 'ivan', 'no_faces'];
const host = createModelHost();
afterAll(() => host.close());

describe.skipIf(mediaRoot === undefined || modelsRoot === undefined)('faces', () => {
  const [media = '', models = ''] = [mediaRoot, modelsRoot];
  const facesOf = async (file: string): Promise<FacesResult> => {
    const input = await inputFor({ path: join(media, file), folder: temporaryFolder(), models }, ['yunet']);
    const result = await runAnalyser(facesAnalyser, input, host);
    if (result.kind !== 'faces') throw new Error('not faces');
    return result;
  };

  it('are found in short films and pictures as annotated, with none false', {
    timeout: 60_000,
  }, async () => {
    const files = annotatedFaces(readFileSync(join(media, 'MANIFEST.json'), 'utf8')).filter(({ file }) =>
      SHORT.some((name) => file.includes(name)),
    );
    expect(files).toHaveLength(SHORT.length);
    let [annotated, found, extra] = [0, 0, 0];
    for (const { file, frame, boxes } of files) {
      const { tracks } = await facesOf(file);
      const at = tracks.flatMap((track) => trackBoxAt(track, frame, 100) ?? []);
      const fits = (a: Box, b: Box) => iou(a, b) >= 0.4;
      annotated += boxes.length;
      found += boxes.filter((box) => at.some((one) => fits(one, box))).length;
      extra += at.filter((one) => !boxes.some((box) => fits(one, box))).length;
    }
    expect(annotated).toBe(8);
    expect(found).toBe(annotated);
    expect(extra).toBe(0);
  });

  it('are followed between looks as closely as looks at every frame would, for a quarter of the looks', {
    timeout: 60_000,
  }, async () => {
    const path = join(media, 'video/carphone_qcif_2997.mp4');
    const input = await inputFor({ path, folder: temporaryFolder(), models }, ['yunet']);
    let looks = 0;
    const counting: ModelHost = {
      run: (...order) => {
        looks += 1;
        return host.run(...order);
      },
      sequence: (...order) => host.sequence(...order),
      generate: (...order) => host.generate(...order),
      describe: (use) => host.describe(use),
      pid: host.pid,
      close: () => undefined,
    };
    const every = await runAnalyser(
      facesAnalyserAt({ surveySeconds: 0, lookSeconds: 0, restSeconds: 0 }),
      input,
      counting,
    );
    const all = looks;
    const usual = await runAnalyser(facesAnalyser, input, counting);
    if (every.kind !== 'faces' || usual.kind !== 'faces') throw new Error('not faces');
    const faces = every.tracks.flatMap(({ seen }) => seen);
    const kept = faces.filter(({ frame, box }) =>
      usual.tracks.some((track) => {
        const at = trackBoxAt(track, frame, 100);
        return at !== undefined && iou(at, box) >= 0.4;
      }),
    );
    expect(all).toBe(input.frames?.count);
    expect(faces.length).toBeGreaterThan(100);
    expect(kept.length / faces.length).toBeGreaterThan(0.97);
    expect(looks - all).toBeLessThan(all / 4);
  });
});
