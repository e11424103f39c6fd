import { displaySize, primaryVideo, type ColourDescription, type MediaId } from '../media/media.ts';
import { equalRational, formatRational, rational } from '../time/rational.ts';
import type { Rate } from '../time/rate.ts';
import type { Source } from '../timeline/timeline.ts';
import { loss, type Cut, type CutClip } from './export-cut.ts';
import { mediaUrlOf } from './media-url.ts';
import { declaredRate, mediaStart, sourceEnd, sourceLength, sourceStart } from './placement.ts';
import { type Seconds } from '../time/seconds.ts';
import { compareRational } from '../time/rational.ts';
import { node, type XmlNode } from './xml-write.ts';

/** `1001/24000s`, `100/2500s`: as Final Cut writes frame durations. */
function frameDurationText(rate: Rate): string {
  return rate.den === 1 ? `100/${rate.num * 100}s` : `${rate.den}/${rate.num}s`;
}

/** `3s` or `18018/5s`: an FCPXML time. */
export function timeText(seconds: Seconds): string {
  return `${formatRational(seconds)}s`;
}

const RATE_NAMES: readonly (readonly [Rate, string])[] = [
  [rational(24_000, 1001), '2398'],
  [rational(24), '24'],
  [rational(25), '25'],
  [rational(30_000, 1001), '2997'],
  [rational(30), '30'],
  [rational(50), '50'],
  [rational(60_000, 1001), '5994'],
  [rational(60), '60'],
];

const SIZE_NAMES: Readonly<Record<string, string>> = {
  '1280x720': '720',
  '1920x1080': '1080',
  '3840x2160': '3840x2160',
};

/** Final Cut's preset name for a size and rate; undefined (and then left out) where it has none. */
function formatName(width: number, height: number, rate: Rate): string | undefined {
  const size = SIZE_NAMES[`${width}x${height}`];
  const fps = RATE_NAMES.find(([known]) => equalRational(known, rate))?.[1];
  return size === undefined || fps === undefined ? undefined : `FFVideoFormat${size}p${fps}`;
}

/** ISO/IEC 23001-8 (CICP) code points of the names ffprobe gives. */
const PRIMARIES: Readonly<Record<string, number>> = { bt709: 1, bt470bg: 5, smpte170m: 6, bt2020: 9, smpte432: 12 };
const TRANSFERS: Readonly<Record<string, number>> = {
  bt709: 1,
  smpte170m: 6,
  'iec61966-2-1': 13,
  'bt2020-10': 14,
  'bt2020-12': 15,
  smpte2084: 16,
  'arib-std-b67': 18,
};
const MATRICES: Readonly<Record<string, number>> = { bt709: 1, bt470bg: 6, smpte170m: 6, bt2020nc: 9 };

const COLOUR_NAMES: Readonly<Record<string, string>> = {
  '1-1-1': 'Rec. 709',
  '6-1-6': 'Rec. 601 (NTSC)',
  '5-1-6': 'Rec. 601 (PAL)',
  '9-1-9': 'Rec. 2020',
  '9-16-9': 'Rec. 2020 PQ',
  '9-18-9': 'Rec. 2020 HLG',
};

/** FCPXML's `colorSpace`: code points of primaries, transfer and matrix, with the name where the DTD knows one. */
export function colourSpaceText(colour: ColourDescription): string | undefined {
  const primaries = PRIMARIES[colour.primaries ?? ''];
  const transfer = TRANSFERS[colour.transfer ?? ''];
  const matrix = MATRICES[colour.matrix ?? ''];
  if (primaries === undefined || transfer === undefined || matrix === undefined) return undefined;
  // SMPTE 170M, BT.2020's own and BT.709 are one curve; Final Cut's presets all say 1.
  const codes = `${primaries}-${[6, 14, 15].includes(transfer) ? 1 : transfer}-${matrix}`;
  const name = COLOUR_NAMES[codes];
  return name === undefined ? codes : `${codes} (${name})`;
}

/** An asset's ids and times, and whether it has pictures and sound. */
export type Asset = {
  readonly id: string;
  readonly format: string | undefined;
  readonly start: Seconds;
  readonly length: Seconds;
  readonly hasVideo: boolean;
  readonly hasAudio: boolean;
};

/** The resources of one document, and each media's asset; ids count in order of first use. */
export type Resources = { readonly nodes: readonly XmlNode[]; readonly assets: ReadonlyMap<MediaId, Asset> };

const SEQUENCE_FORMAT = 'r1';

/** Describes the sequence's format and every media once. */
export function resourcesOf(cut: Cut): Resources {
  const { timeline } = cut;
  const nodes: XmlNode[] = [
    node('format', {
      id: SEQUENCE_FORMAT,
      name: formatName(timeline.width, timeline.height, timeline.rate),
      frameDuration: frameDurationText(timeline.rate),
      width: timeline.width,
      height: timeline.height,
      colorSpace: '1-1-1 (Rec. 709)',
    }),
  ];
  const assets = new Map<MediaId, Asset>();
  const clips: readonly CutClip[] = [...cut.video, ...cut.audio].flatMap((track): readonly CutClip[] => track.clips);
  for (const clip of clips) {
    if (assets.has(clip.media.id)) continue;
    const uses = clips.filter((candidate) => candidate.media.id === clip.media.id);
    const asset = assetOf(cut, clip, uses, nodes.length + 1);
    if (asset.format !== undefined && asset.format !== SEQUENCE_FORMAT) nodes.push(mediaFormat(clip, asset.format));
    nodes.push(assetNode(cut, clip, asset));
    assets.set(clip.media.id, asset);
  }
  return { nodes, assets };
}

function assetOf(cut: Cut, clip: CutClip, uses: readonly CutClip[], next: number): Asset {
  const { media, source } = clip;
  const rate = declaredRate(source);
  const format = source.frames === undefined ? undefined : `r${next}`;
  const still = source.frames?.kind === 'still';
  // Sound may outlast the pictures; a clip that ends past the asset is refused by Final Cut.
  const ends = uses.map((use) =>
    sourceEnd(sourceStart(use, rate ?? cut.timeline.rate).seconds, use, cut.timeline.rate),
  );
  const soundEnds = still ? [] : ends.filter((_, index) => uses[index]?.clip.kind === 'audio');
  const length = [sourceLength(source, rate), ...soundEnds].reduce((a, b) => (compareRational(a, b) < 0 ? b : a));
  return {
    id: `r${format === undefined ? next : next + 1}`,
    format,
    start: mediaStart(media, rate),
    length,
    hasVideo: source.frames !== undefined,
    hasAudio: media.audio.length > 0,
  };
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
  cut.losses.push(
    loss(
      'path',
      'cut',
      clip.media.name,
      clip.place,
      'its path is on a network share or relative, so only the name is written',
    ),
  );
  return encodeURIComponent(clip.media.name);
}

/** Whether a source needs its rate stated against the sequence's. */
export function needsConform(source: Source, sequenceRate: Rate): boolean {
  const rate = declaredRate(source);
  return rate !== undefined && !equalRational(rate, sequenceRate);
}
