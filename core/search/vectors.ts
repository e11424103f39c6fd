/** Numbers of a vector. */
export type Numbers = readonly number[] | Float32Array | Int8Array;

/** The same direction with length 1; zeros stay zeros. */
export function unitVector(values: Numbers): Float32Array {
  const length = Math.hypot(...values);
  return Float32Array.from(values, (value) => (length > 0 ? value / length : 0));
}

/** Cosine of two unit vectors; 0 where they have different lengths. */
export function cosineOf(a: Numbers, b: Numbers): number {
  if (a.length !== b.length) return 0;
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

/**
 * A vector as one signed byte per number, its largest part ±127, in hexadecimal: 512 numbers take a kilobyte, and cosines
 * change by less than 0.01.
 */
export function packVector(values: Numbers): string {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return Array.from(values, (value) => {
    const byte = most > 0 ? Math.round((value / most) * 127) & 0xff : 0;
    return byte.toString(16).padStart(2, '0');
  }).join('');
}

/** The unit vector that was packed. */
export function unpackVector(packed: string): Float32Array {
  const bytes = Int8Array.from({ length: packed.length >> 1 }, (_, at) =>
    parseInt(packed.slice(2 * at, 2 * at + 2), 16),
  );
  return unitVector(bytes);
}
