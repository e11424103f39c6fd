import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { contentHash } from '../../core/media/media.ts';
import { rateOf } from '../../core/media/frames.ts';
import { layersAt, type Layer } from '../../core/timeline/composite.ts';
import { nestedTimeline } from '../../core/timeline/generated-media.ts';
import type { Timeline } from '../../core/timeline/timeline.ts';
import type { Flicks } from '../../core/time/flicks.ts';
import { timeOfFrame, type Rate } from '../../core/time/rate.ts';
import type { Mp4Sample } from './mp4-samples.ts';
import { sameClips } from './runs.ts';
import type { RenderSettings, RenderSources } from './request.ts';

/** Output frames `from` up to `to`, encoded as one closed piece. Equal keys mean files that show the same in the same quality. */
export type RenderSegment = {
  readonly index: number;
  readonly from: number;
  readonly to: number;
  readonly key: string;
  /** Where its pictures are taken as they are; such a segment is not encoded and has no file. */
  readonly copy?: CopiedPictures | undefined;
};

/** Coded pictures of a source that go into the film as they are, in the order of decoding. */
export type CopiedPictures = { readonly path: string; readonly samples: readonly Mp4Sample[] };

/** What makes a segment's file besides what its frames show. */
export type SegmentLook = {
  readonly settings: RenderSettings;
  readonly width: number;
  readonly height: number;
  readonly encoderThreads: number;
  /** The ffmpeg build. */
  readonly build: string;
};

/** Seconds: what is shorter shares a segment with its neighbours, what is longer is divided. */
const SHORTEST_S = 3;
const LONGEST_S = 10;
/** Long clips are divided where their source passes multiples of this, so that a trim moves no division behind it. */
const GRID_S = 7;
/** Pieces at a long clip's ends are no shorter than this; what is longer than `LONGEST_S` has a division in between. */
const EDGE_S = (LONGEST_S - GRID_S) / 2;
/** Counts up whenever the same plan would make other pictures. */
const VERSION = 5;

/**
 * Divides output frames into segments that can be rendered apart, in any order, and joined without loss. Where it
 * divides depends on what is shown near by only, not on how far into the timeline it is: after an insert or trim, what
 * lies behind is divided as before and keeps its keys. (Content-defined chunking: Muthitacharoen, Chen and Mazières,
 * "A Low-bandwidth Network File System", SOSP 2001.)
 */
export function cutSegments(
  timeline: Timeline,
  sources: RenderSources,
  span: { readonly from: number; readonly to: number },
  look: SegmentLook,
): readonly Omit<RenderSegment, 'index'>[] {
  const base = lookKey(timeline, look);
  return grouped(unitsOf(timeline, sources, span), timeline.rate).map((units) => {
    const hash = createHash('sha256').update(base);
    for (const { digest } of units) hash.update(digest);
    const [first, last] = [units[0], units.at(-1)];
    return { from: first?.from ?? 0, to: last?.to ?? 0, key: hash.digest('hex').slice(0, 32) };
  });
}

/** A piece of a run that is never divided. */
type Unit = { readonly from: number; readonly to: number; readonly digest: Buffer };

type OpenRun = {
  readonly from: number;
  readonly first: readonly Layer[];
  readonly texts: string[];
  readonly cells: number[];
};

function unitsOf(
  timeline: Timeline,
  sources: RenderSources,
  span: { readonly from: number; readonly to: number },
): readonly Unit[] {
  const describe = describer(timeline, sources);
  const units: Unit[] = [];
  let open: OpenRun | undefined;
  const close = () => {
    if (open !== undefined) units.push(...piecesOf(open, timeline.rate));
  };
  for (let frame = span.from; frame < span.to; frame += 1) {
    const time = timeOfFrame(frame, timeline.rate);
    const layers = layersAt(timeline, sources, time);
    if (open === undefined || !sameClips(layers, open.first)) {
      close();
      open = { from: frame, first: layers, texts: [], cells: [] };
    }
    open.texts.push(`${layers.map((layer) => describe(layer, time)).join(';')}\n`);
    open.cells.push(cellOf(layers[0], sources, frame - open.from, timeline.rate));
  }
  close();
  return units;
}

