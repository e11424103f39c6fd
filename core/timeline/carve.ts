import { addFlicks, subtractFlicks, type Flicks } from '../time/flicks.ts';
import { withMarkersIn, withNewIn, withNewOut } from './clip-anchors.ts';
import { moveHead, withDuration, type ClipOutcome } from './clip-source.ts';
import { firstClipFrom, recordOut } from './lookup.ts';
import { refuse, type Refused } from './splice.ts';
import {
  clipId,
  linkId,
  type Clip,
  type ClipId,
  type LinkId,
  type SourceLookup,
  type Timeline,
  type Track,
} from './timeline.ts';

/** A half-open span of record time. */
export type RecordSpan = { readonly start: Flicks; readonly end: Flicks };

/** Hands out the names that an edit brought for new parts. */
export type NewNames = { readonly take: () => ClipId; readonly taken: () => number };

/** Names in the order given; beyond them made-up ones, which only serve to count what is missing. */
export function newNames(ids: readonly ClipId[]): NewNames {
  let taken = 0;
  return {
    take: () => {
      taken += 1;
      return ids[taken - 1] ?? clipId(`missing ${taken}`);
    },
    taken: () => taken,
  };
}

/** Refused where more names were taken than brought. */
export function checkNames(names: NewNames, ids: readonly ClipId[]): Refused | undefined {
  return names.taken() > ids.length ? refuse({ reason: 'missing-new-id', needed: names.taken() }) : undefined;
}

/**
 * What a clip plays in a part of its record time, under a name. Curves stay whole in every part, so that the values at a
 * cut are the same on both sides; a marker goes to the part it lies in.
 */
export function partOf(
  timeline: Timeline,
  clip: Clip,
  span: RecordSpan,
  id: ClipId,
  sources: SourceLookup,
): ClipOutcome {
  const cutsIn = span.start > clip.recordIn;
  const cutsOut = span.end < recordOut(clip);
  const marked = withMarkersIn(
    clip,
    cutsIn ? span.start - clip.recordIn : Number.NEGATIVE_INFINITY,
    cutsOut ? span.end - clip.recordIn : Number.POSITIVE_INFINITY,
  );
  const shortened = withDuration(cutsOut ? withNewOut(marked) : marked, subtractFlicks(span.end, clip.recordIn));
  if (!cutsIn) return { ok: true, clip: { ...shortened, id } };
  const head = moveHead(timeline, withNewIn(shortened), subtractFlicks(span.start, clip.recordIn), sources, false);
  return head.ok ? { ok: true, clip: { ...head.clip, id } } : head;
}

/** A clip that remains of another; `ordinal` counts the parts of one clip from 0. */
export type Part = { readonly clip: Clip; readonly ordinal: number };

export type Carving =
  | { readonly ok: true; readonly remove: readonly ClipId[]; readonly parts: readonly Part[] }
  | Refused;

/** What must leave a track, and what remains of it, for spans of its time to become free. */
export function carve(
  timeline: Timeline,
  track: Track,
  spans: readonly RecordSpan[],
  staying: (clip: Clip) => boolean,
  names: NewNames,
  sources: SourceLookup,
): Carving {
  const ascending = [...spans].sort((a, b) => a.start - b.start);
  const remove: ClipId[] = [];
  const parts: Part[] = [];
  const first = ascending[0];
  const end = ascending.reduce((last, span) => Math.max(last, span.end), 0);
  if (first === undefined) return { ok: true, remove, parts };
  for (let index = Math.max(firstClipFrom(track.clips, first.start) - 1, 0); index < track.clips.length; index += 1) {
    const clip = track.clips[index];
    if (clip === undefined || clip.recordIn >= end) break;
    if (!staying(clip)) continue;
    const rests = uncovered(clip, ascending);
    if (rests.length === 1 && rests[0]?.start === clip.recordIn && rests[0].end === recordOut(clip)) continue;
    remove.push(clip.id);
    for (const [ordinal, rest] of rests.entries()) {
      const part = partOf(timeline, clip, rest, ordinal === 0 ? clip.id : names.take(), sources);
      if (!part.ok) return part;
      parts.push({ clip: part.clip, ordinal });
    }
  }
  return { ok: true, remove, parts };
}

/** The stretches of a clip that no span covers, ascending. */
function uncovered(clip: Clip, ascending: readonly RecordSpan[]): readonly RecordSpan[] {
  const end = recordOut(clip);
  const rests: RecordSpan[] = [];
  let from = clip.recordIn;
  for (const span of ascending) {
    if (span.start >= end) break;
    if (span.end <= from) continue;
    if (span.start > from) rests.push({ start: from, end: span.start });
    from = span.end;
  }
  if (from < end) rests.push({ start: from, end });
  return rests;
}

/**
 * Gives what lies right of a cut links of its own: parts of one link stay together, named after the first of them, and
 * a part without company is linked to nothing. Otherwise trimming one half would trim the other.
 */
export function relinked(parts: readonly Part[]): readonly Clip[] {
  const companies = new Map<string, Part[]>();
  for (const part of parts) {
    if (part.ordinal === 0 || part.clip.linkId === null) continue;
    const key = `${part.ordinal} ${part.clip.linkId}`;
    companies.set(key, [...(companies.get(key) ?? []), part]);
  }
  return parts.map((part) => {
    if (part.ordinal === 0 || part.clip.linkId === null) return part.clip;
    return { ...part.clip, linkId: sharedLink(companies.get(`${part.ordinal} ${part.clip.linkId}`) ?? []) };
  });
}

function sharedLink(company: readonly Part[]): LinkId | null {
  const [first, second] = company;
  return first === undefined || second === undefined ? null : linkId(`link ${first.clip.id}`);
}

/** A clip moved in record time. */
export function movedBy(clip: Clip, by: Flicks): Clip {
  return { ...clip, recordIn: addFlicks(clip.recordIn, by) };
}
