import type { TimelineState } from '../core/contract/model.ts';
import type { Engine } from './engine.ts';

/** Brings a sequence to the front of the timeline panel. */
export async function openTimeline(_engine: Engine, _state: TimelineState): Promise<void> {}
