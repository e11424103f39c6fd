import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameIndex } from '../../../core/media/frames.ts';
import type { Layer } from '../../../core/timeline/composite.ts';
import { NO_TRANSFORM, type BlendMode, type Transform } from '../../../core/timeline/picture.ts';
import { rational } from '../../../core/time/rational.ts';
import { compose, type ComposedLayer } from '../../../native/render/composite/compose.ts';
import {
  blackRaster,
  clearRaster,
  pictureFormat,
  type PictureFormat,
  type Raster,
} from '../../../native/render/composite/raster.ts';
import { scaled } from '../../scale.ts';
import { picture } from './film.ts';

const eight = pictureFormat('yuv420p', 'rec709');
const frame = { width: 64, height: 48 };
const clip = picture('x', rational(25), 0, 1, 0);
const layerOf = (parts: Partial<Layer>): Layer => ({ clip, frame: frameIndex(0), opacity: 1, ...parts });

/** A picture whose components are functions of the place in it, from 0 to 1 across and down, at each sample's own site. */
function drawn(
  size: { width: number; height: number },
  format: PictureFormat,
  value: (plane: number, u: number, v: number) => number,
): Raster {
  const raster = blackRaster(size, format);
  raster.planes.forEach(({ samples, width, height, across, down }, n) => {
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        // H.273 type 0: chroma on the left luma sample, between two lines.
        const [px, py] = [x * across + 0.5, down === 2 ? y * 2 + 1 : y + 0.5];
        samples[y * width + x] = Math.round(value(n, px / size.width, py / size.height));
      }
    }
  });
  return raster;
}

const plain = (y: number, u: number, v: number, size = frame, format = eight) =>
  drawn(size, format, (n) => [y, u, v][n] ?? 0);

/** What a frame's point shows of a picture: written from the meaning of `Transform`, in steps, not as a matrix. */
function seenAt(
  point: { x: number; y: number },
  fitted: { width: number; height: number },
  t: Transform,
): { u: number; v: number } {
  let [x, y] = [
    point.x - frame.width / 2 - t.positionX * frame.width,
    point.y - frame.height / 2 - t.positionY * frame.height,
  ];
  [x, y] = [x - t.anchorX * fitted.width, y - t.anchorY * fitted.height];
  const angle = (-t.rotationDegrees * Math.PI) / 180;
  [x, y] = [x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle)];
  [x, y] = [x / t.scaleX + t.anchorX * fitted.width, y / t.scaleY + t.anchorY * fitted.height];
  return { u: x / fitted.width + 0.5, v: y / fitted.height + 0.5 };
}

const share = fc.double({ min: -0.5, max: 0.5, noNaN: true });
const scale = fc.oneof(fc.double({ min: 0.55, max: 3, noNaN: true }), fc.double({ min: -3, max: -0.55, noNaN: true }));
const transforms: fc.Arbitrary<Transform> = fc.record({
  positionX: share,
  positionY: share,
  scaleX: scale,
  scaleY: scale,
  rotationDegrees: fc.oneof(fc.double({ min: -360, max: 360, noNaN: true }), fc.constantFrom(0, 90, 180, 270)),
  anchorX: share,
  anchorY: share,
});
const formats = fc.constantFrom(
  eight,
  ...(['yuv422p', 'yuv444p', 'yuv420p10le'] as const).map((name) => pictureFormat(name, 'rec709')),
);

