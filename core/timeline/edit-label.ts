import type { Edit } from './edit.ts';

const LABELS: Readonly<Record<Exclude<Edit['kind'], 'group'>, string>> = {
  insert: 'Insert',
  overwrite: 'Overwrite',
  lift: 'Lift',
  rippleDelete: 'Ripple Delete',
  closeGap: 'Close Gap',
  trim: 'Trim',
  roll: 'Roll',
  slip: 'Slip',
  move: 'Move',
  split: 'Split',
  freeze: 'Freeze Frame',
  retime: 'Speed',
  setClip: 'Change Clip',
  setTrack: 'Change Track',
  setTimeline: 'Change Timeline',
  addTrack: 'Add Track',
  removeTrack: 'Remove Track',
  putMarker: 'Marker',
  removeMarker: 'Remove Marker',
  splice: 'Change Clips',
};

/** What menus and history call an edit: "Undo Trim". */
export function editLabel(edit: Edit): string {
  return edit.kind === 'group' ? edit.label : LABELS[edit.kind];
}
