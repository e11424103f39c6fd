import { useEffect, useState } from 'react';
import type { MediaEntry } from '../../../core/contract/model.ts';
import { useEngine } from '../../engine-context.ts';
import { loadStrip, type ThumbnailStrip } from './thumbnail-strips.ts';

/** The thumbnails of an entry once they are here. */
export function useThumbnails(entry: MediaEntry): ThumbnailStrip | undefined {
  const engine = useEngine();
  const { thumbnails, thumbnailIndex } = entry.assets;
  const [loaded, setLoaded] = useState<{ readonly handle: string; readonly strip: ThumbnailStrip } | undefined>();
  useEffect(() => {
    if (thumbnails === undefined || thumbnailIndex === undefined) return undefined;
    let wanted = true;
    void loadStrip(engine, thumbnailIndex, thumbnails).then((strip) => {
      if (wanted && strip !== undefined) setLoaded({ handle: thumbnails, strip });
    });
    return () => {
      wanted = false;
    };
  }, [engine, thumbnails, thumbnailIndex]);
  return loaded !== undefined && loaded.handle === thumbnails ? loaded.strip : undefined;
}
