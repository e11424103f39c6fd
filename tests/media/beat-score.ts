/** F-measure of found times against true ones, each matched at most once within ± 70 ms (Davies, Degara and Plumbley, 2009). */
export function beatF(found: readonly number[], truth: readonly number[], toleranceSeconds = 0.07): number {
  if (found.length + truth.length === 0) return 1;
  const free = new Set(truth);
  let hits = 0;
  for (const time of found) {
    let nearest: number | undefined;
    for (const other of free) {
      const isNearer = nearest === undefined || Math.abs(other - time) < Math.abs(nearest - time);
      if (Math.abs(other - time) <= toleranceSeconds && isNearer) nearest = other;
    }
    if (nearest === undefined) continue;
    free.delete(nearest);
    hits++;
  }
  return (2 * hits) / (found.length + truth.length);
}

/**
 * The octave rule: beats may be counted at the annotated level, at double, or at half of it from either beat, the same
 * level all through; the best counts.
 */
export function beatFAtAnyLevel(found: readonly number[], truth: readonly number[]): number {
  const double = truth.flatMap((time, n) => {
    const next = truth[n + 1];
    return next === undefined ? [time] : [time, (time + next) / 2];
  });
  const halves = [0, 1].map((phase) => truth.filter((_, n) => n % 2 === phase));
  return Math.max(...[truth, double, ...halves].map((level) => beatF(found, level)));
}
