import { execFileSync, spawnSync } from 'node:child_process';
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { readNumber } from '../media/picture-code.ts';
import { numbersOf } from '../native/render/film.ts';
import { smartly, type Cut, type Kind } from '../native/render/smart-film.ts';
import { testScale } from '../scale.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Copied groups in the middle of each cut, encoded pictures at their ends; one cut too short for a copy. */
const CUTS: readonly Cut[] = [
  { sourceIn: 5, length: 40 },
  { sourceIn: 100, length: 30 },
  { sourceIn: 60, length: 8 },
  { sourceIn: 191, length: 50 },
];

type Seen = { readonly frame: number; readonly luma: readonly number[] };

/** Serves a page and one film, with Range. */
async function serve(path: string): Promise<{ readonly url: string; readonly close: () => void }> {
  const server = createServer((request, response) => {
    if (request.url !== '/film') return void response.end('<!doctype html><video muted></video>');
    const { size } = statSync(path);
    const [, from = '0', to = ''] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? [];
    const [start, end] = [Number(from), to === '' ? size - 1 : Math.min(Number(to), size - 1)];
    const range = { 'content-range': `bytes ${start}-${end}/${size}`, 'content-length': end - start + 1 };
    response.writeHead(206, { 'content-type': 'video/mp4', 'accept-ranges': 'bytes', ...range });
    createReadStream(path, { start, end }).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${address.port}/`, close };
}

/** What a <video> of Chromium shows: after seeking to each of some frames, and of every frame it shows while it plays. */
async function seenInChromium(path: string, frames: readonly number[]) {
  const server = await serve(path);
  const browser = await chromium.launch({
    executablePath: process.env['MONTAGE_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
  });
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    return await page.evaluate(async (wanted) => {
      const video = document.querySelector('video');
      const canvas = new OffscreenCanvas(80, 45);
      const context = canvas.getContext('2d', { willReadFrequently: true });
      if (video === null || context === null) throw new Error('no page');
      const shown = () =>
        new Promise<number>((done) => video.requestVideoFrameCallback((_, { mediaTime }) => done(mediaTime)));
      // The picture carries its own time: on a busy machine the callback's may already be that of the one before.
      const look = (): Seen => {
        const picture = new VideoFrame(video);
        context.drawImage(picture, 0, 0, 80, 45);
        const frame = Math.round((picture.timestamp * 25) / 1e6);
        picture.close();
        const { data } = context.getImageData(0, 0, 80, 45);
        return { frame, luma: Array.from({ length: 80 * 45 }, (_, n) => data[4 * n + 1] ?? 0) };
      };
      const first = shown();
      video.src = '/film';
      await first;
      const sought: Seen[] = [];
      for (const frame of wanted) {
        const next = shown();
        video.currentTime = (frame + 0.5) / 25;
        await next;
        sought.push({ frame, luma: look().luma });
      }
      const start = shown();
      video.currentTime = 0.02;
      await start;
      const played: Seen[] = [];
      const ended = new Promise((done) => video.addEventListener('ended', done, { once: true }));
      const onFrame = () => {
        played.push(look());
        video.requestVideoFrameCallback(onFrame);
      };
      video.requestVideoFrameCallback(onFrame);
      await video.play();
      await ended;
      return { sought, played, fault: video.error?.message ?? null, seconds: video.duration };
    }, frames);
  } finally {
    await browser.close();
    server.close();
  }
}

const numberOf = ({ luma }: Seen) => readNumber({ data: luma, width: 80, height: 45, channels: 1 })?.frame;

/** Frames around every cut, and around every place where copied and encoded pictures meet. */
function aroundJoins(length: number): readonly number[] {
  let at = 0;
  const joins = CUTS.flatMap(({ sourceIn, length: own }) => {
    const start = at;
    at += own;
    const [from, to] = [Math.ceil(sourceIn / 12) * 12, Math.floor((sourceIn + own) / 12) * 12];
    return from < to ? [start, start + from - sourceIn, start + to - sourceIn] : [start];
  });
  const near = joins.flatMap((join) => [join - 2, join - 1, join, join + 1]);
  return [...new Set(near)].filter((frame) => frame >= 0 && frame < length);
}

const kinds: readonly Kind[] = testScale > 1 ? ['closed', 'pyramid', 'open'] : ['pyramid', 'open'];

const hasMelt = spawnSync('melt', ['-version']).error === undefined;
if (!hasMelt) process.stdout.write('Copied pictures are not shown to melt: it is missing (apt-get install melt).\n');

/** The number of every frame that melt gives. */
async function seenInMelt(path: string): Promise<readonly (number | undefined)[]> {
  const decoded = join(temporaryFolder(), 'melt.mkv');
  const consumer = ['vcodec=ffv1', 'pix_fmt=yuv420p', 'an=1', 'real_time=-1', 'terminate_on_pause=1', 'progressive=1'];
  const shape = ['width=320', 'height=180', 'display_aspect_num=16', 'display_aspect_den=9'];
  const rest = ['sample_aspect_num=1', 'sample_aspect_den=1', 'frame_rate_num=25', 'frame_rate_den=1'];
  execFileSync('melt', [path, '-consumer', `avformat:${decoded}`, ...consumer, ...shape, ...rest], {
    stdio: 'ignore',
    timeout: 60_000,
  });
  return (await numbersOf(decoded)).map((number) => number?.frame);
}

describe('a film with copied pictures', () => {
  it.each(kinds)(
    'of %s groups shows what it should in Chromium, sought and played, and in melt where it is installed',
    async (kind) => {
      const { report, output, expected } = await smartly(kind, CUTS);
      expect(report.copyRefused).toBeUndefined();
      expect(report.copiedFrames).toBeGreaterThan(kind === 'open' ? -1 : 80);
      const frames = aroundJoins(expected.length);
      const { sought, played, fault, seconds } = await seenInChromium(output, frames);
      expect(fault).toBeNull();
      expect(Math.abs(seconds - expected.length / 25)).toBeLessThan(0.05);
      expect(sought.map(numberOf)).toEqual(frames.map((frame) => expected[frame]));
      expect(played.length).toBeGreaterThan(expected.length / 4);
      for (const seen of played) expect([seen.frame, numberOf(seen)]).toEqual([seen.frame, expected[seen.frame]]);
      if (hasMelt) expect(await seenInMelt(output)).toEqual(expected);
    },
  );
});
