/** Small ONNX models written byte by byte, in protocol buffers (onnx.proto3, IR 8, opset 13). */
type Bytes = readonly number[];

const varint = (value: number): Bytes =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
const key = (field: number, wire: number) => varint(field * 8 + wire);
const whole = (field: number, value: number): Bytes => [...key(field, 0), ...varint(value)];
const bytes = (field: number, body: Iterable<number>): Bytes => {
  const list = Array.from(body);
  return [...key(field, 2), ...varint(list.length), ...list];
};
const text = (field: number, value: string) => bytes(field, new TextEncoder().encode(value));

export const FLOAT = 1;
export const UINT8 = 2;
export const INT64 = 7;
export const BOOL = 9;

/** An input or output; a dimension by name may be anything. */
export function port(name: string, type: number, dims: readonly (number | string)[]): Bytes {
  const shape = dims.flatMap((dim) => bytes(1, typeof dim === 'number' ? whole(1, dim) : text(2, dim)));
  return [...text(1, name), ...bytes(2, bytes(1, [...whole(1, type), ...bytes(2, shape)]))];
}

/** A constant. */
export function constant(name: string, values: BigInt64Array | Float32Array, dims: readonly number[]): Bytes {
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const type = values instanceof Float32Array ? FLOAT : INT64;
  return [...dims.flatMap((dim) => whole(1, dim)), ...whole(2, type), ...text(8, name), ...bytes(9, raw)];
}

/** A node; attributes are whole numbers or lists of them. */
export function node(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, number | readonly number[]>> = {},
): Bytes {
  const given = Object.entries(attributes).flatMap(([name, value]) =>
    bytes(
      5,
      typeof value === 'number'
        ? [...text(1, name), ...whole(3, value), ...whole(20, 2)]
        : [...text(1, name), ...value.flatMap((one) => whole(8, one)), ...whole(20, 7)],
    ),
  );
  return [
    ...inputs.flatMap((one) => text(1, one)),
    ...outputs.flatMap((one) => text(2, one)),
    ...text(4, operator),
    ...given,
  ];
}

export type Graph = {
  readonly nodes: readonly Bytes[];
  readonly constants: readonly Bytes[];
  readonly inputs: readonly Bytes[];
  readonly outputs: readonly Bytes[];
};

/** The model as a file holds it. */
export function onnxModel({ nodes, constants, inputs, outputs }: Graph): Uint8Array {
  const graph = [
    ...nodes.flatMap((one) => bytes(1, one)),
    ...text(2, 'made'),
    ...constants.flatMap((one) => bytes(5, one)),
    ...inputs.flatMap((one) => bytes(11, one)),
    ...outputs.flatMap((one) => bytes(12, one)),
  ];
  return Uint8Array.from([...whole(1, 8), ...bytes(7, graph), ...bytes(8, whole(2, 13))]);
}
