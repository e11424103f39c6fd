import { rateOf } from '../media/frames.ts';
import type { Media, MediaId } from '../media/media.ts';
import type { Cut, CutClip } from './export-cut.ts';
import type { Profile } from './profiles.ts';

/**
 * A reel for each media: the tape name of its timecode track, which several files may share, else its file name, made
 * unique by number. 8 characters A–Z, 0–9 and _ at most; for programs that take 32 also a–z, '.' and '-'.
 */
export function edlReels(cut: Cut): ReadonlyMap<MediaId, string> {
  const { reelLength } = cut.profile;
  const reels = new Map<MediaId, string>();
  const taken = new Set(['AX', 'BL']);
  const clips: readonly CutClip[] = [...cut.video, ...cut.audio].flatMap((track): readonly CutClip[] => track.clips);
  for (const { media, source } of clips) {
    if (reels.has(media.id)) continue;
    const tape = source.frames === undefined || rateOf(source.frames) === undefined ? undefined : media.timecode?.reel;
    const reel = tape === undefined ? uniqueReel(media, taken, reelLength) : reelText(tape, reelLength);
    taken.add(reel);
    reels.set(media.id, reel);
  }
  return reels;
}

function reelText(name: string, length: Profile['reelLength']): string {
  const plain = name.normalize('NFKD');
  const text = length === 8 ? plain.toUpperCase().replace(/[^A-Z0-9_]/g, '') : plain.replace(/[^A-Za-z0-9_.-]+/g, '_');
  const short = text.slice(0, length);
  return short === '' ? 'REEL' : short;
}

function uniqueReel(media: Media, taken: ReadonlySet<string>, length: Profile['reelLength']): string {
  const base = reelText(media.name.replace(/\.[^.]*$/, ''), length);
  if (!taken.has(base)) return base;
  for (let number = 2; ; number += 1) {
    const digits = String(number);
    const candidate = `${base.slice(0, length - digits.length)}${digits}`;
    if (!taken.has(candidate)) return candidate;
  }
}
