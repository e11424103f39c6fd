import { copyOf, type Raster } from './composite/raster.ts';
import { layOver } from './composite/over.ts';
import type { FrameMix } from '../../core/timeline/retiming.ts';

/** Frames in the order in which mixes need them: none that is still at hand, two are. */
export function framesOfMixes(mixes: readonly FrameMix[]): readonly number[] {
  const frames: number[] = [];
  for (const { frame, next, share } of mixes) {
    for (const wanted of share > 0 ? [frame, next] : [frame]) {
      if (wanted !== frames.at(-1) && wanted !== frames.at(-2)) frames.push(wanted);
    }
  }
  return frames;
}

/** Mixes pictures that come in the order of {@link framesOfMixes}. */
export async function* mixedPictures(
  pictures: AsyncIterator<Raster, void>,
  mixes: readonly FrameMix[],
): AsyncGenerator<Raster, void, void> {
  let atHand: readonly { readonly frame: number; readonly raster: Raster }[] = [];
  const take = async (frame: number): Promise<Raster | undefined> => {
    const found = atHand.find((one) => one.frame === frame);
    if (found !== undefined) return found.raster;
    const read = await pictures.next();
    if (read.done === true) return undefined;
    atHand = [...atHand.slice(-1), { frame, raster: read.value }];
    return read.value;
  };
  for (const { frame, next, share } of mixes) {
    const first = await take(frame);
    const second = share > 0 ? await take(next) : undefined;
    if (first === undefined) return;
    yield second === undefined ? first : mixOf(first, second, share);
  }
}

function mixOf(first: Raster, second: Raster, share: number): Raster {
  const mixed = copyOf(first);
  const window = { x: 0, y: 0, width: first.width, height: first.height };
  layOver(mixed, second, { x: 0, y: 0, opacity: share, light: 1, window });
  return mixed;
}
