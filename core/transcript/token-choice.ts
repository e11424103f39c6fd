/** Which tokens a Whisper decoder may give; numbers are token ids. */
export type TokenRules = {
  /** Nothing but these, where they are told: how a language is detected. */
  readonly only?: readonly number[] | undefined;
  readonly suppressed: readonly number[];
  readonly end: number;
  readonly noTimestamps: number;
  readonly firstTimestamp: number;
  /** The first time stamp is at most so many steps of 20 ms in. */
  readonly latestStart: number;
};

/** Whisper's own (openai/whisper, decoding.py): a segment starts within the first second. */
export const LATEST_START = 50;

export type ChosenToken = { readonly token: number; readonly logProbability: number };

/**
 * The likeliest token that the rules of time stamps allow (openai/whisper, decoding.py, `ApplyTimestampRules`): they come in
 * pairs, never go back, begin each text, and win where together they are likelier than any word. `given` are the tokens
 * after the prompt.
 */
export function chooseToken(logits: Float32Array, given: readonly number[], rules: TokenRules): ChosenToken {
  const allowed = Float64Array.from(logits);
  if (rules.only !== undefined) {
    const only = new Set(rules.only);
    allowed.forEach((_, token) => {
      if (!only.has(token)) allowed[token] = -Infinity;
    });
    return likeliest(allowed);
  }
  for (const token of [...rules.suppressed, rules.noTimestamps]) allowed[token] = -Infinity;
  applyTimestamps(allowed, given, rules);
  return likeliest(allowed);
}

function applyTimestamps(allowed: Float64Array, given: readonly number[], rules: TokenRules): void {
  const { firstTimestamp: first, end } = rules;
  const isStamp = (token: number | undefined) => token !== undefined && token >= first;
  const last = given[given.length - 1];
  const before = given[given.length - 2];
  const latest = given.findLast((token) => token >= first);
  if (given.length === 0) {
    allowed.fill(-Infinity, 0, first);
    allowed.fill(-Infinity, first + rules.latestStart + 1);
  } else if (isStamp(last)) {
    // After the second stamp of a pair comes text, after a single one its pair or the end.
    if (given.length === 1 || isStamp(before)) allowed.fill(-Infinity, first);
    else allowed.fill(-Infinity, 0, end);
  }
  if (latest !== undefined) {
    // A segment takes time, unless the stamp is the pair of the one before.
    const isPair = isStamp(last) && !isStamp(before);
    allowed.fill(-Infinity, first, latest + (isPair ? 0 : 1));
  }
  const highest = allowed.reduce((most, value) => Math.max(most, value), -Infinity);
  let stamps = 0;
  for (let token = first; token < allowed.length; token++) stamps += Math.exp((allowed[token] ?? -Infinity) - highest);
  let word = -Infinity;
  for (let token = 0; token < first; token++) word = Math.max(word, allowed[token] ?? -Infinity);
  if (stamps > Math.exp(word - highest)) allowed.fill(-Infinity, 0, first);
}

function likeliest(values: Float64Array): ChosenToken {
  let token = 0;
  for (let index = 1; index < values.length; index++) if ((values[index] ?? 0) > (values[token] ?? 0)) token = index;
  const highest = values[token] ?? 0;
  const total = values.reduce((sum, value) => sum + Math.exp(value - highest), 0);
  return { token, logProbability: -Math.log(total) };
}
