import { describe, expect, it } from 'vitest';
import { Estimate } from '../../../native/jobs/estimate.ts';

/** Progress at a steady speed per second from one second to another. */
function run(estimate: Estimate, speed: number, from: number, to: number, start = 0): void {
  for (let second = from; second <= to; second += 1) estimate.note(start + speed * (second - from), second * 1000);
}

describe('the time that is left', () => {
  it('is not told in the first ten seconds, then exactly at a steady speed', () => {
    const estimate = new Estimate();
    run(estimate, 0.01, 0, 9);
    expect(estimate.remainingMs(9_999)).toBeUndefined();
    run(estimate, 0.01, 10, 20, 0.1);
    expect(estimate.remainingMs(20_000)).toBeCloseTo(80_000, -3);
    expect(estimate.remainingMs(21_000)).toBeCloseTo(79_000, -3);
  });

  it('follows a change of speed smoothly', () => {
    const estimate = new Estimate();
    run(estimate, 0.01, 0, 20);
    run(estimate, 0.001, 21, 22, 0.2);
    const soon = estimate.remainingMs(22_000) ?? 0;
    run(estimate, 0.001, 23, 120, 0.202);
    const later = estimate.remainingMs(120_000) ?? 0;
    expect(soon).toBeLessThan(200_000);
    expect(later).toBeGreaterThan(600_000);
  });

  it('is unknown while nothing moves, and does not count pauses', () => {
    const still = new Estimate();
    run(still, 0, 0, 30);
    expect(still.remainingMs(30_000)).toBeUndefined();
    const paused = new Estimate();
    run(paused, 0.01, 0, 20);
    paused.interrupt();
    run(paused, 0.01, 1020, 1021, 0.2);
    expect(paused.remainingMs(1_021_000)).toBeCloseTo(79_000, -3);
  });
});
