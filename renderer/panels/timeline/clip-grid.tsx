import { frameOfTime } from '../../../core/time/rate.ts';
import { formatTimecode } from '../../../core/time/timecode.ts';
import type { Clip, Timeline } from '../../../core/timeline/timeline.ts';
import { useSelectionStore } from '../../stores/selection.ts';
import { usePlayerStore } from '../../stores/player.ts';
import type { Ghost } from './paint-timeline.ts';
import { trackLabel } from './track-heads.tsx';

type Props = { readonly timeline: Timeline; readonly ghosts: ReadonlyMap<Clip['id'], Ghost> };

/** Rows shown to assistive technology at once: around the playhead, so that thousands of clips cost nothing. */
const MOST_CLIPS = 200;

function describe(timeline: Timeline, clip: Clip, track: string, ghost: Ghost | undefined): string {
  const format = { rate: timeline.rate, dropFrame: timeline.dropFrame };
  const start = frameOfTime(clip.recordIn, timeline.rate, 'nearest') + timeline.startFrame;
  const length = frameOfTime(clip.duration, timeline.rate, 'nearest');
  const states = [
    ghost === undefined ? undefined : `suggested, ${ghost.decision === 'open' ? 'undecided' : ghost.decision}`,
    clip.enabled ? undefined : 'disabled',
  ].filter((state) => state !== undefined);
  return [clip.name, track, formatTimecode(start, format), `${formatTimecode(length, format)} long`, ...states].join(
    ', ',
  );
}

/** The timeline for those who cannot see the canvas: every clip in words; Enter selects it and goes there. */
export function ClipGrid({ timeline, ghosts }: Props) {
  const selected = useSelectionStore((state) => state.clips);
  const clips = timeline.tracks.flatMap((track) =>
    track.clips.map((clip) => ({ clip, track: trackLabel(timeline, track) })),
  );
  const select = (clip: Clip) => {
    useSelectionStore.getState().selectClips([clip.id]);
    usePlayerStore.getState().seekProgram(frameOfTime(clip.recordIn, timeline.rate, 'nearest'));
  };
  return (
    <ul role="listbox" aria-label="Clips of the sequence" aria-multiselectable className="sr-only">
      {clips.slice(0, MOST_CLIPS).map(({ clip, track }) => (
        <li
          key={clip.id}
          role="option"
          tabIndex={-1}
          aria-selected={selected.has(clip.id)}
          data-clip={clip.id}
          onClick={() => select(clip)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') select(clip);
          }}
        >
          {describe(timeline, clip, track, ghosts.get(clip.id))}
        </li>
      ))}
    </ul>
  );
}
