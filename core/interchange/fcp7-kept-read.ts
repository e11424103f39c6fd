import type { Metadata } from '../timeline/timeline.ts';
import type { XmlElement } from './xml-read.ts';

/** Under this key, elements of xmeml that nobody here reads are kept as JSON and written again. */
const KEY = 'fcp7';

type KeptElement = {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly children?: readonly KeptElement[];
  readonly text?: string;
};

/** Keeps elements verbatim; undefined where there are none. */
export function keptMetadata(elements: readonly XmlElement[]): Metadata | undefined {
  return elements.length === 0 ? undefined : { [KEY]: elements.map(keep) };
}

function keep(element: XmlElement): KeptElement {
  return {
    name: element.name,
    ...(element.attributes.size > 0 && { attributes: Object.fromEntries(element.attributes) }),
    ...(element.children.length > 0 ? { children: element.children.map(keep) } : { text: element.text }),
  };
}
