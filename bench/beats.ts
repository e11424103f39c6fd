import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { createRhythmMeter } from '../core/analysis/rhythm.ts';
import type { RhythmResult } from '../core/analysis/results.ts';
import { secondsOf, ZERO_FLICKS } from '../core/time/flicks.ts';
import { beatTimes, makeMusic } from '../native/sample/music.ts';
import { beatF, beatFAtAnyLevel } from '../tests/media/beat-score.ts';
import { hear } from '../tests/media/heard.ts';
import { makeSong, SONG_RATE, songPlans, type SongPlan } from '../tests/media/made-music.ts';
import { mediaRoot } from '../tests/media-root.ts';
import { writeResults } from './results.ts';

/**
 * Beats within ± 70 ms and downbeats of music made with known bars (seeds, tempi and feels that were not used for
 * tuning), of the sample project's music, and of the one real excerpt with truth.
 */
type Row = Readonly<Record<string, string | number | null>>;

function listen(samples: Float32Array, rate: number): RhythmResult {
  const meter = createRhythmMeter(rate, 1);
  meter.push(samples);
  return meter.finish(ZERO_FLICKS);
}

function score(found: RhythmResult, beats: readonly number[], downbeats: readonly number[] | undefined): Row {
  const times = found.beats.map(({ at }) => secondsOf(at));
  const firsts = found.beats.filter(({ downbeat }) => downbeat).map(({ at }) => secondsOf(at));
  return {
    bpm: found.tempoBpm,
    'beats in a bar': found.beatsPerBar,
    'beats F': beatF(times, beats),
    'F by octave rule': beatFAtAnyLevel(times, beats),
    'downbeats F': downbeats === undefined ? null : beatF(firsts, downbeats),
  };
}

function described({ meter, style, tempi, swing, fillEvery }: SongPlan): string {
  const tempo = tempi
    .map(({ bpm, to }) => `${Math.round(bpm)}${to === undefined ? '' : `–${Math.round(to)}`}`)
    .join(', ');
  return `${meter} ${style}, ${tempo}${swing === 0.5 ? '' : `, swing ${swing}`}${fillEvery > 0 ? ', fills' : ''}`;
}

const made = songPlans('bench', 32).map((plan): Row => {
  const song = makeSong(plan);
  return { music: described(plan), ...score(listen(song.samples, SONG_RATE), song.beats, song.downbeats) };
});
const sample = [97, 121, 139].map((bpm): Row => {
  const beats = beatTimes(bpm, 40);
  const downbeats = beats.filter((_, n) => n % 4 === 0);
  return { music: `sample project's music, ${bpm}`, ...score(listen(makeMusic(bpm, 40), 44_100), beats, downbeats) };
});
const real: Row[] = [];
if (mediaRoot !== undefined) {
  const manifest = z.array(z.object({ file: z.string(), ground_truth: z.unknown() }));
  const truthSchema = z.object({ bpm: z.number(), onsets_measured_s: z.array(z.number()) });
  for (const entry of manifest.parse(JSON.parse(readFileSync(join(mediaRoot, 'MANIFEST.json'), 'utf8')))) {
    const truth = truthSchema.safeParse(entry.ground_truth);
    if (!truth.success) continue;
    const { results } = await hear(join(mediaRoot, entry.file), ['rhythm']);
    const rhythm = results.find((result) => result.kind === 'rhythm');
    if (rhythm !== undefined)
      real.push({ music: `${entry.file} (real)`, ...score(rhythm, truth.data.onsets_measured_s, undefined) });
  }
}
const keys = ['beats F', 'F by octave rule', 'downbeats F'] as const;
const summary = (name: string, rows: readonly Row[]): Row => ({
  music: name,
  bpm: null,
  'beats in a bar': null,
  ...Object.fromEntries(
    keys.map((key) => [key, rows.reduce((sum, row) => sum + Number(row[key] ?? 0), 0) / Math.max(1, rows.length)]),
  ),
});
await writeResults('beats', {
  what: 'Beats (± 70 ms) and downbeats; generated music but for the rows marked real; octave rule: annotated level, double or half',
  rows: [
    ...made,
    ...sample,
    ...real,
    summary('mean of generated music', made),
    summary(
      'mean of 7/8',
      made.filter(({ music }) => String(music).startsWith('7/8')),
    ),
    summary(
      'mean of 3/4',
      made.filter(({ music }) => String(music).startsWith('3/4')),
    ),
    summary(
      'mean of 4/4',
      made.filter(({ music }) => String(music).startsWith('4/4')),
    ),
  ],
});
