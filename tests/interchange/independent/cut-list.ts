/** A fraction of BigInts; this reader shares no code with the product. */
export type Fraction = { readonly n: bigint; readonly d: bigint };

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}

export function fraction(n: bigint, d = 1n): Fraction {
  const sign = d < 0n ? -1n : 1n;
  const divisor = gcd(n < 0n ? -n : n, d < 0n ? -d : d) || 1n;
  return { n: (sign * n) / divisor, d: (sign * d) / divisor };
}

export const plus = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d + b.n * a.d, a.d * b.d);
export const minus = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d - b.n * a.d, a.d * b.d);
export const times = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.n, a.d * b.d);
export const over = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d, a.d * b.n);
export const floorOf = (a: Fraction): bigint => (a.n >= 0n ? a.n / a.d : -((-a.n + a.d - 1n) / a.d));

/** A whole number of frames, or an error: nothing may lie between frames. */
export function wholeOf(a: Fraction, what: string): number {
  if (a.d !== 1n) throw new Error(`${what} lies between frames: ${a.n}/${a.d}`);
  return Number(a.n);
}

/** A decimal such as 23.976023976023978 or 25.0 as the rate it stands for. */
export function rateOfDecimal(value: number): Fraction {
  for (const base of [12n, 15n, 24n, 30n, 48n, 60n, 120n, 240n]) {
    if (Math.abs(value - (Number(base) * 1000) / 1001) < 1e-6) return fraction(base * 1000n, 1001n);
  }
  if (!Number.isInteger(value)) throw new Error(`no known rate: ${value}`);
  return fraction(BigInt(value));
}

/** One clip of a cut list: record frames from the timeline's first, source seconds from the media's first frame. */
export type CutLine = {
  readonly track: string;
  readonly file: string;
  readonly recordIn: number;
  readonly recordOut: number;
  readonly source: Fraction;
  readonly speed: Fraction;
  readonly enabled: boolean;
};

/** Lines as text with the number of the first source frame shown; two lists that are equal here are the same cut. */
export function cutListText(
  lines: readonly CutLine[],
  sourceRate: (file: string) => Fraction | undefined,
): readonly string[] {
  return lines
    .map((line) => {
      const rate = sourceRate(line.file);
      const shown = rate === undefined ? `${line.source.n}/${line.source.d}s` : `#${floorOf(times(line.source, rate))}`;
      return `${line.track} ${line.recordIn}-${line.recordOut} ${line.file} ${shown} x${line.speed.n}/${line.speed.d}${line.enabled ? '' : ' off'}`;
    })
    .toSorted();
}

/** A tiny reader of well-formed XML: enough for files of our own. */
export type Element = {
  readonly tag: string;
  readonly at: Readonly<Record<string, string>>;
  readonly inner: readonly Element[];
  readonly text: string;
};

function plain(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}

type Open = { tag: string; at: Record<string, string>; inner: Element[]; text: string };

export function parseElements(xml: string): Element {
  const stack: Open[] = [{ tag: '', at: {}, inner: [], text: '' }];
  for (const token of xml.matchAll(/<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w.-]+="[^"]*")*)\s*(\/?)>|([^<]+)/g)) {
    const [, close, tag = '', attributes = '', single, text] = token;
    const top = stack.at(-1);
    if (top === undefined) throw new Error('unbalanced');
    if (text !== undefined) top.text += plain(text);
    else if (close === '/') {
      stack.pop();
      stack.at(-1)?.inner.push(top);
    } else {
      const at = Object.fromEntries(
        [...attributes.matchAll(/([\w.-]+)="([^"]*)"/g)].map((one) => [one[1] ?? '', plain(one[2] ?? '')]),
      );
      const element: Open = { tag, at, inner: [], text: '' };
      if (single === '/') top.inner.push(element);
      else stack.push(element);
    }
  }
  const root = stack[0]?.inner[0];
  if (root === undefined || stack.length !== 1) throw new Error('unbalanced');
  return root;
}

export const inside = (element: Element | undefined, tag: string): Element | undefined =>
  element?.inner.find((one) => one.tag === tag);
export const allInside = (element: Element | undefined, tag: string): readonly Element[] =>
  element?.inner.filter((one) => one.tag === tag) ?? [];
export const textInside = (element: Element | undefined, tag: string): string => inside(element, tag)?.text ?? '';
/** The file's name of an address or, as Resolve takes it, of a bare path. */
export const lastPart = (url: string): string => {
  const part = url.split(/[/\\]/).at(-1) ?? '';
  return url.startsWith('file:') ? decodeURIComponent(part) : part;
};
