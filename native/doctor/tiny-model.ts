/** Protocol buffer fields, as far as a model of one node needs them (protobuf.dev/programming-guides/encoding). */
function field(number: number, payload: number | string | readonly Uint8Array[]): Uint8Array {
  if (typeof payload === 'number') return Uint8Array.from([number << 3, payload]);
  const body = typeof payload === 'string' ? new TextEncoder().encode(payload) : joined(payload);
  return joined([Uint8Array.from([(number << 3) | 2, body.length]), body]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const FLOAT = 1;

/** ValueInfoProto of a vector of four floats. */
function vector(name: string): readonly Uint8Array[] {
  const shape = field(2, [field(1, [field(1, 4)])]);
  return [field(1, name), field(2, [field(1, [field(1, FLOAT), shape])])];
}

/**
 * An ONNX model (IR 8, opset 13) with the one node y = Relu(x): small enough to be written here, and enough to make an execution
 * provider really run.
 */
export function tinyModel(): Uint8Array {
  const node = field(1, [field(1, 'x'), field(2, 'y'), field(4, 'Relu')]);
  const graph = field(7, [node, field(2, 'tiny'), field(11, vector('x')), field(12, vector('y'))]);
  return joined([field(1, 8), graph, field(8, [field(2, 13)])]);
}
