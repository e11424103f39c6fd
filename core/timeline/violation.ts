import type { Refusal } from './edit.ts';

/** A broken invariant: which, on what, in a sentence. */
export type Violation = {
  readonly rule:
    | 'rate-not-listed'
    | 'size-not-positive'
    | 'start-frame'
    | 'drop-frame'
    | 'unique-ids'
    | 'track-order'
    | 'kind-mismatch'
    | 'ascending'
    | 'overlap'
    | 'marker-order'
    | 'nested-in-nested'
    | Refusal['reason'];
  /** Id of the track, clip or marker; of the timeline where it is about the whole. */
  readonly where: string;
  readonly message: string;
};
