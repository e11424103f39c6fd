import { startOfFrame } from '../media/frames.ts';
import { frameOfTime } from '../time/rate.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { layOut, type CutClip } from './export-cut.ts';
import { channelsOfStream } from '../media/channels.ts';
import type { ExportInput, ImportedClip, ImportedTimeline } from './handoff.ts';
import { mediaUrlOf } from './media-url.ts';
import { declaredRate } from './placement.ts';
import { secondsOfFlicks, ZERO_SECONDS } from '../time/seconds.ts';

/**
 * A timeline as a file without any limits would describe it: what an export is compared with when it is read back.
 * Clips of unknown media are not in it.
 */
export function describeTimeline(input: ExportInput): ImportedTimeline {
  const cut = layOut(input);
  const { timeline } = cut;
  return {
    name: timeline.name,
    rate: timeline.rate,
    startFrame: timeline.startFrame,
    dropFrame: timeline.dropFrame,
    width: timeline.width,
    height: timeline.height,
    tracks: [...cut.video, ...cut.audio].map(({ track, clips }) => ({
      kind: track.kind,
      name: track.name,
      enabled: track.enabled,
      locked: track.locked,
      clips: clips.map(describeClip),
    })),
    markers: markersOf(timeline),
    losses: cut.losses,
  };
}

function describeClip(item: CutClip): ImportedClip {
  const { clip, media, source } = item;
  const url = mediaUrlOf(media.path);
  const isSound = clip.kind === 'audio';
  return {
    name: clip.name,
    media: {
      name: media.name,
      url: url.kind === 'url' ? url.url : undefined,
      path: media.path,
      reel: media.timecode?.reel,
    },
    recordIn: item.recordIn,
    duration: item.duration,
    sourceIn: sourceIn(item),
    sourceOrigin: 'first-frame',
    sourceRate: declaredRate(source),
    speed: clip.speed,
    enabled: clip.enabled,
    note: clip.note,
    linkGroup: clip.linkId,
    opacity: isSound ? 1 : clip.opacity,
    channels: isSound ? channelsOfStream(media, clip.streamOrdinal) : [],
    stream: isSound ? clip.streamOrdinal : undefined,
    gainDb: isSound ? clip.gainDb : 0,
    fadeIn: isSound ? secondsOfFlicks(clip.fadeIn) : ZERO_SECONDS,
    fadeOut: isSound ? secondsOfFlicks(clip.fadeOut) : ZERO_SECONDS,
  };
}

function sourceIn({ clip, source }: CutClip) {
  if (clip.kind === 'audio') return secondsOfFlicks(clip.sourceIn);
  if (source.frames === undefined || source.frames.kind === 'still') return ZERO_SECONDS;
  // Backwards, the frame that is shown first ends there.
  const frame = clip.sourceIn + (clip.speed.num < 0 ? 1 : 0);
  return secondsOfFlicks(startOfFrame(source.frames, frame));
}

function markersOf(timeline: Timeline): ImportedTimeline['markers'] {
  return timeline.markers.map((marker) => ({
    at: frameOfTime(marker.at, timeline.rate, 'nearest'),
    duration: frameOfTime(marker.duration, timeline.rate, 'nearest'),
    name: marker.name,
    note: marker.note,
    colour: marker.colour,
  }));
}
