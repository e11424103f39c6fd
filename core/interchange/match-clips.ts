import { formatRational } from '../time/rational.ts';
import type { ImportedClip, ImportedTimeline, ImportedTrack } from './handoff.ts';

/** A track that holds clips, under the label that editors know it by: empty tracks count. */
export type UsedTrack = { readonly label: string; readonly track: ImportedTrack };

export type TrackPair = { readonly ours: UsedTrack | undefined; readonly theirs: UsedTrack | undefined };

/** Tracks that hold clips, of one kind. */
export function usedTracks(timeline: ImportedTimeline, kind: ImportedTrack['kind']): readonly UsedTrack[] {
  const letter = kind === 'video' ? 'V' : 'A';
  return timeline.tracks
    .filter((track) => track.kind === kind)
    .map((track, index) => ({ label: `${letter}${index + 1}`, track }))
    .filter(({ track }) => track.clips.length > 0);
}

/** Tracks by their order, but those that hold exactly what another one held go with that one. */
export function pairTracks(ours: readonly UsedTrack[], theirs: readonly UsedTrack[]): readonly TrackPair[] {
  const content = ({ track }: UsedTrack) => track.clips.map((clip) => `${clip.recordIn} ${identity(clip)}`).join('\n');
  const isSame = (a: UsedTrack | undefined, b: UsedTrack | undefined) =>
    a !== undefined && b !== undefined && content(a) === content(b);
  const taken = new Set<UsedTrack>(theirs.filter((track, index) => isSame(ours[index], track)));
  const exact = ours.map((track, index) => {
    if (isSame(track, theirs[index])) return theirs[index];
    const found = theirs.find((other) => !taken.has(other) && isSame(track, other));
    if (found !== undefined) taken.add(found);
    return found;
  });
  const pairs = ours.map((track, index): TrackPair => {
    const byOrder = theirs[index];
    const other = exact[index] ?? (byOrder === undefined || taken.has(byOrder) ? undefined : byOrder);
    if (other !== undefined) taken.add(other);
    return { ours: track, theirs: other };
  });
  return [
    ...pairs,
    ...theirs.filter((track) => !taken.has(track)).map((track) => ({ ours: undefined, theirs: track })),
  ];
}

/** What makes a clip recognisable wherever it lies. */
function identity(clip: ImportedClip): string {
  return `${played(clip)} ${formatRational(clip.sourceIn)} ${clip.duration}`;
}

function played({ content, media, name }: ImportedClip): string {
  return content === undefined ? (media.path ?? media.name) : `${content.kind} ${name}`;
}

/** What plays when, on whatever track: clips of one cut by what makes them recognisable at their time. */
type Present = ReadonlySet<string>;

/** What is present in two cuts that are compared. */
export type Cuts = { readonly ours: Present; readonly theirs: Present };

/** All clips of these tracks. */
export function presentIn(tracks: readonly UsedTrack[]): Present {
  return new Set(tracks.flatMap(({ track }) => track.clips.flatMap((clip) => keysAt(clip))));
}

/** By its source; and without, for formats that round it. */
function keysAt(clip: ImportedClip): readonly string[] {
  return [`${clip.recordIn} ${identity(clip)}`, `${clip.recordIn} ${played(clip)} for ${clip.duration}`];
}

/** Whether both clips are also there as they should be on other tracks, so that neither is a changed version of the other. */
function areStrangers(a: ImportedClip, b: ImportedClip, { ours, theirs }: Cuts): boolean {
  const others = keysAt(b);
  return keysAt(a).some((key, at) => {
    const other = others[at] ?? '';
    return key !== other && theirs.has(key) && ours.has(other);
  });
}

/** Clips of a track matched with those read back: in place, elsewhere on the track, lost, and new. */
export type ClipMatch = {
  readonly inPlace: readonly (readonly [ImportedClip, ImportedClip])[];
  readonly moved: readonly (readonly [ImportedClip, ImportedClip])[];
  readonly missing: readonly ImportedClip[];
  readonly extra: readonly ImportedClip[];
};

/**
 * Matches clips by record start; those left over by what they play, in order. A clip that is in another's place while
 * its own is elsewhere counts as moved; one whose place another clip has because they changed tracks counts as missing.
 */
export function matchClips(ours: readonly ImportedClip[], theirs: readonly ImportedClip[], cuts: Cuts): ClipMatch {
  const byStart = new Map(theirs.map((clip) => [clip.recordIn, clip]));
  const wanted = new Set(ours.map((clip) => identity(clip)));
  const present = new Set(theirs.map((clip) => identity(clip)));
  const inPlace: (readonly [ImportedClip, ImportedClip])[] = [];
  const rest: ImportedClip[] = [];
  for (const clip of ours) {
    const other = byStart.get(clip.recordIn);
    // Another clip that slid here is no changed version of this one.
    const isOther = other !== undefined && identity(other) !== identity(clip) && wanted.has(identity(other));
    const isElsewhere = isOther && present.has(identity(clip));
    if (other === undefined || isElsewhere || areStrangers(clip, other, cuts)) rest.push(clip);
    else {
      inPlace.push([clip, other]);
      byStart.delete(clip.recordIn);
    }
  }
  const free = Map.groupBy(byStart.values(), (clip) => identity(clip));
  const moved: (readonly [ImportedClip, ImportedClip])[] = [];
  const missing: ImportedClip[] = [];
  for (const clip of rest) {
    const other = free.get(identity(clip))?.shift();
    if (other === undefined) missing.push(clip);
    else moved.push([clip, other]);
  }
  return { inPlace, moved, missing, extra: [...free.values()].flat() };
}
