import type { Aspect } from '../director/suggestion.ts';
import { primaryVideo, type MediaFacts } from '../media/media.ts';
import { rational } from '../time/rational.ts';
import { canDropFrame, isListedRate, nearestListedRate, nominalFps, type Rate } from '../time/rate.ts';
import { trackId, type Timeline, type TimelineId, type Track, type TrackKind } from './timeline.ts';

/** What a new timeline must be told; the rest has the usual values. */
export type NewTimeline = {
  readonly id: TimelineId;
  readonly name: string;
  readonly rate: Rate;
  readonly width: number;
  readonly height: number;
  /** Frame count of the first frame's timecode; by default one hour, as broadcasters and NLEs start. */
  readonly startFrame?: number | undefined;
  /** By default drop-frame where SMPTE defines it. */
  readonly dropFrame?: boolean | undefined;
  readonly videoTracks?: number | undefined;
  readonly audioTracks?: number | undefined;
};

/** A timeline without clips: V1…, A1…; track ids are `<timeline id> V1` and so on. */
export function emptyTimeline(settings: NewTimeline): Timeline {
  const dropFrame = settings.dropFrame ?? canDropFrame(settings.rate);
  return {
    schema: 'montage.timeline/1',
    id: settings.id,
    name: settings.name,
    rate: settings.rate,
    startFrame: settings.startFrame ?? oneHour(settings.rate, dropFrame),
    dropFrame,
    width: settings.width,
    height: settings.height,
    tracks: [
      ...emptyTracks(settings.id, 'video', settings.videoTracks ?? 1),
      ...emptyTracks(settings.id, 'audio', settings.audioTracks ?? 1),
    ],
    markers: [],
  };
}

/** Frames to 01:00:00:00: 108 per hour are dropped at 29.97 (SMPTE ST 12-1). */
function oneHour(rate: Rate, dropFrame: boolean): number {
  const perMinute = dropFrame && canDropFrame(rate) ? nominalFps(rate) / 15 : 0;
  return nominalFps(rate) * 3600 - perMinute * 54;
}

function emptyTracks(id: TimelineId, kind: TrackKind, count: number): Track[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `${kind === 'video' ? 'V' : 'A'}${index + 1}`;
    return { kind, id: trackId(`${id} ${name}`), name, enabled: true, locked: false, clips: [] };
  });
}

/** The rate of a timeline when no footage suggests one. */
const USUAL_RATE = rational(25);

/**
 * The listed rate with most source duration among footage; stills and sound do not count. Footage at an unlisted rate
 * counts for the nearest listed one. Equal durations: the higher rate.
 */
export function defaultRate(media: readonly MediaFacts[]): Rate {
  const durations = new Map<Rate, number>();
  const known: Rate[] = [];
  for (const facts of media) {
    const timing = facts.kind === 'video' ? primaryVideo(facts)?.timing : undefined;
    if (timing === undefined || timing.kind === 'still') continue;
    const exact = timing.kind === 'constant' ? timing.rate : timing.averageRate;
    const listed = isListedRate(exact) ? exact : nearestListedRate(exact);
    const rate = known.find((other) => other.num === listed.num && other.den === listed.den) ?? listed;
    if (!durations.has(rate)) known.push(rate);
    durations.set(rate, (durations.get(rate) ?? 0) + facts.duration);
  }
  let best: Rate | undefined;
  for (const [rate, duration] of durations) {
    const most = best === undefined ? -1 : (durations.get(best) ?? 0);
    const higher = best !== undefined && rate.num * best.den > best.num * rate.den;
    if (duration > most || (duration === most && higher)) best = rate;
  }
  return best ?? USUAL_RATE;
}

/** The picture size of an aspect: 1920×1080, 1080×1920, 1080×1080, 1080×1350. */
export function sizeOfAspect(aspect: Aspect): { readonly width: number; readonly height: number } {
  switch (aspect) {
    case '16:9':
      return { width: 1920, height: 1080 };
    case '9:16':
      return { width: 1080, height: 1920 };
    case '1:1':
      return { width: 1080, height: 1080 };
    case '4:5':
      return { width: 1080, height: 1350 };
  }
}
