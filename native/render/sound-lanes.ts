/** Voices that one decoder plays one after the other: none begins before the one before it ends. */
export type Lane<Voice extends Placed> = Placed & { readonly voices: readonly Voice[] };

/** Where something is heard, in samples of the film. */
export type Placed = { readonly from: number; readonly to: number };

/** Files that one decoder holds open. */
const MOST_VOICES = 8;
/** A decoder does not wait longer than this (a minute) for what it plays next. */
const LONGEST_REST = 60 * 48_000;

/**
 * Divides voices, given in order of their beginnings, into lanes. `canShare` says which voices may share one: these are
 * never in more lanes at a time than of them sound together.
 */
export function lanesOf<Voice extends Placed>(
  voices: readonly Voice[],
  canShare: (voice: Voice) => boolean,
): readonly Lane<Voice>[] {
  const lanes: { from: number; to: number; voices: Voice[] }[] = [];
  let open: typeof lanes = [];
  for (const voice of voices) {
    const isShared = canShare(voice);
    open = open.filter(({ to, voices }) => voices.length < MOST_VOICES && voice.from - to <= LONGEST_REST);
    const lane = isShared ? open.find(({ to }) => to <= voice.from) : undefined;
    if (lane === undefined) {
      const begun = { from: voice.from, to: voice.to, voices: [voice] };
      lanes.push(begun);
      if (isShared) open.push(begun);
    } else {
      lane.voices.push(voice);
      lane.to = voice.to;
    }
  }
  return lanes;
}

/** Lanes so that in none of the passes more play at a time than `most`. At least one pass. */
export function passesOf<Voice extends Placed>(
  lanes: readonly Lane<Voice>[],
  most: number,
): readonly (readonly Lane<Voice>[])[] {
  const passes: Lane<Voice>[][] = [[]];
  for (const lane of lanes) {
    const hasRoom = (pass: readonly Placed[]) => pass.filter(({ to }) => to > lane.from).length < most;
    const pass = passes.find(hasRoom);
    if (pass === undefined) passes.push([lane]);
    else pass.push(lane);
  }
  return passes;
}