describe('a transformed picture', () => {
  it('shows at every sample of every component what lies there', () => {
    const gradient = (unit: number) => (n: number, u: number, v: number) =>
      unit * ((n === 0 ? 60 : 70) + (n === 1 ? 30 : 90) * u + (n === 2 ? 20 : 60) * v);
    fc.assert(
      fc.property(transforms, formats, (transform, format) => {
        const size = { width: 48, height: 40 };
        const unit = format.depth === 10 ? 4 : 1;
        const value = gradient(unit);
        const raster = drawn(size, format, value);
        const layers: ComposedLayer[] = [{ layer: layerOf({ transform }), picture: { raster, fitted: size } }];
        const result = compose(frame, format, layers, false);
        result.planes.forEach(({ samples, width, height, across, down, black }, n) => {
          for (let y = 0; y < height; y += 1) {
            for (let x = 0; x < width; x += 1) {
              const site = { x: x * across + 0.5, y: down === 2 ? y * 2 + 1 : y + 0.5 };
              const { u, v } = seenAt(site, size, transform);
              const margin = 3 / Math.min(...[transform.scaleX, transform.scaleY].map((s) => Math.min(1, Math.abs(s))));
              const inside = Math.min(u * size.width, (1 - u) * size.width, v * size.height, (1 - v) * size.height);
              const found = samples[y * width + x] ?? 0;
              if (inside > margin) expect(Math.abs(found - value(n, u, v))).toBeLessThan(1.6);
              if (inside < -margin) expect(found).toBe(black);
            }
          }
        });
      }),
      { numRuns: scaled(60) },
    );
  });

  it('covers as much as its area says, softly at its edges', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.2, max: 0.6, noNaN: true }),
        fc.double({ min: 0, max: 90, noNaN: true }),
        share,
        (size, rotationDegrees, position) => {
          const transform = { ...NO_TRANSFORM, scaleX: size, scaleY: size, rotationDegrees, positionX: position / 4 };
          const result = compose(
            frame,
            eight,
            [{ layer: layerOf({ transform }), picture: { raster: plain(235, 128, 128), fitted: frame } }],
            true,
          );
          const covered = (result.planes[0].alpha ?? new Uint8Array(0)).reduce((sum, a) => sum + a / 255, 0);
          expect(Math.abs(covered / (64 * 48 * size * size) - 1)).toBeLessThan(0.03);
        },
      ),
      { numRuns: scaled(50) },
    );
  });

  it('hides what is cropped and leaves the rest where it was', () => {
    const crop = { left: 0.25, top: 0.125, right: 0.125, bottom: 0.5 };
    const below = plain(50, 100, 150);
    const result = compose(
      frame,
      eight,
      [
        { layer: layerOf({}), picture: { raster: below, fitted: undefined } },
        { layer: layerOf({ crop }), picture: { raster: drawn(frame, eight, (_, u) => 60 + 100 * u), fitted: frame } },
      ],
      false,
    );
    for (let y = 0; y < 48; y += 1) {
      for (let x = 0; x < 64; x += 1) {
        const isShown = x >= 16 && x < 56 && y >= 6 && y < 24;
        const wanted = isShown ? 60 + (100 * (x + 0.5)) / 64 : 50;
        expect(Math.abs((result.planes[0].samples[y * 64 + x] ?? 0) - wanted)).toBeLessThan(1.1);
      }
    }
    expect(below.planes[0].samples.every((value) => value === 50)).toBe(true);
  });

  it('keeps the mean of what it shrinks far', () => {
    const stripes = drawn({ width: 512, height: 384 }, eight, (n, u) =>
      n === 0 ? (Math.floor(u * 512) % 2 === 0 ? 40 : 200) : 128,
    );
    const transform = { ...NO_TRANSFORM, scaleX: 0.5, scaleY: 0.5 };
    const result = compose(
      frame,
      eight,
      [{ layer: layerOf({ transform }), picture: { raster: stripes, fitted: frame } }],
      false,
    );
    for (let y = 14; y < 34; y += 1)
      for (let x = 18; x < 46; x += 1)
        expect(Math.abs((result.planes[0].samples[y * 64 + x] ?? 0) - 120)).toBeLessThan(3);
  });
});

/** BT.709 both ways with numbers of its own (ITU-R BT.709-6, item 3). */
const rgbOf = ([y, u, v]: readonly number[]) => {
  const [l, b, r] = [((y ?? 0) - 16) / 219, ((u ?? 0) - 128) / 224, ((v ?? 0) - 128) / 224];
  return [l + 1.5748 * r, l - 0.187324 * b - 0.468124 * r, l + 1.8556 * b].map((c) => Math.min(1, Math.max(0, c)));
};
const codesOf = ([r = 0, g = 0, b = 0]: readonly number[]) => {
  const l = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return [16 + 219 * l, 128 + (224 * (b - l)) / 1.8556, 128 + (224 * (r - l)) / 1.5748];
};
const MODES: readonly (readonly [BlendMode, (b: number, s: number, a: number) => number])[] = [
  ['add', (b, s, a) => Math.min(1, b + a * s)],
  ['multiply', (b, s, a) => b * (1 - a) + a * b * s],
  ['screen', (b, s, a) => b * (1 - a) + a * (1 - (1 - b) * (1 - s))],
  ['overlay', (b, s, a) => b * (1 - a) + a * (b < 0.5 ? 2 * b * s : 1 - 2 * (1 - b) * (1 - s))],
  ['darken', (b, s, a) => b * (1 - a) + a * (s < b ? s : b)],
  ['lighten', (b, s, a) => b * (1 - a) + a * (s > b ? s : b)],
  ['difference', (b, s, a) => b * (1 - a) + a * (b > s ? b - s : s - b)],
];

