import { MontageError } from '../errors.ts';
import { displaySize, primaryVideo, type MediaId } from '../media/media.ts';
import { compareRational, equalRational } from '../time/rational.ts';
import { addSeconds, multiplySeconds, secondsOfFrame, type Seconds } from '../time/seconds.ts';
import type { Rate } from '../time/rate.ts';
import type { Source, Timeline, TimelineId } from '../timeline/timeline.ts';
import { loss, type Cut, type CutClip } from './export-cut.ts';
import {
  colourSpaceText,
  formatName,
  frameDurationText,
  isCountable,
  sequenceColourText,
  timeText,
} from './fcpxml-format.ts';
import { mediaUrlOf } from './media-url.ts';
import { declaredRate, mediaStart, sourceEnd, sourceLength, sourceStart } from './placement.ts';
import { node, type XmlNode } from './xml-write.ts';

/** What a clip refers to: an asset, or a sequence kept as media. */
export type Asset = {
  readonly id: string;
  readonly element: 'asset-clip' | 'ref-clip';
  readonly format: string | undefined;
  readonly start: Seconds;
  readonly length: Seconds;
  readonly hasVideo: boolean;
  readonly hasAudio: boolean;
};

/** One document while it is written: resources in order, and what refers to them. */
export type FcpDocument = {
  readonly cut: Cut;
  readonly nodes: XmlNode[];
  /** Files by media id; nested timelines and whole-media compounds by their own keys. */
  readonly assets: Map<string, Asset>;
  readonly formats: Map<string, string>;
  readonly effects: Map<string, string>;
  readonly nested: ReadonlyMap<TimelineId, Cut>;
  /** A fresh resource id. */
  readonly id: () => string;
  /** A fresh text style id. */
  readonly styleId: () => string;
};

/** Starts a document: describes the sequence's format and every file that the cut or a nested timeline uses once. */
export function openDocument(cut: Cut): FcpDocument {
  let resources = 0;
  let styles = 0;
  const nested = nestedCuts(cut);
  const document: FcpDocument = {
    cut,
    nodes: [],
    assets: new Map(),
    formats: new Map(),
    effects: new Map(),
    nested,
    id: () => `r${(resources += 1)}`,
    styleId: () => `ts${(styles += 1)}`,
  };
  sequenceFormat(document, cut.timeline);
  const uses = new Map<MediaId, Use[]>();
  for (const part of [cut, ...nested.values()]) {
    for (const { clips } of [...part.video, ...part.audio]) {
      for (const clip of clips) {
        if (clip.content !== undefined) continue;
        const list = uses.get(clip.media.id) ?? [];
        list.push({ clip, rate: part.timeline.rate });
        uses.set(clip.media.id, list);
      }
    }
    addHandles(part, uses);
  }
  for (const [id, list] of uses) addFile(document, id, list);
  return document;
}

/** A clip's use of its media: from its source start to its end, or to that of a transition's handle. */
type Use = { readonly clip: CutClip; readonly rate: Rate; readonly handle?: number };

function addHandles(part: Cut, uses: ReadonlyMap<MediaId, Use[]>): void {
  for (const { transitions } of [...part.video, ...part.audio]) {
    for (const { from, outOffset } of transitions) {
      if (from?.content === undefined && from !== undefined) {
        uses.get(from.media.id)?.push({ clip: from, rate: part.timeline.rate, handle: outOffset });
      }
    }
  }
}

/** Every nested timeline that is played, laid out once. */
function nestedCuts(cut: Cut): ReadonlyMap<TimelineId, Cut> {
  const found = new Map<TimelineId, Cut>();
  const queue: Cut[] = [cut];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const clips = [...next.video, ...next.audio].flatMap((track): readonly CutClip[] => track.clips);
    for (const { content } of clips) {
      if (content?.kind !== 'nested' || found.has(content.timeline.id)) continue;
      const inner = cut.nested(content.timeline);
      found.set(content.timeline.id, inner);
      queue.push(inner);
    }
  }
  return found;
}

/** The id of a sequence's format, described on first use. */
export function sequenceFormat(document: FcpDocument, timeline: Timeline): string {
  const { width, height, rate } = timeline;
  const colorSpace = sequenceColourText(timeline.colourSpace);
  const key = `${width}x${height} ${rate.num}/${rate.den} ${colorSpace}`;
  const known = document.formats.get(key);
  if (known !== undefined) return known;
  const id = document.id();
  document.formats.set(key, id);
  const name = formatName(width, height, rate);
  document.nodes.push(node('format', { id, name, frameDuration: frameDurationText(rate), width, height, colorSpace }));
  return id;
}

