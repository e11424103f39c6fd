import type { TransitionDirection, TransitionKind } from '../timeline/transition.ts';
import type { ImportedTransition, LossPlace } from './handoff.ts';
import { textAt, type JsonObject } from './otio-json.ts';
import type { OtioReader } from './otio-reader.ts';
import { foreignMetadata } from './otio-read-own.ts';
import { timeOf } from './otio-time.ts';
import { framesInSeconds } from '../time/seconds.ts';

/** Names by which programs call their transitions; OTIO itself knows dissolves and 'Custom_Transition'. */
const KINDS: readonly (readonly [RegExp, TransitionKind])[] = [
  [/wipe/i, 'wipe'],
  [/slide|push/i, 'slide'],
  [/black/i, 'fade-through-black'],
  [/dissolve|fade|cross/i, 'dissolve'],
];

const DIRECTIONS: readonly TransitionDirection[] = ['left', 'right', 'up', 'down'];

/** Reads a Transition.1; undefined where it has no length. */
export function readTransition(reader: OtioReader, item: JsonObject, place: LossPlace): ImportedTransition | undefined {
  const frames = (key: string) => {
    const time = timeOf(item[key]);
    return time === undefined ? 0 : Math.max(0, framesInSeconds(time, reader.rate, 'nearest'));
  };
  const [inOffset, outOffset] = [frames('in_offset'), frames('out_offset')];
  const type = textAt(item, 'transition_type');
  const name = textAt(item, 'name') || type;
  if (inOffset + outOffset === 0) {
    reader.losses.add('transition', 'cut', name, place, 'a transition without a length becomes a straight cut');
    return undefined;
  }
  const named = KINDS.find(([pattern]) => pattern.test(name))?.[1];
  const kind = named ?? 'dissolve';
  if (named === undefined && type !== 'SMPTE_Dissolve') {
    reader.losses.add('transition', 'cut', name, place, `the transition ${name} is played as a dissolve`);
  }
  if (foreignMetadata(item) !== undefined) {
    const message = 'what another program wrote beside the transition is left out';
    reader.losses.add('metadata', 'detail', name, place, message);
  }
  const direction = DIRECTIONS.find((word) => new RegExp(`\\b${word}\\b`, 'i').test(name));
  const isDirected = kind === 'wipe' || kind === 'slide';
  return { kind, inOffset, outOffset, ...(isDirected && direction !== undefined ? { direction } : {}) };
}
