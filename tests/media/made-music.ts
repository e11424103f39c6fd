import { bassLine, chordPad, drumKit, mix, type DrumName } from './made-instruments.ts';

export type Meter = '4/4' | '3/4' | '7/8';
type Style = 'rock' | 'house' | 'funk' | 'half-time' | 'waltz' | 'sparse' | 'odd';

/** What a made song is: `tempi` in beats per minute (eighths in 7/8), each over bars; a `to` glides. */
export type SongPlan = {
  readonly seed: number;
  readonly meter: Meter;
  readonly style: Style;
  readonly tempi: readonly { readonly bars: number; readonly bpm: number; readonly to?: number }[];
  /** Where the second eighth of a beat falls: 0.5 straight, 0.667 triplet swing. */
  readonly swing: number;
  /** A drum fill in the last bar of each so many; 0 for none. */
  readonly fillEvery: number;
  /** Bars at the start with chords and bass alone. */
  readonly introBars: number;
  /** Standard deviation of the players' timing in seconds. */
  readonly looseness: number;
  /** White noise under the music, dB relative to full scale. */
  readonly noiseDb: number;
};

export type Song = {
  readonly samples: Float32Array;
  readonly beats: readonly number[];
  readonly downbeats: readonly number[];
  /** Bars of one loudness; the loudest is the climax. */
  readonly sections: readonly { readonly start: number; readonly end: number; readonly level: number }[];
};

export const SONG_RATE = 22_050;

/** A seeded generator of numbers in 0…1 (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const BEATS_PER_BAR: Readonly<Record<Meter, number>> = { '4/4': 4, '3/4': 3, '7/8': 7 };

type Hit = { readonly drum: DrumName; readonly at: number; readonly gain: number };

/** Positions in beats within a bar, per drum; eighths off the beat are swung. */
const PATTERNS: Readonly<Record<Style, Readonly<Partial<Record<DrumName, readonly number[]>>>>> = {
  rock: { kick: [0, 2, 2.5], snare: [1, 3], hat: [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5] },
  house: { kick: [0, 1, 2, 3], snare: [1, 3], hat: [0.5, 1.5, 2.5, 3.5] },
  funk: { kick: [0, 0.5, 2.5], snare: [1, 3], hat: [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5] },
  'half-time': { kick: [0, 1.5], snare: [2], hat: [0, 1, 2, 3] },
  waltz: { kick: [0], snare: [1, 2], hat: [0, 1, 2, 2.5] },
  sparse: { kick: [0], hat: [0, 1, 2, 3] },
  odd: { kick: [0, 4], snare: [2, 5], hat: [0, 1, 2, 3, 4, 5, 6] },
};
/** For styles of four beats in bars of three. */
const WALTZ_LIKE: Readonly<Partial<Record<DrumName, readonly number[]>>> = {
  kick: [0, 1.5],
  snare: [2],
  hat: [0, 0.5, 1, 1.5, 2, 2.5],
};

const PROGRESSIONS = [
  [0, 5, 7, 0],
  [0, 9, 5, 7],
  [0, 7, 9, 5],
  [0, 3, 10, 5],
  [0, 10, 8, 7],
];
const SECTION_BARS = 8;
const LEVELS = [0.55, 0.8, 0.65, 1];

