import { addSeconds, framesInSeconds, ZERO_SECONDS, type Seconds } from '../time/seconds.ts';
import type { TransitionDirection, TransitionKind } from '../timeline/transition.ts';
import type { ItemPlace, Own } from './fcpxml-read-clip.ts';
import { timeAttribute, type StoryReader } from './fcpxml-read-types.ts';
import type { ImportedTransition } from './handoff.ts';
import { child, childrenNamed, type XmlElement } from './xml-read.ts';

/** A transition whose second clip is still to come. */
export type OpenTransition = { readonly item: XmlElement; readonly record: Seconds; readonly place: ItemPlace };

/**
 * Gives a transition to the clips that meet at a cut: it is the head of those that come, and the tail of those that go
 * where none of their kind comes. Filters say whether pictures, sound or both cross.
 */
export function settleTransition(
  reader: StoryReader,
  { item, record, place }: OpenTransition,
  cut: Seconds,
  before: Own,
  after: Own,
): void {
  const { rate } = reader;
  const frame = (time: Seconds) => framesInSeconds(time, rate, 'nearest');
  const length = timeAttribute(item, 'duration') ?? ZERO_SECONDS;
  const start = item.attributes.has('offset') ? frame(record) : frame(cut) - Math.floor(frame(length) / 2);
  const end = item.attributes.has('offset') ? frame(addSeconds(record, length)) : start + frame(length);
  const inOffset = Math.max(0, frame(cut) - start);
  const outOffset = Math.max(0, end - frame(cut));
  if (inOffset + outOffset === 0) {
    reader.losses.add('transition', 'cut', place.name, place.where, 'it has no length and becomes a straight cut');
    return;
  }
  const read: ImportedTransition = { ...kindOf(reader, item, place), inOffset, outOffset };
  let isUsed = false;
  for (const kind of kindsOf(item)) {
    const isKind = (index: number) => reader.entries[index]?.kind === kind;
    const [comes, goes] = [after.find(isKind), before.find(isKind)];
    // Sound that rides on pictures crosses with them, but neither wipes nor slides.
    const own: ImportedTransition = kind === 'audio' ? { kind: 'dissolve', inOffset, outOffset } : read;
    if (comes !== undefined) setEnd(reader, comes, 'head', own);
    else if (goes !== undefined) setEnd(reader, goes, 'tail', own);
    isUsed ||= comes !== undefined || goes !== undefined;
  }
  if (!isUsed) reader.losses.add('transition', 'cut', place.name, place.where, 'there is no clip beside it to cross');
}

function setEnd(reader: StoryReader, index: number, end: 'head' | 'tail', transition: ImportedTransition): void {
  const entry = reader.entries[index];
  if (entry !== undefined) reader.entries[index] = { ...entry, clip: { ...entry.clip, [end]: transition } };
}

function kindsOf(item: XmlElement): readonly ('video' | 'audio')[] {
  const [pictures, sound] = [child(item, 'filter-video'), child(item, 'filter-audio')];
  if (pictures === undefined && sound === undefined) return ['video', 'audio'];
  return [...(pictures === undefined ? [] : ['video' as const]), ...(sound === undefined ? [] : ['audio' as const])];
}

const DIRECTIONS: readonly TransitionDirection[] = ['left', 'up', 'right', 'down'];

/** What a transition looks like by the name of its filter or effect; what is not known becomes a dissolve. */
function kindOf(
  reader: StoryReader,
  item: XmlElement,
  place: ItemPlace,
): { readonly kind: TransitionKind; readonly direction?: TransitionDirection } {
  const filter = child(item, 'filter-video');
  const effect = reader.resources.effects.get(filter?.attributes.get('ref') ?? '') ?? '';
  const name = `${filter?.attributes.get('name') ?? ''} ${effect}`.toLowerCase();
  if (filter === undefined || name.includes('dissolve')) return { kind: 'dissolve' };
  if (/fade to colou?r|dip to colou?r/.test(name)) return { kind: 'fade-through-black' };
  const kind = /\bwipe\b/.test(name) ? 'wipe' : /\b(?:slide|push)\b/.test(name) ? 'slide' : undefined;
  if (kind === undefined) {
    const what = filter.attributes.get('name') ?? place.name;
    reader.losses.add('transition', 'cut', place.name, place.where, `the transition ${what} becomes a dissolve`);
    return { kind: 'dissolve' };
  }
  const value = childrenNamed(filter, 'param').find((param) => param.attributes.get('name') === 'Direction');
  const direction = DIRECTIONS[Number.parseInt(value?.attributes.get('value') ?? '', 10)];
  if (direction === undefined) {
    reader.losses.add('transition', 'detail', place.name, place.where, 'its direction is not known and becomes right');
  }
  return { kind, direction: direction ?? 'right' };
}
