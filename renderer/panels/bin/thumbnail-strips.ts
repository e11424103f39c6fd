import type { ByteHandle } from '../../../core/contract/model.ts';
import { parseThumbnailIndex, thumbnailAt, type ThumbnailIndex } from '../../../core/media/thumbnails.ts';
import type { Engine } from '../../engine.ts';

/** A file's thumbnails with object URLs made as they are looked at. */
export type ThumbnailStrip = { readonly index: ThumbnailIndex; readonly urlAt: (frame: number) => string | undefined };

type StripLoad = Promise<ThumbnailStrip | undefined>;

const loads = new WeakMap<Engine, Map<ByteHandle, StripLoad>>();

/** Fetches index and pictures of a file, once per handle; undefined when they cannot be read. */
export function loadStrip(engine: Engine, indexHandle: ByteHandle, stripHandle: ByteHandle): StripLoad {
  const known = loads.get(engine) ?? new Map<ByteHandle, StripLoad>();
  loads.set(engine, known);
  const found = known.get(stripHandle);
  if (found !== undefined) return found;
  const load = readStrip(engine, indexHandle, stripHandle).catch(() => undefined);
  known.set(stripHandle, load);
  return load;
}

async function readStrip(engine: Engine, indexHandle: ByteHandle, stripHandle: ByteHandle): StripLoad {
  const [json, bytes] = await Promise.all([
    engine.bytes('thumbnail-index', indexHandle),
    engine.bytes('thumbnails', stripHandle),
  ]);
  const index = parseThumbnailIndex(JSON.parse(new TextDecoder().decode(json)));
  if (index === undefined) return undefined;
  const urls = new Map<number, string>();
  return {
    index,
    urlAt: (frame) => {
      const thumbnail = thumbnailAt(index, frame);
      if (thumbnail === undefined) return undefined;
      const { offset, bytes: length } = thumbnail;
      const url =
        urls.get(offset) ??
        URL.createObjectURL(new Blob([bytes.slice(offset, offset + length)], { type: 'image/jpeg' }));
      urls.set(offset, url);
      return url;
    },
  };
}
