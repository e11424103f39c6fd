import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MontageError } from '../../../core/errors.ts';
import type { ColourSpace, VideoClip } from '../../../core/timeline/timeline.ts';
import { rational } from '../../../core/time/rational.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { runFfmpeg, startFfmpeg } from '../../../native/ffmpeg/run.ts';
import { inspectMedia } from '../../../native/media/probe.ts';
import { refuseBadTables } from '../../../native/render/colour-tables.ts';
import { renderTimeline } from '../../../native/render/render-timeline.ts';
import type { RenderSettings } from '../../../native/render/request.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { picture, sourcesOf, timelineOf } from './film.ts';

const rate = rational(25);
const [WIDTH, HEIGHT] = [256, 64];

/** A film of eight patches, each of one coded Y′CbCr triple of `depth` bits, written as it is. */
async function patches(
  folder: string,
  name: string,
  codes: readonly (readonly number[])[],
  depth: 8 | 10,
  tags: readonly string[],
): Promise<string> {
  const planes = [0, 1, 2].map((n) => {
    const [w, h] = n === 0 ? [WIDTH, HEIGHT] : [WIDTH / 2, HEIGHT / 2];
    const samples = Array.from(
      { length: w * h },
      (_, at) => codes[Math.floor(((at % w) * codes.length) / w)]?.[n] ?? 0,
    );
    return depth === 8 ? Buffer.from(samples) : Buffer.from(Uint16Array.from(samples).buffer);
  });
  const one = Buffer.concat(planes);
  const raw = join(folder, `${name}.yuv`);
  await writeFile(raw, Buffer.concat([one, one, one, one]));
  const path = join(folder, `${name}.mkv`);
  const format = depth === 8 ? 'yuv420p' : 'yuv420p10le';
  const input = [
    '-f',
    'rawvideo',
    '-pix_fmt',
    format,
    '-s',
    `${WIDTH}x${HEIGHT}`,
    '-framerate',
    '25',
    '-i',
    `file:${raw}`,
  ];
  const args = [...input, '-c:v', 'ffv1', '-level', '3', ...tags, '-color_range', 'tv', `file:${path}`];
  await runFfmpeg(await findFfmpeg(), { args, stage: 'test' });
  return path;
}

/** The middle of each patch of a film's second picture, as coded. */
async function read(path: string, depth: 8 | 10, count: number): Promise<number[][]> {
  const format = depth === 8 ? 'yuv444p' : 'yuv444p10le';
  const args = [
    '-i',
    `file:${path}`,
    '-vf',
    'select=eq(n\\,1),scale=flags=neighbor',
    '-frames:v',
    '1',
    '-pix_fmt',
    format,
    '-f',
    'rawvideo',
    'pipe:1',
  ];
  const run = startFfmpeg(await findFfmpeg(), { args, stage: 'test', stdout: 'pipe' });
  for await (const bytes of run.chunks(WIDTH * HEIGHT * 3 * (depth === 8 ? 1 : 2))) {
    const samples = depth === 8 ? bytes : new Uint16Array(bytes.buffer);
    return Array.from({ length: count }, (_, patch) => {
      const at = (HEIGHT / 2) * WIDTH + Math.floor(((patch + 0.5) * WIDTH) / count);
      return [0, 1, 2].map((n) => samples[n * WIDTH * HEIGHT + at] ?? 0);
    });
  }
  throw new Error('no picture');
}

type Film = {
  readonly colourSpace?: ColourSpace;
  readonly change?: Partial<VideoClip>;
  readonly settings?: RenderSettings;
};
const h264: RenderSettings = { video: { codec: 'h264', preset: 'ultrafast', crf: 1 }, audio: null };

async function film(
  path: string,
  folder: string,
  { colourSpace, change = {}, settings = h264 }: Film,
): Promise<string> {
  const clip = { ...picture('source', rate, 0, 4, 0), ...change };
  const timeline = {
    ...timelineOf(rate, [[clip]], [], { width: WIDTH, height: HEIGHT }),
    ...(colourSpace !== undefined && { colourSpace }),
  };
  const output = join(folder, `out-${colourSpace ?? 'none'}.mp4`);
  await renderTimeline(timeline, await sourcesOf({ source: path }), output, settings);
  return output;
}

/** SMPTE ST 2084's EOTF, written on its own. */
const nits = (code: number) => {
  const e = code ** (32 / 2523);
  return 10_000 * (Math.max(e - 107 / 128, 0) / (2413 / 128 - (2392 / 128) * e)) ** (8192 / 1305);
};
const PQ = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'];
const grays = [64, 200, 300, 400, 500, 580, 650, 723].map((y) => [y, 512, 512]);

