import { Tensor as OrtTensor, type InferenceSession } from 'onnxruntime-node';
import { MontageError } from '../../core/errors.ts';
import { chooseToken, type ChosenToken, type TokenRules } from '../../core/transcript/token-choice.ts';

/** Token by token from a merged decoder (Hugging Face Optimum's export: one graph for the first and all later steps). */
export type GenerateOrder = {
  readonly prompt: readonly number[];
  readonly rules: TokenRules;
  readonly most: number;
  /** Layers and heads whose attention tells where in the sound each token was heard, where the decoder gives it. */
  readonly attention?: readonly (readonly [layer: number, head: number])[] | undefined;
};

/** `attention`: for each token a row of shares per wanted head, one head behind the other; empty where there is none. */
export type Generated = { readonly chosen: readonly ChosenToken[]; readonly attention: readonly Float32Array[] };

const PAST = 'past_key_values.';
const ATTENTION = 'cross_attentions.';

/**
 * Runs the decoder until its end token or `most` tokens. Keys and values of what was said before stay here: the encoder's
 * from the first step on, the decoder's grow with each.
 */
export async function generate(
  session: InferenceSession,
  hidden: OrtTensor,
  { prompt, rules, most, attention: heads = [] }: GenerateOrder,
): Promise<Generated> {
  let past = emptyPast(session);
  const chosen: ChosenToken[] = [];
  const attention: Float32Array[] = [];
  let next: readonly number[] = prompt;
  for (let step = 0; step < most; step++) {
    const feeds = {
      ...past,
      input_ids: new OrtTensor('int64', BigInt64Array.from(next, BigInt), [1, next.length]),
      encoder_hidden_states: hidden,
      use_cache_branch: new OrtTensor('bool', Uint8Array.of(step === 0 ? 0 : 1), [1]),
    };
    const outputs = await session.run(feeds);
    const token = chooseToken(
      lastLogits(outputs['logits']),
      chosen.map((one) => one.token),
      rules,
    );
    chosen.push(token);
    const row = lastAttention(outputs, heads);
    if (row !== undefined) attention.push(row);
    if (token.token === rules.end) break;
    past = Object.fromEntries(
      Object.keys(past).map((name) => {
        // Later steps give the encoder's keys back empty: those of the first step hold.
        const isKept = step > 0 && name.includes('.encoder.');
        const present = isKept ? past[name] : outputs[name.replace(PAST, 'present.')];
        if (present === undefined) throw wrong(`it has no output for '${name}'`);
        return [name, present];
      }),
    );
    next = [token.token];
  }
  return { chosen, attention };
}

/** Where the newest token's query looked, of each wanted head; undefined where the decoder does not tell. */
function lastAttention(
  outputs: InferenceSession.OnnxValueMapType,
  heads: readonly (readonly [number, number])[],
): Float32Array | undefined {
  const rows = heads.flatMap(([layer, head]) => {
    const shares = outputs[`${ATTENTION}${layer}`];
    const [, , queries = 0, frames = 0] = shares?.dims ?? [];
    if (shares === undefined || !(shares.data instanceof Float32Array)) return [];
    const from = (head * queries + queries - 1) * frames;
    return [shares.data.subarray(from, from + frames)];
  });
  const frames = rows[0]?.length ?? 0;
  if (frames === 0 || rows.length < heads.length || rows.some(({ length }) => length !== frames)) return undefined;
  const all = new Float32Array(frames * rows.length);
  for (const [index, row] of rows.entries()) all.set(row, index * frames);
  return all;
}

function emptyPast(session: InferenceSession): Record<string, OrtTensor> {
  return Object.fromEntries(
    session.inputMetadata.flatMap((port) => {
      if (!port.isTensor || !port.name.startsWith(PAST)) return [];
      const [heads, width] = [port.shape[1], port.shape[3]];
      if (typeof heads !== 'number' || typeof width !== 'number') throw wrong(`'${port.name}' has no fixed size`);
      return [[port.name, new OrtTensor('float32', new Float32Array(), [1, heads, 0, width])]];
    }),
  );
}

function lastLogits(logits: OrtTensor | undefined): Float32Array {
  const size = logits?.dims[2];
  if (logits === undefined || size === undefined || !(logits.data instanceof Float32Array))
    throw wrong('it has no logits');
  return logits.data.subarray(logits.data.length - size);
}

function wrong(message: string): MontageError {
  return new MontageError({ code: 'E_MODEL_RUN', message: `this is no merged decoder: ${message}`, stage: 'models' });
}
