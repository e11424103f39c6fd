import type { Analyser } from './analyser.ts';
import { loudnessAnalyser } from './loudness.ts';
import { rhythmAnalyser } from './rhythm.ts';
import { shotScoresAnalyser } from './shot-scores.ts';
import { shotsAnalyser } from './shots.ts';
import { soundFaultsAnalyser } from './sound-faults.ts';

/** All analysers, each after those it builds on. */
export const ANALYSERS: readonly Analyser[] = [
  shotsAnalyser,
  shotScoresAnalyser,
  loudnessAnalyser,
  rhythmAnalyser,
  soundFaultsAnalyser,
];

/** The analysers of these ids with those they build on, in order. */
export function analysersOf(ids: readonly string[]): readonly Analyser[] {
  const wanted = new Set(ids);
  for (const analyser of ANALYSERS.toReversed()) {
    if (wanted.has(analyser.id)) for (const id of analyser.needs.after ?? []) wanted.add(id);
  }
  return ANALYSERS.filter((analyser) => wanted.has(analyser.id));
}
