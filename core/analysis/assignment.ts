/**
 * Pairs rows with columns so that the sum of costs is least (Kuhn–Munkres in the shortest augmenting path form of
 * Jonker and Volgenant 1987, O(n³)). Pairs that cost `limit` or more are left apart.
 *
 * @param costs row-major, `rows` × `columns`
 * @returns for each row its column, −1 where it has none
 */
export function assign(costs: Float64Array, rows: number, columns: number, limit: number): Int32Array {
  const size = rows + columns;
  const rowOf = new Int32Array(size + 1).fill(0);
  const potentialOfRow = new Float64Array(size + 1);
  const potentialOfColumn = new Float64Array(size + 1);
  // Each row has a column of its own beside the real ones: being left apart costs the limit.
  const cost = (row: number, column: number) =>
    column <= columns
      ? Math.min(costs[(row - 1) * columns + column - 1] ?? 0, 2 * limit)
      : column - columns === row
        ? limit
        : 4 * limit;
  const least = new Float64Array(size + 1);
  const way = new Int32Array(size + 1);
  const used = new Uint8Array(size + 1);
  for (let row = 1; row <= rows; row += 1) {
    rowOf[0] = row;
    least.fill(Number.POSITIVE_INFINITY);
    used.fill(0);
    let column = 0;
    do {
      used[column] = 1;
      const current = rowOf[column] ?? 0;
      let delta = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let other = 1; other <= size; other += 1) {
        if (used[other] === 1) continue;
        const reduced = cost(current, other) - (potentialOfRow[current] ?? 0) - (potentialOfColumn[other] ?? 0);
        if (reduced < (least[other] ?? 0)) {
          least[other] = reduced;
          way[other] = column;
        }
        if ((least[other] ?? 0) < delta) {
          delta = least[other] ?? 0;
          next = other;
        }
      }
      for (let other = 0; other <= size; other += 1) {
        if (used[other] === 1) {
          const owner = rowOf[other] ?? 0;
          potentialOfRow[owner] = (potentialOfRow[owner] ?? 0) + delta;
          potentialOfColumn[other] = (potentialOfColumn[other] ?? 0) - delta;
        } else least[other] = (least[other] ?? 0) - delta;
      }
      column = next;
    } while ((rowOf[column] ?? 0) !== 0);
    for (; column !== 0; ) {
      const before = way[column] ?? 0;
      rowOf[column] = rowOf[before] ?? 0;
      column = before;
    }
  }
  const pairs = new Int32Array(rows).fill(-1);
  for (let column = 1; column <= columns; column += 1) {
    const row = rowOf[column] ?? 0;
    if (row > 0 && (costs[(row - 1) * columns + column - 1] ?? 0) < limit) pairs[row - 1] = column - 1;
  }
  return pairs;
}
