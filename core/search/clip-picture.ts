/** Side of the square that CLIP ViT-B/32 sees. */
export const CLIP_SIDE = 224;
/** Of the pictures it was taught with, red, green, blue. */
const MEAN = [0.48145466, 0.4578275, 0.40821073] as const;
const SPREAD = [0.26862954, 0.26130258, 0.27577711] as const;

/** Packed red, green, blue, 8 bits each. */
export type RgbPicture = { readonly width: number; readonly height: number; readonly pixels: Uint8Array };

/**
 * What CLIP sees of a picture: its shorter side made 224 (bicubic, antialiased, as Pillow does it), the middle square, three
 * planes less mean over spread (openai/clip-vit-base-patch32 preprocessor_config.json). 3 × 224 × 224 numbers.
 */
export function clipPicture(picture: RgbPicture): Float32Array {
  const { width, height } = picture;
  const short = Math.min(width, height);
  const scaled = (side: number) => (side === short ? CLIP_SIDE : Math.trunc((CLIP_SIDE * side) / short));
  const resized = resizeBicubic(picture, scaled(width), scaled(height));
  const left = Math.floor((resized.width - CLIP_SIDE) / 2);
  const top = Math.floor((resized.height - CLIP_SIDE) / 2);
  const planes = new Float32Array(3 * CLIP_SIDE * CLIP_SIDE);
  for (let plane = 0; plane < 3; plane++) {
    const [mean, spread] = [MEAN[plane] ?? 0, SPREAD[plane] ?? 1];
    for (let row = 0; row < CLIP_SIDE; row++) {
      for (let column = 0; column < CLIP_SIDE; column++) {
        const value = resized.pixels[3 * ((top + row) * resized.width + left + column) + plane] ?? 0;
        planes[(plane * CLIP_SIDE + row) * CLIP_SIDE + column] = (value / 255 - mean) / spread;
      }
    }
  }
  return planes;
}

/** Keys' kernel (1981) with a = −0.5. */
function bicubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return 1.5 * x ** 3 - 2.5 * x ** 2 + 1;
  return x < 2 ? -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2 : 0;
}

type Taps = {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Float64Array;
  readonly most: number;
};

/** Weights are rounded to 22 bits, as Pillow's are. */
const PRECISION = 2 ** 22;

/** Which input pixels make each output pixel: the kernel is as wide as what one output pixel covers. */
function tapsOf(from: number, to: number): Taps {
  const scale = from / to;
  const filterScale = Math.max(1, scale);
  const support = 2 * filterScale;
  const most = 2 * Math.ceil(support) + 1;
  const taps = { first: new Int32Array(to), count: new Int32Array(to), weights: new Float64Array(to * most), most };
  for (let out = 0; out < to; out++) {
    const centre = (out + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(from, Math.trunc(centre + support + 0.5)) - first;
    const weights = Array.from({ length: count }, (_, tap) => bicubic((tap + first - centre + 0.5) / filterScale));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    taps.first[out] = first;
    taps.count[out] = count;
    weights.forEach((weight, tap) => {
      const exact = (weight / sum) * PRECISION;
      taps.weights[out * most + tap] = Math.trunc(exact + (exact < 0 ? -0.5 : 0.5));
    });
  }
  return taps;
}

/** Rows, then columns, rounded to bytes in between. */
function resizeBicubic(picture: RgbPicture, width: number, height: number): RgbPicture {
  const across = width === picture.width ? picture : resizeRows(picture, width);
  return height === picture.height ? across : resizeColumns(across, height);
}

function resizeRows({ width: from, height, pixels }: RgbPicture, width: number): RgbPicture {
  const { first, count, weights, most } = tapsOf(from, width);
  const out = new Uint8Array(3 * width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const start = first[column] ?? 0;
      for (let plane = 0; plane < 3; plane++) {
        let sum = PRECISION / 2;
        for (let tap = 0; tap < (count[column] ?? 0); tap++) {
          sum += (pixels[3 * (row * from + start + tap) + plane] ?? 0) * (weights[column * most + tap] ?? 0);
        }
        out[3 * (row * width + column) + plane] = byteOf(sum);
      }
    }
  }
  return { width, height, pixels: out };
}

function resizeColumns({ width, height: from, pixels }: RgbPicture, height: number): RgbPicture {
  const { first, count, weights, most } = tapsOf(from, height);
  const out = new Uint8Array(3 * width * height);
  const line = 3 * width;
  for (let row = 0; row < height; row++) {
    const start = first[row] ?? 0;
    for (let at = 0; at < line; at++) {
      let sum = PRECISION / 2;
      for (let tap = 0; tap < (count[row] ?? 0); tap++) {
        sum += (pixels[(start + tap) * line + at] ?? 0) * (weights[row * most + tap] ?? 0);
      }
      out[row * line + at] = byteOf(sum);
    }
  }
  return { width, height, pixels: out };
}

function byteOf(sum: number): number {
  return Math.max(0, Math.min(255, Math.floor(sum / PRECISION)));
}
