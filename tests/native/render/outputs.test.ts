import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  AUDIO_CODECS,
  CONTAINERS,
  containerOfExtension,
  VIDEO_CODECS,
  type VideoCodec,
} from '../../../core/output/codecs.ts';
import { listPresets } from '../../../core/output/presets.ts';
import { rational } from '../../../core/time/rational.ts';
import { outputPath, settingsFor } from '../../../native/engine/render-settings.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { checkInput } from '../../../native/ffmpeg/input.ts';
import { askFfprobeJson } from '../../../native/ffmpeg/query.ts';
import { renderTimeline } from '../../../native/render/render-timeline.ts';
import { numberedClip } from '../../media/numbered-clip.ts';
import { testScale } from '../../scale.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { numbersOf, picture, seconds, sound, sourcesOf, timelineOf } from './film.ts';

const rate = rational(25);
const FRAMES = 14;

const stream = z.object({
  codec_type: z.string(),
  codec_name: z.string(),
  profile: z.string().optional(),
  pix_fmt: z.string().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  r_frame_rate: z.string(),
  color_space: z.string().optional(),
  color_transfer: z.string().optional(),
  color_primaries: z.string().optional(),
  color_range: z.string().optional(),
});

async function streamsOf(path: string) {
  const answer = await askFfprobeJson(
    await findFfmpeg(),
    await checkInput(path),
    ['-show_streams'],
    z.object({ streams: z.array(stream) }),
  );
  return answer.value.streams;
}

async function cut() {
  const pal = await numberedClip({ clip: 2, rate: '25', frames: 60 });
  const clips = [picture('pal', rate, 0, 6, 10), picture('pal', rate, 6, FRAMES - 6, 40)];
  const timeline = timelineOf(rate, [clips], [[sound('pal', rate, 0, FRAMES, seconds(0))]]);
  return { timeline, sources: await sourcesOf({ pal }) };
}

/** As ffprobe names them. */
const EXPECTED: Readonly<Record<VideoCodec, readonly [codec: string, pixelFormat: string, profile?: string]>> = {
  h264: ['h264', 'yuv420p', 'High'],
  hevc: ['hevc', 'yuv420p', 'Main'],
  hevc10: ['hevc', 'yuv420p10le', 'Main 10'],
  vp9: ['vp9', 'yuv420p', 'Profile 0'],
  av1: ['av1', 'yuv420p', 'Main'],
  prores422: ['prores', 'yuv422p10le', 'Standard'],
  prores422hq: ['prores', 'yuv422p10le', 'HQ'],
  prores4444: ['prores', 'yuva444p12le', '4444'],
  dnxhr: ['dnxhd', 'yuv422p', 'DNXHR HQ'],
  dnxhrhqx: ['dnxhd', 'yuv422p10le', 'DNXHR HQX'],
  gif: ['gif', 'bgra'],
  webp: ['webp', ''],
  png: ['png', 'rgb24'],
  jpeg: ['mjpeg', 'yuvj420p'],
};

const films = CONTAINERS.flatMap((id) => {
  const container = containerOfExtension(id);
  const isFilm = container !== undefined && container.video.length > 0 && container.audio.length > 0;
  return isFilm ? container.video.map((codec) => ({ id, codec })) : [];
});
/** In `npm test` each codec in the first container that takes it; all pairs in the deep run. */
const tried = films.filter(({ codec }, n) => testScale > 1 || films.findIndex((film) => film.codec === codec) === n);

describe('every codec in every container that takes it', () => {
  it.each(tried)('$codec in $id holds all frames, with its size, rate and colour', async ({ id, codec }) => {
    const { timeline, sources } = await cut();
    const output = join(temporaryFolder(), `out.${id}`);
    const report = await renderTimeline(timeline, sources, output, settingsFor(output, { codec }));
    expect(report.frameCount).toBe(FRAMES);
    const [video, audio] = await streamsOf(output);
    const [codecName, pixelFormat, profile] = EXPECTED[codec];
    expect(video).toMatchObject({
      ...{ codec_name: codecName, pix_fmt: pixelFormat, profile, width: 320, height: 180, r_frame_rate: '25/1' },
      ...{ color_space: 'bt709', color_transfer: 'bt709', color_primaries: 'bt709' },
    });
    expect(audio?.codec_type).toBe('audio');
    const expected = Array.from({ length: FRAMES }, (_, n) => (n < 6 ? 10 + n : 40 + n - 6));
    expect((await numbersOf(output)).map((number) => number?.frame)).toEqual(expected);
  });
});

