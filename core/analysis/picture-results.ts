import type { Box } from './boxes.ts';
import type { FaceLandmarks } from './face-detector.ts';
import type { AnalysisPath } from './sound-results.ts';

/** Faces over time. Boxes and points are in parts of the shown picture's width and height, 0–1. */
export type Faces = {
  readonly kind: 'faces';
  readonly path: AnalysisPath;
  /** Every how many frames faces were looked for; in between `trackBoxAt` tells where they are. */
  readonly stride: number;
  /** In order of appearance, each inside one shot. */
  readonly tracks: readonly FaceTrack[];
};

export type FaceTrack = {
  readonly id: number;
  readonly firstFrame: number;
  readonly lastFrame: number;
  /** 0–1: mean detection score. */
  readonly confidence: number;
  readonly seen: readonly { readonly frame: number; readonly box: Box; readonly score: number }[];
  /** The clearest looks, for telling who it is. */
  readonly portraits: readonly { readonly frame: number; readonly landmarks: FaceLandmarks }[];
};

/** What tells a face from others: one unit vector per face track that could be measured, several where it shows several faces. */
export type FacePrints = {
  readonly kind: 'face-prints';
  readonly path: AnalysisPath;
  readonly prints: readonly {
    /** `id` of the track in the 'faces' result. */
    readonly trackId: number;
    readonly firstFrame: number;
    readonly lastFrame: number;
    readonly vector: readonly number[];
  }[];
};

/** Persons and things in the frames that were looked at, about one a second. Boxes as in {@link Faces}. */
export type Objects = {
  readonly kind: 'objects';
  readonly path: AnalysisPath;
  readonly found: readonly {
    readonly frame: number;
    /** One of the 80 classes of COCO: 'person', 'dog', 'car' … */
    readonly label: string;
    readonly score: number;
    readonly box: Box;
    /** The shot it was found in. */
    readonly firstFrame: number;
    readonly lastFrame: number;
  }[];
  /** Which of them are one person or thing, each inside one shot, in order of appearance. */
  readonly tracks: readonly {
    readonly id: number;
    readonly label: string;
    readonly firstFrame: number;
    readonly lastFrame: number;
    /** 0–1: mean score. */
    readonly confidence: number;
    /** Indexes in `found`, by rising frame. */
    readonly seen: readonly number[];
  }[];
};

/** What an image–text model makes of key frames: unit vectors as `packVector` packs them. */
export type PictureEmbeddings = {
  readonly kind: 'picture-embeddings';
  readonly path: AnalysisPath;
  readonly frames: readonly {
    readonly frame: number;
    /** The shot it stands for. */
    readonly firstFrame: number;
    readonly lastFrame: number;
    readonly vector: string;
  }[];
};

/** What a provider sees in key frames, in its own words. */
export type PictureCaptions = {
  readonly kind: 'picture-captions';
  readonly path: AnalysisPath;
  readonly captions: readonly {
    readonly frame: number;
    /** The shot it stands for. */
    readonly firstFrame: number;
    readonly lastFrame: number;
    readonly text: string;
  }[];
};

/** What a sentence model makes of what is said: unit vectors as `packVector` packs them. */
export type SentenceEmbeddings = {
  readonly kind: 'sentence-embeddings';
  readonly path: AnalysisPath;
  /** Each different sentence once. */
  readonly sentences: readonly { readonly text: string; readonly vector: string }[];
};

/** Where a shot begins by a learned detector, by measurement, or by both; `probability` is the model's highest around it. */
export type LearnedBorder = {
  readonly frame: number;
  readonly by: 'both' | 'model' | 'signal';
  readonly probability: number;
};
