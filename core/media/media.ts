import type { Branded } from '../brand.ts';
import type { Flicks } from '../time/flicks.ts';
import type { Rate } from '../time/rate.ts';
import type { Rational } from '../time/rational.ts';

export type MediaId = Branded<string, 'MediaId'>;

/** Brands an id that came from storage or an id source. */
export function mediaId(id: string): MediaId {
  return id as MediaId;
}

/**
 * What identifies a file's content: its size and the SHA-256 over its first, middle and last MiB.
 * `fullSha256` is computed lazily, before a relink is trusted.
 */
export type Fingerprint = {
  readonly sizeBytes: number;
  readonly sampledSha256: string;
  readonly fullSha256?: string | undefined;
  /** Another file of the project has the same size and samples and is not known to be the same; `fullSha256` is known then. */
  readonly isAmbiguous?: true | undefined;
};

/** The hash that names a file's content wherever something is kept under it. */
export function contentHash({ sampledSha256, fullSha256, isAmbiguous }: Fingerprint): string {
  return isAmbiguous === true && fullSha256 !== undefined ? fullSha256 : sampledSha256;
}

/** CICP names as ffprobe gives them ('bt709', 'smpte2084', …); undefined where the file does not say. */
export type ColourDescription = {
  readonly primaries?: string | undefined;
  readonly transfer?: string | undefined;
  readonly matrix?: string | undefined;
  readonly range?: 'tv' | 'pc' | undefined;
  /** PQ (smpte2084) or HLG (arib-std-b67) transfer, or Dolby Vision metadata. */
  readonly hdr: 'none' | 'pq' | 'hlg' | 'dolby-vision';
};

/** Source timecode of the first frame, from a tmcd track or container tag. Its rate and flag are its own, not the video's. */
export type SourceTimecode = {
  /** Frames since 00:00:00:00 counted at `rate`. */
  readonly startFrame: number;
  readonly rate: Rate;
  readonly dropFrame: boolean;
  /** As written in the file, e.g. "10:00:00;02". */
  readonly text: string;
  readonly reel?: string | undefined;
};

/**
 * How frame numbers relate to time. Decoded frame n counts from 0; times are flicks from the stream's first frame.
 * 'constant': every PTS lies within one tick of its time base of n ÷ rate, so frame n starts at exactly n ÷ rate
 * (millisecond containers round). 'variable': the PTS table is the truth; it is fetched apart because it is large.
 * 'still': one picture at all times.
 */
export type FrameTiming =
  | { readonly kind: 'constant'; readonly rate: Rate; readonly frameCount: number }
  | { readonly kind: 'variable'; readonly averageRate: Rate; readonly frameCount: number; readonly duration: Flicks }
  | { readonly kind: 'still' };

export type VideoStream = {
  /** Position among all streams of the file, for ffmpeg's `0:<index>`. */
  readonly index: number;
  readonly codec: string;
  readonly profile?: string | undefined;
  readonly pixelFormat: string;
  readonly bitDepth: number;
  /** Coded size before rotation and pixel aspect. */
  readonly width: number;
  readonly height: number;
  readonly sampleAspect: Rational;
  /** Clockwise degrees a player turns the picture by. */
  readonly rotation: 0 | 90 | 180 | 270;
  readonly timeBase: Rational;
  /** PTS of the first frame in ticks of `timeBase`. */
  readonly startTicks: number;
  readonly timing: FrameTiming;
  /** ffprobe's r_frame_rate and avg_frame_rate as exact fractions; undefined where 0/0. */
  readonly realBaseRate?: Rate | undefined;
  readonly averageRate?: Rate | undefined;
  readonly colour: ColourDescription;
};

export type AudioStream = {
  readonly index: number;
  readonly codec: string;
  readonly sampleRateHz: number;
  readonly channels: number;
  /** ffmpeg's layout name, e.g. 'mono', 'stereo', '5.1(side)'. */
  readonly channelLayout: string;
  readonly duration: Flicks;
  /** Start of this stream minus the start of the first video frame (0 in audio-only files). */
  readonly offset: Flicks;
  readonly language?: string | undefined;
  readonly title?: string | undefined;
};

export type MediaKind = 'video' | 'audio' | 'still';

/** What probing a file tells; nothing here depends on a project. */
export type MediaFacts = {
  readonly kind: MediaKind;
  /** ffprobe's format name, e.g. 'mov,mp4,m4a,3gp,3g2,mj2'. */
  readonly container: string;
  /** The longest stream's duration; 0 for stills. */
  readonly duration: Flicks;
  readonly video: readonly VideoStream[];
  readonly audio: readonly AudioStream[];
  readonly timecode?: SourceTimecode | undefined;
  readonly fingerprint: Fingerprint;
  /** Things worth a badge or a warning: 'vfr', 'hdr', 'rotated', 'damaged' …, each with a sentence. */
  readonly remarks: readonly MediaRemark[];
};

export type MediaRemark = { readonly code: string; readonly message: string };

/** A media file in a project. */
export type Media = MediaFacts & {
  readonly id: MediaId;
  /** File name with extension, as NLEs relink by it. */
  readonly name: string;
  /** Absolute path of the original. */
  readonly path: string;
  readonly online: boolean;
};

/** The picture stream that edits address: the first one. */
export function primaryVideo(facts: Pick<MediaFacts, 'video'>): VideoStream | undefined {
  return facts.video[0];
}

/** Size on screen: after pixel aspect and rotation, rounded to whole pixels. */
export function displaySize(stream: VideoStream): { readonly width: number; readonly height: number } {
  const width = Math.max(1, Math.round((stream.width * stream.sampleAspect.num) / stream.sampleAspect.den));
  return stream.rotation === 90 || stream.rotation === 270
    ? { width: stream.height, height: width }
    : { width, height: stream.height };
}