describe('blend modes', () => {
  const component = fc.integer({ min: 0, max: 255 });
  const colour = fc
    .tuple(component, component, component)
    .map((rgb) => codesOf(rgb.map((c) => c / 255)).map(Math.round));

  it.each(MODES)('%s gives the colours of its formula', (mode, formula) => {
    fc.assert(
      fc.property(
        colour,
        colour,
        fc.constantFrom(1, 0.5, 0.25),
        fc.constantFrom(1, 0.5),
        (under, over, opacity, light) => {
          const small = { width: 4, height: 4 };
          const of = ([y = 0, u = 0, v = 0]: readonly number[]) => ({
            raster: plain(y, u, v, small),
            fitted: undefined,
          });
          const layer = layerOf({ clip: { ...clip, blend: mode }, opacity, light });
          const result = compose(
            small,
            eight,
            [
              { layer: layerOf({}), picture: of(under) },
              { layer, picture: of(over) },
            ],
            false,
          );
          const [below, above] = [rgbOf(under), rgbOf(over)];
          const wanted = codesOf(below.map((b, n) => formula(b, (above[n] ?? 0) * light, opacity)));
          result.planes.forEach(({ samples }, n) => {
            for (const sample of samples) expect(Math.abs(sample - (wanted[n] ?? 0))).toBeLessThan(1.5);
          });
        },
      ),
      { numRuns: scaled(100) },
    );
  });

  it('mixes with opacity what lies over nothing, and keeps how much is there', () => {
    const layer = layerOf({ opacity: 0.5, clip: { ...clip, blend: 'multiply' } });
    const result = compose(
      frame,
      eight,
      [{ layer, picture: { raster: plain(200, 128, 128), fitted: undefined } }],
      true,
    );
    expect(result.planes[0].alpha?.every((alpha) => Math.abs(alpha - 128) <= 1)).toBe(true);
    expect(result.planes[0].samples.every((sample) => Math.abs(sample - 100) <= 1)).toBe(true);
  });
});

describe('pictures over each other', () => {
  it('are left alone: what is given is never drawn on', () => {
    const [one, two] = [plain(100, 90, 80), plain(200, 130, 120)];
    const layers = [one, two].map((raster, n) => ({
      layer: layerOf({ opacity: n === 0 ? 1 : 0.5 }),
      picture: { raster, fitted: undefined },
    }));
    const result = compose(frame, eight, layers, false);
    expect(result.planes.map(({ samples }) => samples[7])).toEqual([150, 110, 100]);
    expect([one.planes[0].samples[7], two.planes[0].samples[7]]).toEqual([100, 200]);
  });

  it('mix exactly in ten bits, too', () => {
    const ten = pictureFormat('yuv420p10le', 'rec2020-pq');
    const layers = [plain(400, 512, 512, frame, ten), plain(801, 300, 700, frame, ten)].map((raster, n) => ({
      layer: layerOf({ opacity: n === 0 ? 1 : 0.25 }),
      picture: { raster, fitted: undefined },
    }));
    const result = compose(frame, ten, layers, false);
    expect(result.planes.map(({ samples }) => samples[5])).toEqual([500, 459, 559]);
    expect(result.bytes).toHaveLength(64 * 48 * 3);
  });

  it('let through what is clear in them', () => {
    const result = compose(
      frame,
      eight,
      [
        { layer: layerOf({}), picture: { raster: plain(77, 88, 99), fitted: undefined } },
        { layer: layerOf({}), picture: { raster: clearRaster(frame, eight), fitted: undefined } },
      ],
      false,
    );
    expect(result.planes.map(({ samples }) => samples[0])).toEqual([77, 88, 99]);
  });
});
