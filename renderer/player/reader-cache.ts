import type { ByteKind } from '../../core/contract/addresses.ts';
import type { ByteHandle, MediaEntry } from '../../core/contract/model.ts';
import type { MediaId } from '../../core/media/media.ts';
import type { ReaderLookup } from './frame-feed.ts';
import { openProxy, openStill, type ProxyReader } from './proxy-reader.ts';

/** Proxies kept open; each holds a few MB of index and cached bytes. */
const MOST_OPEN = 16;

export type ReaderCache = { readonly lookup: ReaderLookup; readonly close: () => void };

type Ports = {
  readonly entryOf: (mediaId: MediaId) => MediaEntry | undefined;
  readonly bytesUrl: (kind: ByteKind, handle: ByteHandle) => string;
  readonly bytes: (kind: ByteKind, handle: ByteHandle) => Promise<ArrayBuffer>;
};

/** Opens proxies when they are first wanted and keeps the latest used; a proxy that was made anew is opened anew. */
export function createReaderCache({ entryOf, bytesUrl, bytes }: Ports): ReaderCache {
  const open = new Map<ByteHandle, Promise<ProxyReader | undefined>>();

  const openEntry = (entry: MediaEntry, handle: ByteHandle): Promise<ProxyReader | undefined> => {
    const opened =
      entry.media.kind === 'still'
        ? bytes('proxy', handle).then((data) => openStill(new Blob([data])))
        : openProxy(bytesUrl('proxy', handle));
    return opened.catch(() => {
      open.delete(handle);
      return undefined;
    });
  };

  const closeOldest = () => {
    for (const [handle, reader] of open) {
      if (open.size <= MOST_OPEN) return;
      open.delete(handle);
      reader.then((opened) => opened?.close()).catch(() => undefined);
    }
  };

  return {
    lookup(mediaId) {
      const entry = entryOf(mediaId);
      const handle = entry?.assets.proxy;
      if (entry === undefined || handle === undefined) return Promise.resolve(undefined);
      const reader = open.get(handle) ?? openEntry(entry, handle);
      // Re-inserting keeps the map in order of use.
      open.delete(handle);
      open.set(handle, reader);
      closeOldest();
      return reader;
    },
    close() {
      for (const reader of open.values()) reader.then((opened) => opened?.close()).catch(() => undefined);
      open.clear();
    },
  };
}
