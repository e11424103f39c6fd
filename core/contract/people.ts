import type { Box } from '../analysis/boxes.ts';
import type { MediaId } from '../media/media.ts';

/** One unbroken appearance of a face. `id` names it for good. */
export type Appearance = {
  readonly id: string;
  readonly mediaId: MediaId;
  /** Frames, `lastFrame` inclusive. */
  readonly firstFrame: number;
  readonly lastFrame: number;
  /** From when to when the person is in the picture, though the face is not seen; inside the same shot. */
  readonly inPicture: { readonly firstFrame: number; readonly lastFrame: number };
  /** A few looks, the clearest first. */
  readonly looks: readonly Look[];
};

/** A face in a frame; the box is in parts of the shown picture's width and height. */
export type Look = { readonly frame: number; readonly box: Box };

/** Somebody who is seen in the footage. */
export type PersonEntry = {
  readonly id: string;
  /** Null until the user gives one. */
  readonly name: string | null;
  /** 0–1: how alike the appearances are; 1 for one alone. */
  readonly confidence: number;
  readonly appearances: readonly Appearance[];
};

/** One voice of one file. `id` names it for good, whatever number it is given. */
export type Voice = {
  readonly id: string;
  readonly mediaId: MediaId;
  /** Its number in the file, from 0. */
  readonly speaker: number;
  readonly seconds: number;
  readonly turns: number;
};

/** Somebody who is heard in the footage. */
export type SpeakerEntry = {
  readonly id: string;
  /** Null until the user gives one. */
  readonly name: string | null;
  /** 0–1: how alike the voices are; 1 for one alone. */
  readonly confidence: number;
  readonly appearances: readonly Voice[];
};
