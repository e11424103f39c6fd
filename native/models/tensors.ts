/** Values of a model's inputs and outputs; `dims` row-major, outermost first. */
export type Tensor =
  | { readonly type: 'float32'; readonly dims: readonly number[]; readonly data: Float32Array }
  | { readonly type: 'int64'; readonly dims: readonly number[]; readonly data: BigInt64Array }
  | { readonly type: 'int32'; readonly dims: readonly number[]; readonly data: Int32Array }
  | { readonly type: 'bool' | 'uint8'; readonly dims: readonly number[]; readonly data: Uint8Array };

/** Bytes that become 32-bit floats `scale × byte + offset` where the model is: a quarter of the way between processes. */
export type Widened = {
  readonly type: 'widen';
  readonly dims: readonly number[];
  readonly data: Uint8Array;
  readonly scale: number;
  readonly offset: number;
};

export type Feeds = Readonly<Record<string, Tensor | Widened>>;
export type Tensors = Readonly<Record<string, Tensor>>;

/** What a model takes and gives; a dimension that may be anything is null. */
export type ModelShape = {
  readonly inputs: readonly PortShape[];
  readonly outputs: readonly PortShape[];
};
export type PortShape = { readonly name: string; readonly type: string; readonly dims: readonly (number | null)[] };

/** The numbers of an output that must be 32-bit floats; empty where the model gives none of that name. */
export function floats(tensors: Tensors, name: string): Float32Array {
  const tensor = tensors[name];
  return tensor?.type === 'float32' ? tensor.data : new Float32Array();
}
