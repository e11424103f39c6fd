import { channelsOfStream } from '../media/channels.ts';
import { startOfFrame } from '../media/frames.ts';
import { displaySize, primaryVideo, type Media } from '../media/media.ts';
import { frameOfTime, type Rate } from '../time/rate.ts';
import { secondsOfFlicks, ZERO_SECONDS } from '../time/seconds.ts';
import type { PictureEffects } from '../timeline/picture.ts';
import type { AudioClip, Marker, VideoClip } from '../timeline/timeline.ts';
import { layOut, type Cut, type CutClip, type CutTrack, type CutTransition } from './export-cut.ts';
import type {
  DeclaredMedia,
  ExportInput,
  ImportedClip,
  ImportedMarker,
  ImportedTimeline,
  ImportedTrack,
  ImportedTransition,
  MediaReference,
} from './handoff.ts';
import { mediaUrlOf } from './media-url.ts';
import { declaredRate, mediaStart } from './placement.ts';

/**
 * A timeline as a file without any limits would describe it: what an export is compared with when it is read back.
 * Clips of unknown media are not in it; transitions are as they play.
 */
export function describeTimeline(input: ExportInput): ImportedTimeline {
  const cut = layOut(input);
  const nested = (input.timeline.nested ?? []).map((timeline) => ({
    key: timeline.id,
    timeline: describeCut(cut.nested(timeline)),
  }));
  return { ...describeCut(cut), ...(nested.length === 0 ? {} : { nested }), losses: cut.losses };
}

function describeCut(cut: Cut): ImportedTimeline {
  const { timeline } = cut;
  return {
    name: timeline.name,
    rate: timeline.rate,
    startFrame: timeline.startFrame,
    dropFrame: timeline.dropFrame,
    width: timeline.width,
    height: timeline.height,
    colourSpace: timeline.colourSpace ?? 'rec709',
    metadata: timeline.metadata,
    tracks: [
      ...cut.video.map((track) => ({ ...describeTrack(track, timeline.rate), captions: track.track.captions })),
      ...cut.audio.map((track) => describeTrack(track, timeline.rate)),
    ],
    markers: describeMarkers(timeline.markers, timeline.rate),
    losses: [],
  };
}

function describeTrack({ track, clips, transitions }: CutTrack, rate: Rate): ImportedTrack {
  const heads = new Map(transitions.map((one) => [one.to, one]));
  const tails = new Map(transitions.filter((one) => one.to === undefined).map((one) => [one.from, one]));
  return {
    kind: track.kind,
    name: track.name,
    enabled: track.enabled,
    locked: track.locked,
    solo: track.solo ?? false,
    metadata: track.metadata,
    clips: clips.map((item) => ({
      ...describeClip(item, rate),
      head: describeTransition(heads.get(item)),
      tail: describeTransition(tails.get(item)),
    })),
  };
}

function describeTransition(placed: CutTransition | undefined): ImportedTransition | undefined {
  if (placed === undefined) return undefined;
  const { kind, direction } = placed.transition;
  const { inOffset, outOffset } = placed;
  return { kind, inOffset, outOffset, ...(direction === undefined ? {} : { direction }) };
}

function describeClip(item: CutClip, rate: Rate): ImportedClip {
  const { clip, source } = item;
  return {
    name: clip.name,
    media: describeMedia(item),
    recordIn: item.recordIn,
    duration: item.duration,
    sourceIn: sourceIn(item),
    sourceOrigin: 'first-frame',
    sourceRate: declaredRate(source),
    speed: clip.speed,
    enabled: clip.enabled,
    note: clip.note,
    content: contentOf(item),
    markers: describeMarkers(clip.markers ?? [], rate),
    metadata: clip.metadata,
    linkGroup: clip.linkId,
    keyframes: clip.keyframes,
    ...(clip.kind === 'video' ? describePicture(clip) : describeSound(clip, item.media)),
  };
}

function contentOf({ content }: CutClip): ImportedClip['content'] {
  if (content === undefined) return undefined;
  return content.kind === 'title' ? { kind: 'title' } : { kind: 'nested', key: content.timeline.id };
}

function describePicture(clip: VideoClip) {
  const { transform, crop, fit, blend, lut, stabilise, retiming, title }: PictureEffects = clip;
  return {
    opacity: clip.opacity,
    effects: { transform, crop, fit, blend, lut, stabilise, retiming, title },
    channels: [],
    stream: undefined,
    gainDb: 0,
    fadeIn: clip.fadeIn === undefined ? ZERO_SECONDS : secondsOfFlicks(clip.fadeIn),
    fadeOut: clip.fadeOut === undefined ? ZERO_SECONDS : secondsOfFlicks(clip.fadeOut),
  };
}

function describeSound(clip: AudioClip, media: Media) {
  const own = channelsOfStream(media, clip.streamOrdinal);
  return {
    opacity: 1,
    channels: clip.channels?.flatMap((channel) => own[channel] ?? []) ?? own,
    stream: clip.streamOrdinal,
    gainDb: clip.gainDb,
    pan: clip.pan ?? 0,
    fadeIn: secondsOfFlicks(clip.fadeIn),
    fadeOut: secondsOfFlicks(clip.fadeOut),
  };
}

function describeMedia({ media, source, content }: CutClip): MediaReference {
  if (content !== undefined) return { name: media.name };
  const url = mediaUrlOf(media.path);
  const picture = primaryVideo(media);
  const size = picture === undefined ? undefined : displaySize(picture);
  const declared: DeclaredMedia = {
    start: media.timecode === undefined ? undefined : mediaStart(media, declaredRate(source)),
    dropFrame: media.timecode?.dropFrame,
    still: source.frames?.kind === 'still',
    width: size?.width,
    height: size?.height,
    audio: media.audio.map((stream) => stream.channels),
  };
  return {
    name: media.name,
    url: url.kind === 'url' ? url.url : undefined,
    path: media.path,
    reel: media.timecode?.reel,
    declared,
  };
}

function sourceIn({ clip, source }: CutClip) {
  if (clip.kind === 'audio') return secondsOfFlicks(clip.sourceIn);
  if (source.frames === undefined || source.frames.kind === 'still') return ZERO_SECONDS;
  // Backwards, the frame that is shown first ends there.
  const frame = clip.sourceIn + (clip.speed.num < 0 ? 1 : 0);
  return secondsOfFlicks(startOfFrame(source.frames, frame));
}

function describeMarkers(markers: readonly Marker[], rate: Rate): readonly ImportedMarker[] {
  return markers.map((marker) => ({
    at: frameOfTime(marker.at, rate, 'nearest'),
    duration: frameOfTime(marker.duration, rate, 'nearest'),
    name: marker.name,
    note: marker.note,
    colour: marker.colour,
  }));
}
