import { timeOfFrame, type Rate } from '../time/rate.ts';
import { equalRational, rational, toNumber, type Rational } from '../time/rational.ts';
import type { Title } from '../timeline/picture.ts';
import { readBlend, readEffects, type EffectContext, type ReadEffects, type Size } from './fcp7-effects-read.ts';
import { readFile, type ReadFile } from './fcp7-file-read.ts';
import { readMarkers } from './fcp7-marker-read.ts';
import { keptMetadata } from './fcp7-kept-read.ts';
import { readTimeRemap, type ReadSpeed } from './fcp7-speed-read.ts';
import { graphicTitle, readTitle } from './fcp7-title-read.ts';
import { readTransition, type Edges, type TrackTransition } from './fcp7-transition-read.ts';
import { isOff, isOn, numberText, rateIn, wholeText } from './fcp7-values.ts';
import type { ImportedClip, ImportedTransition, LossKind } from './handoff.ts';
import { importedClip, OFF_GRID, type Losses } from './imported.ts';
import {
  addSeconds,
  exactSeconds,
  framesInSeconds,
  multiplySeconds,
  secondsOfFrame,
  subtractSeconds,
  ZERO_SECONDS,
  type Seconds,
} from '../time/seconds.ts';
import { child, childText, childrenNamed, type XmlElement } from './xml-read.ts';

const TICKS_PER_SECOND = 254_016_000_000n;

/** What clips of one sequence share. */
export type ClipReader = {
  readonly rate: Rate;
  readonly frame: Size;
  readonly losses: Losses;
  readonly files: ReadonlyMap<string, XmlElement>;
  readonly groups: ReadonlyMap<string, string>;
  /** The key under which a nested sequence is read; undefined where it is nowhere described. */
  readonly nest: (sequence: XmlElement) => string | undefined;
};

/** Reads a clip or generator at its place; undefined where it shows nothing that can be held, which is listed. */
export function readClipItem(
  reader: ClipReader,
  item: XmlElement,
  edges: Edges,
  kind: 'video' | 'audio',
  label: string,
): ImportedClip | undefined {
  const { losses } = reader;
  const name = childText(item, 'name') ?? '';
  const place = losses.at(label, edges.start, item.line);
  const lose = (lost: LossKind, message: string) => losses.add(lost, 'cut', name, place, message);
  const content = contentOf(reader, item, lose);
  if (content === undefined) return undefined;
  if (['start', 'end'].some((edge) => !Number.isInteger(numberText(item, edge) ?? 0))) lose('off-grid', OFF_GRID);
  const file = readFile(reader.files, item, name);
  const timing = readTiming(reader, item, edges, file, kind, lose);
  const context = effectContext(reader, item, file, timing, lose);
  const effects = readEffects(content.filters, context);
  const head = edges.before && transitionOf(edges.before, kind, lose);
  const tail = edges.after?.to === undefined ? edges.after && transitionOf(edges.after, kind, lose) : undefined;
  const channel = wholeText(child(item, 'sourcetrack'), 'trackindex');
  return importedClip({
    name,
    media: file.media,
    recordIn: edges.start,
    duration: edges.end - edges.start,
    sourceIn: timing.sourceIn,
    sourceRate: file.rate,
    speed: timing.speed,
    enabled: !isOff(item, 'enabled'),
    note: childText(child(item, 'logginginfo'), 'lognote') ?? '',
    linkGroup: reader.groups.get(item.attributes.get('id') ?? '') ?? null,
    ...(content.played && { content: content.played }),
    markers: readMarkers(item, (frame) => timing.recordFrame(frame)),
    ...lookOf(item, kind, effects, timing, content.title, context),
    channels: channel === undefined || channel < 1 || kind === 'video' ? [] : [channel],
    head: head?.isFade === true ? undefined : head?.imported,
    tail: tail?.isFade === true ? undefined : tail?.imported,
    fadeIn: head?.isFade === true ? fadeLength(head.imported, reader.rate) : ZERO_SECONDS,
    fadeOut: tail?.isFade === true ? fadeLength(tail.imported, reader.rate) : ZERO_SECONDS,
    metadata: keptMetadata([...unreadParts(item), ...effects.unknown]),
  });
}

function fadeLength({ inOffset, outOffset }: ImportedTransition, rate: Rate): Seconds {
  return secondsOfFrame(inOffset + outOffset, rate);
}

function lookOf(
  item: XmlElement,
  kind: 'video' | 'audio',
  effects: ReadEffects,
  timing: Timing,
  title: Title | undefined,
  context: EffectContext,
): Partial<ImportedClip> {
  const keyframes = Object.keys(effects.keyframes).length > 0 ? { keyframes: effects.keyframes } : {};
  if (kind === 'audio') return { ...keyframes, gainDb: effects.gainDb, ...(effects.pan && { pan: effects.pan }) };
  const blend = readBlend(item, context);
  const look = {
    ...(effects.transform && { transform: effects.transform }),
    ...(effects.crop && { crop: effects.crop }),
    ...(blend && { blend }),
    ...(timing.blend && { retiming: 'blend' as const }),
    ...(title && { title }),
  };
  return { ...keyframes, opacity: effects.opacity, ...(Object.keys(look).length > 0 && { effects: look }) };
}

