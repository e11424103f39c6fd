import type { Rate } from '../time/rate.ts';
import type { CutTransition } from './export-cut.ts';
import { rateNode } from './fcp7-rate-write.ts';
import type { PlacedItem } from './fcp7-tracks.ts';
import { leaf, node, type XmlNode } from './xml-write.ts';

/** Premiere's unit of time; a whole number in one frame of every listed rate. */
export const TICKS_PER_SECOND = 254_016_000_000;

/** Ticks of a span of frames. */
function ticksOfFrames(frames: number, rate: Rate): string {
  return String((BigInt(frames) * BigInt(TICKS_PER_SECOND) * BigInt(rate.den)) / BigInt(rate.num));
}

/** A transition as it plays; `cutPointTicks` says exactly where the cut lies in it. */
export function transitionNode(transition: CutTransition, media: 'video' | 'audio', rate: Rate): XmlNode {
  const { cut, inOffset, outOffset } = transition;
  return item(cut - inOffset, cut + outOffset, inOffset, alignmentOf(transition), rate, effectNode(transition, media));
}

/** A sound's own fade: to or from silence in a straight line. */
export function fadeNode(fade: Extract<PlacedItem, { kind: 'fade' }>, rate: Rate): XmlNode {
  const { edge, start, end } = fade;
  const effect = transitionEffect('Cross Fade ( 0dB)', 'KGAudioTransCrossFade0dB', undefined, 'audio', [0, false]);
  return item(start, end, edge === 'in' ? 0 : end - start, edge === 'in' ? 'start-black' : 'end-black', rate, effect);
}

function item(start: number, end: number, before: number, alignment: string, rate: Rate, effect: XmlNode): XmlNode {
  return node('transitionitem', {}, [
    leaf('start', start),
    leaf('end', end),
    leaf('alignment', alignment),
    leaf('cutPointTicks', ticksOfFrames(before, rate)),
    rateNode(rate),
    effect,
  ]);
}

function alignmentOf({ from, to, inOffset, outOffset }: CutTransition): string {
  if (from === undefined) return 'start-black';
  if (to === undefined) return 'end-black';
  if (inOffset === 0) return 'start';
  return outOffset === 0 ? 'end' : 'center';
}

/** Whether readers without Premiere's ticks find the cut where it is: from the alignment, halves rounded down. */
export function isWhereAligned({ from, to, inOffset, outOffset }: CutTransition): boolean {
  if (from === undefined || to === undefined || inOffset === 0 || outOffset === 0) return true;
  return inOffset === Math.floor((inOffset + outOffset) / 2);
}

/** SMPTE ST 258 wipe codes and whether they run the other way round. */
const WIPES = { right: [1, false], left: [1, true], down: [2, false], up: [2, true] } as const;

function effectNode({ transition }: CutTransition, media: 'video' | 'audio'): XmlNode {
  if (media === 'audio')
    return transitionEffect('Cross Fade (+3dB)', 'KGAudioTransCrossFade3dB', undefined, 'audio', [0, false]);
  const wipe = WIPES[transition.direction ?? 'right'];
  switch (transition.kind) {
    case 'dissolve':
      return transitionEffect('Cross Dissolve', 'Cross Dissolve', 'Dissolve', 'video', [0, false]);
    case 'fade-through-black':
      return transitionEffect(
        'Dip to Color Dissolve',
        'Dip to Color Dissolve',
        'Dissolve',
        'video',
        [0, false],
        [black()],
      );
    case 'wipe':
      return transitionEffect('Edge Wipe', 'Edge Wipe', 'Wipe', 'video', wipe);
    case 'slide':
      return transitionEffect('Push Slide', 'Push Slide', 'Slide', 'video', wipe);
  }
}

function black(): XmlNode {
  const parts = ['red', 'green', 'blue'].map((name) => leaf(name, 0));
  return node('parameter', {}, [
    leaf('parameterid', 'color'),
    leaf('name', 'Color'),
    node('value', {}, [leaf('alpha', 255), ...parts]),
  ]);
}

function transitionEffect(
  name: string,
  id: string,
  category: string | undefined,
  media: 'video' | 'audio',
  [code, isReversed]: readonly [number, boolean],
  parameters: readonly XmlNode[] = [],
): XmlNode {
  return node('effect', {}, [
    leaf('name', name),
    leaf('effectid', id),
    category === undefined ? undefined : leaf('effectcategory', category),
    leaf('effecttype', 'transition'),
    leaf('mediatype', media),
    leaf('wipecode', code),
    leaf('wipeaccuracy', 100),
    leaf('startratio', 0),
    leaf('endratio', 1),
    leaf('reverse', isReversed ? 'TRUE' : 'FALSE'),
    ...parameters,
  ]);
}
