import { chromium, type Browser, type Page } from 'playwright-core';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SourceFrames } from '../../core/media/frames.ts';
import { mediaId } from '../../core/media/media.ts';
import { rational } from '../../core/time/rational.ts';
import { timeOfFrame } from '../../core/time/rate.ts';
import { nestedMedia, TITLE_MEDIA } from '../../core/timeline/generated-media.ts';
import { NO_TRANSFORM } from '../../core/timeline/picture.ts';
import { timelineId, type Timeline, type VideoClip } from '../../core/timeline/timeline.ts';
import { findFfmpeg } from '../../native/ffmpeg/find.ts';
import { checkInput } from '../../native/ffmpeg/input.ts';
import { runPass } from '../../native/ingest/pass.ts';
import { inspectMedia } from '../../native/media/probe.ts';
import type { RenderSources } from '../../native/render/request.ts';
import { numberedClip, varyingMs, type ClipWish } from '../media/numbered-clip.ts';
import { CODE_COLUMNS, CODE_ROWS, drawNumber, type PictureNumber } from '../media/picture-code.ts';
import { picture, seconds, sound, sourcesOf, timelineOf } from '../native/render/film.ts';
import { scaled } from '../scale.ts';
import type { Area, Looked, Played, Point, Shown, ViewerSetup, ViewerTestPage } from './viewer-page.ts';
import { serveViewer } from './viewer-server.ts';

declare global {
  // The page's side of the test, set by viewer-page.ts.
  var viewer: ViewerTestPage;
}

const wishes: Readonly<Record<string, ClipWish>> = {
  pal: { clip: 2, rate: '25', frames: 250 },
  film23976: { clip: 3, rate: '24000/1001', frames: 240, extension: 'mkv' },
  ntsc: { clip: 4, rate: '30000/1001', frames: 300, extension: 'mov' },
  sixty: { clip: 5, rate: '60', frames: 400 },
  varying: { clip: 6, rate: 'varying', frames: 200 },
};
const names = Object.keys(wishes);
const RATE = rational(25);
const TOTAL = 310;

/** 12.4 s at 25: cuts every 8 to 24 frames through five rates, a gap, and a second track that covers some of them. */
function tenSecondCut(): Timeline {
  const below: VideoClip[] = [];
  let at = 0;
  for (let n = 0; at < TOTAL; n += 1) {
    const length = Math.min(8 + ((n * 7) % 17), TOTAL - at);
    below.push(
      picture(names[n % names.length] ?? '', RATE, at, length, (n * 29) % 90, n === 5 ? { speed: rational(2) } : {}),
    );
    at += length + (n === 3 ? 12 : 0);
  }
  const above = [picture('varying', RATE, 70, 40, 33), picture('film23976', RATE, 150, 55, 101)];
  return timelineOf(RATE, [below, above], [[sound('pal', RATE, 0, 200, seconds(1))]]);
}

/** The number that must be seen, worked out apart from Montage's own time arithmetic; null is black. */
function expectedAt(timeline: Timeline, frame: number): PictureNumber | null {
  const flick = BigInt(frame) * 28_224_000n;
  const clips = timeline.tracks
    .flatMap((track) => (track.kind === 'video' ? [track.clips] : []))
    .reverse()
    .flat();
  const clip = clips.find((c) => BigInt(c.recordIn) <= flick && flick < BigInt(c.recordIn) + BigInt(c.duration));
  const wish = clip === undefined ? undefined : wishes[clip.mediaId];
  if (clip === undefined || wish === undefined) return null;
  const offset = ((flick - BigInt(clip.recordIn)) * BigInt(clip.speed.num)) / BigInt(clip.speed.den);
  if (wish.rate === 'varying') {
    const ms = varyingMs(clip.sourceIn) - varyingMs(0) + Number(offset) / 705_600;
    let last: number = clip.sourceIn;
    while (last + 1 < wish.frames && varyingMs(last + 1) - varyingMs(0) <= ms + 1e-9) last += 1;
    return { clip: wish.clip, frame: last };
  }
  const [num = 25, den = 1] = wish.rate.split('/').map(Number);
  return { clip: wish.clip, frame: clip.sourceIn + Number((offset * BigInt(num)) / (BigInt(den) * 705_600_000n)) };
}

