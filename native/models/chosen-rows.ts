import { floats, type RowChoice, type Tensor, type Tensors } from './tensors.ts';

/** The outputs of a model with only those rows that are wanted. Others are as they were. */
export function withChosenRows(outputs: Tensors, choices: readonly RowChoice[]): Tensors {
  return choices.reduce((all, choice) => ({ ...all, ...chosenRows(outputs, choice) }), outputs);
}

function chosenRows(outputs: Tensors, { outputs: wanted, scores, least, indexes }: RowChoice): Tensors {
  const factors = scores.map(({ output, column }) => ({
    data: floats(outputs, output),
    column,
    of: wanted[output] ?? 1,
  }));
  const count = Math.min(...factors.map(({ data, of }) => Math.floor(data.length / of)));
  const kept: number[] = [];
  for (let row = 0; row < count; row += 1) {
    let product = 1;
    for (const { data, column, of } of factors) product *= Math.min(1, Math.max(0, data[row * of + column] ?? 0));
    // A score that is no number is never enough.
    if (product >= least) kept.push(row);
  }
  const parts = Object.entries(wanted).map(([name, columns]): [string, Tensor] => {
    const all = floats(outputs, name);
    const data = new Float32Array(kept.length * columns);
    kept.forEach((row, index) => data.set(all.subarray(row * columns, (row + 1) * columns), index * columns));
    return [name, { type: 'float32', dims: [kept.length, columns], data }];
  });
  const rows: Tensor = { type: 'int32', dims: [kept.length], data: Int32Array.from(kept) };
  return { ...Object.fromEntries(parts), [indexes]: rows };
}
