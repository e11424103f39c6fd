import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blueGreenRedOf } from '../../../native/models/colours.ts';
import { scaled } from '../../scale.ts';

const [width, height] = [6, 4];
const area = width * height;

describe('colours of pictures in luma and halved chroma', () => {
  it('are those of ITU-R BT.601, for every pixel of every picture', () => {
    const pictures = fc.array(fc.uint8Array({ minLength: area * 1.5, maxLength: area * 1.5 }), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(pictures, (images) => {
        const data = Uint8Array.from(images.flatMap((image) => [...image]));
        const planes = new Float32Array(images.length * 3 * area);
        blueGreenRedOf({ type: 'colours', dims: [images.length, 3, height, width], data }, planes);
        images.forEach((image, index) => {
          for (let place = 0; place < area; place += 1) {
            const [row, column] = [Math.floor(place / width), place % width];
            const chroma = area + (row >> 1) * (width / 2) + (column >> 1);
            const y = ((image[place] ?? 0) - 16) / 219;
            const [cb, cr] = [((image[chroma] ?? 0) - 128) / 224, ((image[chroma + area / 4] ?? 0) - 128) / 224];
            // Kr = 0.299, Kb = 0.114.
            const [blue, red] = [y + 2 * (1 - 0.114) * cb, y + 2 * (1 - 0.299) * cr];
            const green = (y - 0.114 * blue - 0.299 * red) / (1 - 0.114 - 0.299);
            [blue, green, red].forEach((value, plane) => {
              const expected = Math.min(255, Math.max(0, 255 * value));
              expect(planes[(index * 3 + plane) * area + place]).toBeCloseTo(expected, 2);
            });
          }
        });
      }),
      { numRuns: scaled(20) },
    );
  });
});
