import type { FfmpegTools } from '../ffmpeg/find.ts';
import { rasterBytes } from './composite/raster.ts';
import { readPictures, type PictureWish } from './pictures.ts';

/** What pictures that are given backwards may take in memory. */
const BACKWARDS_BYTES = 192 * 1024 * 1024;
/** Source frames that are rather jumped over than decoded. */
const JUMP = 300;

/** Frames that one run of ffmpeg gives: it decodes ascending, and what is wanted backwards is held until it is there. */
export type Stretch = { readonly backwards: boolean; readonly frames: readonly number[] };

/** Divides frames in any order into stretches; of a backwards one no more than `held` different frames are in memory. */
export function stretchesOf(frames: readonly number[], held: number): readonly Stretch[] {
  const stretches: { backwards: boolean; frames: number[]; distinct: number }[] = [];
  for (const frame of frames) {
    const open = stretches.at(-1);
    const before = open?.frames.at(-1);
    if (open === undefined || before === undefined) {
      stretches.push({ backwards: false, frames: [frame], distinct: 1 });
      continue;
    }
    const step = frame - before;
    const turns = open.distinct === 1;
    const goesOn =
      step === 0 || (step > 0 ? !open.backwards && step <= JUMP : (open.backwards || turns) && open.distinct < held);
    if (!goesOn) {
      stretches.push({ backwards: false, frames: [frame], distinct: 1 });
      continue;
    }
    if (step < 0) open.backwards = true;
    if (step !== 0) open.distinct += 1;
    open.frames.push(frame);
  }
  return stretches;
}

/**
 * Pictures in any order: forwards as they are decoded, backwards in pieces of bounded memory.
 *
 * @throws MissingPictures; MontageError as ffmpeg's messages tell
 */
export async function* readInOrder(
  tools: FfmpegTools,
  wish: PictureWish,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const held = Math.max(2, Math.floor(BACKWARDS_BYTES / rasterBytes(wish.size, wish.format)));
  for (const { backwards, frames } of stretchesOf(wish.frames, held)) {
    if (backwards) yield* readBackwards(tools, { ...wish, frames });
    else yield* readPictures(tools, { ...wish, frames });
  }
}

async function* readBackwards(
  tools: FfmpegTools,
  wish: PictureWish,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const ascending = [...new Set(wish.frames)].reverse();
  const pictures = new Map<number, Uint8Array<ArrayBuffer>>();
  let n = 0;
  for await (const picture of readPictures(tools, { ...wish, frames: ascending }))
    pictures.set(ascending[n++] ?? -1, picture);
  for (const [k, frame] of wish.frames.entries()) {
    const picture = pictures.get(frame);
    if (picture === undefined) continue;
    if (wish.frames[k + 1] !== frame) pictures.delete(frame);
    yield picture;
  }
}