describe('HDR', () => {
  it('comes down to SDR: grays stay gray, dark ones keep their light, highlights roll off to white', async () => {
    const folder = temporaryFolder();
    const found = await read(await film(await patches(folder, 'pq', grays, 10, PQ), folder, {}), 8, 8);
    found.forEach(([y = 0, u, v], n) => {
      const light = nits(((grays[n]?.[0] ?? 0) - 64) / 876);
      expect(Math.abs((u ?? 0) - 128) + Math.abs((v ?? 0) - 128)).toBeLessThanOrEqual(2);
      // Below the knee: as many cd/m² of a white of 254.
      if (light < 100) expect(Math.abs(y - (16 + 219 * (light / 253.75) ** (1 / 2.4)))).toBeLessThan(3);
      if (n > 0) expect(y).toBeGreaterThan(found[n - 1]?.[0] ?? 0);
    });
    expect(found[7]?.[0]).toBeGreaterThan(225);
    expect(found[7]?.[0]).toBeLessThanOrEqual(236);
  });

  it('keeps a saturated colour’s hue and brings it into BT.709', async () => {
    const folder = temporaryFolder();
    // 2020 red of 100 cd/m²: Y′ = 0.2627 R′.
    const red = 0.508;
    const code = [
      64 + 876 * 0.2627 * red,
      512 + (896 * -0.2627 * red) / 1.8814,
      512 + (896 * red * (1 - 0.2627)) / 1.4746,
    ].map(Math.round);
    const [found] = await read(await film(await patches(folder, 'red', [code], 10, PQ), folder, {}), 8, 1);
    const [, u = 0, v = 0] = found ?? [];
    expect(v - 128).toBeGreaterThan(60);
    // Red of BT.709 points that way: Cb/Cr = -0.2126/1.8556 ÷ 0.7874/1.5748.
    expect((u - 128) / (v - 128)).toBeCloseTo(-0.229, 1);
  });

  it('passes through untouched where film and codec are HDR, and says so', async () => {
    const folder = temporaryFolder();
    const settings: RenderSettings = { video: { codec: 'hevc10', preset: 'ultrafast', crf: 4 }, audio: null };
    const source = await patches(folder, 'pq', grays, 10, PQ);
    const output = await film(source, folder, { colourSpace: 'rec2020-pq', settings });
    (await read(output, 10, 8)).forEach((found, n) =>
      found.forEach((value, k) => expect(Math.abs(value - (grays[n]?.[k] ?? 0))).toBeLessThanOrEqual(3)),
    );
    const { colour, bitDepth } = (await inspectMedia(output)).facts.video[0] ?? {};
    expect({ ...colour, bitDepth }).toMatchObject({
      primaries: 'bt2020',
      transfer: 'smpte2084',
      matrix: 'bt2020nc',
      hdr: 'pq',
      bitDepth: 10,
    });
  });

  it('takes in SDR with its white at 203 cd/m²', async () => {
    const folder = temporaryFolder();
    const settings: RenderSettings = { video: { codec: 'hevc10', preset: 'ultrafast', crf: 4 }, audio: null };
    const source = await patches(
      folder,
      'sdr',
      [
        [235, 128, 128],
        [16, 128, 128],
      ],
      8,
      ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'],
    );
    const [white, black] = await read(await film(source, folder, { colourSpace: 'rec2020-pq', settings }), 10, 2);
    expect(Math.abs(nits(((white?.[0] ?? 0) - 64) / 876) - 203)).toBeLessThan(8);
    expect(Math.abs((black?.[0] ?? 0) - 64)).toBeLessThanOrEqual(2);
  });
});

describe('what a film says of its colours', () => {
  it.each([
    ['rec601-525', 'smpte170m', 'smpte170m', 'smpte170m'],
    ['rec601-625', 'bt470bg', 'smpte170m', 'bt470bg'],
    ['rec709', 'bt709', 'bt709', 'bt709'],
    ['rec2020', 'bt2020', 'bt2020-10', 'bt2020nc'],
    ['rec2020-pq', 'bt2020', 'smpte2084', 'bt2020nc'],
    ['rec2020-hlg', 'bt2020', 'arib-std-b67', 'bt2020nc'],
  ] as const)(
    'in %s is what it is, copied straight and composited',
    async (colourSpace, primaries, transfer, matrix) => {
      const folder = temporaryFolder();
      const tags = ['-color_primaries', primaries, '-color_trc', transfer, '-colorspace', matrix];
      const source = await patches(folder, 'grays', grays, 10, tags);
      const settings: RenderSettings = { video: { codec: 'hevc10', preset: 'ultrafast', crf: 4 }, audio: null };
      for (const change of [{}, { opacity: 0.999 }]) {
        const output = await film(source, folder, { colourSpace, settings, change });
        const { colour } = (await inspectMedia(output)).facts.video[0] ?? {};
        expect(colour, JSON.stringify(change)).toMatchObject({ primaries, transfer, matrix, range: 'tv' });
        (await read(output, 10, 8)).forEach(([y = 0], n) => expect(Math.abs(y - (grays[n]?.[0] ?? 0))).toBeLessThan(5));
      }
    },
  );
});

