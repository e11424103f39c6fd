import type { Branded } from '../brand.ts';
import type { FrameIndex } from '../media/frames.ts';
import type { MediaId } from '../media/media.ts';
import type { Flicks } from '../time/flicks.ts';
import type { Rational } from '../time/rational.ts';
import type { Keyframe, PictureKeyframes, PictureParameter, SoundKeyframes, SoundParameter } from './keyframes.ts';
import type {
  AudioClip,
  Clip,
  ClipId,
  ColourSpace,
  LinkId,
  Marker,
  MarkerId,
  Timeline,
  TimelineId,
  Track,
  TrackId,
  VideoClip,
} from './timeline.ts';
import type { Transition } from './transition.ts';

export type EditId = Branded<string, 'EditId'>;

/** Brands an id that came from storage or an id source. */
export function editId(id: string): EditId {
  return id as EditId;
}

export type TrimEdge = 'in' | 'out';

/**
 * Every way a timeline changes, as a value. Times and deltas are on the timeline's grid. Linked partners follow where
 * `linked` is true. 'splice' is the primitive that inverses are made of: it replaces whole clips on tracks.
 */
export type Edit =
  /**
   * Places clips, which start at or after `at`, moving later material of all sync-locked tracks right to make room up to
   * the end of the last of them; clips across `at` split.
   */
  | {
      readonly kind: 'insert';
      readonly at: Flicks;
      readonly placements: readonly Placement[];
      /** Names for the right-hand parts of clips split at `at`, one per track in track order. */
      readonly newIds: readonly ClipId[];
    }
  /** Places clips over what is there; `newIds` names the right-hand parts of clips that they land inside. */
  | { readonly kind: 'overwrite'; readonly placements: readonly Placement[]; readonly newIds: readonly ClipId[] }
  /** Removes clips and leaves gaps. */
  | { readonly kind: 'lift'; readonly clipIds: readonly ClipId[]; readonly linked: boolean }
  /** Removes clips and closes the gaps on all sync-locked tracks. */
  | { readonly kind: 'rippleDelete'; readonly clipIds: readonly ClipId[]; readonly linked: boolean }
  /** Closes a gap by moving later material of all sync-locked tracks left. */
  | { readonly kind: 'closeGap'; readonly trackId: TrackId; readonly at: Flicks }
  /** Moves one edge by `delta`; with ripple, later material of all sync-locked tracks follows. */
  | {
      readonly kind: 'trim';
      readonly clipId: ClipId;
      readonly edge: TrimEdge;
      readonly delta: Flicks;
      readonly ripple: boolean;
      readonly linked: boolean;
    }
  /** Moves the cut between a clip and the one that abuts at its out point. */
  | { readonly kind: 'roll'; readonly clipId: ClipId; readonly delta: Flicks; readonly linked: boolean }
  /**
   * Moves the source under a clip by source frames, linked sound by the same span of time; sound alone by timeline
   * frames. Record times stay.
   */
  | { readonly kind: 'slip'; readonly clipId: ClipId; readonly frames: number; readonly linked: boolean }
  /**
   * Moves clips in time and by `trackDelta` tracks of their kind, overwriting what is there. Partners that only follow
   * because they are linked keep their tracks.
   */
  | {
      readonly kind: 'move';
      readonly clipIds: readonly ClipId[];
      readonly delta: Flicks;
      readonly trackDelta: number;
      readonly linked: boolean;
      readonly newIds: readonly ClipId[];
    }
  /** Cuts clips at a time; `newIds` names the right-hand parts in the order of `clipIds`, linked partners after them. */
  | {
      readonly kind: 'split';
      readonly clipIds: readonly ClipId[];
      readonly at: Flicks;
      readonly newIds: readonly ClipId[];
      readonly linked: boolean;
    }
  /** Sets properties; a new speed keeps the record span and goes to linked partners of the same media, in sync. */
  | { readonly kind: 'setClip'; readonly clipId: ClipId; readonly set: ClipProperties }
  | { readonly kind: 'setTrack'; readonly trackId: TrackId; readonly set: TrackProperties }
  | { readonly kind: 'setTimeline'; readonly set: TimelineProperties }
  | { readonly kind: 'addTrack'; readonly track: Track; readonly position: number }
  | { readonly kind: 'removeTrack'; readonly trackId: TrackId }
  | { readonly kind: 'putMarker'; readonly marker: Marker }
  | { readonly kind: 'removeMarker'; readonly markerId: MarkerId }
  /** Removes, shifts and adds whole clips as they stand; at most one entry per track; refused if the result breaks an invariant. */
  | { readonly kind: 'splice'; readonly changes: readonly TrackSplice[] }
  /** Places clips after the last one on their tracks as they are then, in sync; record times count from there. */
  | { readonly kind: 'append'; readonly placements: readonly Placement[] }
  /**
   * Another source under the same record span and everything that was done to it: from a frame (pictures) or a time in
   * flicks (sound). Linked clips of the former media follow in sync; sound takes the first stream, whole.
   */
  | {
      readonly kind: 'replace';
      readonly clipId: ClipId;
      readonly mediaId: MediaId;
      readonly name: string;
      readonly sourceIn: number;
      readonly linked: boolean;
    }
  /** Copies clips `delta` later and `trackDelta` tracks further, over what is there; `newIds` names the copies first. */
  | {
      readonly kind: 'duplicate';
      readonly clipIds: readonly ClipId[];
      readonly delta: Flicks;
      readonly trackDelta: number;
      readonly linked: boolean;
      readonly newIds: readonly ClipId[];
    }
  /** Clears a range of tracks and leaves the gap; `newIds` names right-hand parts in track order. */
  | {
      readonly kind: 'liftRange';
      readonly trackIds: readonly TrackId[];
      readonly start: Flicks;
      readonly end: Flicks;
      readonly newIds: readonly ClipId[];
    }
  /**
   * Clears a range of tracks and closes the gap on all sync-locked tracks; `newIds` names what lies right of `end` of
   * clips across it, then what lies right of `start` of clips across that.
   */
  | {
      readonly kind: 'extract';
      readonly trackIds: readonly TrackId[];
      readonly start: Flicks;
      readonly end: Flicks;
      readonly newIds: readonly ClipId[];
    }
  /** Moves a clip between its neighbours, which give way; what it plays stays. */
  | { readonly kind: 'slide'; readonly clipId: ClipId; readonly delta: Flicks; readonly linked: boolean }
  /** Lets two clips change places. */
  | { readonly kind: 'swap'; readonly clipId: ClipId; readonly otherId: ClipId; readonly linked: boolean }
  /** Makes one clip of this and the next, where that plays on as if there were no cut. */
  | { readonly kind: 'joinThrough'; readonly clipId: ClipId; readonly linked: boolean }
  | { readonly kind: 'link'; readonly clipIds: readonly ClipId[]; readonly linkId: LinkId }
  | { readonly kind: 'unlink'; readonly clipIds: readonly ClipId[] }
  /** Puts a transition on the in or out point of a clip, on the cut where another abuts; null takes it away. */
  | {
      readonly kind: 'setTransition';
      readonly clipId: ClipId;
      readonly edge: TrimEdge;
      readonly transition: Transition | null;
      readonly linked: boolean;
    }
  | {
      readonly kind: 'setKeyframe';
      readonly clipId: ClipId;
      readonly parameter: PictureParameter | SoundParameter;
      readonly keyframe: Keyframe;
    }
  | {
      readonly kind: 'removeKeyframe';
      readonly clipId: ClipId;
      readonly parameter: PictureParameter | SoundParameter;
      readonly at: Flicks;
    }
  | { readonly kind: 'putClipMarker'; readonly clipId: ClipId; readonly marker: Marker }
  | { readonly kind: 'removeClipMarker'; readonly clipId: ClipId; readonly markerId: MarkerId }
  /** Puts clips into a new nested timeline and one that plays it in their place; `newIds` names its picture, its sound. */
  | {
      readonly kind: 'nest';
      readonly clipIds: readonly ClipId[];
      readonly linked: boolean;
      readonly timelineId: TimelineId;
      readonly name: string;
      readonly newIds: readonly ClipId[];
    }
  /** Adds a nested timeline (at a place among them) or replaces the one of its id. */
  | { readonly kind: 'putNested'; readonly timeline: Timeline; readonly position?: number | undefined }
  | { readonly kind: 'removeNested'; readonly timelineId: TimelineId }
  /** An edit inside a nested timeline. */
  | { readonly kind: 'editNested'; readonly timelineId: TimelineId; readonly edit: Edit }
  /** Moves a track among those of its kind, to a place counted among all tracks without it. */
  | { readonly kind: 'moveTrack'; readonly trackId: TrackId; readonly position: number }
  /** Holds a picture, at its first frame or at `frame` of its source; its sound goes on. */
  | { readonly kind: 'freeze'; readonly clipId: ClipId; readonly frame?: FrameIndex | undefined }
  /**
   * Plays the same source at another speed (not 0), which changes the length: `setClip` keeps the length and changes how
   * much is played. With ripple, later material of all sync-locked tracks follows.
   */
  | {
      readonly kind: 'retime';
      readonly clipId: ClipId;
      readonly speed: Rational;
      readonly ripple: boolean;
      readonly linked: boolean;
    }
  /** Several edits as one undo step; all or none. */
  | { readonly kind: 'group'; readonly label: string; readonly edits: readonly Edit[] };

