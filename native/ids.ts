import { randomBytes, randomUUID } from 'node:crypto';

/** Where new ids and secrets come from; the one place that draws randomness without a seed. */
export interface IdSource {
  /** A new id that no other machine draws, e.g. 'clip-3f2b…'. */
  id(prefix: string): string;
  /** An unguessable secret of 256 bits, safe in URLs. */
  secret(): string;
}

export const randomIds: IdSource = {
  id: (prefix) => `${prefix}-${randomUUID()}`,
  secret: () => randomBytes(32).toString('base64url'),
};
