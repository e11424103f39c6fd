/** The time of day and a steady clock; the one place that reads them, so that tests can hold time still. */
export interface Clock {
  /** Milliseconds since 1970, for what people read. */
  now(): number;
  /** Milliseconds from an arbitrary start that never go back, for measuring. */
  elapsed(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
};
