import { constant, FLOAT, node, onnxModel, port } from './onnx-graph.ts';

const int64 = (...values: number[]) => BigInt64Array.from(values, BigInt);

/**
 * A net with the ports of TransNet V2: sure of a cut after a frame where the next one is lighter or darker by more than
 * twenty levels. `type` and `name` are those of its input.
 */
export function borderNet(type: number, name: string): Uint8Array {
  return onnxModel({
    nodes: [
      node('Cast', [name], ['wide'], { to: FLOAT }),
      node('ReduceMean', ['wide'], ['means'], { axes: [2, 3, 4], keepdims: 0 }),
      node('Slice', ['means', 'zero', 'most', 'one'], ['here']),
      node('Slice', ['means', 'one', 'all', 'one'], ['next']),
      node('Sub', ['here', 'next'], ['steps']),
      node('Abs', ['steps'], ['sizes']),
      node('Concat', ['sizes', 'none'], ['padded'], { axis: 1 }),
      node('Sub', ['padded', 'limit'], ['over']),
      node('Reshape', ['over', 'column'], ['logits']),
    ],
    constants: [
      constant('zero', int64(0), [1]),
      constant('one', int64(1), [1]),
      constant('most', int64(99), [1]),
      constant('all', int64(100), [1]),
      constant('none', Float32Array.of(0), [1, 1]),
      constant('limit', Float32Array.of(20), []),
      constant('column', int64(1, 100, 1), [3]),
    ],
    inputs: [port(name, type, [1, 100, 27, 48, 3])],
    outputs: [port('logits', FLOAT, [1, 100, 1])],
  });
}
