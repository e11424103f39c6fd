import type { CutDifference, CutDifferenceKind } from './cut-difference.ts';
import type { Loss, LossKind } from './handoff.ts';

/** The losses that account for each kind of difference at their own place. */
const CAUSES: Readonly<Record<CutDifferenceKind, readonly LossKind[]>> = {
  'timeline-rate': ['rate'],
  'start-timecode': ['start-timecode'],
  'drop-frame': ['drop-frame'],
  'frame-size': ['frame-size'],
  'colour-space': ['colour-space'],
  'timeline-name': ['name'],
  'track-count': ['track', 'title', 'captions', 'nested', 'media', 'disabled'],
  'track-order': ['track', 'title', 'captions', 'nested'],
  'track-name': ['name'],
  'track-state': ['track-state'],
  captions: ['captions'],
  missing: ['media', 'title', 'captions', 'nested', 'disabled', 'generator', 'freeze', 'reverse'],
  extra: ['nested', 'title'],
  gap: [],
  moved: [],
  'record-out': ['source-in', 'freeze', 'reverse'],
  'source-in': ['source-in', 'variable-rate', 'rate', 'speed', 'reverse'],
  speed: ['speed', 'reverse', 'freeze'],
  media: ['media', 'path'],
  url: ['path'],
  'source-timecode': ['start-timecode'],
  reel: ['name'],
  'clip-name': ['name'],
  note: ['note'],
  enabled: ['disabled', 'track-state'],
  link: ['link'],
  gain: ['gain'],
  pan: ['pan'],
  fade: ['fade'],
  channels: ['channels', 'stream'],
  opacity: ['opacity'],
  transform: ['transform', 'fit'],
  crop: ['crop'],
  fit: ['fit'],
  blend: ['blend'],
  lut: ['lut'],
  stabilise: ['stabilise'],
  retiming: ['retiming'],
  title: ['title'],
  nested: ['nested'],
  transition: ['transition'],
  keyframes: ['keyframes', 'transform', 'crop', 'opacity', 'gain', 'pan', 'fade', 'fit'],
  curve: ['curve', 'keyframes', 'transform', 'crop', 'opacity', 'gain', 'pan', 'fade', 'fit'],
  marker: ['marker'],
  'clip-marker': ['marker'],
  metadata: ['metadata'],
  'off-grid': ['off-grid'],
  unread: [],
};

/** What changes where clips change tracks. */
const STRUCTURE: readonly CutDifferenceKind[] = [
  'missing',
  'extra',
  'moved',
  'gap',
  'link',
  'track-order',
  'track-name',
];

/** Finds the listed loss that accounts for a difference; undefined where nothing does, so that an export is wrong. */
export function explainBy(losses: readonly Loss[]): (difference: CutDifference) => Loss | undefined {
  const byPlace = Map.groupBy(losses, ({ where }) => placeKey(where.track, where.timecode));
  const movedSound = losses.find(({ kind }) => kind === 'track');
  return (difference) => {
    const causes = difference.unread === undefined ? CAUSES[difference.kind] : [difference.unread];
    const places = [
      placeKey(difference.track, difference.timecode),
      placeKey(difference.track, undefined),
      ...(difference.track === '' ? [placeKey(undefined, difference.timecode)] : []),
      placeKey(undefined, undefined),
    ];
    const found = places
      .flatMap((place) => byPlace.get(place) ?? [])
      .find(({ kind, where }) => causes.includes(kind) && isAbout(difference, where));
    if (found !== undefined) return found;
    // A clip's marker that became one of the timeline.
    if (difference.kind === 'marker')
      return losses.find(({ kind, where }) => kind === 'marker' && where.track !== undefined);
    // Which clips stay is told by their count alone where tracks are missing or change places.
    if (difference.track === '' || (difference.kind === 'track-order' && difference.track.startsWith('A')))
      return losses.find(({ kind }) => difference.kind.startsWith('track-') && causes.includes(kind));
    // Sound that had to change tracks accounts for the differences of all sound.
    return difference.track.startsWith('A') && STRUCTURE.includes(difference.kind) ? movedSound : undefined;
  };
}

function placeKey(track: string | undefined, timecode: string | undefined): string {
  return `${track ?? ''} ${timecode ?? ''}`;
}

/** A loss of the whole timeline accounts for timeline differences, and for those of all clips where it says so of all. */
function isAbout(difference: CutDifference, where: Loss['where']): boolean {
  if (where.track !== undefined) return true;
  return difference.track === '' || difference.kind === 'clip-name' || difference.kind === 'metadata';
}
