import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TITLE_MEDIA } from '../../../core/timeline/generated-media.ts';
import { NO_TRANSFORM, type Title, type TitleStyle } from '../../../core/timeline/picture.ts';
import type { VideoClip } from '../../../core/timeline/timeline.ts';
import { rational } from '../../../core/time/rational.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { pictureFormat, type Raster } from '../../../native/render/composite/raster.ts';
import { missingFonts } from '../../../native/render/fonts.ts';
import { renderTimeline } from '../../../native/render/render-timeline.ts';
import { titlePicture } from '../../../native/render/title-picture.ts';
import { titleScript } from '../../../native/render/title-script.ts';
import { numberedClip } from '../../media/numbered-clip.ts';
import { scaled } from '../../scale.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { lumaOf, numbersOf, picture, sourcesOf, timelineOf } from './film.ts';

const rate = rational(25);
const size = { width: 320, height: 180 };
const style: TitleStyle = {
  font: 'Inter',
  size: 0.2,
  bold: false,
  italic: false,
  colour: '#ffffff',
  align: 'centre',
  x: 0,
  y: 0,
};
const title = (text: string, change: Partial<TitleStyle> = {}): Title => ({ text, style: { ...style, ...change } });
const draw = async (of: Title) => titlePicture(await findFfmpeg(), of, size, pictureFormat('yuv420p', 'rec709'));

/** The smallest box that holds what is there. */
function bounds({ planes: [{ alpha = new Uint8Array(0), width }] }: Raster) {
  const [xs, ys]: [number[], number[]] = [[], []];
  alpha.forEach((a, n) => {
    if (a < 128) return;
    xs.push(n % width);
    ys.push(Math.floor(n / width));
  });
  return {
    left: Math.min(...xs),
    right: Math.max(...xs),
    top: Math.min(...ys),
    bottom: Math.max(...ys),
    count: xs.length,
  };
}

describe('a title as a picture', () => {
  it('stands where it should, as high as it should', async () => {
    const middle = bounds(await draw(title('HHH')));
    expect(Math.abs(middle.left + middle.right - 319)).toBeLessThan(5);
    expect(Math.abs(middle.top + middle.bottom - 179)).toBeLessThan(8);
    const moved = bounds(await draw(title('HHH', { x: 0.25, y: -0.25 })));
    expect(moved.left - middle.left).toBe(80);
    expect(moved.top - middle.top).toBe(-45);
    const two = bounds(await draw(title('HHH\nHHH')));
    // A line is a fifth of the frame's height.
    expect(Math.abs(two.bottom - two.top - (middle.bottom - middle.top) - 36)).toBeLessThan(2);
  });

  it('aligns its lines in their block', async () => {
    const columns = async (align: TitleStyle['align']) => {
      const {
        planes: [{ alpha = new Uint8Array(0) }],
      } = await draw(title('HHHHHH\nH', { align }));
      const lower = Array.from({ length: 320 }, (_, x) => alpha[110 * 320 + x] ?? 0);
      return lower.findIndex((a) => a > 128);
    };
    const [left, centre, right] = [await columns('left'), await columns('centre'), await columns('right')];
    expect([left < centre - 20, centre < right - 20]).toEqual([true, true]);
  });

  it('has the colours that were asked for, clear ones too', async () => {
    const { planes } = await draw(title(' ', { background: '#ff000080', size: 0.4 }));
    const [y, u, v] = planes.map(({ samples, alpha, width, height }) => {
      const at = Math.floor(height / 2) * width + Math.floor(width / 2);
      const share = (alpha?.[at] ?? 0) / 255;
      return { share, value: (samples[at] ?? 0) / share };
    });
    for (const plane of [y, u, v]) expect(Math.abs((plane?.share ?? 0) - 128 / 255)).toBeLessThan(0.01);
    // BT.709 red.
    const found = [y, u, v].map((plane) => plane?.value ?? 0);
    [63, 102, 240].forEach((wanted, n) => {
      expect(Math.abs((found[n] ?? 0) - wanted)).toBeLessThan(2);
    });
  });

  it('shows any text as it is', async () => {
    expect(bounds(await draw(title('a\\nb'))).bottom - bounds(await draw(title('a\\nb'))).top).toBeLessThan(40);
    const braces = bounds(await draw(title('{\\b1}X')));
    const alone = bounds(await draw(title('X')));
    expect(braces.count).toBeGreaterThan(1.5 * alone.count);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, font) => {
        const lines = titleScript(title(text, { font }), size, font).split('\n');
        expect(lines).toHaveLength(16);
        const [fields, values] = [lines[9], lines[10]].map((line) => line?.split(',').length);
        expect(values).toBe(fields);
        const shown = (lines[14] ?? '').replace(/^Dialogue: 0,.*?,,0,0,0,,\{\\pos\([\d.,-]+\)\}/, '');
        expect(shown).not.toMatch(/(?<!\\)[{}]/);
        expect(shown.replace(/\\N|\\[{}]|\\\u2060/g, '')).not.toContain('\\');
      }),
      { numRuns: scaled(500) },
    );
  });

  it('is drawn whatever the text', async () => {
    const texts = fc.sample(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), {
      seed: 7,
      numRuns: scaled(8),
    });
    for (const text of ["it's 100% [ok], a:b;c=d", 'שלום עולם', '日本語', '😀', ...texts]) {
      const { bytes } = await draw(title(text));
      expect(bytes).toHaveLength(320 * 180 * 1.5);
    }
  });
});

describe('titles and captions in a film', () => {
  const clip = (at: number, length: number, of: Title, options: Partial<VideoClip> = {}): VideoClip => ({
    ...picture('title', rate, at, length, 0),
    mediaId: TITLE_MEDIA,
    title: of,
    ...options,
  });

  it('lie over every frame they are on, which goes on below', async () => {
    const folder = temporaryFolder();
    const sources = await sourcesOf({ a: await numberedClip({ clip: 31, rate: '25', frames: 100, audio: null }) });
    const caption = title(' ', { background: '#00ff00', size: 0.05, x: 0.4375, y: 0 });
    const moving = { ...NO_TRANSFORM, scaleX: 0.5 };
    const timeline = timelineOf(
      rate,
      [[picture('a', rate, 0, 40, 20)], [clip(10, 10, caption), clip(20, 10, caption, { transform: moving })]],
      [],
    );
    const output = join(folder, 'out.mp4');
    await renderTimeline(timeline, sources, output, { video: { codec: 'h264', preset: 'ultrafast' }, audio: null });
    expect((await numbersOf(output)).map((number) => number?.frame)).toEqual(
      Array.from({ length: 40 }, (_, k) => 20 + k),
    );
    const green = 16 + 219 * 0.7152;
    let k = 0;
    for await (const luma of lumaOf(output)) {
      const isGreen = (x: number) => Math.abs((luma[90 * 320 + x] ?? 0) - green) < 6;
      expect([isGreen(300), isGreen(230)], `frame ${k}`).toEqual([k >= 10 && k < 20, k >= 20 && k < 30]);
      k += 1;
    }
  });

  it('name the fonts that are not there', async () => {
    const there = timelineOf(
      rate,
      [[clip(0, 10, title('a'))], [clip(0, 10, title('a', { font: 'No Such-Font: 7' }))]],
      [],
    );
    expect(await missingFonts(there)).toEqual(['No Such-Font: 7']);
  });
});
