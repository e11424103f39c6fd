import { channelsOfStream } from '../media/channels.ts';
import type { AudioClip, Clip, Track, VideoClip } from '../timeline/timeline.ts';
import { loss, type Cut, type CutClip, type CutTrack, type CutTransition } from './export-cut.ts';
import { leaf, node, type XmlNode } from './xml-write.ts';

/** A clip on an xmeml track; a sound stands on one track for each of its channels. */
export type Placed<C extends Clip = Clip> = {
  readonly id: string;
  readonly item: CutClip<C>;
  /** Counts the exploded channels from 0; `sourceChannel` is the file's, from 1. */
  readonly channel: number;
  readonly sourceChannel: number;
  /** 1-based, per kind of track, as links name them; transitions count among clips. */
  readonly trackIndex: number;
  readonly clipIndex: number;
  readonly head: CutTransition<C> | undefined;
  readonly tail: CutTransition<C> | undefined;
};

/** What stands on a track, in order. */
export type PlacedItem<C extends Clip = Clip> =
  | { readonly kind: 'clip'; readonly placed: Placed<C> }
  | { readonly kind: 'transition'; readonly transition: CutTransition<C> }
  | { readonly kind: 'fade'; readonly edge: 'in' | 'out'; readonly start: number; readonly end: number };

export type PlacedTrack<C extends Clip = Clip> = {
  readonly track: Track;
  readonly explodedIndex: number;
  readonly explodedCount: number;
  readonly items: readonly PlacedItem<C>[];
};

export type Placement = {
  readonly video: readonly PlacedTrack<VideoClip>[];
  readonly audio: readonly PlacedTrack<AudioClip>[];
};

/**
 * Lays clips on xmeml tracks; `nextId` gives ids that are unique over pictures, sound and nested sequences. Sound
 * explodes into one track per channel; clips of different channel counts cannot share tracks (one side would be
 * silent), so they part.
 */
export function layTracks(cut: Cut, nextId: () => string): Placement {
  const video = cut.video.map((track, index) =>
    placeTrack(track, track.clips, { nextId, index: 0, count: 1, trackIndex: index + 1 }),
  );
  const audio: PlacedTrack<AudioClip>[] = [];
  for (const track of cut.audio) {
    const counts = [...new Set(track.clips.map((item) => soundChannels(item).length))];
    if (counts.length > 1) {
      const message = 'its clips of different channel counts are written on separate tracks';
      cut.losses.push(loss('track', 'detail', track.track.name, { track: track.label }, message));
    }
    for (const count of counts.length === 0 ? [1] : counts) {
      const items = track.clips.filter((item) => soundChannels(item).length === count);
      listParted(cut, track, items, counts.length > 1);
      for (let index = 0; index < count; index += 1)
        audio.push(placeTrack(track, items, { nextId, index, count, trackIndex: audio.length + 1 }));
    }
  }
  return { video, audio };
}

/** A sound fade that crosses two clips which part cannot stay. */
function listParted(cut: Cut, track: CutTrack<AudioClip>, items: readonly CutClip<AudioClip>[], isParted: boolean) {
  if (!isParted) return;
  for (const { from, to, transition } of track.transitions) {
    if (to === undefined || from === undefined || !items.includes(to) || items.includes(from)) continue;
    const message = `its ${transition.kind} is left out: the two clips have different channel counts`;
    cut.losses.push(loss('transition', 'cut', to.clip.name, to.place, message));
  }
}

/** Channels of the file, from 1, that a sound plays; nested timelines and unknown streams count as stereo and mono. */
export function soundChannels({ clip, media, content }: CutClip<AudioClip>): readonly number[] {
  if (content !== undefined) return [1, 2];
  const own = channelsOfStream(media, clip.streamOrdinal);
  const chosen = clip.channels?.flatMap((index) => own[index] ?? []) ?? [];
  return chosen.length > 0 ? chosen : own;
}

type Slot = {
  readonly nextId: () => string;
  readonly index: number;
  readonly count: number;
  readonly trackIndex: number;
};

function placeTrack<C extends Clip>(
  track: CutTrack<C>,
  clips: readonly CutClip<C>[],
  { nextId, index, count, trackIndex }: Slot,
): PlacedTrack<C> {
  const kept = new Set(clips);
  const whole = track.transitions.filter(
    ({ from, to }) => (from === undefined || kept.has(from)) && (to === undefined || kept.has(to)),
  );
  const heads = new Map(whole.flatMap((one) => (one.to === undefined ? [] : [[one.to, one] as const])));
  const tails = new Map(whole.flatMap((one) => (one.from === undefined ? [] : [[one.from, one] as const])));
  const items: PlacedItem<C>[] = [];
  for (const item of clips) {
    const [head, tail] = [heads.get(item), tails.get(item)];
    const [fadeIn, fadeOut] = item.clip.kind === 'audio' ? soundFades(item, head, tail) : [undefined, undefined];
    if (head !== undefined) items.push({ kind: 'transition', transition: head });
    if (fadeIn !== undefined) items.push(fadeIn);
    const sourceChannel = item.clip.kind === 'audio' ? (channelsOf(item)[index] ?? index + 1) : 1;
    const clipIndex = items.length + 1;
    items.push({
      kind: 'clip',
      placed: { id: nextId(), item, channel: index, sourceChannel, trackIndex, clipIndex, head, tail },
    });
    if (fadeOut !== undefined) items.push(fadeOut);
    if (tail !== undefined && tail.to === undefined) items.push({ kind: 'transition', transition: tail });
  }
  return { track: track.track, explodedIndex: index, explodedCount: count, items };
}

function channelsOf(item: CutClip): readonly number[] {
  const { clip } = item;
  return clip.kind === 'audio' ? soundChannels({ ...item, clip }) : [];
}

type Fade = Extract<PlacedItem, { kind: 'fade' }>;

/** The whole frames of a sound's own fades where no transition stands. */
function soundFades(
  { clip, recordIn, duration }: CutClip,
  head: CutTransition | undefined,
  tail: CutTransition | undefined,
): readonly [Fade | undefined, Fade | undefined] {
  if (clip.kind !== 'audio') return [undefined, undefined];
  const frame = clip.duration / duration;
  const [into, out] = [clip.fadeIn, clip.fadeOut].map((fade) => Math.min(duration, Math.round(fade / frame)));
  const end = recordIn + duration;
  return [
    into === undefined || into === 0 || head !== undefined
      ? undefined
      : { kind: 'fade', edge: 'in', start: recordIn, end: recordIn + into },
    out === undefined || out === 0 || tail !== undefined
      ? undefined
      : { kind: 'fade', edge: 'out', start: end - out, end },
  ];
}

/** Reciprocal links: every clip of a link group, and every channel of a sound, names all of them. */
export function linkNodes({ video, audio }: Placement): ReadonlyMap<Placed, readonly XmlNode[]> {
  const groups = new Map<string, Placed[]>();
  for (const { items } of [...video, ...audio]) {
    for (const item of items) {
      if (item.kind !== 'clip') continue;
      const { clip } = item.placed.item;
      const key = clip.linkId === null ? `clip:${clip.id}` : `link:${clip.linkId}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [item.placed]);
      else group.push(item.placed);
    }
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