/** The cell of its source's grid that a picture lies in; counted from the run's start where the source stands still. */
function cellOf(layer: Layer | undefined, sources: RenderSources, offset: number, rate: Rate): number {
  const frames = layer === undefined ? undefined : sources.source(layer.clip.mediaId)?.frames;
  const sourceRate = frames === undefined ? undefined : rateOf(frames);
  const speed = layer === undefined ? 0 : Math.abs(layer.clip.speed.num) / layer.clip.speed.den;
  if (layer === undefined || sourceRate === undefined || speed === 0) {
    return Math.floor(offset / gridFrames(rate, 1));
  }
  return Math.floor(layer.frame / gridFrames(sourceRate, speed));
}

function gridFrames(rate: Rate, speed: number): number {
  return Math.max(1, Math.round((GRID_S * speed * rate.num) / rate.den));
}

function piecesOf({ from, texts, cells }: OpenRun, rate: Rate): readonly Unit[] {
  const perSecond = rate.num / rate.den;
  const starts = [0];
  if (texts.length > LONGEST_S * perSecond) {
    for (let k = 1; k < texts.length; k += 1) {
      if (cells[k] === cells[k - 1] || k - (starts.at(-1) ?? 0) < EDGE_S * perSecond) continue;
      if (texts.length - k >= EDGE_S * perSecond) starts.push(k);
    }
  }
  return starts.map((start, n) => {
    const end = starts[n + 1] ?? texts.length;
    const hash = createHash('sha256');
    for (const text of texts.slice(start, end)) hash.update(text);
    return { from: from + start, to: from + end, digest: hash.digest() };
  });
}

/** Long units stand alone; short ones stand together up to one whose content says that a group ends with it. */
function grouped(units: readonly Unit[], rate: Rate): readonly (readonly Unit[])[] {
  const perSecond = rate.num / rate.den;
  const groups: (readonly Unit[])[] = [];
  let group: Unit[] = [];
  const close = () => {
    if (group.length > 0) groups.push(group);
    group = [];
  };
  for (const unit of units) {
    const isLong = unit.to - unit.from >= SHORTEST_S * perSecond;
    const start = group[0]?.from ?? unit.from;
    if (isLong || unit.to - start > LONGEST_S * perSecond) close();
    group.push(unit);
    const endsHere = unit.to - (group[0]?.from ?? unit.from) >= perSecond && (unit.digest[0] ?? 0) % 4 === 0;
    if (isLong || endsHere) close();
  }
  close();
  return groups;
}

function lookKey(
  { rate, colourSpace }: Timeline,
  { settings, width, height, encoderThreads, build }: SegmentLook,
): string {
  const { video } = settings;
  return JSON.stringify([VERSION, build, rate, colourSpace ?? 'rec709', width, height, video, encoderThreads]);
}

/** Says what a layer's pixels depend on: content, not names, paths or places on the timeline. */
function describer(timeline: Timeline, sources: RenderSources): (layer: Layer, time: Flicks) => string {
  const luts = new Map<string, string>();
  const lutOf = (path: string) => {
    const known = luts.get(path) ?? fileHash(path);
    luts.set(path, known);
    return known;
  };
  const facts = ({ clip, frame, opacity, transform, crop, light, motion, nested }: Layer, time: Flicks): unknown => {
    const content = sources.media(clip.mediaId)?.facts.fingerprint;
    const inside = nestedTimeline(timeline, clip.mediaId);
    const insideTime = inside === undefined ? time : timeOfFrame(frame, inside.rate);
    const length = [clip.sourceIn, clip.duration, clip.speed];
    return [
      content === undefined ? 0 : [content.sizeBytes, contentHash(content)],
      [frame, opacity, transform, crop, light, motion],
      [clip.fit, clip.blend, clip.title],
      clip.lut === undefined ? 0 : [lutOf(clip.lut.path), clip.lut.intensity],
      // Stabilising looks at all of the clip, retiming at the time between frames.
      clip.stabilise === true ? length : 0,
      (clip.retiming ?? 'nearest') === 'nearest' ? 0 : [clip.retiming, length, time - clip.recordIn],
      inside === undefined ? 0 : [inside.width, inside.height, inside.rate, inside.colourSpace],
      nested?.map((layer) => facts(layer, insideTime)),
    ];
  };
  return (layer, time) => JSON.stringify(facts(layer, time));
}

/** A table that is not there is refused when it is read. */
function fileHash(path: string): string {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return 'missing';
  }
}