type Content = {
  readonly played: ImportedClip['content'];
  readonly title?: Title;
  readonly filters: readonly XmlElement[];
};

/** What plays: a file, a title or a nested sequence; undefined where it can only be listed. */
function contentOf(
  reader: ClipReader,
  item: XmlElement,
  lose: (kind: LossKind, message: string) => void,
): Content | undefined {
  const filters = childrenNamed(item, 'filter');
  const sequence = child(item, 'sequence');
  if (sequence !== undefined) {
    const key = reader.nest(sequence);
    if (key !== undefined) return { played: { kind: 'nested', key }, filters };
    lose('nested', 'the sequence it plays is not in the file; it leaves a hole');
    return undefined;
  }
  if (child(item, 'multiclip') !== undefined) {
    lose('nested', 'a multiclip is left out and leaves a hole');
    return undefined;
  }
  if (item.name === 'generatoritem') {
    const title = readTitle(item, reader.frame.height);
    if (title !== undefined) return { played: { kind: 'title' }, title, filters };
    lose('generator', `the generator ${childText(child(item, 'effect'), 'name') ?? ''} is left out and leaves a hole`);
    return undefined;
  }
  const graphic = filters.find((filter) => childText(child(filter, 'effect'), 'effectid') === 'GraphicAndType');
  if (graphic === undefined) return { played: undefined, filters };
  lose('title', 'of its graphic only the name is readable; style and place are lost');
  const title = graphicTitle(childText(child(graphic, 'effect'), 'name') ?? '');
  return { played: { kind: 'title' }, title, filters: filters.filter((filter) => filter !== graphic) };
}

function transitionOf(
  transition: TrackTransition,
  kind: 'video' | 'audio',
  lose: (kind: LossKind, message: string) => void,
) {
  const read = readTransition(transition, kind);
  if (read.lost !== undefined) lose('transition', `of its transition ${read.name}: ${read.lost}`);
  return read;
}

type Timing = {
  readonly sourceIn: Seconds;
  readonly speed: Rational;
  readonly blend: boolean;
  /** The record frame from the clip's start that a frame number of the clip means. */
  readonly recordFrame: (frame: number) => number;
};

function readTiming(
  reader: ClipReader,
  item: XmlElement,
  edges: Edges,
  file: ReadFile,
  kind: 'video' | 'audio',
  lose: (kind: LossKind, message: string) => void,
): Timing {
  const { rate } = reader;
  const grid = rateIn(item) ?? rate;
  const from = Math.max(0, wholeText(item, 'in') ?? 0);
  const to = Math.max(from, wholeText(item, 'out') ?? from);
  const remap = childrenNamed(item, 'filter')
    .map((filter) => child(filter, 'effect'))
    .find((effect) => childText(effect, 'effectid')?.trim() === 'timeremap');
  let read: ReadSpeed = { speed: rational(1), graphIn: undefined, blend: false, lost: undefined };
  if (remap !== undefined) read = readTimeRemap(remap, from, to);
  const isHeld = isOn(item, 'stillframe') && !file.isStill && item.name === 'clipitem';
  let speed = isHeld ? rational(0) : read.speed;
  if (read.lost !== undefined && !isHeld) lose(read.lost.kind, read.lost.message);
  if (kind === 'audio' && speed.num === 0) {
    lose('freeze', 'sound cannot be held; it plays on at normal speed');
    speed = rational(1);
  }
  const skip = secondsOfFrame(edges.skip, rate);
  const clipTime = addSeconds(secondsOfFrame(from, grid), skip);
  const source = { item, grid, from, to, skip, clipTime, speed, file };
  const sourceIn = isHeld ? heldAt(source) : sourceOf(source, remap === undefined ? undefined : read);
  return {
    sourceIn,
    speed,
    blend: read.blend,
    recordFrame: (frame) => framesInSeconds(subtractSeconds(secondsOfFrame(frame, grid), clipTime), rate, 'nearest'),
  };
}

type SourceTiming = {
  readonly item: XmlElement;
  readonly grid: Rate;
  readonly from: number;
  readonly to: number;
  readonly skip: Seconds;
  /** Time in the clip's own count at its start, handles left out. */
  readonly clipTime: Seconds;
  readonly speed: Rational;
  readonly file: ReadFile;
};

function heldAt({ item, grid, clipTime }: SourceTiming): Seconds {
  const held = wholeText(item, 'stillframeoffset');
  const ticks = ticksOf(item, 'pproTicksIn');
  return ticks ?? (held === undefined ? clipTime : secondsOfFrame(Math.max(0, held), grid));
}

/**
 * Where the source starts. Premiere's ticks are true source time (between `in` and `out`, handles with them); without
 * them a plain clip counts source frames from `in`, and a retimed one either source frames or, where its duration is
 * that of the retimed media, frames of those.
 */
