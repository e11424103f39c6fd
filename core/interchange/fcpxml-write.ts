import { formatRational, compareRational, equalRational } from '../time/rational.ts';
import { frameOfTime, type Rate } from '../time/rate.ts';
import { channelsOfStream } from '../media/channels.ts';
import { startOfFrame } from '../media/frames.ts';
import type { AudioClip, Marker, VideoClip } from '../timeline/timeline.ts';
import { loss, type Cut, type CutClip } from './export-cut.ts';
import { needsConform, resourcesOf, timeText, type Asset, type Resources } from './fcpxml-resources.ts';
import { declaredRate, listSourceLosses, sourceStart } from './placement.ts';
import {
  addSeconds,
  divideSeconds,
  framesInSeconds,
  multiplySeconds,
  secondsOfFlicks,
  secondsOfFrame,
  subtractSeconds,
  ZERO_SECONDS,
  type Seconds,
} from '../time/seconds.ts';
import { leaf, node, writeXml, type XmlNode } from './xml-write.ts';

/** `conform-rate@srcFrameRate` as the DTD lists it. */
const CONFORM_RATES: Readonly<Record<string, string>> = {
  '24000/1001': '23.98',
  '24': '24',
  '25': '25',
  '30000/1001': '29.97',
  '30': '30',
  '60': '60',
  '48000/1001': '47.95',
  '48': '48',
  '50': '50',
  '60000/1001': '59.94',
};

const SEQUENCE_RATES = ['24000/1001', '24', '25', '30000/1001', '30', '50', '60000/1001', '60'];

type Writer = {
  readonly cut: Cut;
  readonly resources: Resources;
  readonly merged: ReadonlyMap<CutClip, CutClip<AudioClip>>;
};

/** One element of the main storyline: where it lies and where its local time starts. */
type StoryElement = {
  readonly recordIn: number;
  readonly duration: number;
  readonly localStart: Seconds;
  readonly clip: CutClip<VideoClip> | undefined;
};

/**
 * Writes FCPXML 1.10: V1 is the main storyline with gaps, all else is connected to it by lane. A picture and its sound
 * that agree become one asset-clip; the rest of the sound is connected below.
 */
export function writeFcpxml(cut: Cut): string {
  const { timeline } = cut;
  const writer: Writer = { cut, resources: resourcesOf(cut), merged: mergedSound(cut) };
  if (!SEQUENCE_RATES.includes(formatRational(timeline.rate))) {
    const message = 'Final Cut Pro has no projects at this rate; other programs read it';
    cut.losses.push(loss('rate', 'detail', timeline.name, {}, message));
  }
  const tcStart = secondsOfFrame(timeline.startFrame, timeline.rate);
  const spine = node('spine', {}, spineNodes(writer, tcStart));
  const sequence = node(
    'sequence',
    {
      format: 'r1',
      duration: timeText(secondsOfFrame(cut.length, timeline.rate)),
      tcStart: timeText(tcStart),
      tcFormat: timeline.dropFrame ? 'DF' : 'NDF',
      audioLayout: 'stereo',
      audioRate: '48k',
    },
    [spine],
  );
  const project = node('project', { name: timeline.name }, [sequence]);
  return writeXml(
    node('fcpxml', { version: '1.10' }, [
      node('resources', {}, writer.resources.nodes),
      node('library', {}, [node('event', { name: timeline.name }, [project])]),
    ]),
  );
}

/** Sound that rides on its picture: linked, equal in time, state and text, and on the track of the same number. */
function mergedSound(cut: Cut): ReadonlyMap<CutClip, CutClip<AudioClip>> {
  const merged = new Map<CutClip, CutClip<AudioClip>>();
  for (const [index, track] of cut.video.entries()) {
    const sound = new Map(cut.audio[index]?.clips.map((clip) => [clip.recordIn, clip]));
    for (const picture of track.clips) {
      const candidate = sound.get(picture.recordIn);
      if (candidate !== undefined && agree(picture, candidate)) merged.set(picture, candidate);
    }
  }
  return merged;
}

function agree(picture: CutClip<VideoClip>, sound: CutClip<AudioClip>): boolean {
  const [a, b] = [picture.clip, sound.clip];
  const frames = picture.source.frames;
  return (
    a.linkId !== null &&
    a.linkId === b.linkId &&
    a.mediaId === b.mediaId &&
    picture.duration === sound.duration &&
    equalRational(a.speed, b.speed) &&
    picture.enabled === sound.enabled &&
    a.name === b.name &&
    a.note === b.note &&
    frames !== undefined &&
    frames.kind !== 'still' &&
    startOfFrame(frames, a.sourceIn) === b.sourceIn
  );
}

