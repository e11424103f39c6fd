/** What is known of footage by the second; lists that are there have one length. Any unit: curves count within the file. */
export type StoryInput = {
  /** How much moves in the picture. */
  readonly motion?: readonly number[] | undefined;
  /** How loud it is, dB or LUFS; null where silent. */
  readonly loudness?: readonly (number | null)[] | undefined;
  /** How many shots begin in each second. */
  readonly cuts?: readonly number[] | undefined;
};

/** `second` counts from the first of the curves; `confidence` 0–1: how far it stands out of the rest. */
export type StoryMoment = { readonly kind: 'hook' | 'climax'; readonly second: number; readonly confidence: number };

export type StoryCurve = {
  /** 0–1 for each second: how much happens. */
  readonly tension: readonly number[];
  readonly moments: readonly StoryMoment[];
};

const WEIGHTS = { loudness: 0.4, motion: 0.35, cuts: 0.25 } as const;
/** Cuts are counted over so many seconds around. */
const CUT_REACH = 3;
/** A hook is a rise within the first quarter, 20 s at most, that lasts for so long. */
const HOOK_SHARE = 0.25;
const HOOK_WITHIN = 20;
const HOOK_SECONDS = 3;
/** A climax is the highest such span. */
const CLIMAX_SECONDS = 5;
const LEAST_SECONDS = 12;
const LEAST_CONFIDENCE = 0.15;

/**
 * Story beats of footage without words: where something happens early that holds the viewer, and where most happens. Tension
 * is the mean of loudness, motion and cutting pace within the file, as measured arousal goes with them (Hanjalic and Xu,
 * "Affective video content representation and modeling", 2005). Footage in which nothing stands out has no moments.
 */
export function storyCurve({ motion, loudness, cuts }: StoryInput): StoryCurve {
  const parts = [
    { weight: WEIGHTS.motion, values: scaled(motion ?? []) },
    { weight: WEIGHTS.loudness, values: scaled(filled(loudness ?? [])) },
    { weight: WEIGHTS.cuts, values: scaled(paced(cuts ?? [])) },
  ].filter(({ values }) => values.length > 0);
  const length = parts.reduce((most, { values }) => Math.max(most, values.length), 0);
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  const tension = Array.from({ length }, (_, second) =>
    parts.reduce((sum, { weight, values }) => sum + (weight / total) * (values[second] ?? 0), 0),
  );
  return { tension: tension.map((value) => Math.round(1000 * value) / 1000), moments: momentsOf(tension) };
}

function momentsOf(tension: readonly number[]): readonly StoryMoment[] {
  if (tension.length < LEAST_SECONDS) return [];
  const mean = meanOver(tension);
  const all = mean(0, tension.length);
  const moments: StoryMoment[] = [];
  const early = Math.min(HOOK_WITHIN, Math.floor(tension.length * HOOK_SHARE));
  const rise = (at: number) => mean(at, at + HOOK_SECONDS) - (at === 0 ? all : mean(at - HOOK_SECONDS, at));
  const hook = highest(early + 1, rise);
  moments.push({ kind: 'hook', second: hook, confidence: sure(rise(hook)) });
  const height = (at: number) => mean(at, at + CLIMAX_SECONDS);
  const climax = highest(tension.length - CLIMAX_SECONDS + 1, height);
  const second = climax + (CLIMAX_SECONDS - 1) / 2;
  moments.push({ kind: 'climax', second, confidence: sure(height(climax) - all) });
  return moments.filter(({ confidence }) => confidence >= LEAST_CONFIDENCE);
}

function sure(difference: number): number {
  return Math.round(1000 * Math.min(1, Math.max(0, 1.5 * difference))) / 1000;
}

/** The number below `count` for which a value is highest. */
function highest(count: number, value: (at: number) => number): number {
  let best = 0;
  for (let at = 1; at < count; at++) if (value(at) > value(best)) best = at;
  return best;
}

function meanOver(values: readonly number[]): (from: number, to: number) => number {
  const sums = [0];
  for (const value of values) sums.push((sums.at(-1) ?? 0) + value);
  return (from, to) => {
    const [first, last] = [Math.max(0, from), Math.min(values.length, to)];
    return last > first ? ((sums[last] ?? 0) - (sums[first] ?? 0)) / (last - first) : 0;
  };
}

/** Silence counts as the quietest that is heard, 6 dB lower. */
function filled(values: readonly (number | null)[]): readonly number[] {
  const known = values.filter((value) => value !== null);
  const floor = known.reduce((least, value) => Math.min(least, value), 0) - 6;
  return known.length === 0 ? [] : values.map((value) => value ?? floor);
}

function paced(cuts: readonly number[]): readonly number[] {
  const mean = meanOver(cuts);
  return cuts.map((_, second) => mean(second - CUT_REACH, second + CUT_REACH + 1));
}

/** 0 at the quietest tenth, 1 at the liveliest twentieth; nothing where nothing differs. */
function scaled(values: readonly number[]): readonly number[] {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.floor(sorted.length * 0.1)] ?? 0;
  const high = sorted[Math.floor(sorted.length * 0.95)] ?? 0;
  return high - low > 1e-9 ? values.map((value) => Math.min(1, Math.max(0, (value - low) / (high - low)))) : [];
}
