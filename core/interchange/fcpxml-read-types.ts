import type { Rate } from '../time/rate.ts';
import { rational } from '../time/rational.ts';
import { exactSeconds, type Seconds } from '../time/seconds.ts';
import type { ColourSpace, TrackKind } from '../timeline/timeline.ts';
import type { DeclaredMedia, ImportedClip, ImportedMarker } from './handoff.ts';
import { refuse, type Losses } from './imported.ts';
import type { XmlElement } from './xml-read.ts';

/** A format resource; stills and sound have no rate. */
export type FcpFormat = {
  readonly rate: Rate | undefined;
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly colourSpace: ColourSpace | undefined;
};

/** An asset resource, or a sequence kept as media. */
export type FcpAsset = {
  readonly name: string;
  readonly url: string;
  readonly start: Seconds;
  readonly hasVideo: boolean;
  readonly hasAudio: boolean;
  readonly rate: Rate | undefined;
  readonly format: FcpFormat | undefined;
  readonly declared: DeclaredMedia | undefined;
  /** The nested timeline it is; absent = a file. */
  readonly key?: string | undefined;
};

export type FcpResources = {
  readonly formats: ReadonlyMap<string, FcpFormat>;
  readonly assets: ReadonlyMap<string, FcpAsset>;
  /** Names and uids of effects. */
  readonly effects: ReadonlyMap<string, string>;
  /** `media` elements: compound and multicam clips. */
  readonly media: ReadonlyMap<string, XmlElement>;
};

/** A clip found on a lane; sound without a picture of its own hangs below. */
export type Entry = {
  readonly kind: TrackKind;
  readonly lane: number;
  /** Captions in a language. */
  readonly captions?: string | undefined;
  readonly clip: ImportedClip;
};

/** One sequence while it is read. */
export type StoryReader = {
  readonly rate: Rate;
  readonly frame: { readonly width: number; readonly height: number };
  readonly resources: FcpResources;
  readonly losses: Losses;
  readonly entries: Entry[];
  readonly markers: ImportedMarker[];
  /** A sequence kept as media, read on first use. */
  readonly nested: (ref: string, line: number) => FcpAsset | undefined;
  /** Counts an element of a multicam clip each time that it is laid open. */
  readonly spend: (line: number) => void;
  /** Multicam clips that are being laid out. */
  readonly open: readonly string[];
  /** Links of clips are told apart by it. */
  readonly link: () => string;
};

/** Where a container lies: its local time `local` falls on record time `record`. */
export type Origin = {
  readonly record: Seconds;
  readonly local: Seconds;
  /** Local time of a first element without an offset; absent = `local`. */
  readonly first?: Seconds | undefined;
};

/**
 * A time attribute: `36037001/1000s`, `5s`, `0s`; undefined where absent.
 *
 * @throws MontageError E_INTERCHANGE_FCPXML where it is no rational time
 */
export function timeAttribute(element: XmlElement, name: string): Seconds | undefined {
  const text = element.attributes.get(name);
  if (text === undefined) return undefined;
  const match = /^(-?\d{1,19})(?:\/(\d{1,19}))?s$/.exec(text.trim());
  const den = BigInt(match?.[2] ?? '1');
  if (match !== null && den !== 0n) return bounded(element, name, BigInt(match[1] ?? '0'), den);
  const decimal = /^(-?\d{1,5}\.\d{1,6})\d*s$/.exec(text.trim());
  if (decimal !== null) return rational(Math.round(Number(decimal[1]) * 1_000_000), 1_000_000);
  throw refuse('E_INTERCHANGE_FCPXML', `${name}="${text.slice(0, 40)}" is no time`, `line ${element.line}`);
}

/** Ten days, beyond which no edit lies and sums of times would lose frames. */
const FURTHEST_SECONDS = 864_000n;

function bounded(element: XmlElement, name: string, num: bigint, den: bigint): Seconds {
  if ((num < 0n ? -num : num) <= FURTHEST_SECONDS * den) return exactSeconds(num, den);
  const text = (element.attributes.get(name) ?? '').slice(0, 40);
  throw refuse('E_INTERCHANGE_FCPXML', `${name}="${text}" is more than ten days`, `line ${element.line}`);
}

/** An attribute as a number; undefined where it is absent or none. */
export function numberAttribute(element: XmlElement | undefined, name: string): number | undefined {
  const [value] = numbersOf(element?.attributes.get(name));
  return value;
}

/** Numbers separated by spaces, with units ("-6dB") cut off; stops at what is no number. */
export function numbersOf(text: string | undefined): readonly number[] {
  const numbers: number[] = [];
  for (const part of text?.trim().split(/\s+/).slice(0, 16) ?? []) {
    const value = /^-inf/i.test(part) ? -96 : Number.parseFloat(part);
    if (!Number.isFinite(value) || Math.abs(value) > 1e9) break;
    numbers.push(value);
  }
  return numbers;
}
