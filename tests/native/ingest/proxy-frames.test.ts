import { describe, expect, test } from 'vitest';
import { ArtifactStore } from '../../../native/artifacts/store.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { randomIds } from '../../../native/ids.ts';
import { ingest } from '../../../native/ingest/ingest.ts';
import { readFrameTimes } from '../../../native/ingest/proxy-times.ts';
import { probe } from '../../../native/media/probe.ts';
import { numberedClip, varyingMs } from '../../media/numbered-clip.ts';
import { numbersOf } from '../render/film.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

async function proxyOf(path: string) {
  const artifacts = new ArtifactStore(temporaryFolder(), randomIds);
  const ports = { tools: await findFfmpeg(), artifacts };
  const result = await ingest({ path, facts: await probe(path) }, { proxyLines: 540, analysers: [] }, ports);
  return { result, proxy: artifacts.path(result.assets.proxy ?? '') };
}

describe('the pictures of a proxy', () => {
  test.each([
    ['24000/1001', 90],
    ['60', 90],
    ['varying', 90],
  ])('at %s: picture n is picture n of the source, %i times', async (rate, frames) => {
    const { result, proxy } = await proxyOf(await numberedClip({ clip: 77, rate, frames }));
    expect(await numbersOf(proxy)).toEqual(Array.from({ length: frames }, (_, frame) => ({ clip: 77, frame })));
    const times = await readFrameTimes(proxy);
    if (times === undefined) throw new Error('the proxy has no frame times');
    expect(times.ticks).toHaveLength(frames);
    if (rate !== 'varying') {
      const [num = 0, den = 1] = rate.split('/').map(Number);
      expect(result.sourceFrames).toEqual({ kind: 'constant', rate: { num, den }, frameCount: frames });
      return;
    }
    expect(result.sourceFrames?.kind).toBe('variable');
    const { num, den } = times.timeBase;
    const milliseconds = Array.from(times.ticks, (tick) => ((tick - (times.ticks[0] ?? 0)) * num * 1000) / den);
    milliseconds.forEach((at, frame) => expect(at).toBeCloseTo(varyingMs(frame) - varyingMs(0), 6));
  });
});
