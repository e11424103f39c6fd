/** Where a decoder listened when it chose each token: shares of attention by head, token and frame of 20 ms, in this order. */
export type Attention = {
  readonly heads: number;
  readonly tokens: number;
  readonly frames: number;
  readonly shares: Float32Array;
};

/** Frames of which the middle one counts (openai/whisper, timing.py). */
const SMOOTHING = 7;

/**
 * The frame at which each token begins: attention of alignment heads, each standardised over tokens and smoothed by a
 * median, averaged, and followed by dynamic time warping (openai/whisper, timing.py, `find_alignment`). `heard`: frames that
 * hold sound.
 */
export function attentionTimes({ heads, tokens, frames, shares }: Attention, heard: number): readonly number[] {
  const used = Math.max(1, Math.min(frames, heard));
  if (tokens === 0) return [];
  const mean = new Float64Array(tokens * used);
  for (let head = 0; head < heads; head++) {
    const rows = Array.from({ length: tokens }, (_, token) => {
      const from = (head * tokens + token) * frames;
      return shares.subarray(from, from + used);
    });
    for (const [index, value] of smoothed(standardised(rows, used)).entries())
      mean[index] = (mean[index] ?? 0) + value / heads;
  }
  return warped(mean, tokens, used);
}

/** Each frame with mean 0 and deviation 1 over the tokens. */
function standardised(rows: readonly Float32Array[], used: number): readonly Float64Array[] {
  const out = rows.map(() => new Float64Array(used));
  for (let frame = 0; frame < used; frame++) {
    let [sum, squares] = [0, 0];
    for (const row of rows) {
      sum += row[frame] ?? 0;
      squares += (row[frame] ?? 0) ** 2;
    }
    const middle = sum / rows.length;
    const spread = Math.sqrt(Math.max(squares / rows.length - middle * middle, 1e-20));
    for (const [token, row] of rows.entries()) {
      const target = out[token];
      if (target !== undefined) target[frame] = ((row[frame] ?? 0) - middle) / spread;
    }
  }
  return out;
}

function smoothed(rows: readonly Float64Array[]): Float64Array {
  const used = rows[0]?.length ?? 0;
  const out = new Float64Array(rows.length * used);
  const near = new Float64Array(SMOOTHING);
  for (const [token, row] of rows.entries()) {
    for (let frame = 0; frame < used; frame++) {
      for (let n = 0; n < SMOOTHING; n++) {
        const at = Math.abs(frame + n - (SMOOTHING >> 1));
        near[n] = row[at >= used ? Math.max(0, 2 * used - 2 - at) : at] ?? 0;
      }
      out[token * used + frame] = near.toSorted()[SMOOTHING >> 1] ?? 0;
    }
  }
  return out;
}

/** The path through tokens and frames with the highest sum, as the first frame of each token. */
function warped(values: Float64Array, tokens: number, frames: number): readonly number[] {
  const width = frames + 1;
  const cost = new Float64Array((tokens + 1) * width).fill(Infinity);
  const from = new Uint8Array((tokens + 1) * width);
  cost[0] = 0;
  for (let token = 1; token <= tokens; token++) {
    for (let frame = 1; frame <= frames; frame++) {
      const [both, down, along] = [
        cost[(token - 1) * width + frame - 1] ?? Infinity,
        cost[(token - 1) * width + frame] ?? Infinity,
        cost[token * width + frame - 1] ?? Infinity,
      ];
      const best = both < down && both < along ? 0 : down < along ? 1 : 2;
      from[token * width + frame] = best;
      const before = best === 0 ? both : best === 1 ? down : along;
      cost[token * width + frame] = before - (values[(token - 1) * frames + frame - 1] ?? 0);
    }
  }
  const starts = new Array<number>(tokens).fill(0);
  let [token, frame] = [tokens, frames];
  while (token > 0 && frame > 0) {
    starts[token - 1] = frame - 1;
    const step = from[token * width + frame];
    if (step !== 2) token--;
    if (step !== 1) frame--;
  }
  return starts;
}
