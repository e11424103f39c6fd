/** A fresh id with a readable prefix; the one place the window draws randomness. */
export function freshId(prefix: string): string {
  return `${prefix}_${crypto.randomUUID()}`;
}
