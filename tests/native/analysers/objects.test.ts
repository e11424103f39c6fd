import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { measuresOf } from '../../../core/analysis/measures.ts';
import { analysisResultSchema } from '../../../core/analysis/schema.ts';
import { objectsAnalyser } from '../../../native/analysers/objects.ts';
import { createModelHost } from '../../../native/models/model-host.ts';
import { mediaRoot, modelsRoot } from '../../media-root.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { inputFor, runAnalyser } from './analyse-file.ts';

const host = createModelHost();
afterAll(() => host.close());

describe.skipIf(mediaRoot === undefined || modelsRoot === undefined)('objects', () => {
  const labelsIn = async (file: string) => {
    const path = join(mediaRoot ?? '', file);
    const input = await inputFor({ path, folder: temporaryFolder(), models: modelsRoot ?? '' }, ['yolox-nano']);
    const result = await runAnalyser(objectsAnalyser, input, host);
    expect(analysisResultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
    return measuresOf(result).map(({ label }) => label);
  };

  it('are named, persons in pictures among them, and can be asked for by name', { timeout: 30_000 }, async () => {
    expect((await labelsIn('image/two_people_official_photo.jpg')).filter((label) => label === 'person')).toHaveLength(
      2,
    );
    expect(await labelsIn('image/no_faces.jpg')).not.toContain('person');
    expect(await labelsIn('video/face_selfie_1080x720_noaudio.mp4')).toContain('person');
  });
});
