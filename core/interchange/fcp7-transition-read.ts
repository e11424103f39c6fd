import type { Rate } from '../time/rate.ts';
import type { TransitionDirection, TransitionKind } from '../timeline/transition.ts';
import type { ImportedTransition } from './handoff.ts';
import { exactSeconds, framesInSeconds } from '../time/seconds.ts';
import { isOn, wholeText } from './fcp7-values.ts';
import { child, childText, type XmlElement } from './xml-read.ts';

const TICKS_PER_SECOND = 254_016_000_000n;

/** A transition item placed on its track: record frames, and which neighbours it joins. */
export type TrackTransition = {
  readonly start: number;
  readonly end: number;
  /** Where one clip gives way to the other: at the start or end where it joins only one. */
  readonly cut: number;
  readonly from: XmlElement | undefined;
  readonly to: XmlElement | undefined;
  readonly item: XmlElement;
};

/** A clip's record span without its handles, and the transitions at its ends. */
export type Edges = {
  readonly start: number;
  readonly end: number;
  /** Record frames by which `in` lies before the start: it counts from the transition's start. */
  readonly skip: number;
  readonly before: TrackTransition | undefined;
  readonly after: TrackTransition | undefined;
};

/** The transitions of a track, by their own items and by the clips they join. */
export type TrackTransitions = {
  readonly at: ReadonlyMap<XmlElement, TrackTransition>;
  readonly before: ReadonlyMap<XmlElement, TrackTransition>;
  readonly after: ReadonlyMap<XmlElement, TrackTransition>;
};

/** Places the transitions of a track; those without any neighbour are left out. */
export function trackTransitions(track: XmlElement, rate: Rate): TrackTransitions {
  const placed = placeTransitions(track, rate);
  const all = [...placed.values()];
  return {
    at: placed,
    before: new Map(all.flatMap((one) => (one.to === undefined ? [] : [[one.to, one] as const]))),
    after: new Map(all.flatMap((one) => (one.from === undefined ? [] : [[one.from, one] as const]))),
  };
}

function placeTransitions(track: XmlElement, rate: Rate): ReadonlyMap<XmlElement, TrackTransition> {
  const items = track.children.filter(({ name }) => PLAYING.has(name) || name === 'transitionitem');
  const found = new Map<XmlElement, TrackTransition>();
  for (const [position, item] of items.entries()) {
    if (item.name !== 'transitionitem') continue;
    const [start, end] = [wholeText(item, 'start'), wholeText(item, 'end')];
    if (start === undefined || end === undefined || end <= start || start < 0) continue;
    const alignment = childText(item, 'alignment')?.trim().toLowerCase() ?? 'center';
    const cut = cutIn(item, alignment, start, end, rate);
    // To and from black it joins a clip that merely abuts only on its own side.
    const neighbour = (step: number, edge: 'start' | 'end', isBlack: boolean) => {
      const candidate = items[position + step];
      if (candidate === undefined || !PLAYING.has(candidate.name)) return undefined;
      const at = wholeText(candidate, edge);
      return at === -1 || (at === cut && !isBlack) ? candidate : undefined;
    };
    const from = neighbour(-1, 'end', alignment === 'start-black');
    const to = neighbour(1, 'start', alignment === 'end-black');
    if (from === undefined && to === undefined) continue;
    const edge = to === undefined ? end : from === undefined ? start : cut;
    found.set(item, { start, end, cut: edge, from, to, item });
  }
  return found;
}

const PLAYING: ReadonlySet<string> = new Set(['clipitem', 'generatoritem']);

/** The cut inside a transition: Premiere's tick where there is one, else the edge or middle that the alignment names. */
function cutIn(item: XmlElement, alignment: string, start: number, end: number, rate: Rate): number {
  const ticks = childText(item, 'cutPointTicks')?.trim() ?? '';
  if (/^\d{1,18}$/.test(ticks)) {
    const offset = framesInSeconds(exactSeconds(BigInt(ticks), TICKS_PER_SECOND), rate, 'nearest');
    if (offset <= end - start) return start + offset;
  }
  if (alignment.startsWith('start')) return start;
  return alignment.startsWith('end') ? end : Math.floor((start + end) / 2);
}

/** Record edges of a clip; −1 means that an edge lies in a transition. Undefined where it lies in none. */
export function edgesOf(item: XmlElement, transitions: TrackTransitions): Edges | undefined {
  const [before, after] = [transitions.before.get(item), transitions.after.get(item)];
  const [start, end] = [wholeText(item, 'start'), wholeText(item, 'end')];
  const from = start === -1 ? before?.cut : start;
  const to = end === -1 ? after?.cut : end;
  if (from === undefined || to === undefined || from < 0) return undefined;
  return { start: from, end: to, skip: start === -1 ? from - (before?.start ?? from) : 0, before, after };
}

/** What a transition means here; `lost` says what of it does not stay. */
export type ReadTransition = {
  readonly imported: ImportedTransition;
  readonly name: string;
  /** A one-sided fade of sound in a straight line: the clip's own fade. */
  readonly isFade: boolean;
  readonly lost: string | undefined;
};

export function readTransition(transition: TrackTransition, kind: 'video' | 'audio'): ReadTransition {
  const effect = child(transition.item, 'effect');
  const id = childText(effect, 'effectid') ?? '';
  const name = childText(effect, 'name') ?? id;
  const [inOffset, outOffset] = [transition.cut - transition.start, transition.end - transition.cut];
  const isLone = transition.from === undefined || transition.to === undefined;
  if (kind === 'audio') {
    const isFade = isLone && /crossfade0db|cross fade \( ?0 ?db\)/i.test(`${id} ${name}`);
    return { imported: { kind: 'dissolve', inOffset, outOffset }, name, isFade, lost: undefined };
  }
  const played = kindOf(`${id} ${name} ${childText(effect, 'effectcategory') ?? ''}`.toLowerCase());
  const direction = played.kind === 'wipe' || played.kind === 'slide' ? directionOf(effect) : undefined;
  return { imported: { kind: played.kind, inOffset, outOffset, direction }, name, isFade: false, lost: played.lost };
}

type PlayedKind = { readonly kind: TransitionKind; readonly lost: string | undefined };

function kindOf(text: string): PlayedKind {
  if (/dip to color|dip to black|fade in.?fade out/.test(text)) return { kind: 'fade-through-black', lost: undefined };
  if (text.includes('dip to white')) return { kind: 'fade-through-black', lost: 'it fades through black, not white' };
  if (text.includes('push') || /\bslide\b/.test(text)) return { kind: 'slide', lost: undefined };
  if (/cross ?dissolve/.test(text) || text.trim() === '') return { kind: 'dissolve', lost: undefined };
  if (/\b(?:edge )?wipe\b/.test(text) && !/iris|clock|radial|center|matrix|zigzag/.test(text))
    return { kind: 'wipe', lost: undefined };
  return { kind: 'dissolve', lost: 'it is shown as a cross dissolve' };
}

/** SMPTE ST 258 codes: 1 uncovers from the left edge, 2 from the top; reversed from the other side. */
function directionOf(effect: XmlElement | undefined): TransitionDirection | undefined {
  const reverse = isOn(effect, 'reverse');
  const code = wholeText(effect, 'wipecode');
  if (code === 1) return reverse ? 'left' : 'right';
  if (code === 2) return reverse ? 'up' : 'down';
  return undefined;
}
