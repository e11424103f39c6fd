/** The same direction with length 1; zeros stay zeros. */
export function unitVector(values: ArrayLike<number>): Float32Array {
  let squares = 0;
  for (let at = 0; at < values.length; at++) squares += (values[at] ?? 0) ** 2;
  const length = Math.sqrt(squares);
  return Float32Array.from({ length: values.length }, (_, at) => (length > 0 ? (values[at] ?? 0) / length : 0));
}

/** Cosine of two unit vectors; 0 where they have different lengths. */
export function cosineOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return 0;
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

/**
 * A vector as one signed byte per number, its largest part ±127, in hexadecimal: 512 numbers take a kilobyte, and cosines
 * change by less than 0.01.
 */
export function packVector(values: ArrayLike<number>): string {
  let most = 0;
  for (let at = 0; at < values.length; at++) most = Math.max(most, Math.abs(values[at] ?? 0));
  let text = '';
  for (let at = 0; at < values.length; at++) {
    const byte = most > 0 ? Math.round(((values[at] ?? 0) / most) * 127) & 0xff : 0;
    text += byte.toString(16).padStart(2, '0');
  }
  return text;
}

/** The unit vector that was packed. */
export function unpackVector(packed: string): Float32Array {
  const bytes = Int8Array.from({ length: packed.length >> 1 }, (_, at) =>
    parseInt(packed.slice(2 * at, 2 * at + 2), 16),
  );
  return unitVector(bytes);
}
