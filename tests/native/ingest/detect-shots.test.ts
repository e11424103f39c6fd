import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { detectShots } from '../../../native/ingest/detect-shots.ts';
import { createScoreMeter } from '../../../core/analysis/shot-scores.ts';
import { createShotDetector } from '../../../core/analysis/shots.ts';
import { makeFilm, picturesOf, planesOf, type Take } from './shot-scenes.ts';
import { degraded } from './shot-faults.ts';
import { randomSource } from '../../../core/director/random.ts';
import { mediaRoot } from '../../media-root.ts';

const TRIED = ['fades', 'flashes', 'variable rate'] as const;

describe.skipIf(mediaRoot === undefined)('shots of real footage', () => {
  const cutsOf = async (name: string) => {
    const { shots } = (await detectShots(join(mediaRoot ?? '', 'video', name))).list;
    return shots.slice(1).map(({ firstFrame }) => firstFrame);
  };

  test.each([
    ['tears_of_steel_1920x800_vp9.webm', [44, 295]],
    ['bbb_1080p60_2s_5_1.mp4', [21]],
    ['handheld_whip_pan_rot180_720p.mp4', []],
    ['plane_tilt_then_fade_out.mp4', []],
  ])('%s: hard cuts to the frame, none at whip pans, tilts and fades out', async (name, expected) => {
    expect(await cutsOf(name)).toEqual(expected);
  });

  test('nasa_13013: a dissolve and a cut', async () => {
    const [dissolve, cut, ...more] = await cutsOf('nasa_13013_2video2audio2sub.mp4');
    expect(dissolve).toBeGreaterThanOrEqual(124);
    expect(dissolve).toBeLessThanOrEqual(149);
    expect([cut, more]).toEqual([202, []]);
  });

  test('films put together from real takes: at most one cut is wrong or missed, and no fade', async () => {
    const files = ['asl_book_person_480p.mkv', 'flower_timelapse_2997.mp4', 'marathon_crowd_2997.mp4'];
    const takes: Take[] = [];
    for (const name of files) {
      takes.push({ name, pictures: (await picturesOf(join(mediaRoot ?? '', 'video', name))).slice(0, 80) });
    }
    let [cuts, wrong] = [0, 0];
    for (const family of TRIED) {
      const film = makeFilm(takes, 'bench', family, 501);
      const detector = createShotDetector();
      for (const picture of film.pictures) detector.push(planesOf(picture));
      const shots = detector.finish().shots.slice(1);
      const found = shots.flatMap(({ firstFrame, transitionIn }) => (transitionIn.kind === 'cut' ? [firstFrame] : []));
      cuts += film.cuts.length;
      wrong += found.filter((cut) => !film.cuts.includes(cut)).length;
      wrong += film.cuts.filter((cut) => !found.includes(cut)).length;
      if (family === 'fades') expect(shots.length - found.length).toBe(film.graduals.length);
    }
    expect(cuts).toBeGreaterThan(18);
    expect(wrong).toBeLessThanOrEqual(1);

    const pictures = takes[0]?.pictures.slice(0, 9) ?? [];
    const quality = [0, 2, 4].map((level) => {
      const meter = createScoreMeter();
      for (const picture of degraded(pictures, 'blur', level, randomSource(1))) meter.push(planesOf(picture));
      return meter.finish([{ firstFrame: 0, lastFrame: 8, transitionIn: { kind: 'start' } }]).shots[0]?.quality ?? 0;
    });
    expect(quality).toEqual(quality.toSorted((a, b) => b - a));
  });

  test('sound alone is refused', async () => {
    await expect(detectShots(join(mediaRoot ?? '', 'audio', 'piano_10s.wav'))).rejects.toMatchObject({
      fault: { code: 'E_NO_PICTURE' },
    });
  });
});
