import type { Metadata } from '../timeline/timeline.ts';
import type { XmlNode } from './xml-write.ts';

/** Under this key our reader keeps elements of xmeml that nobody here reads. */
const KEY = 'fcp7';

/** The kept elements of these names, ready to be written; whatever is not shaped like one is passed over. */
export function keptNodes(metadata: Metadata | undefined, names: ReadonlySet<string>): readonly XmlNode[] {
  const kept = metadata?.[KEY];
  if (!Array.isArray(kept)) return [];
  return kept.flatMap((item: unknown) => {
    const node = nodeOf(item, 0);
    return node !== undefined && names.has(node.name) ? [node] : [];
  });
}

const MAX_DEPTH = 64;

function nodeOf(item: unknown, depth: number): XmlNode | undefined {
  if (typeof item !== 'object' || item === null || depth > MAX_DEPTH) return undefined;
  const { name, attributes, children, text } = item as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string' || !/^[A-Za-z_][\w.-]*$/.test(name)) return undefined;
  return {
    name,
    attributes: attributesOf(attributes),
    ...(Array.isArray(children)
      ? { children: children.map((inner: unknown) => nodeOf(inner, depth + 1)) }
      : { text: typeof text === 'string' ? text : '' }),
  };
}

function attributesOf(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && /^[A-Za-z_][\w.:-]*$/.test(entry[0]),
    ),
  );
}
