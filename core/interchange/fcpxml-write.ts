import { formatRational } from '../time/rational.ts';
import { secondsOfFrame, type Seconds } from '../time/seconds.ts';
import type { AudioClip } from '../timeline/timeline.ts';
import { loss, type Cut, type CutClip } from './export-cut.ts';
import { colourProcessing, timeText } from './fcpxml-format.ts';
import { openDocument, sequenceFormat, type Asset, type FcpDocument } from './fcpxml-resources.ts';
import type { SequenceWriter } from './fcpxml-write-clip.ts';
import { mergedSound } from './fcpxml-write-merge.ts';
import { channelNodes } from './fcpxml-write-sound.ts';
import { spineNode } from './fcpxml-write-story.ts';
import type { Handles } from './fcpxml-write-timing.ts';
import { tableLosses } from './survival.ts';
import { node, writeXml, type XmlNode } from './xml-write.ts';

const SEQUENCE_RATES = ['24000/1001', '24', '25', '30000/1001', '30', '50', '60000/1001', '60'];

/**
 * Writes FCPXML of the profile's version: the lowest picture track is the main storyline with gaps, all else is connected
 * to it by lane. A picture and its sound that agree become one clip; the rest of the sound is connected below. Nested
 * timelines are compound clips.
 */
export function writeFcpxml(cut: Cut): string {
  const { timeline, profile } = cut;
  if (!SEQUENCE_RATES.includes(formatRational(timeline.rate))) {
    const message = 'Final Cut Pro has no projects at this rate; other programs read it';
    cut.losses.push(loss('rate', 'detail', timeline.name, {}, message));
  }
  const document = openDocument(cut);
  const sequence = sequenceNode(document, cut);
  const project = node('project', { name: timeline.name }, [sequence]);
  const library = node('library', { colorProcessing: colourProcessing(timeline.colourSpace) }, [
    node('event', { name: timeline.name }, [project]),
  ]);
  return writeXml(node('fcpxml', { version: profile.fcpxmlVersion }, [node('resources', {}, document.nodes), library]));
}

function sequenceNode(document: FcpDocument, cut: Cut): XmlNode {
  const { timeline } = cut;
  const tcStart = secondsOfFrame(timeline.startFrame, timeline.rate);
  const merged = mergedSound(cut, (item) => playsSound(document, item));
  const writer: SequenceWriter = {
    document,
    cut,
    merged,
    riding: new Set(merged.values()),
    cuts: {
      video: cut.video.map(({ transitions }) => new Map(transitions.map((one) => [one.cut, one]))),
      audio: cut.audio.map(({ transitions }) => new Map(transitions.map((one) => [one.cut, one]))),
    },
    handles: handlesOf(cut),
    assetOf: (item) => assetOf(document, item, merged.get(item)?.clip),
  };
  const duration = secondsOfFrame(cut.length, timeline.rate);
  return wrapped(sequenceFormat(document, timeline), duration, tcStart, timeline.dropFrame, spineNode(writer, tcStart));
}

function wrapped(format: string, duration: Seconds, tcStart: Seconds, dropFrame: boolean, spine: XmlNode): XmlNode {
  return node(
    'sequence',
    {
      format,
      duration: timeText(duration),
      tcStart: timeText(tcStart),
      tcFormat: dropFrame ? 'DF' : 'NDF',
      audioLayout: 'stereo',
      audioRate: '48k',
    },
    [spine],
  );
}

/** How far the transitions of a cut reach past each clip. */
function handlesOf(cut: Cut): ReadonlyMap<CutClip, Handles> {
  const handles = new Map<CutClip, Handles>();
  for (const { transitions } of [...cut.video, ...cut.audio]) {
    for (const { from, to, inOffset, outOffset } of transitions) {
      if (to !== undefined) handles.set(to, { before: inOffset, after: handles.get(to)?.after ?? 0 });
      if (from !== undefined) handles.set(from, { before: handles.get(from)?.before ?? 0, after: outOffset });
    }
  }
  return handles;
}

function assetOf(document: FcpDocument, item: CutClip, riding: AudioClip | undefined): Asset | undefined {
  if (item.content?.kind === 'title') return undefined;
  if (item.content?.kind === 'nested') return nestedAsset(document, item);
  const asset = document.assets.get(item.media.id);
  const isRetimed = item.clip.speed.num !== item.clip.speed.den && item.source.frames?.kind !== 'still';
  if (asset === undefined || !isRetimed || document.cut.profile.fcpxmlSpeed === 'clip') return asset;
  return compound(document, item, asset, item.clip.kind === 'audio' ? item.clip : riding);
}

function playsSound(document: FcpDocument, item: CutClip): boolean {
  const { content } = item;
  if (content?.kind !== 'nested') return content === undefined;
  return document.nested.get(content.timeline.id)?.audio.some(({ clips }) => clips.length > 0) ?? false;
}

/** A nested timeline as media, written on first use. */
function nestedAsset(document: FcpDocument, item: CutClip): Asset | undefined {
  if (item.content?.kind !== 'nested') return undefined;
  const { timeline } = item.content;
  const key = `nested ${timeline.id}`;
  const known = document.assets.get(key);
  const cut = document.nested.get(timeline.id);
  if (known !== undefined || cut === undefined) return known;
  const asset: Asset = {
    id: document.id(),
    element: 'ref-clip',
    format: undefined,
    start: secondsOfFrame(timeline.startFrame, timeline.rate),
    length: secondsOfFrame(cut.length, timeline.rate),
    hasVideo: true,
    hasAudio: playsSound(document, item),
  };
  document.assets.set(key, asset);
  document.nodes.push(node('media', { id: asset.id, name: timeline.name }, [sequenceNode(document, cut)]));
  document.cut.losses.push(...tableLosses(cut, 'fcpxml'));
  return asset;
}

/** The whole of a file as media of its own, which Resolve needs under a time map: it shows black at the ends otherwise. */
function compound(document: FcpDocument, item: CutClip, asset: Asset, sound: AudioClip | undefined): Asset {
  const channels = sound === undefined ? [] : channelNodes(item, sound);
  const key = `compound ${item.media.id} ${JSON.stringify(channels.map((channel) => channel.attributes))}`;
  const known = document.assets.get(key);
  if (known !== undefined) return known;
  const made: Asset = { ...asset, id: document.id(), element: 'ref-clip', format: undefined };
  document.assets.set(key, made);
  const whole = node(
    'asset-clip',
    {
      ref: asset.id,
      offset: timeText(asset.start),
      name: item.media.name,
      start: timeText(asset.start),
      duration: timeText(asset.length),
      format: asset.format,
    },
    channels,
  );
  const format = asset.format ?? sequenceFormat(document, document.cut.timeline);
  const sequence = wrapped(format, asset.length, asset.start, false, node('spine', {}, [whole]));
  document.nodes.push(node('media', { id: made.id, name: item.media.name }, [sequence]));
  return made;
}