function sourceOf(source: SourceTiming, remap: ReadSpeed | undefined): Seconds {
  const { item, grid, from, to, skip, clipTime, speed, file } = source;
  const [ticksIn, ticksOut] = [ticksOf(item, 'pproTicksIn'), ticksOf(item, 'pproTicksOut')];
  const start = secondsOfFrame(subclipStart(item) + from, grid);
  if (remap === undefined || (equalRational(speed, rational(1)) && remap.graphIn === undefined)) {
    const counted = addSeconds(start, skip);
    if (ticksIn === undefined) return counted;
    const exact = addSeconds(ticksIn, skip);
    return Math.abs(framesInSeconds(subtractSeconds(exact, counted), grid, 'nearest')) <= 1 ? exact : counted;
  }
  const moved = multiplySeconds(skip, speed);
  if (ticksIn !== undefined) {
    const isLower = ticksOut === undefined || ticksOut.num * ticksIn.den >= ticksIn.num * ticksOut.den;
    const upper = isLower ? (ticksOut ?? ticksIn) : ticksIn;
    return addSeconds(speed.num < 0 ? upper : isLower ? ticksIn : upper, moved);
  }
  if (remap.graphIn !== undefined) {
    const { num, den } = remap.graphIn;
    return addSeconds(exactSeconds(BigInt(num) * BigInt(grid.den), BigInt(den) * BigInt(grid.num)), moved);
  }
  if (speed.num === 0) return start;
  const isRetimed = countsRetimed(source);
  if (speed.num > 0) return isRetimed ? multiplySeconds(clipTime, speed) : addSeconds(start, moved);
  if (isRetimed && file.length !== undefined) return addSeconds(file.length, multiplySeconds(clipTime, speed));
  // `in` is the lower end of what plays backwards.
  const played = multiplySeconds(secondsOfFrame(to - from, grid), rational(-speed.num, speed.den));
  return addSeconds(addSeconds(start, played), moved);
}

/** FCP and Premiere count a retimed clip's frames at its own speed, and so its duration. */
function countsRetimed({ item, grid, speed, file }: SourceTiming): boolean {
  const duration = wholeText(item, 'duration');
  if (duration === undefined || file.length === undefined) return false;
  const own = framesInSeconds(file.length, grid, 'nearest');
  const factor = rational(speed.den, Math.abs(speed.num));
  const retimed = framesInSeconds(multiplySeconds(file.length, factor), grid, 'nearest');
  return Math.abs(duration - retimed) <= 2 && Math.abs(duration - own) > 2;
}

/** A subclip counts from its own start. */
function subclipStart(item: XmlElement): number {
  return Math.max(0, wholeText(child(item, 'subclipinfo'), 'startoffset') ?? wholeText(item, 'startoffset') ?? 0);
}

function ticksOf(item: XmlElement, name: string): Seconds | undefined {
  const text = childText(item, name)?.trim() ?? '';
  return /^\d{1,18}$/.test(text) ? exactSeconds(BigInt(text), TICKS_PER_SECOND) : undefined;
}

function effectContext(
  reader: ClipReader,
  item: XmlElement,
  file: ReadFile,
  timing: Timing,
  lose: (kind: LossKind, message: string) => void,
): EffectContext {
  const { rate } = reader;
  const nested = child(item, 'sequence') !== undefined || item.name === 'generatoritem';
  return {
    frame: reader.frame,
    picture: nested ? reader.frame : file.size,
    timeOf: (when) => {
      const frame = timing.recordFrame(Math.round(when));
      return Math.abs(frame) > MAX_SECONDS * toNumber(rate) ? undefined : timeOfFrame(frame, rate);
    },
    lose,
  };
}

/** Key frames may lie far outside a clip, but not further than any media. */
const MAX_SECONDS = 4_000_000;

const READ_PARTS: ReadonlySet<string> = new Set([
  ...['name', 'enabled', 'duration', 'rate', 'start', 'end', 'in', 'out', 'pproTicksIn', 'pproTicksOut', 'file'],
  ...['filter', 'sourcetrack', 'link', 'marker', 'masterclipid', 'sequence', 'compositemode', 'effect', 'stillframe'],
  ...['stillframeoffset', 'subclipinfo', 'startoffset', 'endoffset', 'ismasterclip', 'multiclip'],
]);

const NEUTRAL: ReadonlyMap<string, RegExp> = new Map(
  Object.entries<RegExp>({
    alphatype: /^(?:none|black)?$/i,
    anamorphic: /^FALSE$/i,
    pixelaspectratio: /^square$/i,
    fielddominance: /^none$/i,
  }),
);

/** Labels, colour decisions, log entries and the like: kept as they are. */
function unreadParts(item: XmlElement): readonly XmlElement[] {
  return item.children.filter((part) => {
    if (READ_PARTS.has(part.name)) return false;
    if (part.name === 'logginginfo') return part.children.some((one) => one.name !== 'lognote' && one.text !== '');
    if (part.children.length === 0) return part.text !== '' && NEUTRAL.get(part.name)?.test(part.text.trim()) !== true;
    return hasText(part);
  });
}

function hasText(element: XmlElement): boolean {
  return element.children.length === 0 ? element.text !== '' : element.children.some(hasText);
}
