import { addFlicks, flicks, subtractFlicks, type Flicks } from '../time/flicks.ts';
import { frameDuration } from '../time/rate.ts';
import { movedBy } from './carve.ts';
import { moveHead, tailRoom, withDuration, type ClipOutcome } from './clip-source.ts';
import type { Edit, Refusal, TrackSplice } from './edit.ts';
import { linkedPartners, recordOut, type LocatedClip } from './lookup.ts';
import { openClip, replacing, selectClips, type ClipChange } from './selection.ts';
import { refuse, type Plan } from './splice.ts';
import type { Clip, ClipId, SourceLookup, Timeline, TrackId } from './timeline.ts';

/**
 * Moves clips between their neighbours, which give way: the one before gets longer or shorter at its out point, the one
 * after at its in point. What the slid clips play stays. Where no clip abuts, the gap gives way.
 */
export function planSlide(timeline: Timeline, edit: Extract<Edit, { kind: 'slide' }>, sources: SourceLookup): Plan {
  const selected = selectClips(timeline, [edit.clipId], edit.linked);
  if (!selected.ok) return selected;
  if (edit.delta === 0) return refuse({ reason: 'nothing-to-do' });
  const slid = new Set(selected.clips.map(({ clip }) => clip.id));
  const changes = new Map<ClipId, ClipChange>(
    selected.clips.map((located) => [located.clip.id, { located, after: movedBy(located.clip, edit.delta) }]),
  );
  for (const located of selected.clips) {
    for (const side of [-1, 1] as const) {
      const neighbour = abutting(located, side);
      if (neighbour === undefined || slid.has(neighbour.clip.id)) continue;
      const clip = changes.get(neighbour.clip.id)?.after ?? neighbour.clip;
      const given =
        side < 0 ? tailMoved(timeline, clip, edit.delta, sources) : headMoved(timeline, clip, edit.delta, sources);
      if (!given.ok) return given;
      changes.set(neighbour.clip.id, { located: neighbour, after: given.clip });
    }
  }
  return { ok: true, changes: replacing([...changes.values()]) };
}

function abutting(located: LocatedClip, side: -1 | 1): LocatedClip | undefined {
  const clipIndex = located.clipIndex + side;
  const clip = located.track.clips[clipIndex];
  if (clip === undefined) return undefined;
  const abuts = side < 0 ? recordOut(clip) === located.clip.recordIn : clip.recordIn === recordOut(located.clip);
  return abuts ? { ...located, clip, clipIndex } : undefined;
}

function tailMoved(timeline: Timeline, clip: Clip, delta: Flicks, sources: SourceLookup): ClipOutcome {
  if (clip.duration + delta < frameDuration(timeline.rate)) return refuse({ reason: 'too-short', clipId: clip.id });
  const available = tailRoom(clip, sources, timeline.rate);
  return delta > available
    ? refuse({ reason: 'no-media', clipId: clip.id, available })
    : { ok: true, clip: withDuration(clip, addFlicks(clip.duration, delta)) };
}

function headMoved(timeline: Timeline, clip: Clip, delta: Flicks, sources: SourceLookup): ClipOutcome {
  return clip.duration - delta < frameDuration(timeline.rate)
    ? refuse({ reason: 'too-short', clipId: clip.id })
    : moveHead(timeline, clip, delta, sources, true);
}

/**
 * Lets two clips change places. On one track the clips between them close up or make room, so that both keep their
 * lengths; across tracks each starts where the other did. Linked partners go along by the same time.
 */
export function planSwap(timeline: Timeline, edit: Extract<Edit, { kind: 'swap' }>): Plan {
  const one = openClip(timeline, edit.clipId);
  if (!one.ok) return one;
  const two = openClip(timeline, edit.otherId);
  if (!two.ok) return two;
  if (one.clip.id === two.clip.id) return refuse({ reason: 'nothing-to-do' });
  if (one.clip.kind !== two.clip.kind) return refuse({ reason: 'wrong-track-kind', trackId: two.track.id });
  const moves = one.track.id === two.track.id ? movesOnTrack(one, two) : movesAcross(one, two);
  const placed = new Map<ClipId, { readonly located: LocatedClip; readonly by: Flicks; readonly to: TrackId }>();
  for (const { located, by, to } of moves) placed.set(located.clip.id, { located, by, to });
  const leading = new Set(placed.keys());
  if (edit.linked) {
    for (const { located, by } of moves) {
      for (const partner of linkedPartners(timeline, located.clip)) {
        const known = placed.get(partner.clip.id);
        if (known !== undefined && known.by !== by && !leading.has(partner.clip.id)) return refuse(TWO_WAYS);
        if (known !== undefined) continue;
        if (partner.track.locked) return refuse({ reason: 'track-locked', trackId: partner.track.id });
        placed.set(partner.clip.id, { located: partner, by, to: partner.track.id });
      }
    }
  }
  const changes = new Map<TrackId, { trackId: TrackId; remove: ClipId[]; add: Clip[] }>();
  const on = (trackId: TrackId) => {
    const known = changes.get(trackId) ?? { trackId, remove: [], add: [] };
    changes.set(trackId, known);
    return known;
  };
  for (const { located, by, to } of placed.values()) {
    on(located.track.id).remove.push(located.clip.id);
    on(to).add.push(movedBy(located.clip, by));
  }
  return { ok: true, changes: [...changes.values()] satisfies TrackSplice[] };
}

/** One sound under both pictures cannot stay in sync with either. */
const TWO_WAYS: Refusal = {
  reason: 'invalid-value',
  field: 'linked',
  message: 'a clip is linked with others that move apart',
};

type Move = { readonly located: LocatedClip; readonly by: Flicks; readonly to: TrackId };

function movesAcross(one: LocatedClip, two: LocatedClip): readonly Move[] {
  const by = subtractFlicks(two.clip.recordIn, one.clip.recordIn);
  return [
    { located: one, by, to: two.track.id },
    { located: two, by: flicks(0 - by), to: one.track.id },
  ];
}

function movesOnTrack(one: LocatedClip, two: LocatedClip): readonly Move[] {
  const [first, last] = one.clipIndex < two.clipIndex ? [one, two] : [two, one];
  const to = first.track.id;
  const grown = subtractFlicks(last.clip.duration, first.clip.duration);
  const between = first.track.clips
    .slice(first.clipIndex + 1, last.clipIndex)
    .map((clip, index) => ({ located: { ...first, clip, clipIndex: first.clipIndex + 1 + index }, by: grown, to }));
  return [
    { located: first, by: subtractFlicks(recordOut(last.clip), recordOut(first.clip)), to },
    { located: last, by: subtractFlicks(first.clip.recordIn, last.clip.recordIn), to },
    ...(grown === 0 ? [] : between),
  ];
}