/** Makes a song: drums, bass and chords at exact times, the same for the same plan. */
export function makeSong(plan: SongPlan): Song {
  const random = randomOf(plan.seed);
  const perBar = BEATS_PER_BAR[plan.meter];
  const grid = beatGrid(plan, perBar);
  const bars = Math.floor((grid.length - 1) / perBar);
  const lead = 0.3 + random();
  const timeAt = (beat: number) => {
    const whole = Math.floor(beat);
    const part = beat - whole;
    const swung =
      plan.meter === '7/8'
        ? part
        : part <= 0.5
          ? part * 2 * plan.swing
          : plan.swing + (part - 0.5) * 2 * (1 - plan.swing);
    const [from, to] = [grid[whole] ?? 0, grid[whole + 1] ?? 0];
    return lead + from + swung * (to - from);
  };
  const samples = new Float32Array(Math.ceil((lead + (grid[bars * perBar] ?? 0) + 1.5) * SONG_RATE));
  const kit = drumKit(SONG_RATE, plan.seed);
  const levelOf = (bar: number) => LEVELS[Math.floor(bar / SECTION_BARS) % LEVELS.length] ?? 1;
  const loose = () => plan.looseness * (random() + random() + random() - 1.5) * 1.15;
  for (let bar = 0; bar < bars; bar++) {
    const level = levelOf(bar);
    for (const { drum, at, gain } of drumHits(plan, bar, random)) {
      mix(samples, kit[drum], timeAt(bar * perBar + at) + loose(), gain * level, SONG_RATE);
    }
    harmony(samples, plan, bar, perBar, (beat) => timeAt(bar * perBar + beat), level, random, loose);
  }
  finish(samples, plan, random);
  const beats = Array.from({ length: bars * perBar }, (_, beat) => timeAt(beat));
  return {
    samples,
    beats,
    downbeats: beats.filter((_, beat) => beat % perBar === 0),
    sections: Array.from({ length: Math.ceil(bars / SECTION_BARS) }, (_, index) => ({
      start: timeAt(index * SECTION_BARS * perBar),
      end: timeAt(Math.min(bars, (index + 1) * SECTION_BARS) * perBar),
      level: levelOf(index * SECTION_BARS),
    })),
  };
}

/** Times of beats from the first; one more than there are, for the end. */
function beatGrid(plan: SongPlan, perBar: number): readonly number[] {
  const times = [0];
  for (const { bars, bpm, to } of plan.tempi) {
    const count = bars * perBar;
    for (let beat = 0; beat < count; beat++) {
      const now = to === undefined ? bpm : bpm + ((to - bpm) * beat) / count;
      times.push((times.at(-1) ?? 0) + 60 / now);
    }
  }
  return [...times, (times.at(-1) ?? 0) + 60 / (plan.tempi.at(-1)?.bpm ?? 120)];
}

function drumHits(plan: SongPlan, bar: number, random: () => number): readonly Hit[] {
  if (bar < plan.introBars) return [];
  const isFill = plan.fillEvery > 0 && bar % plan.fillEvery === plan.fillEvery - 1;
  const hits: Hit[] = [];
  if (bar % SECTION_BARS === 0 && bar > 0) hits.push({ drum: 'crash', at: 0, gain: 0.35 });
  const pattern = plan.meter === '3/4' && plan.style !== 'waltz' ? WALTZ_LIKE : PATTERNS[plan.style];
  const perBar = BEATS_PER_BAR[plan.meter];
  const fillFrom = isFill ? perBar - 2 : perBar;
  for (const drum of ['kick', 'snare', 'hat'] as const) {
    for (const at of pattern[drum] ?? []) {
      if (at >= fillFrom) continue;
      const accent = drum === 'hat' ? 0.14 + 0.08 * (at % 1 === 0 ? 1 : 0) : drum === 'kick' ? 0.8 : 0.5;
      hits.push({ drum, at, gain: accent * (0.85 + 0.3 * random()) });
    }
  }
  for (let at = fillFrom; at < perBar; at += plan.meter === '7/8' ? 1 : 0.5) {
    const drum = random() < 0.5 ? 'tom' : 'snare';
    if (random() < 0.85) hits.push({ drum, at, gain: 0.3 + 0.3 * random() });
  }
  return hits;
}

