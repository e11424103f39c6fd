import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rational } from '../../../core/time/rational.ts';
import { findFiles } from '../../../native/engine/find-files.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { runFfmpeg } from '../../../native/ffmpeg/run.ts';
import { inspectMedia } from '../../../native/media/probe.ts';
import { renderTimeline } from '../../../native/render/render-timeline.ts';
import { numberedClip } from '../../media/numbered-clip.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { numbersOf, picture, sourcesOf, timelineOf } from '../render/film.ts';

/** Pictures `name` + number, as many as there are frames, from a number on. */
async function pictures(folder: string, pattern: string, first: number, frames: number): Promise<void> {
  const film = await numberedClip({ clip: 61, rate: '24', frames: 120, audio: null });
  const args = [
    '-i',
    film,
    '-frames:v',
    String(frames),
    '-start_number',
    String(first),
    `file:${join(folder, pattern)}`,
  ];
  await runFfmpeg(await findFfmpeg(), { args, stage: 'test' });
}

describe('numbered pictures', () => {
  it('are one clip by pattern or range, every frame of which is read back', async () => {
    const folder = join(temporaryFolder(), '');
    await pictures(folder, 'shot 100%%_%04d.png', 95, 90);
    const found = await inspectMedia(join(folder, 'shot 100%_[0095-0184].png'));
    expect(found.facts.kind).toBe('video');
    expect(found.facts.video[0]?.timing).toMatchObject({ kind: 'constant', rate: rational(24), frameCount: 90 });
    expect(found.facts.remarks).toMatchObject([{ code: 'picture-run', message: '90 numbered pictures, 24 a second.' }]);
    const rate = rational(24);
    const sources = await sourcesOf({ a: found.path });
    const clips = [
      picture('a', rate, 0, 20, 60),
      picture('a', rate, 20, 10, 3),
      picture('a', rate, 30, 15, 80, { speed: rational(-1) }),
    ];
    const output = join(folder, 'out.mp4');
    const fast = { video: { codec: 'h264' as const, preset: 'ultrafast' }, audio: null };
    await renderTimeline(timelineOf(rate, [clips], []), sources, output, fast);
    expect((await numbersOf(output)).map((number) => number?.frame)).toEqual(
      Array.from({ length: 45 }, (_, k) => (k < 20 ? 60 + k : k < 30 ? k - 17 : 110 - k)),
    );
    const before = found.facts.fingerprint;
    await writeFile(join(folder, 'shot 100%_0095.png'), 'other');
    expect((await inspectMedia(found.path).catch(() => undefined))?.facts.fingerprint).not.toEqual(before);
    await rm(join(folder, 'shot 100%_0100.png'));
    await expect(inspectMedia(found.path)).rejects.toMatchObject({ fault: { code: 'E_NOT_FOUND' } });
  });

  it('are found in folders where they are many, and photographs and single pictures are left alone', async () => {
    const folder = temporaryFolder();
    await pictures(folder, 'b_%03d.png', 0, 15);
    await rm(join(folder, 'b_013.png'));
    await pictures(folder, 'frame%d.jpg', 5, 14);
    await pictures(folder, 'IMG_%04d.jpg', 1, 13);
    await pictures(folder, 'still%d.png', 1, 3);
    const names = (await findFiles([folder])).files.map((file) => file.slice(folder.length + 1));
    const photographs = Array.from({ length: 13 }, (_, n) => `IMG_${String(n + 1).padStart(4, '0')}.jpg`);
    expect(names).toEqual([
      ...['b_[000-012].png', 'b_014.png', 'frame[5-18].jpg'],
      ...photographs,
      ...['still1.png', 'still2.png', 'still3.png'],
    ]);
    const named = async (name: string) =>
      (await findFiles([join(folder, name)])).files.map((file) => file.slice(folder.length + 1));
    expect(await named('still#.png')).toEqual(['still[1-3].png']);
    expect(await named('IMG_%04d.jpg')).toEqual(['IMG_[0001-0013].jpg']);
    expect(await named('still2.png')).toEqual(['still2.png']);
    expect((await findFiles([join(folder, 'none_####.png')])).rejected).toMatchObject([
      { fault: { code: 'E_NOT_FOUND' } },
    ]);
  });
});