/** The id of one of Final Cut's own effects, described on first use. */
export function effectId(document: FcpDocument, name: string, uid: string): string {
  const known = document.effects.get(uid);
  if (known !== undefined) return known;
  const id = document.id();
  document.effects.set(uid, id);
  document.nodes.push(node('effect', { id, name, uid }));
  return id;
}

function addFile(document: FcpDocument, mediaId: MediaId, uses: readonly Use[]): void {
  const [first] = uses;
  if (first === undefined) return;
  const { media, source } = first.clip;
  const rate = declaredRate(source);
  const format = source.frames === undefined ? undefined : document.id();
  const still = source.frames?.kind === 'still';
  // Sound may outlast the pictures; a clip that ends past the asset is refused by Final Cut.
  const soundEnds = uses.filter(({ clip }) => clip.clip.kind === 'audio' && !still).map((use) => endOf(use, rate));
  const length = [sourceLength(source, rate), ...soundEnds].reduce((a, b) => (compareRational(a, b) < 0 ? b : a));
  const asset: Asset = {
    id: document.id(),
    element: 'asset-clip',
    format,
    start: mediaStart(media, rate),
    length,
    hasVideo: source.frames !== undefined,
    hasAudio: media.audio.length > 0,
  };
  demandCountable(asset, media.name);
  if (format !== undefined) document.nodes.push(mediaFormat(first.clip, format));
  document.nodes.push(assetNode(document.cut, first.clip, asset));
  document.assets.set(mediaId, asset);
}

function demandCountable({ start, length }: Asset, where: string): void {
  if (isCountable(start) && isCountable(length)) return;
  const message = 'these media would be longer than the ten days that FCPXML counts';
  const hint = 'shorten the clip, play it slower, or export OpenTimelineIO';
  throw new MontageError({ code: 'E_INTERCHANGE_FCPXML', message, where, hint, stage: 'export' });
}

function endOf({ clip, rate, handle }: Use, mediaRate: Rate | undefined): Seconds {
  const start = sourceStart(clip, mediaRate ?? rate).seconds;
  if (clip.clip.speed.num < 0) return start;
  const end = sourceEnd(start, clip, rate);
  return handle === undefined ? end : addSeconds(end, multiplySeconds(secondsOfFrame(handle, rate), clip.clip.speed));
}

function mediaFormat(clip: CutClip, id: string): XmlNode {
  const { media, source } = clip;
  const stream = primaryVideo(media);
  const size = stream === undefined ? undefined : displaySize(stream);
  const rate = declaredRate(source);
  return node('format', {
    id,
    name:
      rate === undefined
        ? 'FFVideoFormatRateUndefined'
        : size === undefined
          ? undefined
          : formatName(size.width, size.height, rate),
    frameDuration: rate === undefined ? undefined : frameDurationText(rate),
    width: size?.width,
    height: size?.height,
    colorSpace: stream === undefined ? undefined : colourSpaceText(stream.colour),
  });
}

function assetNode(cut: Cut, clip: CutClip, asset: Asset): XmlNode {
  const { media } = clip;
  return node(
    'asset',
    {
      id: asset.id,
      name: media.name,
      start: timeText(asset.start),
      duration: timeText(asset.length),
      hasVideo: asset.hasVideo ? 1 : undefined,
      format: asset.format,
      hasAudio: asset.hasAudio ? 1 : undefined,
      videoSources: asset.hasVideo ? 1 : undefined,
      audioSources: asset.hasAudio ? media.audio.length : undefined,
      audioChannels: asset.hasAudio ? media.audio.reduce((sum, stream) => sum + stream.channels, 0) : undefined,
      audioRate: media.audio[0]?.sampleRateHz,
    },
    [node('media-rep', { kind: 'original-media', src: sourceUrl(cut, clip) })],
  );
}

function sourceUrl(cut: Cut, clip: CutClip): string {
  const url = mediaUrlOf(clip.media.path);
  if (url.kind === 'url') return url.url;
  const message = 'its path is unknown, relative or on a network share, so only the name is written';
  cut.losses.push(loss('path', 'cut', clip.media.name, clip.place, message));
  return encodeURIComponent(clip.media.name.toWellFormed());
}

/** Whether a source needs its rate stated against the sequence's. */
export function needsConform(source: Source, sequenceRate: Rate): boolean {
  const rate = declaredRate(source);
  return rate !== undefined && !equalRational(rate, sequenceRate);
}
