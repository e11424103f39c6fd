import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { peopleOf, type IdentityPrint } from '../../../core/analysis/identity.ts';
import { resultOf } from '../../../core/analysis/results.ts';
import { mediaId } from '../../../core/media/media.ts';
import { secondsOf } from '../../../core/time/flicks.ts';
import { facePrintsAnalyser } from '../../../native/analysers/face-prints.ts';
import { facesAnalyser } from '../../../native/analysers/faces.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { createModelHost, type ModelHost } from '../../../native/models/model-host.ts';
import { beatF } from '../../media/beat-score.ts';
import { ebur128, hear } from '../../media/heard.ts';
import { mediaRoot, modelsRoot } from '../../media-root.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { inputFor, runAnalyser } from '../analysers/analyse-file.ts';

const real = (path: string) => join(mediaRoot ?? '', path);

describe.skipIf(mediaRoot === undefined)('on real files', () => {
  it.each(['audio/opus_6ch.ogg', 'audio/vad_9_66s.wav', 'audio/bs1770_relative_gate_minus10.wav'])(
    'loudness of %s is what ffmpeg finds, to 0.1 LU',
    async (file) => {
      const found = resultOf(
        { mediaId: mediaId('x'), results: (await hear(real(file), ['loudness'])).results },
        'loudness',
      );
      const { integratedLufs } = await ebur128(await findFfmpeg(), real(file));
      expect(Math.abs((found?.integratedLufs ?? 0) - integratedLufs)).toBeLessThanOrEqual(0.1);
    },
  );

  it('the beats of a kick drum are where it is hit', async () => {
    const { results } = await hear(real('audio/kick_120bpm_10s.mp3'), ['rhythm']);
    const rhythm = resultOf({ mediaId: mediaId('x'), results }, 'rhythm');
    expect(rhythm?.tempoBpm).toBeCloseTo(120, 0);
    const hits = Array.from({ length: 20 }, (_, n) => n / 2);
    expect(beatF(rhythm?.beats.map(({ at }) => secondsOf(at)) ?? [], hits)).toBeGreaterThanOrEqual(0.97);
  });

  it.skipIf(modelsRoot === undefined)('a man of two photos looks like himself, and unlike the other man', async () => {
    const models = temporaryFolder();
    mkdirSync(join(models, 'sface'));
    symlinkSync(join(modelsRoot ?? '', 'yunet'), join(models, 'yunet'));
    const people = join(models, 'sface/face_recognition_sface_2021dec.onnx');
    symlinkSync(join(modelsRoot ?? '', 'mobileface/mobileface.onnx'), people);
    const host = createModelHost();
    onTestFinished(() => host.close());
    const [pair, alone] = [
      await printsOf(real('image/two_people_official_photo.jpg'), models, host),
      await printsOf(real('image/portrait_same_person_a.jpg'), models, host),
    ];
    expect([pair.length, alone.length]).toEqual([2, 1]);
    const alike = pair.map((print) => cosine(print, alone[0])).toSorted((a, b) => b - a);
    expect(alike[0]).toBeGreaterThanOrEqual(0.45);
    expect(alike[1]).toBeLessThanOrEqual(0.3);
    // Two in one picture are two, however alike.
    expect(peopleOf(pair, [], { two: -1, many: -1 })).toHaveLength(2);
  });
});

function cosine(a: IdentityPrint, b: IdentityPrint | undefined): number {
  return a.vector.reduce((sum, value, index) => sum + value * (b?.vector[index] ?? 0), 0);
}

async function printsOf(path: string, models: string, host: ModelHost): Promise<readonly IdentityPrint[]> {
  const input = await inputFor({ path, folder: temporaryFolder(), models }, ['yunet', 'sface']);
  const faces = await runAnalyser(facesAnalyser, input, host);
  const known = { ...input, analysis: { ...input.analysis, results: [...input.analysis.results, faces] } };
  const result = await runAnalyser(facePrintsAnalyser, known, host);
  if (result.kind !== 'face-prints') throw new Error('not prints');
  return result.prints.map(({ trackId, ...print }) => ({
    ...print,
    key: `${path}#${trackId}-${print.firstFrame}`,
    group: path,
  }));
}