describe('outputs that are no film', () => {
  it('an image sequence has a numbered picture per frame, and leaves nothing else', async () => {
    const { timeline, sources } = await cut();
    for (const extension of ['png', 'jpg']) {
      const folder = temporaryFolder();
      const output = join(folder, `shot.${extension}`);
      await renderTimeline(timeline, sources, output, settingsFor(output, {}));
      const names = readdirSync(folder).sort();
      expect(names).toHaveLength(FRAMES);
      expect(names[0]).toBe(`shot_00000.${extension}`);
      const numbers = await Promise.all(
        [0, 6].map(async (n) => (await numbersOf(join(folder, names[n] ?? '')))[0]?.frame),
      );
      expect(numbers).toEqual([10, 40]);
    }
  });

  it('an animated GIF has every frame; an animated WebP is one', async () => {
    const { timeline, sources } = await cut();
    const folder = temporaryFolder();
    const gif = join(folder, 'a.gif');
    await renderTimeline(timeline, sources, gif, settingsFor(gif, { preset: 'gif' }));
    expect((await numbersOf(gif)).map((number) => number?.frame).slice(4, 8)).toEqual([14, 15, 40, 41]);
    const webp = join(folder, 'a.webp');
    await renderTimeline(timeline, sources, webp, settingsFor(webp, { preset: 'webp' }));
    const bytes = process.getBuiltinModule('node:fs').readFileSync(webp).toString('latin1');
    expect(bytes.startsWith('RIFF') && bytes.includes('ANIM')).toBe(true);
    expect(bytes.split('ANMF').length - 1).toBe(FRAMES);
    expect(readdirSync(folder).sort()).toEqual(['a.gif', 'a.webp']);
  });
});

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (error) {
    return z.object({ fault: z.object({ code: z.string(), message: z.string() }) }).parse(error).fault.code;
  }
};

describe('codecs and containers that do not go together', () => {
  it('are refused with a reason, and only they', () => {
    for (const id of CONTAINERS) {
      const container = containerOfExtension(id);
      for (const codec of VIDEO_CODECS) {
        const refused = codeOf(() => settingsFor(`/a.${id}`, { codec })) !== 'none';
        expect([id, codec, refused]).toEqual([
          id,
          codec,
          container !== undefined && container.video.length > 0 && !container.video.includes(codec),
        ]);
      }
      for (const audioCodec of AUDIO_CODECS) {
        expect(codeOf(() => settingsFor(`/a.${id}`, { audioCodec })) === 'none').toBe(
          container?.audio.includes(audioCodec) === true,
        );
      }
    }
    expect(() => settingsFor('/a.webm', { codec: 'h264' })).toThrow(/by definition/);
  });

  it('and presets name their container', () => {
    for (const preset of listPresets()) {
      expect(codeOf(() => settingsFor(`/a.${preset.container}`, { preset: preset.id }))).toBe('none');
      expect(outputPath('/a', undefined, preset.id)).toBe(`/a.${preset.container}`);
    }
    expect(codeOf(() => settingsFor('/a.webm', { preset: 'reels' }))).toBe('E_CONTAINER');
    expect(settingsFor('/a.mp4', { preset: 'reels' }).video).toMatchObject({ width: 1080, height: 1920 });
    expect(codeOf(() => outputPath('/a.mp4', 'mkv', undefined))).toBe('E_CONTAINER');
    expect(outputPath('/a', 'mkv', undefined)).toBe('/a.mkv');
  });
});