/** A whole clip and the track it goes to; its kind must be the track's. */
export type Placement = { readonly trackId: TrackId; readonly clip: Clip };

/** On one track, in this order: clips leave, the remaining ones that start at or after `shift.from` move, clips come. */
export type TrackSplice = {
  readonly trackId: TrackId;
  readonly remove: readonly ClipId[];
  readonly add: readonly Clip[];
  readonly shift?: { readonly from: Flicks; readonly by: Flicks } | undefined;
};

export type ClipProperties = {
  readonly name?: string | undefined;
  readonly note?: string | undefined;
  readonly enabled?: boolean | undefined;
  readonly speed?: Rational | undefined;
  /** Video clips only, 0–1. */
  readonly opacity?: number | undefined;
  /** Audio clips only. */
  readonly gainDb?: number | undefined;
  /** null: none. */
  readonly fadeIn?: Flicks | null | undefined;
  readonly fadeOut?: Flicks | null | undefined;
  /** Of the parameters that the clip's kind has; replaces all its keyframes. */
  readonly keyframes?: (PictureKeyframes & SoundKeyframes) | null | undefined;
} & Options<Pick<VideoClip, PictureOption>> &
  Options<Pick<AudioClip, SoundOption>> &
  Options<Pick<Clip, ClipOption>>;

