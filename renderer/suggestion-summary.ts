import { type Change, type Suggestion } from '../core/director/suggestion.ts';
import { type Flicks, flicks, ZERO_FLICKS } from '../core/time/flicks.ts';
import type { Edit, Placement } from '../core/timeline/edit.ts';
import { formatDuration, plural } from './format.ts';

/** Clips that an edit places. */
export function placementsOf(edit: Edit): readonly Placement[] {
  if (edit.kind === 'group') return edit.edits.flatMap(placementsOf);
  if (edit.kind === 'insert' || edit.kind === 'overwrite' || edit.kind === 'append') return edit.placements;
  if (edit.kind === 'splice') {
    return edit.changes.flatMap((change) => change.add.map((clip) => ({ trackId: change.trackId, clip })));
  }
  return [];
}

const VERBS: Readonly<Record<Exclude<Edit['kind'], 'group' | 'editNested'>, string>> = {
  insert: 'Insert',
  overwrite: 'Insert',
  append: 'Insert',
  duplicate: 'Insert',
  splice: 'Insert',
  lift: 'Remove',
  liftRange: 'Remove',
  extract: 'Remove',
  rippleDelete: 'Remove',
  closeGap: 'Remove',
  removeTrack: 'Remove',
  removeMarker: 'Remove',
  removeKeyframe: 'Remove',
  removeClipMarker: 'Remove',
  removeNested: 'Remove',
  trim: 'Trim',
  roll: 'Trim',
  slip: 'Slip',
  move: 'Move',
  slide: 'Move',
  swap: 'Move',
  moveTrack: 'Move',
  replace: 'Replace',
  split: 'Split',
  joinThrough: 'Join',
  link: 'Link',
  unlink: 'Link',
  setTransition: 'Transition',
  nest: 'Nest',
  putNested: 'Nest',
  freeze: 'Speed',
  retime: 'Speed',
  setClip: 'Level',
  setTrack: 'Level',
  setTimeline: 'Level',
  setKeyframe: 'Level',
  addTrack: 'Track',
  putMarker: 'Marker',
  putClipMarker: 'Marker',
};

/** What a change does in one word. */
export function changeVerb(edit: Edit): string {
  if (edit.kind === 'editNested') return changeVerb(edit.edit);
  if (edit.kind !== 'group') return VERBS[edit.kind];
  const [first] = edit.edits;
  return first === undefined ? 'Change' : changeVerb(first);
}

/** The clip a change is about: its first placed picture, else its first placed sound. */
export function mainClip(change: Change): Placement['clip'] | undefined {
  const placed = placementsOf(change.edit).map((placement) => placement.clip);
  return placed.find((clip) => clip.kind === 'video') ?? placed[0];
}

/** Where the proposed cut ends. */
export function suggestedDuration(suggestion: Suggestion): Flicks {
  return suggestion.changes.reduce((end, change) => flicks(Math.max(end, change.record.end)), ZERO_FLICKS);
}

/** "Interview cut, 2:04 (you asked 2:00) · 42 clips in · music · 6 to check". */
export function suggestionLine(suggestion: Suggestion): string {
  const { music } = suggestion.brief;
  const cuts = suggestion.changes.filter((change) => music === null || mainClip(change)?.mediaId !== music);
  const verbs = cuts.map((change) => changeVerb(change.edit));
  const count = (verb: string) => verbs.filter((found) => found === verb).length;
  const unsure = suggestion.changes.filter((change) => change.confidence === 'unsure').length;
  return [
    `${suggestion.base.name}, ${formatDuration(suggestedDuration(suggestion))} (you asked ${formatDuration(suggestion.brief.duration)})`,
    `${plural(count('Insert'), 'clip')} in`,
    cuts.length < suggestion.changes.length && 'music',
    count('Move') > 0 && `${count('Move')} moved`,
    count('Remove') > 0 && `${count('Remove')} removed`,
    unsure > 0 && `${unsure} to check`,
  ]
    .filter((part) => part !== false)
    .join(' · ');
}

/** A measure's stored name as a person reads it: "meanColour" → "Mean colour". */
export function measureLabel(name: string): string {
  const words = name
    .replaceAll(/[-_.]/g, ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A measured value with at most two places. */
export function measureValue(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 2 : 1);
}
