import { applyEdit } from './apply-edit.ts';
import type { Edit, Refusal } from './edit.ts';
import { equalData } from './equal-data.ts';
import { timelineDuration } from './lookup.ts';
import { timelinePatch, type TimelinePatch } from './patch.ts';
import { subtractFlicks, type Flicks } from '../time/flicks.ts';
import type { Clip, ClipId, SourceLookup, Timeline } from './timeline.ts';

/** What an edit would do to a timeline, or why it cannot be. */
export type EditPreview =
  | {
      readonly ok: true;
      /** The timeline as it would be: what ghosts are drawn from. */
      readonly timeline: Timeline;
      readonly patch: TimelinePatch;
      readonly clips: ClipChanges;
      /** How much longer the timeline would be; shorter where negative. */
      readonly longer: Flicks;
    }
  | { readonly ok: false; readonly refusal: Refusal };

/** What would happen to clips, in track order; a clip counts once. */
export type ClipChanges = {
  readonly added: readonly ClipId[];
  readonly removed: readonly ClipId[];
  /** Only its place in time or its track changes. */
  readonly moved: readonly ClipId[];
  readonly changed: readonly ClipId[];
};

/** Says what an edit would do without doing it. Pure; the same rules and refusals as `applyEdit`. */
export function previewEdit(timeline: Timeline, edit: Edit, sources: SourceLookup): EditPreview {
  const outcome = applyEdit(timeline, edit, sources);
  if (!outcome.ok) return outcome;
  const after = outcome.timeline;
  const longer = subtractFlicks(timelineDuration(after), timelineDuration(timeline));
  return {
    ok: true,
    timeline: after,
    patch: timelinePatch(timeline, after),
    clips: clipChanges(timeline, after),
    longer,
  };
}

function clipChanges(before: Timeline, after: Timeline): ClipChanges {
  const former = placesOf(before);
  const latter = placesOf(after);
  const changes = { added: new Array<ClipId>(), moved: new Array<ClipId>(), changed: new Array<ClipId>() };
  for (const [id, now] of latter) {
    const was = former.get(id);
    if (was === undefined) changes.added.push(id);
    else if (was.clip !== now.clip || was.track !== now.track) {
      const { recordIn } = was.clip;
      if (!equalData({ ...now.clip, recordIn }, was.clip)) changes.changed.push(id);
      else if (now.clip.recordIn !== recordIn || was.track !== now.track) changes.moved.push(id);
    }
  }
  return { ...changes, removed: [...former.keys()].filter((id) => !latter.has(id)) };
}

function placesOf(timeline: Timeline): ReadonlyMap<ClipId, { readonly clip: Clip; readonly track: string }> {
  return new Map(
    timeline.tracks.flatMap((track) => track.clips.map((clip: Clip) => [clip.id, { clip, track: track.id }] as const)),
  );
}
