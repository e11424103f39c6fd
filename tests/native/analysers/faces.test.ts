import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { iou, type Box } from '../../../core/analysis/boxes.ts';
import type { FacesResult } from '../../../core/analysis/results.ts';
import { trackBoxAt } from '../../../core/analysis/tracks.ts';
import { facesAnalyser } from '../../../native/analysers/faces.ts';
import { createModelHost } from '../../../native/models/model-host.ts';
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
});
