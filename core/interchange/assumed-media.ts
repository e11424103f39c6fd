import { sourceDuration } from '../media/frames.ts';
import { mediaId, type AudioStream, type Media, type VideoStream } from '../media/media.ts';
import { flicks, ZERO_FLICKS, type Flicks } from '../time/flicks.ts';
import { frameOfTime, isListedRate, nearestListedRate, nominalFps, timeOfFrame, type Rate } from '../time/rate.ts';
import { mulDiv, rational } from '../time/rational.ts';
import { flicksOfSeconds, framesInSeconds, type Seconds } from '../time/seconds.ts';
import { formatTimecode } from '../time/timecode.ts';
import type { ImportedClip, ImportedTimeline, ImportedTrack, MediaReference, ResolvedMedia } from './handoff.ts';
import { isPlayable, isReachable } from './resolve-time.ts';

type Uses = {
  readonly reference: MediaReference;
  readonly rate: Rate;
  readonly pictures: boolean;
  readonly sounds: boolean;
  readonly end: Flicks;
  readonly highestChannel: number;
};

/**
 * Finds media by what a file says of them, for converting while they are missing: at the rate it states, as long as it
 * states or as its clips need. Where it names a source by timecode alone, the media are taken to start at 00:00:00:00.
 */
export function assumedMedia(imported: ImportedTimeline): (reference: MediaReference) => ResolvedMedia | undefined {
  const uses = new Map<string, Uses>();
  for (const timeline of [imported, ...(imported.nested ?? []).map((one) => one.timeline)]) {
    for (const track of timeline.tracks) {
      for (const [index, clip] of track.clips.entries()) {
        if (clip.content !== undefined || !isUsable(clip, timeline.rate)) continue;
        const key = keyOf(clip.media);
        uses.set(key, joined(uses.get(key), clip, track, index, timeline.rate));
      }
    }
  }
  const known = new Map([...uses].map(([key, use]) => [key, mediaOf(key, use)]));
  return (reference) => known.get(keyOf(reference));
}

/** What tells two pieces of media apart in a file. */
export function keyOf({ path, url, reel, name }: MediaReference): string {
  return path ?? url ?? `${reel ?? ''} ${name}`;
}

function isUsable(clip: ImportedClip, rate: Rate): boolean {
  return isPlayable(clip) && isReachable(clip.recordIn, rate) && isReachable(clip.duration, rate);
}

function joined(
  before: Uses | undefined,
  clip: ImportedClip,
  { kind, clips }: ImportedTrack,
  index: number,
  timelineRate: Rate,
): Uses {
  const isSound = kind === 'audio';
  const next = clips[index + 1];
  // What comes after it may cross from it: its media go on that far, unless the file says where they end.
  const isOpen = clip.media.declared?.duration === undefined;
  const crossed = isOpen && next?.recordIn === clip.recordIn + clip.duration ? next.head : undefined;
  const stated = clip.sourceRate ?? timelineRate;
  const { num, den } = clip.speed;
  const start = flicksOfSeconds(clip.sourceIn);
  const played = num <= 0 ? 0 : mulDiv(timeOfFrame(Math.max(clip.duration, 0), timelineRate), num, den, 'ceil');
  const handles = [clip.head, clip.tail, crossed].map((one) => (one?.outOffset ?? 0) + (one?.inOffset ?? 0));
  const reachable = handles.filter((handle) => isReachable(handle, timelineRate));
  const handle = timeOfFrame(Math.max(0, ...reachable), timelineRate) * Math.max(1, Math.ceil(Math.abs(num) / den));
  const end = flicks(Math.max(before?.end ?? 0, start + played + handle));
  return {
    reference: {
      ...clip.media,
      ...before?.reference,
      declared: { ...clip.media.declared, ...before?.reference.declared },
    },
    rate: before?.rate ?? (isListedRate(stated) ? stated : nearestListedRate(stated)),
    pictures: (before?.pictures ?? false) || !isSound,
    sounds: (before?.sounds ?? false) || isSound,
    end,
    highestChannel: Math.max(before?.highestChannel ?? 0, ...clip.channels, (clip.stream ?? 0) + 1),
  };
}