/** Properties that a clip may lack: null takes them away. */
type Options<Properties> = { readonly [Key in keyof Properties]?: Properties[Key] | null | undefined };

type ClipOption = 'head' | 'tail' | 'markers' | 'metadata';
type PictureOption = 'transform' | 'crop' | 'fit' | 'blend' | 'lut' | 'stabilise' | 'retiming' | 'title';
type SoundOption = 'channels' | 'pan';

export type TrackProperties = {
  readonly name?: string | undefined;
  readonly enabled?: boolean | undefined;
  readonly locked?: boolean | undefined;
  /** null, here and below: as it is where nothing is said. */
  readonly solo?: boolean | null | undefined;
  readonly syncLock?: boolean | null | undefined;
  readonly captions?: { readonly language: string } | null | undefined;
};

export type TimelineProperties = {
  readonly name?: string | undefined;
  readonly startFrame?: number | undefined;
  readonly dropFrame?: boolean | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly colourSpace?: ColourSpace | null | undefined;
};

/** Why an edit cannot be. Each says which object and, where there is one, how far it could have gone. */
export type Refusal =
  | { readonly reason: 'unknown-clip'; readonly clipId: ClipId }
  | { readonly reason: 'unknown-track'; readonly trackId: TrackId }
  | { readonly reason: 'unknown-marker'; readonly markerId: MarkerId }
  /** A clip plays a nested timeline that is not there. */
  | { readonly reason: 'unknown-nested'; readonly mediaId: MediaId }
  /** Nested timelines would play each other. */
  | { readonly reason: 'nested-cycle'; readonly timelineId: TimelineId }
  /** Clips play the nested timeline. */
  | { readonly reason: 'nested-in-use'; readonly timelineId: TimelineId }
  | { readonly reason: 'duplicate-id'; readonly id: string }
  | { readonly reason: 'missing-new-id'; readonly needed: number }
  | { readonly reason: 'track-locked'; readonly trackId: TrackId }
  | { readonly reason: 'wrong-track-kind'; readonly trackId: TrackId }
  | { readonly reason: 'off-grid'; readonly time: number }
  | { readonly reason: 'before-start'; readonly time: number }
  | { readonly reason: 'would-overlap'; readonly trackId: TrackId; readonly clipId: ClipId }
  /** It would have to move with a clip it is linked to, but its track's sync lock is off. */
  | { readonly reason: 'sync-lock-off'; readonly trackId: TrackId; readonly clipId: ClipId }
  /** `available` is the largest |delta| in flicks (slip: frames) that has media. */
  | { readonly reason: 'no-media'; readonly clipId: ClipId; readonly available: number }
  | { readonly reason: 'too-short'; readonly clipId: ClipId }
  | { readonly reason: 'unknown-keyframe'; readonly clipId: ClipId; readonly time: number }
  /** The clip does not go on where the one before it ends, or is treated otherwise. */
  | { readonly reason: 'not-continuous'; readonly clipId: ClipId }
  | { readonly reason: 'not-adjacent'; readonly clipId: ClipId }
  | { readonly reason: 'outside-clip'; readonly clipId: ClipId; readonly time: number }
  | { readonly reason: 'no-gap'; readonly trackId: TrackId; readonly time: number }
  | { readonly reason: 'track-not-empty'; readonly trackId: TrackId }
  | { readonly reason: 'invalid-value'; readonly field: string; readonly message: string }
  | { readonly reason: 'nothing-to-do' };

/** The new timeline and the edit that takes it back exactly, or why not. */
export type EditOutcome =
  | { readonly ok: true; readonly timeline: Timeline; readonly inverse: Edit }
  | { readonly ok: false; readonly refusal: Refusal };
