import type { LossKind } from './handoff.ts';

/** What a difference between two cuts is about. */
export type CutDifferenceKind =
  | 'timeline-rate'
  | 'start-timecode'
  | 'drop-frame'
  | 'frame-size'
  | 'colour-space'
  | 'timeline-name'
  | 'track-count'
  | 'track-order'
  | 'track-name'
  | 'track-state'
  | 'captions'
  | 'missing'
  | 'extra'
  | 'gap'
  | 'moved'
  | 'record-out'
  | 'source-in'
  | 'speed'
  | 'media'
  | 'url'
  | 'source-timecode'
  | 'reel'
  | 'clip-name'
  | 'note'
  | 'enabled'
  | 'link'
  | 'gain'
  | 'pan'
  | 'fade'
  | 'channels'
  | 'opacity'
  | 'transform'
  | 'crop'
  | 'fit'
  | 'blend'
  | 'lut'
  | 'stabilise'
  | 'retiming'
  | 'title'
  | 'nested'
  | 'transition'
  | 'keyframes'
  | 'curve'
  | 'marker'
  | 'clip-marker'
  | 'metadata'
  | 'off-grid'
  /** The reader met something in the file that it could not hold. */
  | 'unread';

/** One difference between two cuts; `frames` counts what is off, in frames of the record (or source) rate. */
export type CutDifference = {
  readonly kind: CutDifferenceKind;
  /** 'V1', 'A2'; '' for the whole timeline. */
  readonly track: string;
  readonly timecode: string;
  readonly message: string;
  readonly frames?: number | undefined;
  /** Of what the reader could not hold: what kind of thing it is. */
  readonly unread?: LossKind | undefined;
};

/** Notes a difference of one clip. */
export type AddDifference = (kind: CutDifferenceKind, message: string, frames?: number) => void;
