import { decodePeaks, type Peaks } from '../../../core/media/peaks.ts';
import { parseThumbnailIndex, thumbnailAt, type ThumbnailIndex } from '../../../core/media/thumbnails.ts';
import type { MediaId } from '../../../core/media/media.ts';
import type { MediaEntry } from '../../../core/contract/model.ts';

/** Fetches bytes of the media protocol by kind and handle. */
export type FetchBytes = (kind: string, handle: string) => Promise<ArrayBuffer>;

/** Pictures and waves for drawing clips; what is not there yet is fetched, and `onLoaded` says when to draw again. */
export interface MediaImages {
  /** The nearest picture at or before a frame; undefined while there is none. */
  picture(mediaId: MediaId, frame: number): ImageBitmap | undefined;
  peaks(mediaId: MediaId): Peaks | undefined;
  /** Width ÷ height of a file's pictures. */
  aspect(mediaId: MediaId): number | undefined;
}

type Strip = {
  readonly index: ThumbnailIndex;
  readonly bytes: ArrayBuffer;
  readonly bitmaps: Map<number, ImageBitmap | 'loading'>;
};
type Slot<Value> = { readonly handle: string; value: Value | undefined };

/** Enough for every picture on a wide screen several times over. */
const MOST_BITMAPS = 1500;

export function createMediaImages(
  entryOf: (mediaId: MediaId) => MediaEntry | undefined,
  fetchBytes: FetchBytes,
  onLoaded: () => void,
): MediaImages {
  const strips = new Map<MediaId, Slot<Strip>>();
  const waves = new Map<MediaId, Slot<Peaks>>();
  let bitmapCount = 0;

  /** The value under a handle; a new handle starts a new load. Failed loads stay empty: the clip keeps its flat colour. */
  const slot = <Value>(
    slots: Map<MediaId, Slot<Value>>,
    mediaId: MediaId,
    handle: string | undefined,
    load: (handle: string) => Promise<Value | undefined>,
  ): Value | undefined => {
    if (handle === undefined) return undefined;
    const known = slots.get(mediaId);
    if (known?.handle === handle) return known.value;
    const fresh: Slot<Value> = { handle, value: undefined };
    slots.set(mediaId, fresh);
    load(handle)
      .then((value) => {
        fresh.value = value;
        onLoaded();
      })
      .catch(() => undefined);
    return undefined;
  };

  const stripOf = (mediaId: MediaId) => {
    const assets = entryOf(mediaId)?.assets;
    const indexHandle = assets?.thumbnailIndex;
    return slot(strips, mediaId, assets?.thumbnails, async (handle) => {
      if (indexHandle === undefined) return undefined;
      const [json, bytes] = await Promise.all([
        fetchBytes('thumbnail-index', indexHandle),
        fetchBytes('thumbnails', handle),
      ]);
      const index = parseThumbnailIndex(JSON.parse(new TextDecoder().decode(json)));
      return index === undefined ? undefined : { index, bytes, bitmaps: new Map() };
    });
  };

  const decode = (strip: Strip, thumbnail: ThumbnailIndex['thumbnails'][number]) => {
    if (bitmapCount > MOST_BITMAPS) {
      for (const { value } of strips.values()) value?.bitmaps.clear();
      bitmapCount = 0;
    }
    bitmapCount += 1;
    strip.bitmaps.set(thumbnail.frame, 'loading');
    const blob = new Blob([new Uint8Array(strip.bytes, thumbnail.offset, thumbnail.bytes)], { type: 'image/jpeg' });
    createImageBitmap(blob)
      .then((bitmap) => {
        strip.bitmaps.set(thumbnail.frame, bitmap);
        onLoaded();
      })
      .catch(() => undefined);
  };

  return {
    picture(mediaId, frame) {
      const strip = stripOf(mediaId);
      const thumbnail = strip === undefined ? undefined : thumbnailAt(strip.index, frame);
      if (strip === undefined || thumbnail === undefined) return undefined;
      const known = strip.bitmaps.get(thumbnail.frame);
      if (known === undefined) decode(strip, thumbnail);
      return known === 'loading' ? undefined : known;
    },
    aspect(mediaId) {
      const strip = stripOf(mediaId);
      return strip === undefined ? undefined : strip.index.width / strip.index.height;
    },
    peaks: (mediaId) =>
      slot(waves, mediaId, entryOf(mediaId)?.assets.peaks, async (handle) =>
        decodePeaks(new Uint8Array(await fetchBytes('peaks', handle))),
      ),
  };
}
