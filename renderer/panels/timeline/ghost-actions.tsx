import { Check, X } from 'lucide-react';
import type { Clip, Timeline } from '../../../core/timeline/timeline.ts';
import { useSuggestionsStore } from '../../stores/suggestions.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { clipFrames, LANES_TOP, xOfFrame, type Row, type Viewport } from './geometry.ts';
import type { Ghost } from './paint-timeline.ts';

type Props = {
  readonly timeline: Timeline;
  readonly ghosts: ReadonlyMap<Clip['id'], Ghost>;
  readonly rows: readonly Row[];
  readonly viewport: Viewport;
};

const SIZE = { width: 52, height: 24 };

/** Accept and refuse, inside the suggested clip that the pointer is on: at its lower right, as far as it is on screen. */
export function GhostActions({ timeline, ghosts, rows, viewport }: Props) {
  const hovered = useSuggestionsStore((state) => state.hovered);
  const decide = useSuggestionsStore((state) => state.decide);
  const select = useSuggestionsStore((state) => state.select);
  if (hovered === null) return null;
  const place = placeOf(hovered, { timeline, ghosts, rows, viewport });
  if (place === undefined) return null;
  const act = (decision: 'accepted' | 'refused') => () => {
    select(hovered);
    decide([hovered], decision);
  };
  return (
    <div
      className="absolute flex items-center justify-center rounded-control bg-g0"
      style={{ ...place, ...SIZE }}
      role="group"
      aria-label="Decide on this change"
    >
      <IconButton icon={Check} name="Accept this change" command="suggestion.accept" onClick={act('accepted')} />
      <IconButton icon={X} name="Refuse this change" command="suggestion.refuse" onClick={act('refused')} />
    </div>
  );
}

function placeOf(hovered: Ghost['changeId'], { timeline, ghosts, rows, viewport }: Props) {
  for (const row of rows) {
    const clip = row.track.clips.find(({ id }) => ghosts.get(id)?.changeId === hovered);
    if (clip === undefined) continue;
    const { start, end } = clipFrames(clip, timeline.rate);
    const right = Math.min(xOfFrame(viewport, end) - 4, viewport.width - 4);
    if (right - Math.max(xOfFrame(viewport, start), 0) < SIZE.width) return undefined;
    const bottom = LANES_TOP + row.top - viewport.scrollTop + row.height;
    return { left: right - SIZE.width, top: bottom - SIZE.height - 4 };
  }
  return undefined;
}
