import { frameIndex, type SourceFrames } from '../../core/media/frames.ts';
import {
  mediaId,
  type AudioStream,
  type ColourDescription,
  type Media,
  type SourceTimecode,
} from '../../core/media/media.ts';
import { flicks, ZERO_FLICKS, type Flicks } from '../../core/time/flicks.ts';
import { timeOfFrame, type Rate } from '../../core/time/rate.ts';
import { rational, type Rational } from '../../core/time/rational.ts';
import { parseTimecode } from '../../core/time/timecode.ts';
import {
  clipId,
  linkId,
  markerId,
  timelineId,
  trackId,
  type AudioClip,
  type AudioTrack,
  type Marker,
  type Source,
  type Timeline,
  type Track,
  type VideoClip,
  type VideoTrack,
} from '../../core/timeline/timeline.ts';
import type { ExportInput } from '../../core/interchange/handoff.ts';
import { startOfFrame } from '../../core/media/frames.ts';

export const R = {
  r23976: rational(24_000, 1001),
  r24: rational(24),
  r25: rational(25),
  r2997: rational(30_000, 1001),
  r30: rational(30),
  r50: rational(50),
  r5994: rational(60_000, 1001),
  r60: rational(60),
} as const;

export type TestMedia = { readonly media: Media; readonly source: Source };

const COLOUR: ColourDescription = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', hdr: 'none' };

type MediaOptions = {
  readonly path?: string;
  readonly timecode?: string;
  readonly timecodeRate?: Rate;
  readonly dropFrame?: boolean;
  readonly reel?: string;
  /** Channels of each sound stream. */
  readonly audio?: readonly number[];
  readonly width?: number;
  readonly height?: number;
  readonly colour?: ColourDescription;
};

function timecodeOf(rate: Rate, options: MediaOptions): SourceTimecode | undefined {
  if (options.timecode === undefined) return undefined;
  const dropFrame = options.dropFrame ?? false;
  const ownRate = options.timecodeRate ?? rate;
  const parsed = parseTimecode(options.timecode, { rate: ownRate, dropFrame });
  if (parsed.kind === 'problem') throw new Error(`bad timecode ${options.timecode}`);
  return { startFrame: parsed.frame, rate: ownRate, dropFrame, text: options.timecode, reel: options.reel };
}

function soundStreams(channels: readonly number[], duration: Flicks): readonly AudioStream[] {
  return channels.map((count, index) => ({
    index: index + 1,
    codec: 'aac',
    sampleRateHz: 48_000,
    channels: count,
    channelLayout: count === 1 ? 'mono' : count === 2 ? 'stereo' : `${count} channels`,
    duration,
    offset: ZERO_FLICKS,
  }));
}

function build(
  name: string,
  frames: SourceFrames | undefined,
  duration: Flicks,
  tcRate: Rate,
  options: MediaOptions,
): TestMedia {
  const sound = soundStreams(options.audio ?? [], duration);
  const kind = frames === undefined ? 'audio' : frames.kind === 'still' ? 'still' : 'video';
  const timing =
    frames === undefined || frames.kind === 'still'
      ? ({ kind: 'still' } as const)
      : frames.kind === 'constant'
        ? frames
        : ({
            kind: 'variable',
            averageRate: frames.averageRate,
            frameCount: frames.starts.length,
            duration: frames.end,
          } as const);
  const media: Media = {
    id: mediaId(`media-${name}`),
    name,
    path: options.path ?? `/media/${name}`,
    online: true,
    kind,
    container: 'mov',
    duration,
    video:
      frames === undefined
        ? []
        : [
            {
              index: 0,
              codec: 'h264',
              pixelFormat: 'yuv420p',
              bitDepth: 8,
              width: options.width ?? 1920,
              height: options.height ?? 1080,
              sampleAspect: rational(1),
              rotation: 0,
              timeBase: rational(1, 90_000),
              startTicks: 0,
              timing,
              colour: options.colour ?? COLOUR,
            },
          ],
    audio: sound,
    timecode: timecodeOf(tcRate, options),
    fingerprint: { sizeBytes: 1, sampledSha256: name },
    remarks: [],
  };
  return { media, source: { frames, audio: sound.length === 0 ? undefined : { start: ZERO_FLICKS, end: duration } } };
}

export function videoMedia(name: string, rate: Rate, frameCount: number, options: MediaOptions = {}): TestMedia {
  return build(name, { kind: 'constant', rate, frameCount }, timeOfFrame(frameCount, rate), rate, options);
}

/** A source whose frames start where they like, in flicks from frame 0. */
export function varyingMedia(
  name: string,
  averageRate: Rate,
  starts: readonly number[],
  end: Flicks,
  options: MediaOptions = {},
): TestMedia {
  const frames = { kind: 'variable', averageRate, starts: Float64Array.from(starts), end } as const;
  return build(name, frames, end, averageRate, options);
}

export function stillMedia(name: string, options: MediaOptions = {}): TestMedia {
  return build(name, { kind: 'still' }, ZERO_FLICKS, rational(25), options);
}

export function soundMedia(name: string, duration: Flicks, options: MediaOptions = {}): TestMedia {
  return build(name, undefined, duration, rational(25), { audio: [2], ...options });
}

