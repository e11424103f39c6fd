import type { TrackKind } from '../timeline/timeline.ts';
import { loss, type Cut, type CutClip, type CutTrack } from './export-cut.ts';
import { leaf, node, type XmlNode } from './xml-write.ts';

/** A clip on an xmeml track; `channel` counts a sound's exploded channels from 0. */
export type Placed = {
  readonly id: string;
  readonly item: CutClip;
  readonly channel: number;
  /** 1-based, per kind of track, as links name them. */
  readonly trackIndex: number;
  readonly clipIndex: number;
};

export type PlacedTrack = {
  readonly kind: TrackKind;
  readonly enabled: boolean;
  readonly locked: boolean;
  readonly explodedIndex: number;
  readonly explodedCount: number;
  readonly items: readonly Placed[];
};

/**
 * Lays clips on xmeml tracks with unique ids over pictures and sound. Sound explodes into one track per channel; clips
 * of different channel counts cannot share tracks (one side would be silent), so they part.
 */
export function layTracks(cut: Cut): readonly PlacedTrack[] {
  const tracks: PlacedTrack[] = [];
  let clips = 0;
  const place = (track: CutTrack, items: readonly CutClip[], index: number, count: number) => {
    const trackIndex = tracks.filter((known) => known.kind === track.track.kind).length + 1;
    const { kind, enabled, locked } = track.track;
    const placed = items.map((item, at): Placed => {
      clips += 1;
      return { id: `clipitem-${clips}`, item, channel: index, trackIndex, clipIndex: at + 1 };
    });
    tracks.push({ kind, enabled, locked, explodedIndex: index, explodedCount: count, items: placed });
  };
  for (const track of cut.video) place(track, track.clips, 0, 1);
  for (const track of cut.audio) {
    const counts = [...new Set(track.clips.map(channelCount))];
    if (counts.length > 1) {
      const message = 'its mono and stereo clips are written on separate tracks';
      cut.losses.push(loss('track', 'detail', track.track.name, { track: track.label }, message));
    }
    for (const count of counts.length === 0 ? [1] : counts) {
      const items = track.clips.filter((clip) => channelCount(clip) === count);
      for (let index = 0; index < count; index += 1) place(track, items, index, count);
    }
  }
  return tracks;
}

function channelCount(item: CutClip): number {
  const { clip, media } = item;
  return clip.kind === 'audio' ? Math.max(1, media.audio[clip.streamOrdinal]?.channels ?? 1) : 1;
}

/** Reciprocal links: every clip of a link group, and every channel of a sound, names all of them. */
export function linkNodes(tracks: readonly PlacedTrack[]): ReadonlyMap<Placed, readonly XmlNode[]> {
  const groups = new Map<string, Placed[]>();
  for (const placed of tracks.flatMap((track) => track.items)) {
    const { clip } = placed.item;
    const key = clip.linkId === null ? `clip:${clip.id}` : `link:${clip.linkId}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [placed]);
    else group.push(placed);
  }
  const nodes = new Map<Placed, readonly XmlNode[]>();
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    const links = group.map(linkNode);
    for (const placed of group) nodes.set(placed, links);
  }
  return nodes;
}

function linkNode(placed: Placed): XmlNode {
  const { kind } = placed.item.clip;
  return node('link', {}, [
    leaf('linkclipref', placed.id),
    leaf('mediatype', kind),
    leaf('trackindex', placed.trackIndex),
    leaf('clipindex', placed.clipIndex),
    kind === 'audio' ? leaf('groupindex', 1) : undefined,
  ]);
}
