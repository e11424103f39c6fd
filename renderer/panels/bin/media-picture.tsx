import { AudioLines, Film, Image } from 'lucide-react';
import { type PointerEvent, useState } from 'react';
import type { MediaEntry } from '../../../core/contract/model.ts';
import { useThumbnails } from './use-thumbnails.ts';
import { frameAtShare } from './bin-rows.ts';

const GLYPHS = { video: Film, audio: AudioLines, still: Image } as const;

type MediaPictureProps = { readonly entry: MediaEntry; readonly scrub: boolean };

/** The best frame of a file; moving over it looks through the file without decoding. */
export function MediaPicture({ entry, scrub }: MediaPictureProps) {
  const strip = useThumbnails(entry);
  const [share, setShare] = useState<number | null>(null);
  const { media, summary } = entry;
  const frame = (share === null ? undefined : frameAtShare(media, share)) ?? summary.bestFrame ?? 0;
  const url = strip?.urlAt(frame);
  const Glyph = GLYPHS[media.kind];
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    setShare(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)));
  };
  return (
    <div
      className="relative flex h-full w-full items-center justify-center overflow-hidden bg-g0"
      {...(scrub && strip !== undefined && { onPointerMove, onPointerLeave: () => setShare(null) })}
    >
      {!media.online && <div className="hatch-offline absolute inset-0" aria-hidden />}
      {url === undefined ? (
        <Glyph size={16} strokeWidth={1.5} aria-hidden className="relative text-g7" />
      ) : (
        <img src={url} alt="" draggable={false} className="h-full w-full object-contain" />
      )}
      {share !== null && (
        <div
          aria-hidden
          className="absolute inset-y-0 w-px"
          style={{ left: `${share * 100}%`, background: 'var(--skimmer)' }}
        />
      )}
    </div>
  );
}
