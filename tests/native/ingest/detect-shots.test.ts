import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { detectShots } from '../../../native/ingest/detect-shots.ts';
import { mediaRoot } from '../../media-root.ts';

describe.skipIf(mediaRoot === undefined)('shots of real footage', () => {
  const cutsOf = async (name: string) => {
    const { shots } = await detectShots(join(mediaRoot ?? '', 'video', name));
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

  test('sound alone is refused', async () => {
    await expect(detectShots(join(mediaRoot ?? '', 'audio', 'piano_10s.wav'))).rejects.toMatchObject({
      fault: { code: 'E_NO_FRAMES' },
    });
  });
});
