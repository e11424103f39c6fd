import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colourConversion, electricElectric, meaningOfFilm, meaningOfSource } from '../../../core/colour/convert.ts';
import { atIntensity, cubeOf, formatCube, parseCube, type ColourTable } from '../../../core/colour/cube.ts';
import { applyMatrix, primariesMatrix } from '../../../core/colour/primaries.ts';
import { fromLight, lightToPq, pqToLight, toLight, type Rgb, type Transfer } from '../../../core/colour/transfer.ts';
import { scaled } from '../../scale.ts';

const coded = fc.double({ min: 0, max: 1, noNaN: true });
const colours: fc.Arbitrary<Rgb> = fc.tuple(coded, coded, coded);
const runs = { numRuns: scaled(300) };

describe('transfer curves', () => {
  it('meet the values of their standards', () => {
    // ST 2084 and BT.2408, table 1.
    expect(lightToPq(100)).toBeCloseTo(0.508, 3);
    expect(lightToPq(1000)).toBeCloseTo(0.7518, 4);
    expect(lightToPq(203)).toBeCloseTo(0.58, 2);
    expect(pqToLight(1)).toBeCloseTo(10_000, 6);
    expect(toLight('hlg', [0.75, 0.75, 0.75])[1]).toBeCloseTo(203, 0);
    expect(toLight('hlg', [1, 1, 1])[0]).toBeCloseTo(1000, 0);
    expect(toLight('sdr', [1, 1, 1])[2]).toBeCloseTo(203, 9);
  });

  it('go there and back', () => {
    fc.assert(
      fc.property(fc.constantFrom<Transfer>('sdr', 'pq', 'hlg'), colours, (transfer, rgb) => {
        const back = fromLight(transfer, toLight(transfer, rgb));
        back.forEach((value, n) => expect(Math.abs(value - (rgb[n] ?? 0))).toBeLessThan(1e-5));
      }),
      runs,
    );
  });
});

describe('primaries', () => {
  it('turn into each other by the matrix of BT.2087', () => {
    const matrix = primariesMatrix('bt709', 'bt2020');
    const known = [
      [0.6274, 0.3293, 0.0433],
      [0.0691, 0.9195, 0.0114],
      [0.0164, 0.088, 0.8956],
    ];
    matrix.forEach((row, n) => {
      row.forEach((value, k) => expect(value).toBeCloseTo(known[n]?.[k] ?? 0, 3));
    });
    for (const to of ['bt709', 'p3-d65'] as const) {
      applyMatrix(primariesMatrix('bt2020', to), [1, 1, 1]).forEach((value) => expect(value).toBeCloseTo(1, 9));
    }
  });
});

describe('from HDR to SDR', () => {
  const down = colourConversion({ transfer: 'pq', primaries: 'bt2020' }, { transfer: 'sdr', primaries: 'bt709' });
  const gray = (light: number) =>
    (down?.([lightToPq(light), lightToPq(light), lightToPq(light)]) ?? [])[1] ?? Number.NaN;

  it('keeps black, middle gray and white where they belong, and lets highlights roll off', () => {
    expect(gray(0)).toBe(0);
    expect(gray(1000)).toBeCloseTo(1, 2);
    expect(gray(4000)).toBeCloseTo(1, 2);
    // 18 % of diffuse white, and diffuse white itself.
    expect(gray(0.18 * 203)).toBeGreaterThan(0.4);
    expect(gray(0.18 * 203)).toBeLessThan(0.5);
    expect(gray(203)).toBeGreaterThan(0.8);
    expect(gray(203)).toBeLessThan(0.95);
  });

  it('rises everywhere, never sharply, and is light as it is below the knee', () => {
    const light = fc.double({ min: 0, max: 1000, noNaN: true });
    fc.assert(
      fc.property(light, light, (a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(electricElectric(high)).toBeGreaterThanOrEqual(electricElectric(low) - 1e-9);
        expect(electricElectric(high) - electricElectric(low)).toBeLessThanOrEqual(1.3 * (high - low) + 1e-9);
        expect(electricElectric(0.1 * a)).toBeCloseTo(0.1 * a, 6);
      }),
      runs,
    );
  });

  it('gives grays gray and stays in range', () => {
    fc.assert(
      fc.property(colours, coded, (rgb, level) => {
        for (const value of down?.(rgb) ?? []) expect(value >= 0 && value <= 1).toBe(true);
        const [red = 0, green = 0, blue = 0] = down?.([level, level, level]) ?? [];
        expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThan(1e-6);
      }),
      runs,
    );
  });
});

