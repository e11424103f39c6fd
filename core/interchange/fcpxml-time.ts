import type { Rate } from '../time/rate.ts';
import { rational } from '../time/rational.ts';
import { refuse } from './imported.ts';
import { exactSeconds, type Seconds } from '../time/seconds.ts';
import type { XmlElement } from './xml-read.ts';

/** A format resource; stills and sound have no rate. */
export type FcpFormat = {
  readonly rate: Rate | undefined;
  readonly width: number | undefined;
  readonly height: number | undefined;
};

/** An asset resource. */
export type FcpAsset = {
  readonly name: string;
  readonly url: string;
  readonly start: Seconds;
  readonly hasVideo: boolean;
  readonly hasAudio: boolean;
  readonly rate: Rate | undefined;
};

export type FcpResources = {
  readonly formats: ReadonlyMap<string, FcpFormat>;
  readonly assets: ReadonlyMap<string, FcpAsset>;
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
  if (match !== null && den !== 0n) return exactSeconds(BigInt(match[1] ?? '0'), den);
  const decimal = /^(-?\d{1,9}\.\d{1,6})\d*s$/.exec(text.trim());
  if (decimal !== null) return rational(Math.round(Number(decimal[1]) * 1_000_000), 1_000_000);
  throw refuse('E_INTERCHANGE_FCPXML', `${name}="${text.slice(0, 40)}" is no time`, `line ${element.line}`);
}
