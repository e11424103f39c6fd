import type { ShotScores } from '../analysis/score-results.ts';

/** How a moment looks or sounds; each is measured as a part of 1. */
export type Trait =
  | 'closeUp'
  | 'medium'
  | 'wide'
  | 'static'
  | 'pan'
  | 'tilt'
  | 'zoom'
  | 'handheld'
  | 'shaky'
  | 'action'
  | 'calm'
  | 'dark'
  | 'bright'
  | 'sharp'
  | 'blurry'
  | 'noisy'
  | 'colourful'
  | 'grey'
  | 'symmetric'
  | 'black'
  | 'frozen'
  | 'flash'
  | 'red'
  | 'green'
  | 'blue'
  | 'people'
  | 'face'
  | 'crowd'
  | 'alone'
  | 'two'
  | 'speech'
  | 'music'
  | 'silence'
  | 'question'
  | 'filler'
  | 'retake'
  | 'breath';

/** Parts of 1; what is not there is 0, or was not looked for. */
export type Traits = ReadonlyMap<Trait, number>;

/** What traits of one shot are read from; results that are not there are undefined. */
export type ShotEvidence = {
  readonly frames: number;
  readonly scores: ShotScores | undefined;
  /** Height of the largest face, as a part of the picture's. */
  readonly largestFace: number;
  /** Most faces in the shot at the same time. */
  readonly faces: number;
  /** Most persons in one picture that was looked at, and the height of the largest. */
  readonly persons: number;
  readonly largestPerson: number;
};

/** Traits of a shot's picture. Shot sizes are by the height of the largest face (Thompson and Bowen, Grammar of the Shot). */
export function pictureTraits(shot: ShotEvidence): Traits {
  const traits = new Map<Trait, number>();
  const set = (trait: Trait, value: number) => {
    if (value > 0) traits.set(trait, Math.min(1, value));
  };
  setPeople(shot, set);
  const { scores } = shot;
  if (scores !== undefined) {
    const [luma, blue, red] = scores.meanColour;
    set('dark', ramp(luma, 80, 45));
    set('bright', ramp(luma, 140, 185));
    set('red', ramp(red - 128, 8, 24));
    set('blue', ramp(blue - 128, 8, 24));
    set('green', Math.min(ramp(128 - red, 3, 14), ramp(128 - blue, 3, 14)));
    set('action', ramp(scores.motion, 15, 45));
    set('calm', ramp(scores.motion, 12, 3));
    if (scores.camera !== 'handheld')
      set(scores.camera, scores.camera === 'static' ? 1 : ramp(scores.cameraSpeed, 0, 0.3));
    set('handheld', scores.camera === 'handheld' ? 1 : ramp(scores.shake, 0.08, 0.4));
    set('shaky', ramp(scores.shake, 0.2, 0.8));
    set('sharp', ramp(scores.sharpness, 35, 65));
    set('blurry', Math.max(ramp(scores.sharpness, 25, 8), ramp(scores.motionBlur, 20, 60)));
    set('noisy', ramp(scores.noise, 3, 8));
    set('colourful', ramp(scores.colourfulness, 25, 50));
    set('grey', ramp(scores.colourfulness, 6, 1));
    set('symmetric', ramp(scores.symmetry, 50, 90));
    set('black', ramp(scores.blackFrames / Math.max(1, shot.frames), 0, 0.5));
    set('frozen', ramp(scores.frozenFrames / Math.max(1, shot.frames), 0, 0.5));
    set('flash', ramp(scores.flashFrames, 0, 2));
  }
  return traits;
}

function setPeople(shot: ShotEvidence, set: (trait: Trait, value: number) => void): void {
  const { largestFace, faces, persons, largestPerson } = shot;
  const seen = Math.max(faces, persons);
  set('people', seen > 0 ? 1 : 0);
  set('face', faces > 0 ? 1 : 0);
  set('alone', seen === 1 ? 1 : 0);
  set('two', seen === 2 ? 1 : 0);
  set('crowd', ramp(seen, 3, 6));
  if (faces > 0) {
    set('closeUp', ramp(largestFace, 0.22, 0.38));
    set('medium', Math.min(ramp(largestFace, 0.08, 0.14), ramp(largestFace, 0.4, 0.3)));
  }
  // Who is seen from head to foot is small in the picture, and so is their face.
  if (seen > 0) set('wide', Math.min(ramp(largestFace, 0.14, 0.07), ramp(largestPerson, 0.95, 0.6)));
}

/** 0 at `from` and before, 1 at `to` and beyond; falls where `to` is the smaller one. */
function ramp(value: number, from: number, to: number): number {
  return Math.max(0, Math.min(1, (value - from) / (to - from)));
}
