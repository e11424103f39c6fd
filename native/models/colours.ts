import type { Coloured } from './tensors.ts';

/** Planes of blue, green and red, 0–255, of pictures in planes of luma and of half as wide and high blue and red difference. */
export function blueGreenRedOf({ data, dims: [images, , height, width] }: Coloured, planes: Float32Array): void {
  const area = width * height;
  for (let image = 0; image < images; image += 1) {
    const luma = (image * area * 3) / 2;
    const to = image * area * 3;
    for (let row = 0; row < height; row += 1) {
      const chroma = luma + area + ((row >> 1) * width) / 2;
      for (let column = 0; column < width; column += 2) {
        const at = chroma + (column >> 1);
        const u = (data[at] ?? 0) - 128;
        const v = (data[at + area / 4] ?? 0) - 128;
        const blue = 2.017232 * u;
        const green = -0.391762 * u - 0.812968 * v;
        const red = 1.596027 * v;
        const place = row * width + column;
        const left = ((data[luma + place] ?? 0) - 16) * 1.164384;
        const right = ((data[luma + place + 1] ?? 0) - 16) * 1.164384;
        planes[to + place] = byte(left + blue);
        planes[to + place + 1] = byte(right + blue);
        planes[to + place + area] = byte(left + green);
        planes[to + place + area + 1] = byte(right + green);
        planes[to + place + 2 * area] = byte(left + red);
        planes[to + place + 2 * area + 1] = byte(right + red);
      }
    }
  }
}

function byte(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
