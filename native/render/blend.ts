/** One picture over another, both planar 8-bit 4:2:0: `below` × (1 − opacity) + `above` × opacity, rounded. */
export function blendOver(below: Uint8Array, above: Uint8Array, opacity: number): Uint8Array<ArrayBuffer> {
  const weight = Math.round(Math.min(1, Math.max(0, opacity)) * 256);
  const result = new Uint8Array(above.length);
  for (let n = 0; n < result.length; n += 1) {
    result[n] = ((below[n] ?? 0) * (256 - weight) + (above[n] ?? 0) * weight + 128) >> 8;
  }
  return result;
}
