import { type MediaId, mediaId } from '../core/media/media.ts';

/** What a drag out of the bin carries; the timeline and the brief bar take it. */
export const MEDIA_DRAG_TYPE = 'application/x-montage-media';

export function writeMediaDrag(transfer: DataTransfer, ids: readonly MediaId[]): void {
  transfer.setData(MEDIA_DRAG_TYPE, JSON.stringify(ids));
  transfer.effectAllowed = 'copy';
}

/** Whether a drag carries clips of the bin; their ids can be read only on drop. */
export function hasMediaDrag(transfer: DataTransfer): boolean {
  return transfer.types.includes(MEDIA_DRAG_TYPE);
}

export function readMediaDrag(transfer: DataTransfer): readonly MediaId[] {
  const text = transfer.getData(MEDIA_DRAG_TYPE);
  if (text === '') return [];
  const ids: unknown = JSON.parse(text);
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string').map(mediaId) : [];
}
