import type { Rate } from '../time/rate.ts';
import { rateOfTimebase } from './imported.ts';
import { child, childText, type XmlElement } from './xml-read.ts';

/** A child's number; undefined where it is absent, no number or beyond 2^53. */
export function numberText(element: XmlElement | undefined, name: string): number | undefined {
  return numberOf(childText(element, name));
}

/** A text as a number; undefined for anything else and beyond 2^53. */
export function numberOf(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  const value = trimmed === '' ? Number.NaN : Number(trimmed);
  return Number.isFinite(value) && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined;
}

/** A day and a half at 240 fps, weeks at 24; what lies beyond says nothing. */
const MAX_FRAMES = 2 ** 25;

/** A child's whole number of frames (Hiero writes 14.0); undefined where it names no frame. */
export function wholeText(element: XmlElement | undefined, name: string): number | undefined {
  const value = numberText(element, name);
  return value === undefined || Math.abs(value) > MAX_FRAMES ? undefined : Math.round(value);
}

/** The rate a child states as timebase and ntsc. */
export function rateIn(element: XmlElement | undefined): Rate | undefined {
  const rate = child(element, 'rate');
  const timebase = numberText(rate, 'timebase');
  return timebase === undefined ? undefined : rateOfTimebase(timebase, isOn(rate, 'ntsc'));
}

/** Whether a child says TRUE. */
export function isOn(element: XmlElement | undefined, name: string): boolean {
  return childText(element, name)?.trim().toUpperCase() === 'TRUE';
}

/** Whether a child says FALSE; absent is neither. */
export function isOff(element: XmlElement | undefined, name: string): boolean {
  return childText(element, name)?.trim().toUpperCase() === 'FALSE';
}

/** Elements of a name anywhere below, in document order. */
export function elementsNamed(root: XmlElement, name: string): readonly XmlElement[] {
  const found: XmlElement[] = [];
  const stack: XmlElement[] = [root];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (next.name === name) found.push(next);
    for (let index = next.children.length - 1; index >= 0; index -= 1) {
      const inner = next.children[index];
      if (inner !== undefined) stack.push(inner);
    }
  }
  return found;
}