function harmony(
  samples: Float32Array,
  plan: SongPlan,
  bar: number,
  perBar: number,
  timeAt: (beat: number) => number,
  level: number,
  random: () => number,
  loose: () => number,
): void {
  const progression = PROGRESSIONS[plan.seed % PROGRESSIONS.length] ?? [0];
  const semitones = (progression[bar % progression.length] ?? 0) + (plan.seed % 7);
  const root = 41.2 * 2 ** (semitones / 12);
  const length = timeAt(perBar) - timeAt(0);
  const third = plan.seed % 2 === 0 ? 4 : 3;
  const chord = [0, third, 7].map((step) => root * 4 * 2 ** (step / 12));
  chordPad(samples, timeAt(0) + loose(), length, chord, 0.05 * (0.5 + level / 2), SONG_RATE);
  const steps = plan.meter === '7/8' ? [0, 2, 4] : plan.meter === '3/4' ? [0, 1, 2] : [0, 1, 1.5, 2, 3, 3.5];
  for (const at of steps) {
    if (at > 0 && random() < 0.25) continue;
    const pitch = at === 0 || random() < 0.6 ? root : root * 1.5;
    bassLine(samples, timeAt(at) + loose(), 0.8 * (60 / 120), pitch, 0.22 * level, SONG_RATE);
  }
}

function finish(samples: Float32Array, plan: SongPlan, random: () => number): void {
  const noise = 10 ** (plan.noiseDb / 20);
  for (let n = 0; n < samples.length; n++) {
    samples[n] = Math.tanh(1.1 * (samples[n] ?? 0) + noise * (random() * 2 - 1)) * 0.85;
  }
}

/**
 * Plans of songs. Those for tuning and those for the benchmark share no seed, no tempo, no swing, and no length:
 * tuning draws from even tempi and straight or light swing, the benchmark from odd tempi and other feels.
 */
export function songPlans(use: 'tuning' | 'bench', count: number): readonly SongPlan[] {
  const first = use === 'tuning' ? 1 : 50_001;
  return Array.from({ length: count }, (_, index) => songPlan(use, first + index * 7, index));
}

const KINDS: readonly { readonly meter: Meter; readonly style: Style }[] = [
  { meter: '4/4', style: 'rock' },
  { meter: '4/4', style: 'house' },
  { meter: '3/4', style: 'waltz' },
  { meter: '4/4', style: 'funk' },
  { meter: '7/8', style: 'odd' },
  { meter: '4/4', style: 'half-time' },
  { meter: '3/4', style: 'rock' },
  { meter: '4/4', style: 'sparse' },
];

function songPlan(use: 'tuning' | 'bench', seed: number, index: number): SongPlan {
  const random = randomOf(seed);
  const { meter, style } = KINDS[index % KINDS.length] ?? { meter: '4/4', style: 'rock' };
  const odd = use === 'bench' ? 1 : 0;
  const pick = () => (meter === '7/8' ? 160 + 2 * Math.floor(random() * 30) : 78 + 2 * Math.floor(random() * 41)) + odd;
  const bars = (use === 'bench' ? 11 : 12) + Math.floor(random() * 4) * 2;
  const bpm = pick();
  const change = Math.floor(index / KINDS.length) % 3;
  const near = bpm * (random() < 0.5 ? 0.86 : 1.17);
  const tempi =
    change === 0
      ? [{ bars: bars * 2, bpm }]
      : change === 1
        ? [
            { bars, bpm },
            { bars, bpm: near },
          ]
        : [
            { bars: Math.floor(bars / 2), bpm },
            { bars, bpm, to: near },
            { bars: Math.floor(bars / 2), bpm: near },
          ];
  const swings = use === 'bench' ? [0.5, 0.64, 0.57] : [0.5, 0.5, 0.6, 0.667];
  return {
    seed,
    meter,
    style,
    tempi,
    swing: style === 'odd' ? 0.5 : (swings[Math.floor(random() * swings.length)] ?? 0.5),
    fillEvery: [0, 4, 8][Math.floor(random() * 3)] ?? 0,
    introBars: random() < 0.3 ? 4 : 0,
    looseness: 0.004 * random(),
    noiseDb: -60 + 20 * random(),
  };
}
