import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rational } from '../../../core/time/rational.ts';
import { renderTimeline } from '../../../native/render/render-timeline.ts';
import { mediaRoot } from '../../media-root.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { lumaOf, picture, sourcesOf, timelineOf } from './film.ts';

const rate = rational(25);

/** The sync table of this old phone's film names pictures that need those before them. */
it.skipIf(mediaRoot === undefined)('shows whole pictures of a film that cannot be entered where it says', async () => {
  const folder = temporaryFolder();
  const path = join(mediaRoot ?? '', 'video/old_phone_3gp_h263_amr.3gp');
  const sources = await sourcesOf({ phone: path });
  const rendered = async (name: string, sourceIn: number, frames: number): Promise<readonly Uint8Array[]> => {
    const output = join(folder, name);
    const timeline = timelineOf(rate, [[picture('phone', rate, 0, frames, sourceIn)]], [], { width: 192, height: 144 });
    const video = { codec: 'h264' as const, preset: 'ultrafast', crf: 8 };
    await renderTimeline(timeline, sources, output, { video, audio: null });
    const pictures: Uint8Array[] = [];
    for await (const luma of lumaOf(output, 192, 144)) pictures.push(luma);
    return pictures;
  };
  // From its first frame on there is no seek.
  const whole = await rendered('whole.mp4', 0, 370);
  const [entered] = await rendered('entered.mp4', 186, 1);
  const distances = whole.map((luma) => meanDistance(luma, entered ?? new Uint8Array()));
  expect(Math.min(...distances)).toBeLessThan(2);
});

function meanDistance(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, n) => sum + Math.abs(value - (b[n] ?? 0)), 0) / a.length;
}