describe('what colours mean', () => {
  it('is read from a file and from a film', () => {
    expect(meaningOfSource({ primaries: 'bt2020', transfer: 'smpte2084', hdr: 'pq' })).toEqual(
      meaningOfFilm('rec2020-pq'),
    );
    expect(meaningOfSource({ primaries: 'bt2020', transfer: 'arib-std-b67', hdr: 'hlg' })).toEqual(
      meaningOfFilm('rec2020-hlg'),
    );
    expect(meaningOfSource({ hdr: 'none' })).toEqual(meaningOfFilm('rec709'));
    expect(meaningOfSource({ primaries: 'smpte170m', transfer: 'smpte170m', hdr: 'none' })).toEqual(
      meaningOfFilm('rec601-525'),
    );
    expect(colourConversion(meaningOfFilm('rec709'), meaningOfFilm('rec601-625'))).toBeUndefined();
  });
});

/** Trilinear, as the specification describes it. */
function lookUp({ size, values }: ColourTable, rgb: Rgb): number[] {
  const at = rgb.map((value) => value * (size - 1));
  const low = at.map((value) => Math.min(size - 2, Math.floor(value)));
  const result = [0, 0, 0];
  for (let corner = 0; corner < 8; corner += 1) {
    const bits = [corner & 1, (corner >> 1) & 1, corner >> 2];
    const weight = bits.reduce((product, bit, n) => {
      const part = (at[n] ?? 0) - (low[n] ?? 0);
      return product * (bit === 1 ? part : 1 - part);
    }, 1);
    const [r = 0, g = 0, b = 0] = bits.map((bit, n) => (low[n] ?? 0) + bit);
    values[r + size * (g + size * b)]?.forEach((value, n) => (result[n] = (result[n] ?? 0) + weight * value));
  }
  return result;
}

describe('look-up tables', () => {
  const table = fc
    .tuple(fc.integer({ min: 2, max: 5 }), fc.integer())
    .map(([size, seed]) => cubeOf(([r, g, b]) => [Math.sin(seed + r), g * b, 1 - r * g], size));

  it('are written and read', () => {
    fc.assert(
      fc.property(table, (cube) => {
        const outcome = parseCube(formatCube(cube));
        if (!outcome.ok) throw new Error(outcome.problem);
        expect({ ...outcome.table, values: [] }).toEqual({ ...cube, values: [] });
        outcome.table.values.forEach((value, n) =>
          value.forEach((c, k) => expect(c).toBeCloseTo(cube.values[n]?.[k] ?? 0, 5)),
        );
      }),
      { numRuns: scaled(40) },
    );
  });

  it('mix with the picture by their intensity', () => {
    fc.assert(
      fc.property(table, colours, coded, (cube, rgb, intensity) => {
        const mixed = lookUp(atIntensity(cube, intensity), rgb);
        const full = lookUp(cube, rgb);
        mixed.forEach((value, n) => {
          const wanted = (rgb[n] ?? 0) * (1 - intensity) + (full[n] ?? 0) * intensity;
          expect(Math.abs(value - wanted)).toBeLessThan(1e-9);
        });
      }),
      runs,
    );
  });

  it('follow HDR’s formula to a code of 8 bits', () => {
    const convert = colourConversion(meaningOfFilm('rec2020-pq'), meaningOfFilm('rec709'));
    if (convert === undefined) throw new Error('no conversion');
    const { values, size } = cubeOf(convert, 33);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.75, noNaN: true }), (gray) => {
        // Between grays a tetrahedral interpolation is a straight line.
        const [low, part] = [Math.floor(gray * (size - 1)), (gray * (size - 1)) % 1];
        const at = (n: number) => values[n * (1 + size + size * size)]?.[1] ?? 0;
        const found = at(low) * (1 - part) + at(low + 1) * part;
        expect(Math.abs(found - convert([gray, gray, gray])[1])).toBeLessThan(1 / 255);
      }),
      runs,
    );
  });

  it('are refused by line where they are wrong, and never break the reader', () => {
    expect(parseCube('LUT_3D_SIZE 2\n0 0 0\n')).toMatchObject({ ok: false });
    expect(parseCube('# look\nLUT_3D_SIZE two\n')).toMatchObject({ ok: false, line: 2 });
    expect(parseCube('LUT_3D_SIZE 2\n0 0 zero\n')).toMatchObject({ ok: false, line: 2 });
    expect(parseCube('LUT_3D_SIZE 100000\n')).toMatchObject({ ok: false });
    fc.assert(
      fc.property(fc.string(), (text) => void parseCube(`LUT_1D_SIZE 2\n${text}`)),
      runs,
    );
  });
});
