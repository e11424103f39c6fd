import { z } from 'zod';

/**
 * Thumbnails of one file: JPEG pictures back to back in one strip file, and this index (JSON) that says where each lies.
 * Fetch the strip whole or by byte range; one thumbnail is the bytes from `offset` to `offset + bytes`.
 */
export type ThumbnailIndex = {
  readonly format: 'montage-thumbnails';
  readonly version: 1;
  /** Size of every picture in pixels, after rotation and pixel aspect. */
  readonly width: number;
  readonly height: number;
  /** In ascending order of frames; the first is frame 0. */
  readonly thumbnails: readonly Thumbnail[];
};

export type Thumbnail = {
  /** Decoded frame number in the source. */
  readonly frame: number;
  /** Start of that frame, flicks from frame 0. */
  readonly start: number;
  readonly offset: number;
  readonly bytes: number;
};

const count = z.int().nonnegative();

const schema = z.strictObject({
  format: z.literal('montage-thumbnails'),
  version: z.literal(1),
  width: z.int().positive(),
  height: z.int().positive(),
  thumbnails: z.array(z.strictObject({ frame: count, start: count, offset: count, bytes: z.int().positive() })),
});

/** Reads an index; undefined when the JSON is not one. */
export function parseThumbnailIndex(json: unknown): ThumbnailIndex | undefined {
  const parsed = schema.safeParse(json);
  return parsed.success ? parsed.data : undefined;
}

/** The last thumbnail at or before a frame, else the first; undefined when there are none. */
export function thumbnailAt(index: ThumbnailIndex, frame: number): Thumbnail | undefined {
  let low = 0;
  let high = index.thumbnails.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((index.thumbnails[middle]?.frame ?? 0) <= frame) low = middle + 1;
    else high = middle;
  }
  return index.thumbnails[Math.max(low - 1, 0)];
}