type ClipOptions = {
  readonly name?: string;
  readonly speed?: Rational;
  readonly enabled?: boolean;
  readonly link?: string;
  readonly note?: string;
  readonly opacity?: number;
  readonly gainDb?: number;
  readonly stream?: number;
  readonly fadeIn?: Flicks;
  readonly fadeOut?: Flicks;
};

let clips = 0;

/** A picture clip: source frame, record frame and length in record frames. */
export function picture(
  of: TestMedia,
  rate: Rate,
  sourceIn: number,
  recordIn: number,
  length: number,
  options: ClipOptions = {},
): VideoClip {
  return {
    kind: 'video',
    sourceIn: frameIndex(sourceIn),
    opacity: options.opacity ?? 1,
    ...base(of, rate, recordIn, length, options),
  };
}

/** A sound clip that starts at the source time given, or at that of a source frame. */
export function sound(
  of: TestMedia,
  rate: Rate,
  sourceIn: number | { readonly flicks: number },
  recordIn: number,
  length: number,
  options: ClipOptions = {},
): AudioClip {
  const frames = of.source.frames ?? { kind: 'constant', rate, frameCount: Number.MAX_SAFE_INTEGER };
  return {
    kind: 'audio',
    sourceIn: typeof sourceIn === 'number' ? startOfFrame(frames, sourceIn) : flicks(sourceIn.flicks),
    streamOrdinal: options.stream ?? 0,
    gainDb: options.gainDb ?? 0,
    fadeIn: options.fadeIn ?? ZERO_FLICKS,
    fadeOut: options.fadeOut ?? ZERO_FLICKS,
    ...base(of, rate, recordIn, length, options),
  };
}

function base(of: TestMedia, rate: Rate, recordIn: number, length: number, options: ClipOptions) {
  clips += 1;
  return {
    id: clipId(`test-clip-${clips}`),
    mediaId: of.media.id,
    name: options.name ?? of.media.name,
    recordIn: timeOfFrame(recordIn, rate),
    duration: timeOfFrame(length, rate),
    speed: options.speed ?? rational(1),
    enabled: options.enabled ?? true,
    linkId: options.link === undefined ? null : linkId(options.link),
    note: options.note ?? '',
  };
}

export function videoTrack(
  number: number,
  clipsOfTrack: readonly VideoClip[],
  set: Partial<VideoTrack> = {},
): VideoTrack {
  return {
    id: trackId(`V${number}`),
    name: `V${number}`,
    kind: 'video',
    enabled: true,
    locked: false,
    clips: clipsOfTrack,
    ...set,
  };
}

export function audioTrack(
  number: number,
  clipsOfTrack: readonly AudioClip[],
  set: Partial<AudioTrack> = {},
): AudioTrack {
  return {
    id: trackId(`A${number}`),
    name: `A${number}`,
    kind: 'audio',
    enabled: true,
    locked: false,
    clips: clipsOfTrack,
    ...set,
  };
}

export function marker(rate: Rate, at: number, name: string, set: Partial<Marker> = {}): Marker {
  return {
    id: markerId(`marker-${name}`),
    at: timeOfFrame(at, rate),
    duration: ZERO_FLICKS,
    name,
    note: '',
    colour: 'blue',
    ...set,
  };
}

export function timelineOf(rate: Rate, tracks: readonly Track[], set: Partial<Timeline> = {}): Timeline {
  return {
    schema: 'montage.timeline/1',
    id: timelineId('test'),
    name: 'Test cut',
    rate,
    startFrame: 0,
    dropFrame: false,
    width: 1920,
    height: 1080,
    tracks,
    markers: [],
    ...set,
  };
}

/** Joins a timeline with its media for export. */
export function exportInput(timeline: Timeline, media: readonly TestMedia[]): ExportInput {
  const byId = new Map(media.map((item) => [item.media.id, item]));
  return {
    timeline,
    media: (id) => byId.get(id)?.media,
    sources: { source: (id) => byId.get(id)?.source },
  };
}

/** The conformance base edit without its dissolve: A in+24 rec 0-48, B in 24 rec 48-108, gap 24, C in+100 rec 132-182. */
export function baseEdit(
  rate: Rate,
  dropFrame = false,
): { readonly timeline: Timeline; readonly media: readonly TestMedia[] } {
  const separator = dropFrame ? ';' : ':';
  const options = (hour: string) => ({ timecode: `${hour}:00:00${separator}00`, dropFrame, audio: [2] });
  const a = videoMedia('A.mov', rate, 480, options('10'));
  const b = videoMedia('B.mov', rate, 240, options('00'));
  const c = videoMedia('C.mov', rate, 1000, options('01'));
  const start = parseTimecode(`01:00:00${separator}00`, { rate, dropFrame });
  const timeline = timelineOf(
    rate,
    [videoTrack(1, [picture(a, rate, 24, 0, 48), picture(b, rate, 24, 48, 60), picture(c, rate, 100, 132, 50)])],
    { name: 'p', startFrame: start.kind === 'frame' ? start.frame : 0, dropFrame },
  );
  return { timeline, media: [a, b, c] };
}
