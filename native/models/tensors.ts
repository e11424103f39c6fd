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

/**
 * Pictures that become planes of blue, green and red, 32-bit floats from 0 to 255, where the model is: an eighth of the way
 * between processes. Each is a plane of luma and two of blue and red difference, half as wide and high (limited range, ITU-R
 * BT.601); width and height are even.
 */
export type Coloured = {
  readonly type: 'colours';
  /** Pictures, 3, height, width. */
  readonly dims: readonly [number, 3, number, number];
  readonly data: Uint8Array;
};

export type Feeds = Readonly<Record<string, Tensor | Widened | Coloured>>;
export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * Which rows of outputs are wanted, so that the others need not travel: outputs of `columns` numbers a row, all of the same
 * number of rows, of which those are kept where the product of some scores (0–1) is high enough.
 */
export type RowChoice = {
  /** Outputs, and how many numbers a row of theirs has. */
  readonly outputs: Readonly<Record<string, number>>;
  /** Which numbers are the scores. */
  readonly scores: readonly { readonly output: string; readonly column: number }[];
  /** Least product of the scores. */
  readonly least: number;
  /** Under which name the indexes of the kept rows come, as 'int32'. */
  readonly indexes: string;
};

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

/** The whole numbers of an output of that type; empty where there is none of that name. */
export function integers(tensors: Tensors, name: string): Int32Array {
  const tensor = tensors[name];
  return tensor?.type === 'int32' ? tensor.data : new Int32Array();
}
