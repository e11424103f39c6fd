import type { Rgb } from './transfer.ts';

/** A look-up table of coded RGB: a curve for each component, or a cube whose first component changes fastest. */
export type ColourTable = {
  readonly kind: '1d' | '3d';
  /** Points of a curve, or of an edge of the cube. */
  readonly size: number;
  readonly domain: { readonly from: Rgb; readonly to: Rgb };
  readonly values: readonly Rgb[];
};

export type CubeOutcome =
  | { readonly ok: true; readonly table: ColourTable }
  | { readonly ok: false; readonly line: number; readonly problem: string };

/** ffmpeg's limits. */
const LARGEST = { '1d': 65_536, '3d': 256 };

/** Reads a .cube file (Adobe Cube LUT Specification 1.0). Never throws. */
export function parseCube(text: string): CubeOutcome {
  let shape: { readonly kind: '1d' | '3d'; readonly size: number } | undefined;
  let domain: ColourTable['domain'] = { from: [0, 0, 0], to: [1, 1, 1] };
  const values: Rgb[] = [];
  const fault = (line: number, problem: string): CubeOutcome => ({ ok: false, line: line + 1, problem });
  for (const [line, whole] of text.split(/\r\n|[\r\n]/).entries()) {
    const [word = '', ...rest] = whole.replace(/#.*/, '').trim().split(/\s+/);
    if (word === '' || word === 'TITLE') continue;
    const numbers = rest.map(Number);
    if (/^LUT_[13]D_SIZE$/.test(word)) {
      const kind = word === 'LUT_1D_SIZE' ? '1d' : '3d';
      const [size = Number.NaN] = numbers;
      if (!(Number.isInteger(size) && size >= 2 && size <= LARGEST[kind]))
        return fault(line, 'the size is out of range');
      shape = { kind, size };
    } else if (word === 'DOMAIN_MIN' || word === 'DOMAIN_MAX') {
      const colour = rgbOf(numbers);
      if (colour === undefined) return fault(line, 'the domain needs three numbers');
      domain = word === 'DOMAIN_MIN' ? { ...domain, from: colour } : { ...domain, to: colour };
    } else if (/^LUT_[13]D_INPUT_RANGE$/.test(word)) {
      const [from = 0, to = 1] = numbers;
      domain = { from: [from, from, from], to: [to, to, to] };
    } else {
      const colour = rgbOf([Number(word), ...numbers]);
      if (colour === undefined) return fault(line, `'${word.slice(0, 40)}' is no line of a table`);
      values.push(colour);
    }
  }
  if (shape === undefined) return fault(0, 'the file names no size');
  const wanted = shape.kind === '1d' ? shape.size : shape.size ** 3;
  if (values.length !== wanted) return fault(0, `the table has ${values.length} lines instead of ${wanted}`);
  if (domain.from.some((from, n) => !(from < (domain.to[n] ?? 0)))) return fault(0, 'the domain is empty');
  return { ok: true, table: { ...shape, domain, values } };
}

function rgbOf(numbers: readonly number[]): Rgb | undefined {
  const [red, green, blue] = numbers;
  if (numbers.length !== 3 || red === undefined || green === undefined || blue === undefined) return undefined;
  return numbers.every(Number.isFinite) ? [red, green, blue] : undefined;
}

/** The colour that stands at a place of the table. */
function inputAt({ kind, size, domain: { from, to } }: Omit<ColourTable, 'values'>, index: number): Rgb {
  const steps =
    kind === '1d'
      ? [index, index, index]
      : [index % size, Math.floor(index / size) % size, Math.floor(index / size ** 2)];
  const at = (n: 0 | 1 | 2) => from[n] + ((to[n] - from[n]) * (steps[n] ?? 0)) / (size - 1);
  return [at(0), at(1), at(2)];
}

/**
 * The table at an intensity from 0 (changes nothing) to 1: the same as mixing the pictures, since interpolation is linear.
 */
export function atIntensity(table: ColourTable, intensity: number): ColourTable {
  if (intensity >= 1) return table;
  const share = Math.max(0, intensity);
  const values = table.values.map((value, index): Rgb => {
    const input = inputAt(table, index);
    const mix = (n: 0 | 1 | 2) => input[n] + (value[n] - input[n]) * share;
    return [mix(0), mix(1), mix(2)];
  });
  return { ...table, values };
}

/** A function of colour as a cube. */
export function cubeOf(convert: (rgb: Rgb) => Rgb, size: number): ColourTable {
  const shape = { kind: '3d', size, domain: { from: [0, 0, 0], to: [1, 1, 1] } } as const;
  return { ...shape, values: Array.from({ length: size ** 3 }, (_, index) => convert(inputAt(shape, index))) };
}

/** The table as a .cube file. */
export function formatCube({ kind, size, domain, values }: ColourTable): string {
  const line = (colour: Rgb) => colour.map((value) => value.toFixed(6)).join(' ');
  const head = [
    `LUT_${kind === '1d' ? 1 : 3}D_SIZE ${size}`,
    `DOMAIN_MIN ${line(domain.from)}`,
    `DOMAIN_MAX ${line(domain.to)}`,
  ];
  return `${[...head, ...values.map(line)].join('\n')}\n`;
}