async function makeProxy(name: string, path: string, folder: string): Promise<string> {
  const tools = await findFfmpeg();
  const input = await checkInput(path);
  const { facts } = await inspectMedia(path, { tools });
  const proxyPath = join(folder, `${name}.mp4`);
  await runPass(tools, {
    input,
    facts,
    wishes: { proxyLines: 360, thumbnails: false, analysisFrames: false, sound: false, speech: false },
    analysers: [],
    peaks: false,
    proxyPath,
    sink: { speech: async () => undefined, thumbnail: async () => undefined },
  });
  return proxyPath;
}

function plain(frames: SourceFrames | undefined): ViewerSetup['media'][string]['frames'] {
  if (frames === undefined) throw new Error('no frames');
  return frames.kind === 'variable' ? { ...frames, starts: [...frames.starts] } : frames;
}

function setupOf(timeline: Timeline, sources: RenderSources): ViewerSetup {
  const media = names.map((name) => {
    const source = sources.source(mediaId(name));
    const audio = source?.audio;
    return [name, { proxy: `/${name}`, frames: plain(source?.frames), ...(audio !== undefined && { audio }) }] as const;
  });
  return { timeline, media: Object.fromEntries(media) };
}

let browser: Browser;
let page: Page;
let server: Awaited<ReturnType<typeof serveViewer>>;
let timeline: Timeline;
let folder: string;
let films: RenderSources;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'montage-viewer-'));
  const files: Record<string, string> = {};
  const proxies = new Map<string, string>();
  for (const [name, wish] of Object.entries(wishes)) {
    files[name] = await numberedClip(wish);
    proxies.set(name, await makeProxy(name, files[name], folder));
  }
  timeline = tenSecondCut();
  server = await serveViewer(proxies);
  browser = await chromium.launch({
    executablePath: process.env['MONTAGE_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
  });
  page = await browser.newPage();
  await page.goto(server.url);
  films = await sourcesOf(files);
  await page.evaluate((setup) => globalThis.viewer.load(setup), setupOf(timeline, films));
});

