import { canDropFrame, type Rate } from '../time/rate.ts';
import type { ImportedClip, ImportedTimeline, ImportedTrack } from './handoff.ts';
import { collectLosses, type Losses } from './imported.ts';
import { listAt, numberAt, objectAt, schemaOf, textAt, type JsonObject } from './otio-json.ts';
import { foreignMetadata, ownOf, readOwnTimeline, type OwnTimeline } from './otio-read-own.ts';
import { readTrack } from './otio-read-track.ts';
import { readMarkers, type NestedPool, type NestedComposition, type OtioReader } from './otio-reader.ts';
import { demandNesting, rangeOf, rateOfComposition, timeOf, type Range } from './otio-time.ts';
import { addSeconds, framesInSeconds, multiplySeconds, secondsOfFrame } from '../time/seconds.ts';

/** A stack of tracks that is read as a timeline, and what stands around it. */
export type Composition = {
  readonly stack: JsonObject;
  readonly name: string;
  /** `global_start_time` of a Timeline.1. */
  readonly start: unknown;
  /** The namespace of Montage that describes the timeline. */
  readonly own: JsonObject | undefined;
  /** What it takes over where it says nothing itself. */
  readonly parent: OtioReader | undefined;
  /** What it holds beside its tracks is a track of this kind. */
  readonly kind: 'video' | 'audio';
  readonly pool: NestedPool;
};

/** Reads a composition; its losses are in the order in which they were met. */
export function readComposition(of: Composition): ImportedTimeline {
  const { stack, parent } = of;
  const depth = (parent?.depth ?? -1) + 1;
  demandNesting(depth);
  const children = schemaOf(stack) === 'Track' ? [stack] : listAt(stack, 'children');
  const early = collectLosses({ rate: { num: 24, den: 1 }, dropFrame: false }, 0);
  const own = readOwnTimeline(of.own, { losses: early, what: of.name, where: {} });
  const rate = rateOf(of, own, children);
  const startFrame = readStart(of, own, rate, early);
  const dropFrame = own.dropFrame === true && canDropFrame(rate);
  const losses = collectLosses({ rate, dropFrame }, startFrame);
  losses.list.push(...early.list);
  const frame = frameOf(stack, own) ?? parent?.frame;
  const nest = parent?.nest ?? readNestedComposition;
  const prefixed = parent === undefined ? losses : labelled(losses, of.name);
  const reader: OtioReader = { rate, frame, losses: prefixed, markers: [], depth, nested: of.pool, nest };
  const trim = parent === undefined ? rangeOf(stack['source_range']) : undefined;
  const tracks = readTracks(reader, children, of, trim);
  if (parent === undefined) reader.markers.push(...readMarkers(reader, stack, {}, (time) => time));
  const metadata = own.metadata ?? compositionMetadata(of);
  return {
    name: own.name ?? of.name,
    rate,
    startFrame,
    dropFrame,
    width: frame?.width,
    height: frame?.height,
    tracks,
    markers: reader.markers
      .map((marker) => ({ ...marker, at: Math.max(0, marker.at) }))
      .toSorted((a, b) => a.at - b.at),
    ...(own.colourSpace === undefined ? {} : { colourSpace: own.colourSpace }),
    ...(metadata === undefined ? {} : { metadata }),
    losses: losses.list,
  };
}

function rateOf(of: Composition, own: OwnTimeline, children: readonly JsonObject[]): Rate {
  const premiere = objectAt(objectAt(of.stack, 'metadata'), 'PremierePro_OTIO');
  const times = [of.start, { rate: premiere?.['VideoFrameRate'] }];
  const inner = of.parent === undefined ? undefined : own.rate;
  return inner ?? rateOfComposition(times, children) ?? of.parent?.rate ?? { num: 24, den: 1 };
}

function readStart(of: Composition, own: OwnTimeline, rate: Rate, losses: Losses): number {
  const time = timeOf(of.start);
  const isGiven = typeof of.start === 'object' && of.start !== null;
  const frame = time === undefined ? (own.startFrame ?? 0) : framesInSeconds(time, rate, 'nearest');
  if (frame >= 0 && (time !== undefined || !isGiven)) return frame;
  const message = 'its start timecode is negative or no usable time and becomes 0';
  losses.add('start-timecode', 'detail', of.name, {}, message);
  return 0;
}

function frameOf(stack: JsonObject, own: OwnTimeline): { readonly width: number; readonly height: number } | undefined {
  if (own.width !== undefined && own.height !== undefined) return { width: own.width, height: own.height };
  const premiere = objectAt(objectAt(stack, 'metadata'), 'PremierePro_OTIO');
  const size = objectAt(premiere, 'VideoResolution');
  const [width, height] = [numberAt(size, 'width') ?? 0, numberAt(size, 'height') ?? 0];
  return Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0 ? { width, height } : undefined;
}

