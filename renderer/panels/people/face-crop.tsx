import type { Appearance, Look } from '../../../core/contract/people.ts';
import type { MediaEntry } from '../../../core/contract/model.ts';
import { thumbnailAt, type ThumbnailIndex } from '../../../core/media/thumbnails.ts';
import { useThumbnails } from '../bin/use-thumbnails.ts';

type FaceCropProps = { readonly entry: MediaEntry; readonly appearance: Appearance; readonly size: number };

/** Room around a face, in parts of it. */
const MARGIN = 1.5;

/** A face, cut out of the thumbnail that is nearest to one of its looks. */
export function FaceCrop({ entry, appearance, size }: FaceCropProps) {
  const strip = useThumbnails(entry);
  const look = strip && nearestLook(strip.index, appearance.looks);
  const url = look && strip.urlAt(look.frame);
  return (
    <span
      aria-hidden
      className="relative block shrink-0 overflow-hidden rounded-control bg-g0"
      style={{ width: size, height: size }}
    >
      {strip !== undefined && look !== undefined && url !== undefined && (
        <img
          src={url}
          alt=""
          draggable={false}
          className="absolute max-w-none"
          style={placed(strip.index, look, size)}
        />
      )}
    </span>
  );
}

/** The look whose frame lies nearest to the thumbnail that would be shown for it. */
export function nearestLook(index: ThumbnailIndex, looks: readonly Look[]): Look | undefined {
  const away = ({ frame }: Look) => Math.abs(frame - (thumbnailAt(index, frame)?.frame ?? Number.POSITIVE_INFINITY));
  return looks.reduce<Look | undefined>(
    (best, look) => (best === undefined || away(look) < away(best) ? look : best),
    undefined,
  );
}

function placed({ width, height }: ThumbnailIndex, { box }: Look, size: number) {
  const side = MARGIN * Math.max(box.w * width, box.h * height);
  const scale = size / side;
  return {
    width: width * scale,
    height: height * scale,
    left: size / 2 - (box.x + box.w / 2) * width * scale,
    top: size / 2 - (box.y + box.h / 2) * height * scale,
  };
}
