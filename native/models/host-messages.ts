import type { Fault } from '../../core/errors.ts';
import type { GenerateOrder } from './generate.ts';
import type { Feeds, ModelShape, RowChoice, Tensor, Tensors } from './tensors.ts';

/** Which session does the work: same file, provider and threads, same session. */
export type SessionChoice = {
  /** Absolute path of the ONNX file. */
  readonly path: string;
  /** onnxruntime's name: 'cpu', 'webgpu', 'coreml', 'dml', 'cuda'. */
  readonly provider: string;
  readonly threads: number;
  /** Every other session is closed first. */
  readonly alone: boolean;
};

export type HostWork =
  | { readonly kind: 'describe' }
  /** One inference; `outputs` names those wanted, all of them where it is undefined. */
  | {
      readonly kind: 'run';
      readonly feeds: Feeds;
      readonly outputs?: readonly string[] | undefined;
      readonly rows?: readonly RowChoice[] | undefined;
    }
  | ({ readonly kind: 'sequence' } & SequenceWork)
  | ({ readonly kind: 'generate' } & GenerateWork);

/** Text from an encoder's output; comes back as `tokens`, `logProbabilities` and, where the decoder tells, `attention`. */
export type GenerateWork = GenerateOrder & { readonly hidden: Tensor };

/**
 * One inference after another without going back and forth: step n gets slice n of every tensor in `over` (its first
 * dimension counts the steps, the rest is what the model takes), and each state from the output of the step before.
 */
export type SequenceWork = {
  readonly steps: number;
  readonly over: Tensors;
  readonly fixed: Tensors;
  /** By input: where it starts, and which output it continues from. */
  readonly states: Readonly<Record<string, { readonly initial: Tensor; readonly from: string }>>;
  /** Outputs that are collected, joined along a new first dimension. The last states come under their inputs' names. */
  readonly collect: readonly string[];
};

export type HostRequest = { readonly id: number; readonly session: SessionChoice; readonly work: HostWork };

export type HostAnswer =
  | { readonly id: number; readonly kind: 'done'; readonly outputs: Tensors }
  | { readonly id: number; readonly kind: 'shape'; readonly shape: ModelShape }
  | { readonly id: number; readonly kind: 'fault'; readonly fault: Fault };