function spineNodes(writer: Writer, tcStart: Seconds): readonly XmlNode[] {
  const { cut } = writer;
  const elements = storyElements(writer);
  const connected = connectedItems(writer);
  const nodes = elements.map((element) => {
    const end = element.recordIn + element.duration;
    const within = (frame: number) => frame >= element.recordIn && frame < end;
    const anchored = connected
      .filter(({ item }) => within(item.recordIn))
      .map(({ item, lane }) => clipNode(writer, item, localTime(cut, element, item.recordIn), lane, [], []));
    const markers = cut.timeline.markers
      .filter((marker) => within(markerFrame(cut, marker)))
      .map((marker) => markerNode(cut, element, marker));
    const offset = addSeconds(tcStart, secondsOfFrame(element.recordIn, cut.timeline.rate));
    if (element.clip !== undefined) return clipNode(writer, element.clip, offset, undefined, anchored, markers);
    const duration = timeText(secondsOfFrame(element.duration, cut.timeline.rate));
    return node('gap', { name: 'Gap', offset: timeText(offset), start: '0s', duration }, [...anchored, ...markers]);
  });
  for (const marker of cut.timeline.markers) {
    if (markerFrame(cut, marker) < cut.length) continue;
    cut.losses.push(
      loss('marker', 'detail', marker.name, {}, 'it lies after the last clip, where FCPXML has nothing to hold it'),
    );
  }
  return nodes;
}

/** V1's clips with gaps between them, up to the end of the longest track. */
function storyElements(writer: Writer): readonly StoryElement[] {
  const { cut } = writer;
  const elements: StoryElement[] = [];
  let at = 0;
  const gapTo = (frame: number) => {
    if (frame > at) elements.push({ recordIn: at, duration: frame - at, localStart: ZERO_SECONDS, clip: undefined });
  };
  for (const clip of cut.video[0]?.clips ?? []) {
    gapTo(clip.recordIn);
    const localStart = timing(writer, clip).start;
    elements.push({ recordIn: clip.recordIn, duration: clip.duration, localStart, clip });
    at = clip.recordIn + clip.duration;
  }
  gapTo(cut.length);
  return elements;
}

type Connected = { readonly item: CutClip; readonly lane: number };

/** Everything but V1 and merged sound: pictures above in lanes 1, 2, …, sound below in −1, −2, … */
function connectedItems(writer: Writer): readonly Connected[] {
  const { cut, merged } = writer;
  const riding = new Set<CutClip>(merged.values());
  const above = cut.video.slice(1).flatMap((track, index) => track.clips.map((item) => ({ item, lane: index + 1 })));
  const below = cut.audio.flatMap((track, index) =>
    track.clips.filter((item) => !riding.has(item)).map((item) => ({ item, lane: -(index + 1) })),
  );
  const linked = [...(cut.video[0]?.clips ?? []), ...[...above, ...below].map(({ item }) => item)];
  for (const item of linked) {
    if (item.clip.linkId === null || merged.has(item)) continue;
    const message =
      'it differs from its partner or lies on a track of another number, so it is connected but not linked';
    cut.losses.push(loss('link', 'detail', item.clip.name, item.place, message));
  }
  return [...above, ...below];
}

/** A record frame in an element's local time. */
function localTime(cut: Cut, element: StoryElement, frame: number): Seconds {
  return addSeconds(element.localStart, secondsOfFrame(frame - element.recordIn, cut.timeline.rate));
}

function markerFrame(cut: Cut, marker: Marker): number {
  return frameOfTime(marker.at, cut.timeline.rate, 'nearest');
}

function markerNode(cut: Cut, element: StoryElement, marker: Marker): XmlNode {
  const { rate } = cut.timeline;
  const frames = Math.max(1, frameOfTime(marker.duration, rate, 'nearest'));
  return node('marker', {
    start: timeText(localTime(cut, element, markerFrame(cut, marker))),
    duration: timeText(secondsOfFrame(frames, rate)),
    value: marker.name,
    note: marker.note === '' ? undefined : marker.note,
  });
}

/** A clip's local start and, where it is retimed, the map from local to source time. */
type Timing = { readonly start: Seconds; readonly map: XmlNode | undefined };

function timing(writer: Writer, item: CutClip): Timing {
  const { rate } = writer.cut.timeline;
  const asset = writer.resources.assets.get(item.media.id);
  const origin = asset?.start ?? ZERO_SECONDS;
  const from = sourceStart(item, declaredRate(item.source) ?? rate).seconds;
  const { speed } = item.clip;
  if (item.source.frames?.kind === 'still' || asset === undefined) return { start: ZERO_SECONDS, map: undefined };
  if (speed.num === speed.den) return { start: addSeconds(origin, from), map: undefined };
  return retime(item, asset, from, rate);
}

/**
 * The map covers the whole media from its own start. The clip starts on a record frame of retimed time; what that
 * leaves over (less than a frame) shifts the map, so that the first frame shown is exact.
 */
