/** Wall clock in milliseconds since 1970; the one place the window reads it. */
export function nowMs(): number {
  return Date.now();
}

/** Monotonic milliseconds, for durations. */
export function elapsedMs(): number {
  return performance.now();
}
