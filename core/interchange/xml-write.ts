/** An element to write; undefined attributes and children are left out. */
export type XmlNode = {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string | number | undefined>> | undefined;
  readonly children?: readonly (XmlNode | undefined)[] | undefined;
  readonly text?: string | undefined;
};

/** Builds a node whose children are elements. */
export function node(
  name: string,
  attributes: XmlNode['attributes'],
  children: readonly (XmlNode | undefined)[] = [],
): XmlNode {
  return { name, attributes, children };
}

/** Builds a node that holds text. */
export function leaf(name: string, text: string | number, attributes?: XmlNode['attributes']): XmlNode {
  return { name, attributes, text: String(text) };
}

/** Writes a document with a bare document type, two spaces per level, ending in a line break. */
export function writeXml(root: XmlNode): string {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', `<!DOCTYPE ${root.name}>`];
  writeNode(root, '', lines);
  return `${lines.join('\n')}\n`;
}

function writeNode(item: XmlNode, indent: string, lines: string[]): void {
  const attributes = Object.entries(item.attributes ?? {})
    .flatMap(([key, value]) => (value === undefined ? [] : [` ${key}="${escapeXml(String(value))}"`]))
    .join('');
  const open = `${indent}<${item.name}${attributes}`;
  const children = item.children?.filter((candidate) => candidate !== undefined) ?? [];
  if (item.text !== undefined) {
    lines.push(`${open}>${escapeXml(item.text)}</${item.name}>`);
  } else if (children.length === 0) {
    lines.push(`${open}/>`);
  } else {
    lines.push(`${open}>`);
    for (const candidate of children) writeNode(candidate, `${indent}  `, lines);
    lines.push(`${indent}</${item.name}>`);
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Escaped for text and attributes alike; line breaks and tabs as references, characters XML 1.0 forbids as U+FFFD. */
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[<>&"']/g, (character) => ESCAPES[character] ?? character)
    .replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
