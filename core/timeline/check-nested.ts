import { nestedMedia } from './generated-media.ts';
import type { Timeline } from './timeline.ts';
import type { Violation } from './violation.ts';

/** What is wrong among the timelines nested in one: names, depth, cycles. */
export function checkNested(root: Timeline): readonly Violation[] {
  const violations: Violation[] = [];
  const seen = new Set<string>([root.id]);
  for (const { id, nested } of root.nested ?? []) {
    if (seen.has(id)) violations.push({ rule: 'unique-ids', where: id, message: `two timelines are called ${id}` });
    seen.add(id);
    if (nested !== undefined) {
      violations.push({
        rule: 'nested-in-nested',
        where: id,
        message: 'all nested timelines are held by the outermost',
      });
    }
  }
  const cycle = findCycle(root.nested ?? []);
  return cycle === undefined
    ? violations
    : [...violations, { rule: 'nested-cycle', where: cycle.id, message: `${cycle.name} plays itself` }];
}

/** A timeline that plays itself, by way of others or not. */
export function findCycle(nested: readonly Timeline[]): Timeline | undefined {
  const byMedia = new Map<string, Timeline>(nested.map((timeline) => [nestedMedia(timeline.id), timeline]));
  const done = new Set<Timeline>();
  for (const first of nested) {
    // Depth first without recursion: imported nests may be deep.
    const path: { readonly timeline: Timeline; readonly plays: Timeline[] }[] = [];
    const open = new Set<Timeline>();
    const enter = (timeline: Timeline) => {
      path.push({ timeline, plays: playedBy(timeline, byMedia) });
      open.add(timeline);
    };
    if (!done.has(first)) enter(first);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.plays.pop();
      if (next === undefined) {
        path.pop();
        open.delete(top.timeline);
        done.add(top.timeline);
      } else if (open.has(next)) {
        return next;
      } else if (!done.has(next)) {
        enter(next);
      }
    }
  }
  return undefined;
}

function playedBy(timeline: Timeline, byMedia: ReadonlyMap<string, Timeline>): Timeline[] {
  const played = new Set<Timeline>();
  for (const { clips } of timeline.tracks) {
    for (const { mediaId } of clips) {
      const nested = byMedia.get(mediaId);
      if (nested !== undefined) played.add(nested);
    }
  }
  return [...played];
}