describe('matrices', () => {
  it('keep colours where source and film differ', async () => {
    const folder = temporaryFolder();
    const rgb = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [0.5, 0.25, 0.75],
    ];
    const codes = (kr: number, kb: number) =>
      rgb.map(([r = 0, g = 0, b = 0]) => {
        const y = kr * r + (1 - kr - kb) * g + kb * b;
        return [16 + 219 * y, 128 + (224 * (b - y)) / (2 - 2 * kb), 128 + (224 * (r - y)) / (2 - 2 * kr)].map(
          Math.round,
        );
      });
    const [sd, hd] = [codes(0.299, 0.114), codes(0.2126, 0.0722)];
    const source = await patches(folder, 'sd', sd, 8, [
      '-colorspace',
      'smpte170m',
      '-color_primaries',
      'smpte170m',
      '-color_trc',
      'smpte170m',
    ]);
    const check = (found: number[][], wanted: number[][]) =>
      found.forEach((code, n) =>
        code.forEach((value, k) => expect(Math.abs(value - (wanted[n]?.[k] ?? 0))).toBeLessThanOrEqual(2)),
      );
    check(await read(await film(source, folder, {}), 8, 4), hd);
    const kept = await film(source, folder, { colourSpace: 'rec601-525' });
    check(await read(kept, 8, 4), sd);
    expect((await inspectMedia(kept)).facts.video[0]?.colour).toMatchObject({
      matrix: 'smpte170m',
      primaries: 'smpte170m',
    });
  });
});

describe('look-up tables', () => {
  const corners = (change: (r: number, g: number, b: number) => readonly number[]) =>
    [
      'LUT_3D_SIZE 2',
      ...[0, 1].flatMap((b) => [0, 1].flatMap((g) => [0, 1].map((r) => change(r, g, b).join(' ')))),
    ].join('\n');
  const codesOf = ([r = 0, g = 0, b = 0]: readonly number[]) => {
    const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    return [16 + 219 * y, 128 + (224 * (b - y)) / 1.8556, 128 + (224 * (r - y)) / 1.5748];
  };
  const rgb = [
    [0.2, 0.4, 0.6],
    [0.9, 0.5, 0.1],
    [0.5, 0.5, 0.5],
    [0.1, 0.8, 0.3],
  ];
  const BT709 = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'];

  it.each([1, 0.5, 0])('turn red, green and blue round at an intensity of %d', async (intensity) => {
    const folder = join(temporaryFolder(), "it's, a [folder]; = 100%:");
    await mkdir(folder);
    const path = join(folder, 'look.cube');
    await writeFile(
      path,
      corners((r, g, b) => [g, b, r]),
    );
    const source = await patches(
      folder,
      'rgb',
      rgb.map((c) => codesOf(c).map(Math.round)),
      8,
      BT709,
    );
    const found = await read(await film(source, folder, { change: { lut: { path, intensity } } }), 8, 4);
    found.forEach((code, n) => {
      const [r = 0, g = 0, b = 0] = rgb[n] ?? [];
      const turned = [g, b, r].map((value, k) => value * intensity + ([r, g, b][k] ?? 0) * (1 - intensity));
      codesOf(turned).forEach((wanted, k) => expect(Math.abs((code[k] ?? 0) - wanted)).toBeLessThan(2.6));
    });
  });

  it('of one dimension change each component by its curve', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'curve.cube');
    await writeFile(path, 'LUT_1D_SIZE 3\n1 1 1\n0.5 0.5 0.5\n0 0 0\n');
    const source = await patches(
      folder,
      'rgb',
      rgb.map((c) => codesOf(c).map(Math.round)),
      8,
      BT709,
    );
    const found = await read(await film(source, folder, { change: { lut: { path, intensity: 1 } } }), 8, 4);
    found.forEach((code, n) =>
      codesOf((rgb[n] ?? []).map((value) => 1 - value)).forEach((wanted, k) =>
        expect(Math.abs((code[k] ?? 0) - wanted)).toBeLessThan(2.6),
      ),
    );
  });

  it('are refused before the work where they are missing or wrong', async () => {
    const folder = temporaryFolder();
    const wrong = join(folder, 'wrong.cube');
    await writeFile(wrong, 'LUT_3D_SIZE 2\n0 0\n');
    const code = (path: string) =>
      refuseBadTables(timelineOf(rate, [[{ ...picture('a', rate, 0, 4, 0), lut: { path, intensity: 1 } }]], [])).then(
        () => 'none',
        (error: unknown) => (error instanceof MontageError ? error.fault.code : 'other'),
      );
    expect([await code(join(folder, 'none.cube')), await code(wrong)]).toEqual(['E_LUT_MISSING', 'E_LUT']);
  });
});