function mediaOf(key: string, uses: Uses): ResolvedMedia {
  const { reference, rate, end } = uses;
  const { declared } = reference;
  const stated = isCounted(declared?.duration) ? flicksOfSeconds(declared.duration) : ZERO_FLICKS;
  const frameCount = Math.max(1, frameOfTime(flicks(Math.max(stated, end)), rate, 'ceil'));
  const isStill = declared?.still === true;
  const frames = !uses.pictures
    ? undefined
    : isStill
      ? ({ kind: 'still' } as const)
      : ({ kind: 'constant', rate, frameCount } as const);
  const duration = frames === undefined ? flicks(Math.max(stated, end)) : (sourceDuration(frames) ?? ZERO_FLICKS);
  const audio = soundStreams(uses, duration);
  const media: Media = {
    id: mediaId(`assumed ${key}`),
    name: reference.name,
    path: reference.path ?? reference.name,
    online: false,
    kind: frames === undefined ? 'audio' : isStill ? 'still' : 'video',
    container: '',
    duration,
    video: frames === undefined ? [] : [pictureStream(uses, frames)],
    audio,
    timecode: timecodeOf(uses),
    fingerprint: { sizeBytes: 0, sampledSha256: key },
    remarks: [],
  };
  const sound = audio.length === 0 ? undefined : { start: ZERO_FLICKS, end: duration };
  return { media, source: { frames, audio: sound } };
}

function pictureStream(uses: Uses, timing: VideoStream['timing']): VideoStream {
  const { declared } = uses.reference;
  return {
    index: 0,
    codec: 'unknown',
    pixelFormat: 'yuv420p',
    bitDepth: 8,
    width: countOr(declared?.width, 1920),
    height: countOr(declared?.height, 1080),
    sampleAspect: rational(1),
    rotation: 0,
    timeBase: rational(1, 90_000),
    startTicks: 0,
    timing,
    colour: COLOURS[declared?.colourSpace ?? 'rec709'] ?? { hdr: 'none' },
  };
}

/** More than any picture has pixels across, or any sound samples in a second. */
const MOST = 1_000_000;

/** What a file states, where it is a count at all. */
function countOr(stated: number | undefined, otherwise: number): number {
  return stated !== undefined && Number.isSafeInteger(stated) && stated > 0 && stated <= MOST ? stated : otherwise;
}

const COLOURS: Readonly<Record<string, VideoStream['colour']>> = {
  rec2020: { primaries: 'bt2020', transfer: 'bt709', matrix: 'bt2020nc', hdr: 'none' },
  'rec2020-pq': { primaries: 'bt2020', transfer: 'smpte2084', matrix: 'bt2020nc', hdr: 'pq' },
  'rec2020-hlg': { primaries: 'bt2020', transfer: 'arib-std-b67', matrix: 'bt2020nc', hdr: 'hlg' },
};

/** As many as an immersive sound master holds, the most that anything writes: files may say billions. */
const MOST_CHANNELS = 128;

/** The streams that the file states; else one that holds the highest channel that is heard, stereo at least. */
function soundStreams({ reference, sounds, highestChannel }: Uses, duration: Flicks): readonly AudioStream[] {
  const stated = reference.declared?.audio ?? [];
  if (stated.length === 0 && !sounds) return [];
  const streams = (stated.length > 0 ? stated : [Math.max(highestChannel, 2)]).slice(0, MOST_CHANNELS);
  return streams
    .map((count) => Math.min(count, MOST_CHANNELS))
    .map((channels, index) => ({
      index: index + 1,
      codec: 'unknown',
      sampleRateHz: countOr(reference.declared?.sampleRateHz, 48_000),
      channels,
      channelLayout: channels === 1 ? 'mono' : channels === 2 ? 'stereo' : `${channels} channels`,
      duration,
      offset: ZERO_FLICKS,
    }));
}

/** A hundred hours: no timecode counts further, and no file plays longer. */
const FURTHEST_SECONDS = 360_000;

function isCounted(time: Seconds | undefined): time is Seconds {
  return time !== undefined && Math.abs(time.num) <= FURTHEST_SECONDS * time.den;
}

function timecodeOf({ reference, rate }: Uses): Media['timecode'] {
  const { declared, reel } = reference;
  if (declared?.start === undefined && reel === undefined) return undefined;
  const startFrame = isCounted(declared?.start) ? framesInSeconds(declared.start, rate, 'nearest') : 0;
  const dropFrame = declared?.dropFrame === true && rate.den === 1001 && nominalFps(rate) % 30 === 0;
  return { startFrame, rate, dropFrame, text: formatTimecode(startFrame, { rate, dropFrame }), reel };
}