afterAll(async () => {
  await browser.close();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const wrong = (shown: readonly Shown[]) =>
  shown
    .map(({ frame, seen }) => ({ frame, seen, expected: expectedAt(timeline, frame) }))
    .filter(({ seen, expected }) => seen?.clip !== expected?.clip || seen?.frame !== expected?.frame);

describe('the viewer in Chromium', () => {
  test('the cut crosses what the promise names', () => {
    const blacks = Array.from({ length: 250 }, (_, frame) => expectedAt(timeline, frame)).filter(
      (seen) => seen === null,
    );
    expect(blacks).toHaveLength(12);
    expect(timeline.tracks[0]?.clips.length).toBeGreaterThan(10);
  });

  test('200 random seeks show exactly the frame at the timecode', async () => {
    const count = 200 * Math.min(scaled(1), 5);
    const targets = Array.from({ length: count }, (_, n) => (n * 7919 + 13) % TOTAL);
    const shown = await page.evaluate(async (frames) => {
      const all: Shown[] = [];
      for (const frame of frames) all.push(await globalThis.viewer.seek(frame));
      return all;
    }, targets);
    expect(shown.map(({ frame }) => frame)).toEqual(targets);
    expect(wrong(shown)).toEqual([]);
    expect(shown.filter(({ seen }) => seen !== null).length).toBeGreaterThan(count * 0.8);
  });

  test('ten seconds of playback over cuts, a gap and two tracks: every shown frame is right and on time', async () => {
    await page.evaluate(() => globalThis.viewer.seek(0));
    const played: Played = await page.evaluate(() => globalThis.viewer.play(10));
    expect(wrong(played.shown)).toEqual([]);
    // A slow machine drops frames, it never shows wrong ones; but it must really have played.
    expect(played.shown.at(-1)?.frame ?? 0).toBeGreaterThan(200);
    expect(played.shown.length).toBeGreaterThan(100);
    expect(played.heardPeak).toBeGreaterThan(0.01);
  });
});

const WHOLE: Area = { x: 0, y: 0, width: 1, height: 1 };
const UPPER_LEFT: Area = { x: 0, y: 0, width: 0.5, height: 0.5 };

/** The middle of a block of the picture code, in fractions of the picture. */
const middleOf = (cell: number): Point => ({
  x: ((cell % CODE_COLUMNS) + 0.5) / CODE_COLUMNS,
  y: (Math.floor(cell / CODE_COLUMNS) + 0.5) / CODE_ROWS,
});

describe('what is done to clips, in Chromium', () => {
  const dissolve = { kind: 'dissolve', inOffset: timeOfFrame(4, RATE), outOffset: timeOfFrame(4, RATE) } as const;
  const redCard = {
    text: 'Montage',
    style: {
      font: 'Inter',
      size: 0.2,
      bold: false,
      italic: false,
      colour: '#ff0000',
      background: '#ff0000',
      align: 'centre',
      x: 0,
      y: 0,
    },
  } as const;
  const inner: Timeline = {
    ...timelineOf(RATE, [[picture('pal', RATE, 0, 30, 60)]], []),
    id: timelineId('inner'),
  };
  const quarter = { ...NO_TRANSFORM, positionX: -0.25, positionY: -0.25, scaleX: 0.5, scaleY: 0.5 };
  const worked: Timeline = {
    ...timelineOf(
      RATE,
      [
        [
          picture('pal', RATE, 0, 20, 100, { speed: rational(-1) }),
          picture('pal', RATE, 20, 10, 33, { speed: rational(0) }),
          { ...picture('pal', RATE, 30, 10, 40), transform: quarter },
          picture('pal', RATE, 40, 20, 10),
          { ...picture('sixty', RATE, 60, 20, 100), head: dissolve },
          { ...picture('pal', RATE, 80, 20, 5), mediaId: nestedMedia(inner.id) },
          picture('sixty', RATE, 100, 20, 100, { speed: rational(-1, 2) }),
        ],
        [{ ...picture('pal', RATE, 90, 5, 0), mediaId: TITLE_MEDIA, title: redCard }],
      ],
      [],
    ),
    nested: [inner],
  };
  const look = (frame: number, area: Area = WHOLE, points: readonly Point[] = []): Promise<Looked> =>
    page.evaluate(([at, part, spots]) => globalThis.viewer.look(at, part, spots), [frame, area, points] as const);

  beforeAll(async () => {
    await page.evaluate((setup) => globalThis.viewer.load(setup), setupOf(worked, films));
  });

  test('backwards, held, scaled into a corner and nested pictures are the right frames', async () => {
    for (const frame of [0, 1, 7, 19]) expect((await look(frame)).seen).toEqual({ clip: 2, frame: 100 - frame });
    for (const frame of [20, 24, 29]) expect((await look(frame)).seen).toEqual({ clip: 2, frame: 33 });
    const corner = await look(35, UPPER_LEFT, [{ x: 0.75, y: 0.75 }]);
    expect(corner).toEqual({ seen: { clip: 2, frame: 45 }, colours: [[0, 0, 0]] });
    for (const frame of [80, 89]) expect((await look(frame)).seen).toEqual({ clip: 2, frame: 60 + 5 + frame - 80 });
    // Half speed backwards at 60 fps on 25: frame k shows what ends at 101/60 − k/50 s.
    for (const frame of [100, 105, 119]) {
      const last = Math.ceil(101 - ((frame - 100) * 60) / 50) - 1;
      expect((await look(frame)).seen).toEqual({ clip: 5, frame: last });
    }
  });

  test('a title lies over what is below', async () => {
    const [centre, corner] = (await look(92, WHOLE, [{ x: 0.5, y: 0.5 }, middleOf(0)])).colours;
    expect(centre).toEqual([255, 0, 0]);
    expect(corner).not.toEqual([255, 0, 0]);
  });

  test('in a dissolve every block is the mix of both pictures', async () => {
    const cells = Array.from({ length: 40 }, (_, cell) => cell);
    for (const frame of [56, 59, 60, 63]) {
      const share = (frame - 56 + 1) / 9;
      const from = drawNumber({ clip: 2, frame: 10 + frame - 40 });
      const to = drawNumber({ clip: 5, frame: 100 + Math.floor(((frame - 60) * 60) / 25) });
      const { colours } = await look(frame, WHOLE, cells.map(middleOf));
      const off = colours.map(([red = -1], cell) => {
        const mixed = (from[cell] ?? 0) * (1 - share) + (to[cell] ?? 0) * share;
        return Math.abs(red - mixed);
      });
      expect(Math.max(...off)).toBeLessThan(4);
    }
  });
});
