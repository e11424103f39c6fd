import { useEffect, useMemo, useRef, type RefObject } from 'react';
import { displaySize, primaryVideo } from '../../../core/media/media.ts';
import type { SourceLookup } from '../../../core/timeline/timeline.ts';
import { useEngine } from '../../engine-context.ts';
import { createAudioSwitch, type AudioSwitch } from '../../player/audio-output.ts';
import { programComposition, sourceComposition, type Composition } from '../../player/composition.ts';
import { createPlayer } from '../../player/player.ts';
import { createReaderCache } from '../../player/reader-cache.ts';
import { useLibraryStore } from '../../stores/library.ts';
import { usePlayerStore } from '../../stores/player.ts';
import type { ShownSequence } from '../timeline/timeline-model.ts';

/** The window's sound; meters read it too. */
export const audioSwitch: AudioSwitch = createAudioSwitch();

/** What the viewer plays now: the sequence or the file; undefined when there is nothing. */
export function useComposition(sequence: ShownSequence, sources: SourceLookup): Composition | undefined {
  const mode = usePlayerStore((state) => state.mode);
  const sourceId = usePlayerStore((state) => state.sourceId);
  const media = useLibraryStore((state) => (sourceId === null ? undefined : state.entries.get(sourceId)?.media));
  return useMemo(() => {
    if (mode === 'program') {
      return sequence.kind === 'none' ? undefined : programComposition(sequence.played, sources);
    }
    const source = media === undefined ? undefined : sources.source(media.id);
    if (media === undefined || source === undefined) return undefined;
    const video = primaryVideo(media);
    const size = video === undefined ? { width: 16, height: 9 } : displaySize(video);
    return sourceComposition(media.id, source, size.width / size.height);
  }, [mode, media, sequence, sources]);
}

/** Mounts a player on the canvas and keeps it on the composition and on proxies as they arrive. */
export function usePlayer(canvas: RefObject<HTMLCanvasElement | null>, composition: Composition | undefined): void {
  const engine = useEngine();
  const mode = usePlayerStore((state) => state.mode);
  const sourceId = usePlayerStore((state) => state.sourceId);
  const proxies = useLibraryStore((state) => proxyHandles(state.entries));
  const player = usePlayerStore((state) => state.player);
  const shownMode = useRef(`${mode}:${sourceId ?? ''}`);

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const cache = createReaderCache({
      entryOf: (id) => useLibraryStore.getState().entries.get(id),
      bytesUrl: (kind, handle) => engine.bytesUrl(kind, handle),
      bytes: (kind, handle) => engine.bytes(kind, handle),
    });
    const created = createPlayer({
      canvas: element,
      readers: cache.lookup,
      audio: () => audioSwitch.running(),
      onState: (state) => usePlayerStore.getState().report(state),
    });
    usePlayerStore.getState().attach(created);
    return () => {
      usePlayerStore.getState().attach(null);
      created.close();
      cache.close();
    };
  }, [canvas, engine]);

  useEffect(() => {
    const { frames, setFrameCount } = usePlayerStore.getState();
    if (player === null || composition === undefined) return;
    setFrameCount(composition.frameCount);
    const key = `${mode}:${sourceId ?? ''}`;
    const at = frames[mode];
    player.setComposition(composition);
    // Another file or the other tab stands where it stood when it was last shown.
    if (shownMode.current !== key) player.seek(at);
    shownMode.current = key;
  }, [composition, proxies, player, mode, sourceId]);
}

/** Changes whenever a proxy comes or goes, so that the frame on screen is drawn anew. */
function proxyHandles(entries: ReturnType<typeof useLibraryStore.getState>['entries']): string {
  return [...entries.values()].map((entry) => entry.assets.proxy ?? '').join(' ');
}