/** Inside nested timelines, places name the timeline too. */
function labelled(losses: Losses, name: string): Losses {
  return { ...losses, at: (track, frame, line) => losses.at(`${name}: ${track}`, frame, line) };
}

function readTracks(
  reader: OtioReader,
  children: readonly JsonObject[],
  of: Composition,
  trim: Range | undefined,
): readonly ImportedTrack[] {
  const counts = { video: 0, audio: 0 };
  const tracks = children.flatMap((child): ImportedTrack[] => {
    const kind = kindOf(reader, child, of.kind);
    if (kind === undefined) return [];
    counts[kind] += 1;
    const label = `${kind === 'video' ? 'V' : 'A'}${counts[kind]}`;
    const track = readTrack(reader, child, kind, label);
    // The range of a track that is a nested timeline by itself is that of the clip which plays it.
    const own = schemaOf(child) === 'Track' && child !== of.stack ? rangeOf(child['source_range']) : undefined;
    return [trimmed(trimmed(track, own, reader), trim, reader)];
  });
  return [...tracks.filter(({ kind }) => kind === 'video'), ...tracks.filter(({ kind }) => kind === 'audio')];
}

function kindOf(reader: OtioReader, child: JsonObject, parent: 'video' | 'audio'): 'video' | 'audio' | undefined {
  if (schemaOf(child) !== 'Track') return parent;
  const kind = textAt(child, 'kind');
  if (kind === 'Audio') return 'audio';
  if (kind === 'Video' || kind === '') return 'video';
  const name = textAt(child, 'name') || kind;
  reader.losses.add('track', 'cut', name, { track: name }, `a track of the kind ${kind} is left out`);
  return undefined;
}

/** A track cut to a range of its own time. */
function trimmed(track: ImportedTrack, range: Range | undefined, reader: OtioReader): ImportedTrack {
  if (range === undefined) return track;
  const start = framesInSeconds(range.start, reader.rate, 'nearest');
  const end = framesInSeconds(addSeconds(range.start, range.duration), reader.rate, 'nearest');
  const clips = track.clips.flatMap((clip): ImportedClip[] => {
    const [from, to] = [Math.max(clip.recordIn, start), Math.min(clip.recordIn + clip.duration, end)];
    if (from >= to) return [];
    const cut = from - clip.recordIn;
    const moved = multiplySeconds(secondsOfFrame(cut, reader.rate), clip.speed);
    const rest = { ...clip, recordIn: from - start, duration: to - from, sourceIn: addSeconds(clip.sourceIn, moved) };
    if (clip.markers === undefined || cut === 0) return [rest];
    return [{ ...rest, markers: clip.markers.map((marker) => ({ ...marker, at: marker.at - cut })) }];
  });
  if (clips.length === 0 && track.clips.length > 0) {
    // EDL readers write ranges before the track's own start.
    const message = 'its range shows nothing of it and is not applied';
    reader.losses.add('source-in', 'detail', track.name, {}, message);
    return track;
  }
  return { ...track, clips };
}

function compositionMetadata(of: Composition) {
  if (of.parent !== undefined) return undefined;
  const stack = foreignMetadata(of.stack);
  return stack === undefined ? undefined : { otio: { stack } };
}

/** Reads a Stack, Track or Timeline inside a track; equal ones are one nested timeline. */
function readNestedComposition(reader: OtioReader, item: JsonObject, kind: 'video' | 'audio'): NestedComposition {
  const isTimeline = schemaOf(item) === 'Timeline';
  const stack = isTimeline ? (objectAt(item, 'tracks') ?? {}) : item;
  const own = isTimeline ? ownOf(item) : objectAt(ownOf(item), 'timeline');
  const signature = JSON.stringify([
    textAt(item, 'name'),
    schemaOf(stack),
    kind === 'audio' && isBare(stack),
    own,
    stack['children'],
  ]);
  const known = reader.nested.list.find(({ key }) => key === reader.nested.keys.get(signature));
  if (known !== undefined) return known;
  const timeline = readComposition({
    stack,
    name: textAt(item, 'name'),
    start: isTimeline ? item['global_start_time'] : undefined,
    own,
    parent: reader,
    kind,
    pool: reader.nested,
  });
  const key = `nested-${reader.nested.list.length + 1}`;
  const { losses, ...rest } = timeline;
  reader.losses.list.push(...losses);
  const nested = { key, timeline: { ...rest, losses: [] } };
  reader.nested.keys.set(signature, key);
  reader.nested.list.push(nested);
  return nested;
}

/** Whether a stack's items take the kind of the track that it lies on. */
function isBare(stack: JsonObject): boolean {
  return listAt(stack, 'children').some((child) => schemaOf(child) !== 'Track');
}
