/** Eigenvalues in falling order, and the vector of each as a row. */
export type Eigen = { readonly values: Float64Array; readonly vectors: readonly Float64Array[] };

/** All eigenvalues and vectors of a symmetric matrix by Jacobi's rotations (Golub and Van Loan, 8.5); rows of equal length. */
export function symmetricEigen(matrix: readonly Float64Array[]): Eigen {
  const size = matrix.length;
  const a = matrix.map((row) => Float64Array.from(row));
  const v = matrix.map((_, row) => Float64Array.from({ length: size }, (__, column) => (row === column ? 1 : 0)));
  const trace = a.reduce((sum, row, index) => sum + Math.abs(row[index] ?? 0), 0);
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0;
    for (const [p, row] of a.entries()) {
      for (let q = p + 1; q < size; q++) {
        off += (row[q] ?? 0) ** 2;
        if (Math.abs(row[q] ?? 0) > 1e-15 * trace) rotate(a, v, p, q);
      }
    }
    if (off <= (1e-10 * trace) ** 2) break;
  }
  const order = a.map((row, index) => ({ value: row[index] ?? 0, index })).toSorted((x, y) => y.value - x.value);
  return {
    values: Float64Array.from(order, ({ value }) => value),
    vectors: order.map(({ index }) => v[index] ?? new Float64Array(size)),
  };
}

function rotate(a: readonly Float64Array[], v: readonly Float64Array[], p: number, q: number): void {
  const [rowP, rowQ, vectorP, vectorQ] = [a[p], a[q], v[p], v[q]];
  if (rowP === undefined || rowQ === undefined || vectorP === undefined || vectorQ === undefined) return;
  const theta = ((rowQ[q] ?? 0) - (rowP[p] ?? 0)) / (2 * (rowP[q] ?? 0));
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (const row of a) {
    const [x, y] = [row[p] ?? 0, row[q] ?? 0];
    row[p] = c * x - s * y;
    row[q] = s * x + c * y;
  }
  for (let k = 0; k < rowP.length; k++) {
    const [x, y] = [rowP[k] ?? 0, rowQ[k] ?? 0];
    rowP[k] = c * x - s * y;
    rowQ[k] = s * x + c * y;
    const [m, n] = [vectorP[k] ?? 0, vectorQ[k] ?? 0];
    vectorP[k] = c * m - s * n;
    vectorQ[k] = s * m + c * n;
  }
}
