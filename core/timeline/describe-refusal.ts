import { assertNever } from '../errors.ts';
import type { Refusal } from './edit.ts';

const counted = (count: number, one: string, many: string) => (count === 1 ? one : `${count} ${many}`);

/** Why an edit cannot be, in a plain sentence without a full stop; ids are left to the caller to name. */
export function describeRefusal(refusal: Refusal): string {
  switch (refusal.reason) {
    case 'unknown-clip':
      return 'the clip is no longer there';
    case 'unknown-track':
      return 'the track is no longer there';
    case 'unknown-marker':
      return 'the marker is no longer there';
    case 'unknown-nested':
      return 'the nested timeline is no longer there';
    case 'nested-cycle':
      return 'timelines would play each other';
    case 'nested-in-use':
      return 'clips still play the nested timeline';
    case 'duplicate-id':
      return `something is already called ${refusal.id}`;
    case 'missing-new-id':
      return `the edit needs ${counted(refusal.needed, 'a name', 'names')} for new clips`;
    case 'track-locked':
      return 'the track is locked';
    case 'wrong-track-kind':
      return 'the track takes clips of the other kind';
    case 'off-grid':
      return `${refusal.time} flicks is not on the frame grid`;
    case 'before-start':
      return 'it would lie before the start of the sequence';
    case 'would-overlap':
      return 'another clip is in the way';
    case 'sync-lock-off':
      return 'a clip linked to it lies on a track whose sync lock is off';
    case 'no-media':
      return 'there is no more media';
    case 'too-short':
      return 'the clip would be shorter than one frame';
    case 'unknown-keyframe':
      return 'there is no keyframe at this time';
    case 'not-continuous':
      return 'the next clip does not go on where this one ends';
    case 'not-adjacent':
      return 'no clip follows directly';
    case 'outside-clip':
      return 'the time lies outside the clip';
    case 'no-gap':
      return 'there is no gap to close';
    case 'track-not-empty':
      return 'the track still holds clips';
    case 'invalid-value':
      return `${refusal.field}: ${refusal.message}`;
    case 'nothing-to-do':
      return 'this changes nothing';
    default:
      return assertNever(refusal);
  }
}
