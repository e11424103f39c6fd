import type { Box } from '../analysis/boxes.ts';
import type { MediaId } from '../media/media.ts';

/** One unbroken appearance of a face. `id` names it for good. */
export type Appearance = {
  readonly id: string;
  readonly mediaId: MediaId;
  /** Frames, `lastFrame` inclusive. */
  readonly firstFrame: number;
  readonly lastFrame: number;
  /** Where the face is seen best: a frame, and the face in parts of the picture's width and height. */
  readonly portrait: { readonly frame: number; readonly box: Box };
};

/** Somebody who is seen in the footage. */
export type PersonEntry = {
  readonly id: string;
  /** Null until the user gives one. */
  readonly name: string | null;
  /** 0–1: how alike the appearances are; 1 for one alone. */
  readonly confidence: number;
  readonly appearances: readonly Appearance[];
};
