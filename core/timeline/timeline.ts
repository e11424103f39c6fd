import type { Branded } from '../brand.ts';
import type { FrameIndex, SourceFrames } from '../media/frames.ts';
import type { MediaId } from '../media/media.ts';
import type { Flicks } from '../time/flicks.ts';
import type { Rate } from '../time/rate.ts';
import type { Rational } from '../time/rational.ts';
import type { PictureKeyframes, SoundKeyframes } from './keyframes.ts';
import type { PictureEffects } from './picture.ts';
import type { Transition } from './transition.ts';

export type TimelineId = Branded<string, 'TimelineId'>;
export type TrackId = Branded<string, 'TrackId'>;
export type ClipId = Branded<string, 'ClipId'>;
export type LinkId = Branded<string, 'LinkId'>;
export type MarkerId = Branded<string, 'MarkerId'>;

/** Brands an id that came from storage or an id source; so do the functions below. */
export function timelineId(id: string): TimelineId {
  return id as TimelineId;
}
export function trackId(id: string): TrackId {
  return id as TrackId;
}
export function clipId(id: string): ClipId {
  return id as ClipId;
}
export function linkId(id: string): LinkId {
  return id as LinkId;
}
export function markerId(id: string): MarkerId {
  return id as MarkerId;
}

type ClipBase = {
  readonly id: ClipId;
  readonly mediaId: MediaId;
  readonly name: string;
  /** Absolute start on the timeline, on its frame grid, from 0 (the start timecode is not in it). */
  readonly recordIn: Flicks;
  /** Length on the timeline, on its frame grid, at least one frame. */
  readonly duration: Flicks;
  /**
   * Source time per record time: 1, 2 (twice as fast), 1/2; negative plays backwards from `sourceIn`; 0 holds the picture
   * at `sourceIn` (pictures only).
   */
  readonly speed: Rational;
  readonly enabled: boolean;
  /** Clips that select, move and trim together (a picture and its sound). */
  readonly linkId: LinkId | null;
  /** Kept in exports as a clip note; the reasons of AI cuts are written here. */
  readonly note: string;
  /** At the in point: from the clip that abuts there, else from nothing. */
  readonly head?: Transition | undefined;
  /** At the out point, to nothing; where a clip abuts there, that clip's `head` stands and this one is not played. */
  readonly tail?: Transition | undefined;
  /** `at` counts from the clip's record in and may lie outside the clip. */
  readonly markers?: readonly Marker[] | undefined;
  /** What other programs wrote beside the clip (OTIO metadata), kept verbatim. */
  readonly metadata?: Metadata | undefined;
};

/** JSON of other programs that nobody here reads. */
export type Metadata = Readonly<Record<string, unknown>>;

/**
 * A picture clip addresses its source by frame number: the frame shown first is exactly this one, also where it plays
 * backwards. Its media may be a file, a nested timeline (`nestedMedia`) or a title (`TITLE_MEDIA`).
 */
export type VideoClip = ClipBase &
  PictureEffects & {
    readonly kind: 'video';
    readonly sourceIn: FrameIndex;
    readonly opacity: number;
    readonly keyframes?: PictureKeyframes | undefined;
  };

/**
 * A sound clip addresses its source by time from the start of the file's first video frame (of the sound in audio-only
 * files); played backwards it is the end of what is heard. `streamOrdinal` counts the file's audio streams from 0.
 */
export type AudioClip = ClipBase & {
  readonly kind: 'audio';
  readonly sourceIn: Flicks;
  readonly streamOrdinal: number;
  /** Channels of the stream that are heard, from 0: one sounds in the middle, two left and right; absent = all. */
  readonly channels?: readonly number[] | undefined;
  readonly gainDb: number;
  /** −1 left … 1 right, equal power; absent = 0. */
  readonly pan?: number | undefined;
  readonly fadeIn: Flicks;
  readonly fadeOut: Flicks;
  readonly keyframes?: SoundKeyframes | undefined;
};

export type Clip = VideoClip | AudioClip;
export type TrackKind = Clip['kind'];

type TrackBase = {
  readonly id: TrackId;
  readonly name: string;
  /** Shown or heard. */
  readonly enabled: boolean;
  readonly locked: boolean;
  /** Only solo tracks of a kind are shown or heard while there is one; absent = false. */
  readonly solo?: boolean | undefined;
  /** Whether ripples move its clips; absent = true. */
  readonly syncLock?: boolean | undefined;
  readonly metadata?: Metadata | undefined;
};

/** Clips ascend by `recordIn` and never overlap; gaps are implied. */
export type VideoTrack = TrackBase & {
  readonly kind: 'video';
  readonly clips: readonly VideoClip[];
  /** All its clips are titles: captions in a language (BCP 47), exported as SRT and the like, burned in where enabled. */
  readonly captions?: { readonly language: string } | undefined;
};
export type AudioTrack = TrackBase & { readonly kind: 'audio'; readonly clips: readonly AudioClip[] };
export type Track = VideoTrack | AudioTrack;

export type MarkerColour = 'red' | 'orange' | 'yellow' | 'green' | 'cyan' | 'blue' | 'purple' | 'pink';

export type Marker = {
  readonly id: MarkerId;
  /** On the timeline's frame grid, from 0. */
  readonly at: Flicks;
  readonly duration: Flicks;
  readonly name: string;
  readonly note: string;
  readonly colour: MarkerColour;
};

/** Primaries, transfer and matrix of the finished picture (ITU-R BT.601, BT.709, BT.2020, BT.2100; P3-D65). */
export type ColourSpace = 'rec601-525' | 'rec601-625' | 'rec709' | 'p3-d65' | 'rec2020' | 'rec2020-pq' | 'rec2020-hlg';

/** A cut: immutable, frame-aligned, changed by `applyEdit` only. */
export type Timeline = {
  readonly schema: 'montage.timeline/1';
  readonly id: TimelineId;
  readonly name: string;
  readonly rate: Rate;
  /** Timecode of the first frame, as a frame count at `rate`. */
  readonly startFrame: number;
  readonly dropFrame: boolean;
  readonly width: number;
  readonly height: number;
  /** Absent = 'rec709'. */
  readonly colourSpace?: ColourSpace | undefined;
  /** Video tracks bottom to top, then audio tracks top to bottom: V1, V2, …, A1, A2, … */
  readonly tracks: readonly Track[];
  /** Ascending by `at`, then `id`. */
  readonly markers: readonly Marker[];
  /** Timelines that clips of this one, or of each other, play as media; they hold none themselves and never cycle. */
  readonly nested?: readonly Timeline[] | undefined;
  readonly metadata?: Metadata | undefined;
};

/**
 * What edits must know of a source: its frames (none for audio-only) and the span of its sound in source time.
 * Where a file has picture but no sound yet, or no more, its sound is silence that clips may use.
 */
export type Source = {
  readonly frames: SourceFrames | undefined;
  readonly audio: { readonly start: Flicks; readonly end: Flicks } | undefined;
};

/** Finds a clip's source; undefined while it is unknown (offline media keep their last known source). */
export interface SourceLookup {
  source(mediaId: MediaId): Source | undefined;
}
