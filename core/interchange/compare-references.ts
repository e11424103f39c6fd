import { equalRational } from '../time/rational.ts';
import { formatTimecode } from '../time/timecode.ts';
import type { CutDifference, CutDifferenceKind } from './cut-difference.ts';
import type { ImportedTimeline, MediaReference } from './handoff.ts';
import { pairTracks, usedTracks } from './match-clips.ts';

/** Characters that no URL holds unescaped, and percent signs that escape nothing (RFC 3986). */
const UNESCAPED = /[^\x21-\x7e]|["<>\\^`{|}#?]|%(?![0-9A-Fa-f]{2})/;

/**
 * What a file says of the media themselves and is wrong: URLs that are not escaped, source timecodes, reels. What it
 * does not say is no difference. Once for each piece of media.
 */
export function compareReferences(expected: ImportedTimeline, actual: ImportedTimeline): readonly CutDifference[] {
  const differences: CutDifference[] = [];
  const seen = new Set<string>();
  for (const kind of ['video', 'audio'] as const) {
    for (const { ours, theirs } of pairTracks(usedTracks(expected, kind), usedTracks(actual, kind))) {
      const meant = new Map(ours?.track.clips.map((clip) => [clip.recordIn, clip.media]));
      for (const clip of theirs?.track.clips ?? []) {
        const own = meant.get(clip.recordIn);
        const key = JSON.stringify(clip.media);
        if (own === undefined || clip.content !== undefined || seen.has(key)) continue;
        seen.add(key);
        const timecode = formatTimecode(expected.startFrame + clip.recordIn, expected);
        compareReference(own, clip.media, (difference, message) =>
          differences.push({ kind: difference, track: ours?.label ?? '', timecode, message }),
        );
      }
    }
  }
  return differences;
}

function compareReference(
  own: MediaReference,
  read: MediaReference,
  add: (kind: CutDifferenceKind, message: string) => void,
): void {
  if (read.url?.startsWith('file:') === true && UNESCAPED.test(read.url))
    add('url', `the address of ${own.name} is not escaped: ${read.url}`);
  const [start, found] = [own.declared?.start, read.declared?.start];
  if (found !== undefined && !equalRational(start ?? { num: 0, den: 1 }, found))
    add('source-timecode', `the media ${own.name} start at ${found.num}/${found.den} s on their own clock`);
  if (
    start !== undefined &&
    read.declared?.dropFrame !== undefined &&
    read.declared.dropFrame !== own.declared?.dropFrame
  )
    add(
      'source-timecode',
      `the timecode of ${own.name} ${read.declared.dropFrame ? 'drops' : 'does not drop'} numbers`,
    );
  if (read.reel !== undefined && own.reel !== undefined && !isSameReel(own.reel, read.reel))
    add('reel', `the reel of ${own.name} is ${read.reel}, not ${own.reel}`);
}

/** Reels are shortened to what a list may hold: capitals, digits, 8 characters. */
function isSameReel(own: string, read: string): boolean {
  const bare = (reel: string) => reel.toUpperCase().replace(/[^A-Z0-9]/g, '');
  return bare(own).startsWith(bare(read)) || own === read;
}
