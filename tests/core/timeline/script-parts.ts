import { timeOfFrame } from '../../../core/time/rate.ts';
import type { Placement } from '../../../core/timeline/edit.ts';
import { clipId, type ClipId, type Timeline, type Track } from '../../../core/timeline/timeline.ts';
import { FOOTAGE, picture, sound } from './footage.ts';

/** Numbers that become an edit once the timeline they meet is known: so that most edits name what is there. */
export type Draw = {
  readonly kind: number;
  readonly pick: number;
  readonly other: number;
  readonly frames: number;
  readonly at: number;
  readonly flag: boolean;
  readonly flag2: boolean;
};

/** A draw of a kind, all else nothing but what is given. */
export function draw(kind: number, change: Partial<Draw> = {}): Draw {
  return { kind, pick: 0, other: 0, frames: 0, at: 0, flag: false, flag2: false, ...change };
}

/** All footage. */
export const MEDIA = [...FOOTAGE.keys()];

/** An item by a number of any size. */
export function pickFrom<Item>(items: readonly Item[], index: number): Item | undefined {
  return items[index % Math.max(items.length, 1)];
}

/** A picture, its linked sound, or both, of any source. */
export function placementsFor(timeline: Timeline, draw: Draw, name: string): readonly Placement[] {
  const media = pickFrom(MEDIA, draw.pick) ?? 'pal';
  const source = MEDIA.find((id) => id === media);
  const facts = source === undefined ? undefined : FOOTAGE.get(source);
  const frames = Math.abs(draw.frames) + 1;
  const plan = { media, at: draw.at, frames, ...(draw.flag2 ? { link: `link ${name}` } : {}) };
  const lane = (kind: Track['kind']) =>
    pickFrom(
      timeline.tracks.filter((track) => track.kind === kind),
      draw.other,
    );
  const [video, audio] = [lane('video'), lane('audio')];
  const placements: Placement[] = [];
  const still = facts?.frames?.kind === 'still';
  const start = still ? 0 : draw.other % 100;
  const flicksIn = facts?.frames?.kind === 'constant' ? timeOfFrame(start, facts.frames.rate) : 0;
  if (video !== undefined && facts?.frames !== undefined) {
    placements.push({ trackId: video.id, clip: picture({ ...plan, id: `${name}v`, sourceIn: start }, timeline.rate) });
  }
  if (audio !== undefined && facts?.audio !== undefined && facts.frames?.kind !== 'variable') {
    placements.push({ trackId: audio.id, clip: sound({ ...plan, id: `${name}a`, sourceIn: flicksIn }, timeline.rate) });
  }
  return placements;
}

/** New names for clips. */
export function freshIds(name: string, count: number): readonly ClipId[] {
  return Array.from({ length: count }, (_, index) => clipId(`${name}n${index}`));
}
