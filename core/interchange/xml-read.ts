import { XMLParser } from 'fast-xml-parser';
import { MontageError } from '../errors.ts';

/** An element that was read: attributes, child elements in order, own text, and the line it starts on. */
export type XmlElement = {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
  readonly line: number;
};

const MAX_CHARACTERS = 64 * 1024 * 1024;
const MAX_DEPTH = 128;
const ATTRIBUTE_PREFIX = '@';
const CDATA = '#cdata';
/** Everything that may start with '<': comment, CDATA, instruction, document type, tag with its quoted attributes. */
const MARKUP =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<!DOCTYPE([^>[]*)([[>])|<(\/?)([A-Za-z_:][\w:.-]*)((?:"[^"<]*"|'[^'<]*'|[^"'<>])*)>|</g;

/**
 * Reads untrusted XML. Entities of its own, external document types, nesting beyond 128 levels and texts beyond
 * 64 Mi characters are refused before anything is built.
 *
 * @throws MontageError E_INTERCHANGE_HOSTILE or E_INTERCHANGE_XML with the line
 */
export function readXml(text: string): XmlElement {
  if (text.length > MAX_CHARACTERS) throw hostile('it is larger than 64 MiB');
  const lines = lineStarts(text);
  refuseHostile(text, lines);
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: ATTRIBUTE_PREFIX,
    parseTagValue: false,
    parseAttributeValue: false,
    processEntities: false,
    trimValues: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    captureMetaData: true,
    cdataPropName: CDATA,
    maxNestedTags: MAX_DEPTH + 8,
  });
  const parsed: unknown = parse(parser, text);
  const roots = Array.isArray(parsed) ? parsed.flatMap((node: unknown) => elementOf(node, lines) ?? []) : [];
  const [root] = roots;
  if (root === undefined) throw malformed('it holds no element', 1);
  return root;
}

function parse(parser: XMLParser, text: string): unknown {
  try {
    return parser.parse(text);
  } catch (cause) {
    throw malformed(cause instanceof Error ? cause.message : 'it cannot be parsed', 1);
  }
}

function malformed(what: string, line: number): MontageError {
  return new MontageError({
    code: 'E_INTERCHANGE_XML',
    message: `the XML is damaged: ${what.replace(/\.$/, '')}`,
    where: `line ${line}`,
    hint: 'export the file again',
    stage: 'import',
  });
}

function hostile(what: string): MontageError {
  return new MontageError({
    code: 'E_INTERCHANGE_HOSTILE',
    message: `the XML is refused: ${what}`,
    hint: 'export the file again from the editor',
    stage: 'import',
  });
}

/** Tags of millions of characters are more than regular expressions can walk. */
function refuseHostile(text: string, lines: readonly number[]): void {
  try {
    walkTags(text, lines);
  } catch (error) {
    throw error instanceof RangeError ? hostile('one of its tags is millions of characters long') : error;
  }
}

/** Walks the tags once: depth, balance, document type. */
function walkTags(text: string, lines: readonly number[]): void {
  const open: string[] = [];
  for (const markup of text.matchAll(MARKUP)) {
    const [whole, doctype, doctypeEnd, closing, name, rest] = markup;
    if (whole === '<') throw malformed("a '<' starts no tag", lineAt(lines, markup.index));
    if (doctype !== undefined) refuseDoctype(doctype, doctypeEnd);
    if (name === undefined) continue;
    if (closing === '/') {
      const expected = open.pop();
      if (expected !== name) throw malformed(`</${name}> closes no element`, lineAt(lines, markup.index));
    } else if (rest?.endsWith('/') !== true) {
      open.push(name);
      if (open.length > MAX_DEPTH) throw hostile(`its elements nest more than ${MAX_DEPTH} deep`);
    }
  }
  const [unclosed] = open;
  if (unclosed !== undefined) throw malformed(`<${unclosed}> is never closed`, lines.length);
}

/** A bare name is allowed; nothing is ever fetched or expanded. */
function refuseDoctype(doctype: string, end: string | undefined): void {
  if (end === '[') throw hostile('its document type declares entities or elements of its own');
  if (/\b(?:SYSTEM|PUBLIC)\b/.test(doctype)) throw hostile('its document type points to another file');
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineAt(starts: readonly number[], index: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? Number.POSITIVE_INFINITY) <= index) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isRecord(value: unknown): value is Readonly<Record<string | symbol, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function elementOf(node: unknown, lines: readonly number[]): XmlElement | undefined {
  if (!isRecord(node)) return undefined;
  const name = Object.keys(node).find((key) => key !== ':@');
  if (name === undefined || name === '#text' || name === CDATA) return undefined;
  const content = node[name];
  const items: readonly unknown[] = Array.isArray(content) ? content : [];
  const [symbol] = Object.getOwnPropertySymbols(node);
  const meta = symbol === undefined ? undefined : node[symbol];
  const startIndex = isRecord(meta) ? meta['startIndex'] : undefined;
  const text = items.map(textOf).join('');
  const children = items.flatMap((item) => elementOf(item, lines) ?? []);
  return {
    name,
    attributes: attributesOf(node[':@']),
    children,
    // Between elements there is only layout; a lone text keeps the spaces of its name.
    text: children.length === 0 ? text : text.trim(),
    line: typeof startIndex === 'number' ? lineAt(lines, startIndex) : 1,
  };
}

function textOf(item: unknown): string {
  if (!isRecord(item)) return '';
  const [text, data] = [item['#text'], item[CDATA]];
  if (typeof text === 'string') return unescape(text);
  return Array.isArray(data) ? data.map(rawTextOf).join('') : '';
}

function rawTextOf(item: unknown): string {
  const text = isRecord(item) ? item['#text'] : undefined;
  return typeof text === 'string' ? text : '';
}

function attributesOf(value: unknown): ReadonlyMap<string, string> {
  if (!isRecord(value)) return new Map();
  return new Map(
    Object.entries(value).flatMap(([key, text]) =>
      typeof text === 'string' ? [[key.slice(ATTRIBUTE_PREFIX.length), unescape(text)] as const] : [],
    ),
  );
}

const NAMED_ENTITIES: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({ lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }),
);

/** The five predefined entities and character references; anything else stays as written. */
function unescape(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));/gi, (whole, hex, decimal, named) => {
    if (typeof named === 'string') return NAMED_ENTITIES.get(named) ?? whole;
    const code = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** The first child of a name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((candidate) => candidate.name === name);
}

/** A descendant by names, one level each. */
export function descendant(element: XmlElement | undefined, ...names: readonly string[]): XmlElement | undefined {
  return names.reduce<XmlElement | undefined>((at, name) => child(at, name), element);
}

/** All children of a name. */
export function childrenNamed(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((candidate) => candidate.name === name) ?? [];
}

/** A child's text; undefined where the child is absent or empty. */
export function childText(element: XmlElement | undefined, name: string): string | undefined {
  const text = child(element, name)?.text;
  return text === '' ? undefined : text;
}
