import { describe, expect, it } from 'vitest';
import { mediaId, type MediaFacts } from '../../../core/media/media.ts';
import { flicks } from '../../../core/time/flicks.ts';
import { rational } from '../../../core/time/rational.ts';
import type { ProjectEvent } from '../../../native/library/events.ts';
import { PLAIN_SCORES, scoresResult } from '../../media/plain-scores.ts';
import { openTestProject } from '../open-test-project.ts';

const colour = { hdr: 'none' as const };
const stream = {
  index: 0,
  codec: 'h264',
  pixelFormat: 'yuv420p',
  bitDepth: 8,
  width: 1920,
  height: 1080,
  sampleAspect: rational(1),
  rotation: 0 as const,
  timeBase: rational(1, 90_000),
  startTicks: 0,
  colour,
};
const sound = { index: 1, codec: 'aac', sampleRateHz: 48_000, channels: 2, channelLayout: 'stereo' };

function facts(timing: MediaFacts['video'][number]['timing'], hash = 'aa'): MediaFacts {
  return {
    kind: 'video',
    container: 'mov',
    duration: flicks(705_600_000),
    video: [{ ...stream, timing }],
    audio: [
      { ...sound, duration: flicks(700_000_000), offset: flicks(100) },
      { ...sound, index: 2, duration: flicks(705_000_000), offset: flicks(-50) },
    ],
    fingerprint: { sizeBytes: 10, sampledSha256: hash },
    remarks: [{ code: 'vfr', message: 'varies' }],
  };
}

const constant = facts({ kind: 'constant', rate: rational(25), frameCount: 25 });
const variable = facts({ kind: 'variable', averageRate: rational(25), frameCount: 4, duration: flicks(900) }, 'bb');

describe('media', () => {
  it('keep all facts, are found by content and path, and tell of changes after they are on disk', async () => {
    const { media, events } = await openTestProject();
    const told: ProjectEvent[] = [];
    events.subscribe((event) => told.push(event));
    const added = media.add('/footage/a b.mov', constant);
    expect(added).toEqual({ ...constant, id: added.id, name: 'a b.mov', path: '/footage/a b.mov', online: true });
    expect(media.withContent(constant.fingerprint)).toEqual([added]);
    expect(media.withContent({ sizeBytes: 11, sampledSha256: 'aa' })).toEqual([]);
    media.setFullHash(added.id, 'full');
    media.relink(added.id, '/moved/c.mov');
    media.setOnline(added.id, false);
    media.setOnline(added.id, false);
    expect(media.atPath('/footage/a b.mov')).toEqual([]);
    expect(media.known(added.id)).toMatchObject({ name: 'c.mov', online: false, fingerprint: { fullSha256: 'full' } });
    expect(told).toEqual(Array.from({ length: 4 }, () => ({ kind: 'media-changed', mediaId: added.id })));
    expect(() => media.setOnline(mediaId('absent'), true)).toThrow('E_MEDIA_UNKNOWN');
    expect(() => media.relink(mediaId('absent'), '/x')).toThrow('E_MEDIA_UNKNOWN');
  });

  it('are sources of edits: constant, variable by their kept frame starts, and after removal', async () => {
    const { media } = await openTestProject();
    const first = media.add('/a.mov', constant);
    const starts = Float64Array.of(0, 28_224_000, 28_224_001, 2 ** 50);
    const second = media.add('/b.mov', variable, starts);
    const third = media.add('/c.mov', variable);
    expect(media.source(first.id)).toEqual({
      frames: { kind: 'constant', rate: rational(25), frameCount: 25 },
      audio: { start: -50, end: 704_999_950 },
    });
    expect(media.frameStarts(second.id)).toEqual(starts);
    expect(media.source(second.id)?.frames).toMatchObject({ kind: 'variable', starts, end: 900 });
    expect(media.source(third.id)).toBeUndefined();
    media.setFrameStarts(third.id, starts);
    expect(media.source(third.id)?.frames).toMatchObject({ starts });
    media.remove(first.id);
    expect(media.list().map(({ id }) => id)).toEqual([second.id, third.id]);
    expect(media.get(first.id)).toBeUndefined();
    expect(media.source(first.id)?.frames).toMatchObject({ frameCount: 25 });
    expect(media.source(mediaId('absent'))).toBeUndefined();
  });
});

