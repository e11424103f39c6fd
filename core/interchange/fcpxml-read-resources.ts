import type { Rate } from '../time/rate.ts';
import { equalRational, rational } from '../time/rational.ts';
import { ZERO_SECONDS, type Seconds } from '../time/seconds.ts';
import type { ColourSpace } from '../timeline/timeline.ts';
import type { DeclaredMedia } from './handoff.ts';
import { rateOfNumber, type Losses } from './imported.ts';
import {
  numberAttribute,
  timeAttribute,
  type FcpAsset,
  type FcpFormat,
  type FcpResources,
} from './fcpxml-read-types.ts';
import { nameOfMediaUrl } from './media-path.ts';
import { child, childrenNamed, type XmlElement } from './xml-read.ts';

/** Reads formats, assets, effects and media; the first of two with one id stands, the other is listed. */
export function resourcesIn(element: XmlElement | undefined, losses: Losses): FcpResources {
  const formats = unique(element, 'format', losses, readFormat);
  const assets = unique(element, 'asset', losses, (asset) => readAsset(asset, formats, losses));
  const effects = unique(element, 'effect', losses, (effect) =>
    [effect.attributes.get('name'), effect.attributes.get('uid')].join(' '),
  );
  return { formats, assets, effects, media: unique(element, 'media', losses, (media) => media) };
}

function unique<Resource>(
  element: XmlElement | undefined,
  name: string,
  losses: Losses,
  read: (resource: XmlElement) => Resource,
): ReadonlyMap<string, Resource> {
  const found = new Map<string, Resource>();
  for (const resource of childrenNamed(element, name)) {
    const id = resource.attributes.get('id') ?? '';
    if (found.has(id)) {
      const what = resource.attributes.get('name') ?? id;
      losses.add('media', 'cut', what, { line: resource.line }, `a second ${name} with the id ${id} is left out`);
    } else found.set(id, read(resource));
  }
  return found;
}

function readFormat(format: XmlElement): FcpFormat {
  const name = format.attributes.get('name') ?? '';
  const size = (side: 'width' | 'height') => {
    const value = Number(format.attributes.get(side) ?? 'NaN');
    return Number.isInteger(value) && value > 0 && value <= 65_536 ? value : presetSize(name)?.[side];
  };
  const colourSpace = colourSpaceOf(format.attributes.get('colorSpace'));
  return { rate: formatRate(format, name), width: size('width'), height: size('height'), colourSpace };
}

function formatRate(format: XmlElement, name: string): Rate | undefined {
  const duration = timeAttribute(format, 'frameDuration');
  if (duration !== undefined && duration.num > 0) {
    const perSecond = duration.den / duration.num;
    return perSecond >= 1 && perSecond <= 1000 ? rational(duration.den, duration.num) : undefined;
  }
  const preset = /(p|i)(\d{2})(\d{2})?$/.exec(name);
  if (preset === null) return undefined;
  const [, scan, whole = '', rest = '0'] = preset;
  const perSecond = Number(`${whole}.${rest}`);
  // Interlaced presets count fields.
  return rateOfNumber(scan === 'i' ? perSecond / 2 : perSecond);
}

const PRESET_SIZES: Readonly<Record<string, { readonly width: number; readonly height: number }>> = {
  '720': { width: 1280, height: 720 },
  '1080': { width: 1920, height: 1080 },
};

/** `FFVideoFormat1080p25`, `FFVideoFormat3840x2160p24`, `FFVideoFormat640x480p25`. */
function presetSize(name: string): { readonly width: number; readonly height: number } | undefined {
  const match = /^FFVideoFormat(?:(\d{2,5})x)?(\d{3,5})[pi]\d{2,4}$/.exec(name);
  const [, width, height = ''] = match ?? [];
  return width === undefined ? PRESET_SIZES[height] : { width: Number(width), height: Number(height) };
}

