import type { Edit } from './edit.ts';

const LABELS: Readonly<Record<Exclude<Edit['kind'], 'group' | 'editNested'>, string>> = {
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
  append: 'Append',
  replace: 'Replace',
  duplicate: 'Duplicate',
  liftRange: 'Lift Range',
  extract: 'Extract',
  slide: 'Slide',
  swap: 'Swap',
  joinThrough: 'Join Through Edit',
  link: 'Link',
  unlink: 'Unlink',
  setTransition: 'Transition',
  setKeyframe: 'Keyframe',
  removeKeyframe: 'Remove Keyframe',
  putClipMarker: 'Clip Marker',
  removeClipMarker: 'Remove Clip Marker',
  nest: 'Nest',
  putNested: 'Nested Timeline',
  removeNested: 'Remove Nested Timeline',
  moveTrack: 'Move Track',
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
  if (edit.kind === 'editNested') return editLabel(edit.edit);
  return edit.kind === 'group' ? edit.label : LABELS[edit.kind];
}