describe('analysis', () => {
  const shot = { ...PLAIN_SCORES, sharpness: 40.5, exposure: 50 };
  const result = scoresResult(1, [
    { ...shot, firstFrame: 0, lastFrame: 9 },
    { ...shot, firstFrame: 10, lastFrame: 24, sharpness: 70.25 },
  ]);
  const frame = 28_224_000;
  const speaks = (start: number, end: number) => ({
    ...{
      analyserId: 'speech',
      analyserVersion: 1,
      kind: 'speech-segments' as const,
      path: { kind: 'signal', because: null } as const,
    },
    segments: [{ start: flicks(start * frame), end: flicks(end * frame), confidence: 0.75 }],
  });

  it('is found whole, newest version first; what this version cannot read is not there', async () => {
    const { media, analysis, database } = await openTestProject();
    const { id } = media.add('/a.mov', constant);
    analysis.save(id, result, ['artifact']);
    analysis.save(id, { ...result, shots: [] });
    analysis.save(id, result, ['artifact']);
    const newer = { ...result, analyserVersion: 2 };
    analysis.save(id, newer);
    expect(analysis.results(id)).toEqual([newer]);
    expect(analysis.result(id, 'shot-scores', 1)).toEqual(result);
    database.run(`UPDATE analysis SET result = '{"kind":"shot-scores","seen":true}' WHERE version = 2`);
    expect(analysis.results(id)).toEqual([result]);
  });

  it('answers by measure, size, order, page and time, in frames and in source time', async () => {
    const { media, analysis } = await openTestProject();
    const [first, second] = [
      media.add('/a.mov', constant),
      media.add('/b.mov', facts({ kind: 'constant', rate: rational(25), frameCount: 25 }, 'cc')),
    ];
    for (const { id } of [first, second]) analysis.save(id, result);
    const all = { during: [], order: 'time', limit: 10, offset: 0 } as const;
    const sharp = { measure: 'sharpness', least: 60 };
    const page = analysis.find({ ...all, find: sharp });
    expect(page.total).toBe(2);
    expect(page.found[0]).toEqual({
      ...{ mediaId: first.id, kind: 'shot-scores', measure: 'sharpness', value: 70.25 },
      ...{ span: { kind: 'frames', firstFrame: 10, lastFrame: 24 }, start: 10 * frame, end: 25 * frame },
    });
    expect(analysis.find({ ...all, find: sharp, mediaIds: [second.id] }).found.map(({ mediaId }) => mediaId)).toEqual([
      second.id,
    ]);
    const ranked = analysis.find({ ...all, find: { measure: 'sharpness' }, order: 'highest', limit: 3, offset: 1 });
    expect([ranked.total, ranked.found.map(({ value }) => value)]).toEqual([4, [70.25, 40.5, 40.5]]);
    const within = { start: flicks(9 * frame), end: flicks(10 * frame) };
    expect(analysis.find({ ...all, find: { measure: 'sharpness' }, within }).found.map(({ value }) => value)).toEqual([
      40.5, 40.5,
    ]);
    media.remove(second.id);
    expect(analysis.find({ ...all, find: sharp }).total).toBe(1);
  });

  it('answers what happens during other things, and forgets what newer results no longer say', async () => {
    const { media, analysis } = await openTestProject();
    const { id } = media.add('/a.mov', constant);
    analysis.save(id, result);
    analysis.save(id, speaks(0, 10));
    const ask = (find: object, ...during: readonly object[]) =>
      analysis.find({ find, during, order: 'time', limit: 10, offset: 0 }).found.map(({ value }) => value);
    expect(ask({ measure: 'sharpness' }, { kind: 'speech-segments' })).toEqual([40.5]);
    expect(ask({ measure: 'sharpness' }, { kind: 'speech-segments', least: 0.8 })).toEqual([]);
    analysis.save(id, speaks(0, 11));
    expect(ask({ measure: 'sharpness' }, { kind: 'speech-segments' })).toEqual([40.5, 70.25]);
    expect(ask({ label: 'a', contains: '100%_\\' })).toEqual([]);
    expect(ask({ measure: 'sharpness' }, { measure: 'exposure', most: 50 }, { measure: 'speech' })).toHaveLength(2);
    analysis.remove(id);
    expect(ask({})).toEqual([]);
  });
});
