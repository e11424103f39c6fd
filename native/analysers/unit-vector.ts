/** A vector of the same direction and length 1; zeros stay zeros. */
export function unit(vector: number[]): number[] {
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((value) => value / length) : vector;
}
