/**
 * Means of the channels of interleaved samples, `count` sample frames from frame `first` on, to `out` from `at` on. Frames with
 * what is not a number count as silence.
 */
export function mixDown(
  samples: Float32Array,
  channels: number,
  { first, count }: { readonly first: number; readonly count: number },
  out: Float32Array,
  at: number,
): void {
  const end = at + count;
  if (channels === 2) {
    for (let from = 2 * first, to = at; to < end; to++, from += 2) {
      const mean = ((samples[from] ?? 0) + (samples[from + 1] ?? 0)) / 2;
      out[to] = Number.isFinite(mean) ? mean : 0;
    }
    return;
  }
  for (let from = first * channels, to = at; to < end; to++, from += channels) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += samples[from + channel] ?? 0;
    out[to] = Number.isFinite(sum) ? sum / channels : 0;
  }
}
