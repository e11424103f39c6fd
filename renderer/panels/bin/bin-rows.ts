import type { MediaEntry } from '../../../core/contract/model.ts';
import { displaySize, type Media, primaryVideo } from '../../../core/media/media.ts';
import { formatRate } from '../../format.ts';

export const SORTS = [
  { value: 'name', label: 'Name' },
  { value: 'duration', label: 'Duration' },
  { value: 'kind', label: 'Kind' },
  { value: 'size', label: 'File size' },
] as const;
export type Sort = (typeof SORTS)[number]['value'];

/** Names in the order people count them: take2 before take10. */
const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

const COMPARE: Readonly<Record<Sort, (a: Media, b: Media) => number>> = {
  name: () => 0,
  duration: (a, b) => b.duration - a.duration,
  kind: (a, b) => a.kind.localeCompare(b.kind),
  size: (a, b) => b.fingerprint.sizeBytes - a.fingerprint.sizeBytes,
};

/** Entries whose name, folder or badge contains every word of the filter, sorted; ties by name. */
export function arrangeBin(entries: Iterable<MediaEntry>, filter: string, sort: Sort): readonly MediaEntry[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return [...entries]
    .filter((entry) => {
      const text = `${entry.media.path} ${badgesOf(entry).join(' ')} ${entry.media.kind}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) => COMPARE[sort](a.media, b.media) || byName.compare(a.media.name, b.media.name));
}

/** Badges in the order of the house: problem, generated, proxy, HDR, VFR, then the rest. */
export function badgesOf(entry: MediaEntry): readonly string[] {
  const { media } = entry;
  const video = primaryVideo(media);
  const damaged = media.remarks.some((remark) => remark.code === 'damaged');
  return [
    !media.online && 'Offline',
    damaged && 'Damaged',
    video !== undefined && video.colour.hdr !== 'none' && 'HDR',
    video?.timing.kind === 'variable' && 'VFR',
    video !== undefined && video.rotation !== 0 && 'Rotated',
    media.kind === 'still' && 'Still',
  ].filter((badge) => badge !== false);
}

/** At most three badges on one object, the rest as "+2". */
export function shownBadges(badges: readonly string[], most = 3): readonly string[] {
  return badges.length <= most ? badges : [...badges.slice(0, most - 1), `+${badges.length - most + 1}`];
}

/** "1920×1080 · 25", "48 kHz stereo": what a row says of a file. */
export function formatFacts(media: Media): string {
  const video = primaryVideo(media);
  if (video !== undefined) {
    const { width, height } = displaySize(video);
    const rate =
      video.timing.kind === 'still'
        ? undefined
        : video.timing.kind === 'constant'
          ? video.timing.rate
          : video.timing.averageRate;
    return rate === undefined ? `${width}×${height}` : `${width}×${height} · ${formatRate(rate)}`;
  }
  const audio = media.audio[0];
  return audio === undefined ? media.container : `${audio.sampleRateHz / 1000} kHz ${audio.channelLayout}`;
}

/** Last folder of a path, for grouping and for telling equal names apart. */
export function folderOf(path: string): string {
  return path.split(/[/\\]/).at(-2) ?? '';
}

/** The source frame under a pointer at a share (0–1) of a tile's width; undefined for files without moving pictures. */
export function frameAtShare(media: Media, share: number): number | undefined {
  const timing = primaryVideo(media)?.timing;
  if (timing === undefined || timing.kind === 'still') return undefined;
  return Math.min(timing.frameCount - 1, Math.max(0, Math.floor(share * timing.frameCount)));
}

/** Ids from one row to another, both included, in shown order: what Shift+click selects. */
export function selectRange<Id>(order: readonly Id[], from: Id | undefined, to: Id): readonly Id[] {
  const start = from === undefined ? -1 : order.indexOf(from);
  const end = order.indexOf(to);
  if (start < 0 || end < 0) return [to];
  return order.slice(Math.min(start, end), Math.max(start, end) + 1);
}
