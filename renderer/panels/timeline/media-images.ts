import { decodePeaks, type Peaks } from '../../../core/media/peaks.ts';
import {
  parseThumbnailIndex,
  thumbnailAt,
  type Thumbnail,
  type ThumbnailIndex,
} from '../../../core/media/thumbnails.ts';
import type { MediaId } from '../../../core/media/media.ts';
import type { ByteKind } from '../../../core/contract/addresses.ts';
import type { ByteHandle, MediaEntry } from '../../../core/contract/model.ts';

/** Fetches bytes of the media protocol by kind and handle. */
export type FetchBytes = (kind: ByteKind, handle: ByteHandle) => Promise<ArrayBuffer>;

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
type Cache<Value> = Map<MediaId, Slot<Value>>;

/** Enough for every picture on a wide screen several times over. */
const MOST_BITMAPS = 1500;

/** The value under a handle; a new handle starts a new load. Failed loads stay empty: the clip keeps its flat colour. */
function valueOf<Value>(
  cache: Cache<Value>,
  mediaId: MediaId,
  handle: string | undefined,
  load: (handle: string) => Promise<Value | undefined>,
  onLoaded: () => void,
): Value | undefined {
  if (handle === undefined) return undefined;
  const known = cache.get(mediaId);
  if (known?.handle === handle) return known.value;
  const fresh: Slot<Value> = { handle, value: undefined };
  cache.set(mediaId, fresh);
  load(handle)
    .then((value) => {
      fresh.value = value;
      onLoaded();
    })
    .catch(() => undefined);
  return undefined;
}

async function loadStrip(fetchBytes: FetchBytes, indexHandle: string, handle: string): Promise<Strip | undefined> {
  const [json, bytes] = await Promise.all([
    fetchBytes('thumbnail-index', indexHandle),
    fetchBytes('thumbnails', handle),
  ]);
  const parsed: unknown = JSON.parse(new TextDecoder().decode(json));
  const index = parseThumbnailIndex(parsed);
  return index === undefined ? undefined : { index, bytes, bitmaps: new Map() };
}

/** Decodes one picture of a strip into its cache. */
async function decodeThumbnail(strip: Strip, thumbnail: Thumbnail): Promise<void> {
  strip.bitmaps.set(thumbnail.frame, 'loading');
  const blob = new Blob([new Uint8Array(strip.bytes, thumbnail.offset, thumbnail.bytes)], { type: 'image/jpeg' });
  strip.bitmaps.set(thumbnail.frame, await createImageBitmap(blob));
}

function forgetBitmaps(strips: Cache<Strip>): void {
  let count = 0;
  for (const { value } of strips.values()) count += value?.bitmaps.size ?? 0;
  if (count > MOST_BITMAPS) for (const { value } of strips.values()) value?.bitmaps.clear();
}

/** Pictures and waves by media; entries say where their bytes are. */
export function createMediaImages(
  entryOf: (mediaId: MediaId) => MediaEntry | undefined,
  fetchBytes: FetchBytes,
  onLoaded: () => void,
): MediaImages {
  const strips: Cache<Strip> = new Map();
  const waves: Cache<Peaks> = new Map();
  const stripOf = (mediaId: MediaId): Strip | undefined => {
    const assets = entryOf(mediaId)?.assets;
    const indexHandle = assets?.thumbnailIndex;
    if (indexHandle === undefined) return undefined;
    return valueOf(
      strips,
      mediaId,
      assets?.thumbnails,
      (handle) => loadStrip(fetchBytes, indexHandle, handle),
      onLoaded,
    );
  };
  return {
    picture(mediaId, frame) {
      const strip = stripOf(mediaId);
      const thumbnail = strip === undefined ? undefined : thumbnailAt(strip.index, frame);
      if (strip === undefined || thumbnail === undefined) return undefined;
      const known = strip.bitmaps.get(thumbnail.frame);
      if (known === undefined) {
        forgetBitmaps(strips);
        // A picture that cannot be decoded stays out; the clip keeps its flat colour there.
        decodeThumbnail(strip, thumbnail).then(onLoaded, () => undefined);
      }
      return known === 'loading' ? undefined : known;
    },
    aspect(mediaId) {
      const strip = stripOf(mediaId);
      return strip === undefined ? undefined : strip.index.width / strip.index.height;
    },
    peaks(mediaId) {
      const load = async (handle: string) => decodePeaks(new Uint8Array(await fetchBytes('peaks', handle)));
      return valueOf(waves, mediaId, entryOf(mediaId)?.assets.peaks, load, onLoaded);
    },
  };
}