function retime(item: CutClip, asset: Asset, from: Seconds, rate: Rate): Timing {
  const { speed } = item.clip;
  const frames = framesInSeconds(divideSeconds(from, speed), rate, 'floor');
  const local = secondsOfFrame(frames, rate);
  const rest = subtractSeconds(from, multiplySeconds(local, speed));
  const used = addSeconds(from, multiplySeconds(secondsOfFrame(item.duration, rate), speed));
  const end = compareRational(asset.length, used) < 0 ? used : asset.length;
  const length = divideSeconds(subtractSeconds(end, rest), speed);
  const point = (time: Seconds, value: Seconds) =>
    node('timept', {
      time: timeText(addSeconds(asset.start, time)),
      value: timeText(addSeconds(asset.start, value)),
      interp: 'linear',
    });
  const map = node('timeMap', {}, [point(ZERO_SECONDS, rest), point(length, end)]);
  return { start: addSeconds(asset.start, local), map };
}

function clipNode(
  writer: Writer,
  item: CutClip,
  offset: Seconds,
  lane: number | undefined,
  anchored: readonly XmlNode[],
  markers: readonly XmlNode[],
): XmlNode {
  const { cut, merged } = writer;
  const { rate } = cut.timeline;
  const asset = writer.resources.assets.get(item.media.id);
  const sound = item.clip.kind === 'audio' ? item.clip : merged.get(item)?.clip;
  const picture = item.clip.kind === 'video' ? item.clip : undefined;
  const { start, map } = timing(writer, item);
  const from = sourceStart(item, declaredRate(item.source) ?? rate);
  listSourceLosses(cut, item, from);
  listSoundShift(cut, merged.get(item), from.seconds);
  const still = item.source.frames?.kind === 'still';
  const attributes = {
    ref: asset?.id,
    lane,
    offset: timeText(offset),
    name: item.clip.name,
    start: timeText(start),
    duration: timeText(secondsOfFrame(item.duration, rate)),
    enabled: item.enabled ? undefined : 0,
  };
  const head = [
    item.clip.note === '' ? undefined : leaf('note', item.clip.note),
    !still && needsConform(item.source, rate) ? conformNode(item) : undefined,
    map,
    picture === undefined || picture.opacity === 1 ? undefined : node('adjust-blend', { amount: picture.opacity }),
  ];
  if (still) return node('video', attributes, [...head, ...anchored, ...markers]);
  const use = asset?.hasVideo === true && asset.hasAudio ? srcEnable(picture, sound) : undefined;
  return node('asset-clip', { ...attributes, srcEnable: use, format: asset?.format }, [
    ...head,
    sound === undefined ? undefined : volumeNode(sound),
    ...anchored,
    ...markers,
    ...(sound === undefined ? [] : channelNodes(item, sound)),
  ]);
}

/** Sound that rides on its picture starts where that picture's frame lies on the grid of the rate the format is told. */
function listSoundShift(cut: Cut, sound: CutClip<AudioClip> | undefined, from: Seconds): void {
  if (sound === undefined || equalRational(secondsOfFlicks(sound.clip.sourceIn), from)) return;
  const message = 'it starts with its picture on the grid of one steady rate, less than a frame from where it should';
  cut.losses.push(loss('source-in', 'detail', sound.clip.name, sound.place, message));
}

function srcEnable(picture: VideoClip | undefined, sound: AudioClip | undefined): 'audio' | 'video' | undefined {
  if (picture === undefined) return 'audio';
  return sound === undefined ? 'video' : undefined;
}

/** Sources keep their own clock: without scaling a 25 fps clip runs 25 frames in a second of a 24 fps project. */
function conformNode(item: CutClip): XmlNode {
  const rate = declaredRate(item.source);
  return node('conform-rate', {
    scaleEnabled: 0,
    srcFrameRate: rate === undefined ? undefined : CONFORM_RATES[formatRational(rate)],
  });
}

function volumeNode(sound: AudioClip): XmlNode | undefined {
  if (sound.gainDb === 0 && sound.fadeIn === 0 && sound.fadeOut === 0) return undefined;
  const fade = (name: string, duration: AudioClip['fadeIn']) =>
    duration === 0 ? undefined : node(name, { type: 'linear', duration: timeText(secondsOfFlicks(duration)) });
  const fades = [fade('fadeIn', sound.fadeIn), fade('fadeOut', sound.fadeOut)];
  const amount = String(sound.gainDb);
  const param = fades.every((item) => item === undefined) ? [] : [node('param', { name: 'amount' }, fades)];
  return node('adjust-volume', { amount }, param);
}

/** Which of several streams is heard; a file with one stream needs no word. */
function channelNodes(item: CutClip, sound: AudioClip): readonly XmlNode[] {
  if (item.media.audio.length < 2) return [];
  return item.media.audio.map((_, ordinal) =>
    node('audio-channel-source', {
      srcCh: channelsOfStream(item.media, ordinal).join(', '),
      active: ordinal === sound.streamOrdinal ? undefined : 0,
    }),
  );
}
