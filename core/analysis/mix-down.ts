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
  for (let from = first * channels, to = at, end = at + count; to < end; to++, from += channels) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += samples[from + channel] ?? 0;
    out[to] = Number.isFinite(sum) ? sum / channels : 0;
  }
}
