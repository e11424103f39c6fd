import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { displaySize } from '../../../core/media/media.ts';
import { sameFrameTimes } from '../../../core/media/timing.ts';
import { flicksFromSeconds, secondsOf } from '../../../core/time/flicks.ts';
import { formatRational, parseRational, rational } from '../../../core/time/rational.ts';
import { findFfmpeg, type FfmpegTools } from '../../../native/ffmpeg/find.ts';
import { runFfmpeg } from '../../../native/ffmpeg/run.ts';
import { frameTable, inspectMedia, probe, sourceFramesOfMedia } from '../../../native/media/probe.ts';
import { mediaRoot } from '../../media-root.ts';
import { testScale } from '../../scale.ts';

let tools: FfmpegTools;
let folder: string;
beforeAll(async () => {
  tools = await findFfmpeg();
  folder = await mkdtemp(join(tmpdir(), 'montage-probe-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const place = (name: string) => join(folder, name);
async function make(name: string, args: readonly string[]): Promise<string> {
  await runFfmpeg(tools, { args: [...args, `file:${place(name)}`], stage: 'test' });
  return place(name);
}
const testPicture = (size: string, seconds: number, rate = '25') => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${rate}:d=${seconds}`],
];
const codeOf = (path: string) =>
  probe(path).then(
    () => 'none',
    (error: unknown) => z.object({ fault: z.object({ code: z.string() }) }).parse(error).fault.code,
  );

describe('what generated files are', () => {
  it('10-bit HEVC, HDR, with its exact rate', async () => {
    const colour = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'];
    const x265 = [
      '-c:v',
      'libx265',
      '-x265-params',
      'log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc',
    ];
    const path = await make('hdr.mp4', [
      ...testPicture('64x48', 1, '24000/1001'),
      '-pix_fmt',
      'yuv420p10le',
      ...x265,
      ...colour,
    ]);
    const { video, remarks, duration } = await probe(path);
    expect(video[0]).toMatchObject({ codec: 'hevc', bitDepth: 10, colour: { hdr: 'pq', primaries: 'bt2020' } });
    expect(video[0]?.timing).toEqual({ kind: 'constant', rate: { num: 24_000, den: 1001 }, frameCount: 24 });
    expect(secondsOf(duration)).toBeCloseTo(1.001, 6);
    expect(remarks.map(({ code }) => code)).toEqual(['hdr']);
  });

  it('a clip that a phone turned, by the angle that ffmpeg itself turns it', async () => {
    const flat = await make('flat.mp4', [
      '-f',
      'lavfi',
      '-i',
      'color=black:s=64x32:d=0.2',
      '-vf',
      'drawbox=c=white:w=32:t=fill',
    ]);
    const path = await make('turned.mp4', ['-i', flat, '-c', 'copy', '-metadata:s:v', 'rotate=270']);
    const [video] = (await probe(path)).video;
    expect(video?.rotation).toBe(90);
    expect(video === undefined ? undefined : displaySize(video)).toEqual({ width: 32, height: 64 });
    // The white left half is on top after a quarter turn clockwise.
    const gray = await readFile(
      await make('turned.gray', ['-i', path, '-frames:v', '1', '-pix_fmt', 'gray', '-f', 'rawvideo']),
    );
    expect([gray.length, (gray[0] ?? 0) > 200, (gray.at(-1) ?? 255) < 50]).toEqual([32 * 64, true, true]);
  });

  it('drop-frame timecode with the track’s own rate and reel', async () => {
    const path = await make('tc.mov', [...testPicture('64x32', 0.5, '30000/1001'), '-timecode', '01:00:00;02']);
    expect((await probe(path)).timecode).toMatchObject({
      startFrame: 107_894,
      rate: { num: 30_000, den: 1001 },
      dropFrame: true,
      text: '01:00:00;02',
    });
  });

  it('one pixel, one frame', async () => {
    const facts = await probe(
      await make('one.mkv', [
        ...testPicture('2x2', 0.04),
        '-vf',
        'format=gray,crop=1:1',
        '-c:v',
        'ffv1',
        '-pix_fmt',
        'gray',
      ]),
    );
    expect(facts.video[0]).toMatchObject({ width: 1, height: 1, timing: { kind: 'constant', frameCount: 1 } });
  });

  it('stills, whatever their name looks like', async () => {
    const png = await make('still.png', [...testPicture('20x10', 0.04), '-frames:v', '1']);
    await copyFile(png, place('shot%03d.png'));
    const gif = await make('still.gif', [...testPicture('20x10', 0.04), '-frames:v', '1']);
    for (const path of [png, place('shot%03d.png'), gif]) {
      expect(await probe(path)).toMatchObject({
        kind: 'still',
        duration: 0,
        audio: [],
        video: [{ timing: { kind: 'still' } }],
      });
      expect(sourceFramesOfMedia(await inspectMedia(path))).toEqual({ kind: 'still' });
    }
    expect((await probe(await make('moving.gif', testPicture('20x10', 1, '10')))).kind).toBe('video');
  });

  it('sound with its offset, language and layout; a cover picture is no video', async () => {
    const tone = ['-f', 'lavfi', '-itsoffset', '0.25', '-i', 'sine=r=48000:d=1'];
    const late = await make('late.mkv', [
      ...testPicture('32x32', 1),
      ...tone,
      '-c:a',
      'flac',
      '-metadata:s:a',
      'language=deu',
    ]);
    const [audio] = (await probe(late)).audio;
    expect(audio).toMatchObject({ channels: 1, channelLayout: 'mono', sampleRateHz: 48_000, language: 'deu' });
    expect(audio?.offset).toBe(flicksFromSeconds(0.25));
    expect(secondsOf(audio?.duration ?? flicksFromSeconds(0))).toBeCloseTo(1, 2);
    const cover = await make('cover.png', [...testPicture('20x10', 0.04), '-frames:v', '1']);
    const song = [
      '-f',
      'lavfi',
      '-i',
      'sine=d=1',
      '-i',
      cover,
      '-map',
      '0',
      '-map',
      '1',
      '-disposition:v',
      'attached_pic',
    ];
    expect(await probe(await make('song.mp3', song))).toMatchObject({ kind: 'audio', video: [] });
  });

  it('names that look like options and names with line breaks', async () => {
    const path = await make('plain.mp4', testPicture('32x32', 0.2));
    for (const name of ['-i.mp4', 'two\nlines.mp4', 'a b#c%d&é🎬\'".mp4']) {
      await copyFile(path, place(name));
      expect((await probe(place(name))).kind).toBe('video');
    }
  });

  it('the same content has the same fingerprint under any name, other content another', async () => {
    const path = await make('print.mp4', testPicture('32x32', 0.2));
    await copyFile(path, place('print-copy.mp4'));
    const [a, b] = [await probe(path), await probe(place('print-copy.mp4'))];
    expect(a.fingerprint).toEqual(b.fingerprint);
    const bytes = await readFile(path);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(place('print-copy.mp4'), bytes);
    expect((await probe(place('print-copy.mp4'))).fingerprint).not.toEqual(a.fingerprint);
  });
});

describe('what is refused, and why', () => {
  it('absent, folder, empty, text, playlists by name and by content', async () => {
    await writeFile(place('empty.mp3'), '');
    await writeFile(place('text.mp4'), 'This is a shopping list.\nMilk, eggs.\n');
    await writeFile(place('notes.txt'), 'This is a shopping list.\nMilk, eggs.\n');
    await writeFile(place('list.m3u8'), 'anything');
    await writeFile(place('hls.mp4'), '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n/etc/passwd\n');
    await writeFile(place('concat.mp4'), "ffconcat version 1.0\nfile '/etc/passwd'\n");
    await writeFile(
      place('sdp.mp4'),
      'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n',
    );
    await writeFile(place('words.srt'), '1\n00:00:00,000 --> 00:00:01,000\nHello\n');
    expect(await codeOf(place('absent.mp4'))).toBe('E_NOT_FOUND');
    expect(await codeOf(folder)).toBe('E_IS_DIRECTORY');
    expect(await codeOf(place('empty.mp3'))).toBe('E_EMPTY_FILE');
    expect(await codeOf(place('text.mp4'))).toBe('E_NOT_MEDIA');
    expect(await codeOf(place('notes.txt'))).toBe('E_NOT_MEDIA');
    for (const name of ['list.m3u8', 'hls.mp4', 'concat.mp4', 'sdp.mp4'])
      expect(await codeOf(place(name))).toBe('E_PLAYLIST');
    expect(await codeOf(place('words.srt'))).toBe('E_NO_STREAMS');
  });

  it('a truncated film without its index is damaged; one with it is used as far as it goes', async () => {
    const source = testPicture('320x240', 4);
    const tail = await make('tail.mp4', source);
    await truncate(tail, Math.floor((await readFile(tail)).length / 2));
    expect(await codeOf(tail)).toBe('E_DAMAGED');
    const head = await make('head.mp4', [...source, '-movflags', '+faststart']);
    await truncate(head, Math.floor((await readFile(head)).length / 2));
    const facts = await probe(head);
    expect(facts.remarks.map(({ code }) => code)).toContain('truncated');
    const timing = facts.video[0]?.timing;
    expect(timing === undefined || timing.kind === 'still' ? 100 : timing.frameCount).toBeLessThan(90);
  });

  it('a film and a sound of no duration', async () => {
    expect(
      await codeOf(await make('none.mov', [...testPicture('32x32', 1), '-frames:v', '0', '-c:v', 'mjpeg'])),
    ).toMatch(/^E_/);
    expect(await codeOf(await make('none.wav', ['-f', 'lavfi', '-i', 'sine=d=1', '-frames:a', '0']))).toMatch(/^E_/);
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('what may not be read', async () => {
    const path = await make('secret.mp4', testPicture('32x32', 0.2));
    await chmod(path, 0o000);
    expect(await codeOf(path)).toBe('E_PERMISSION');
    await mkdir(place('closed'), { mode: 0o000 });
    expect(await codeOf(place('closed/film.mp4'))).toBe('E_PERMISSION');
  });

  it('is cancelled', async () => {
    const path = await make('cancel.mp4', testPicture('32x32', 0.2));
    await expect(probe(path, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      fault: { code: 'E_CANCELLED' },
    });
  });
});

const manifest = z.array(
  z.object({
    file: z.string(),
    width: z.number().nullish(),
    height: z.number().nullish(),
    fps: z.string().nullish(),
    duration_s: z.number().nullish(),
    pix_fmt: z.string().nullish(),
    transfer: z.string().nullish(),
    audio: z.array(z.string()).nullish(),
    video_streams: z.number().nullish(),
    rotation_displaymatrix: z.number().nullish(),
  }),
);
const listed =
  mediaRoot === undefined
    ? []
    : manifest
        .parse(JSON.parse(readFileSync(join(mediaRoot, 'MANIFEST.json'), 'utf8')))
        .filter(({ file }) => /^(?:video|audio)\//.test(file));

describe.skipIf(mediaRoot === undefined)('real footage', () => {
  it.each(listed.map((entry, position) => ({ entry, position })))(
    '$entry.file is what its manifest says',
    async ({ entry, position }) => {
      const path = join(mediaRoot ?? '', entry.file);
      const { facts, tables } = await inspectMedia(path);
      expect(facts.kind).toBe(entry.file.startsWith('audio/') ? 'audio' : 'video');
      expect(
        facts.audio.map(({ codec, sampleRateHz, channels }) => `${codec} ${sampleRateHz}Hz ${channels}ch`),
      ).toEqual((entry.audio ?? []).map((text) => text.split(' ').slice(0, 3).join(' ')));
      // Subtitles count in the manifest's durations.
      const hasSubtitles = /srt|sub/.test(entry.file);
      if (!hasSubtitles) expect(Math.abs(secondsOf(facts.duration) - (entry.duration_s ?? 0))).toBeLessThan(0.13);
      if (entry.file.startsWith('audio/')) return;
      const [video] = facts.video;
      if (video === undefined) throw new Error('no picture');
      expect(facts.video.length).toBe(entry.video_streams ?? 1);
      expect([video.width, video.height, video.pixelFormat]).toEqual([entry.width, entry.height, entry.pix_fmt]);
      if (entry.transfer !== undefined) expect(video.colour.transfer).toBe(entry.transfer);
      expect(video.rotation).toBe((360 - (entry.rotation_displaymatrix ?? 0)) % 360);
      if (video.timing.kind === 'constant') {
        // FLV and Matroska claim the field rate: twice the truth.
        const claimed = parseRational(entry.fps ?? '') ?? rational(1);
        const { rate } = video.timing;
        const halved = rational(claimed.num, claimed.den * 2);
        expect([formatRational(claimed), formatRational(halved)]).toContain(formatRational(rate));
      }
      if (testScale <= 1 && position % 4 !== 0) return;
      const table = tables.get(video.index);
      const decoded = await frameTable(path, video.index, { exact: true });
      expect(table !== undefined && sameFrameTimes(table, decoded)).toBe(true);
    },
  );
});