const COLOUR_SPACES: Readonly<Record<string, ColourSpace>> = {
  '1-1-1': 'rec709',
  '6-1-6': 'rec601-525',
  '5-1-6': 'rec601-625',
  '12-1-1': 'p3-d65',
  '9-1-9': 'rec2020',
  '9-16-9': 'rec2020-pq',
  '9-18-9': 'rec2020-hlg',
};

/** The colour space that code points of primaries, transfer and matrix mean; undefined for one we have no name for. */
function colourSpaceOf(text: string | undefined): ColourSpace | undefined {
  return COLOUR_SPACES[/^\d+-\d+-\d+/.exec(text?.trim() ?? '')?.[0] ?? ''];
}

/** File, start and streams of an asset: `media-rep` from 1.9 on, before that `src` of the asset. */
function readAsset(asset: XmlElement, formats: ReadonlyMap<string, FcpFormat>, losses: Losses): FcpAsset {
  const reps = childrenNamed(asset, 'media-rep');
  const original = reps.find((rep) => rep.attributes.get('kind') !== 'proxy-media') ?? reps[0];
  const url = original?.attributes.get('src') ?? asset.attributes.get('src') ?? '';
  const format = formats.get(asset.attributes.get('format') ?? '');
  const hasVideo = asset.attributes.get('hasVideo') === '1';
  const hasAudio = asset.attributes.get('hasAudio') === '1';
  const name = asset.attributes.get('name') ?? nameOfMediaUrl(url);
  for (const attribute of ['customLUTOverride', 'projectionOverride', 'stereoscopicOverride'] as const) {
    const value = asset.attributes.get(attribute);
    if (value === undefined || value === 'none' || value === 'mono') continue;
    losses.add('colour', 'detail', name, { line: asset.line }, `its ${attribute} ${value.slice(0, 60)} is left out`);
  }
  const override = asset.attributes.get('colorSpaceOverride');
  if (override !== undefined && colourSpaceOf(override) === undefined) {
    losses.add(
      'colour',
      'detail',
      name,
      { line: asset.line },
      `the colour space ${override.slice(0, 60)} is not known`,
    );
  }
  const declared: DeclaredMedia = {
    start: timeAttribute(asset, 'start'),
    duration: timeAttribute(asset, 'duration'),
    still: hasVideo && format?.rate === undefined ? true : undefined,
    width: format?.width,
    height: format?.height,
    colourSpace: colourSpaceOf(override) ?? format?.colourSpace,
    audio: hasAudio ? streamsOf(asset) : undefined,
    sampleRateHz: numberAttribute(asset, 'audioRate'),
  };
  const start = declared.start ?? ZERO_SECONDS;
  return { name, url, start, hasVideo, hasAudio, rate: format?.rate, format, declared };
}

/** Channels of each stream: FCPXML gives only both sums, so they are shared evenly. */
function streamsOf(asset: XmlElement): readonly number[] | undefined {
  const sources = numberAttribute(asset, 'audioSources') ?? 1;
  const channels = numberAttribute(asset, 'audioChannels');
  if (channels === undefined || channels < 1 || channels > 256 || sources < 1 || channels % sources !== 0)
    return undefined;
  return Array.from({ length: sources }, () => channels / sources);
}

/** The one file that a sequence plays whole and plain: Resolve needs files under a time map wrapped so. */
export function wholeFile(media: XmlElement, resources: FcpResources): XmlElement | undefined {
  const spine = child(child(media, 'sequence'), 'spine');
  const [clip, ...others] = spine?.children ?? [];
  if (clip?.name !== 'asset-clip' || others.length > 0) return undefined;
  const asset = resources.assets.get(clip.attributes.get('ref') ?? '');
  const isPlain = clip.children.every((item) => item.name === 'audio-channel-source' && item.children.length === 0);
  const isWhole =
    asset !== undefined &&
    asset.name === media.attributes.get('name') &&
    isSameTime(timeAttribute(clip, 'duration'), asset.declared?.duration);
  return isPlain && isWhole ? clip : undefined;
}

function isSameTime(a: Seconds | undefined, b: Seconds | undefined): boolean {
  return a !== undefined && b !== undefined && equalRational(a, b);
}
