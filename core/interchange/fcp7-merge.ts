import { equalRational } from '../time/rational.ts';
import type { ImportedClip, ImportedTrack } from './handoff.ts';

/** A track as xmeml has it: one channel of an exploded group. */
export type XmemlTrack = {
  readonly track: ImportedTrack;
  readonly explodedIndex: number;
  /** Whether the file says how the track is exploded; else links between equal clips tell. */
  readonly isMarked: boolean;
};

/**
 * Joins the channels that xmeml explodes over neighbouring tracks: a clip that repeats the one above it (same file,
 * record span and source, next channel, linked to it or on a track marked as exploded) becomes its channel.
 * Tracks that are used up by this vanish.
 */
export function mergeExplodedSound(tracks: readonly XmemlTrack[]): readonly ImportedTrack[] {
  const merged: ImportedTrack[] = [];
  let used = 0;
  for (const { track, explodedIndex, isMarked } of tracks) {
    const isFirst = explodedIndex === 0 && (used === 0 || isMarked);
    const above = isFirst ? undefined : merged.at(-1);
    const absorbed = above === undefined ? undefined : absorb(above, track, explodedIndex > 0);
    if (absorbed === undefined || (track.clips.length === 0 && explodedIndex === 0)) {
      merged.push(track);
      used = 1;
    } else {
      merged[merged.length - 1] = absorbed;
    }
  }
  return merged.map((track, index) => (/^A\d+$/.test(track.name) ? { ...track, name: `A${index + 1}` } : track));
}

/** The upper track with the lower one's channels; undefined where a clip of the lower stands alone. */
function absorb(above: ImportedTrack, below: ImportedTrack, exploded: boolean): ImportedTrack | undefined {
  const partners = new Map(below.clips.map((clip) => [clip.recordIn, clip]));
  let left = below.clips.length;
  const clips = above.clips.map((clip) => {
    const partner = partners.get(clip.recordIn);
    if (partner === undefined || !continues(clip, partner, exploded)) return clip;
    left -= 1;
    return { ...clip, channels: [...clip.channels, ...partner.channels] };
  });
  return left === 0 ? { ...above, clips } : undefined;
}

function continues(clip: ImportedClip, next: ImportedClip, exploded: boolean): boolean {
  const last = clip.channels.at(-1) ?? 1;
  const [channel = last + 1] = next.channels;
  return (
    channel === last + 1 &&
    clip.media.url === next.media.url &&
    clip.media.name === next.media.name &&
    clip.duration === next.duration &&
    equalRational(clip.sourceIn, next.sourceIn) &&
    (exploded || (clip.linkGroup !== null && clip.linkGroup === next.linkGroup))
  );
}
