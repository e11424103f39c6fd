import type { Clip, Timeline } from '../../../core/timeline/timeline.ts';
import { useLibraryStore } from '../../stores/library.ts';
import { useSelectionStore } from '../../stores/selection.ts';
import { useTimelineStore } from '../../stores/timeline.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ClipInspector } from './clip-inspector.tsx';
import { MediaInspector } from './media-inspector.tsx';

/** Settings of the selected clip on the timeline, else facts of the selected file of the bin. */
export function InspectorPanel() {
  const timeline = useTimelineStore((state) => state.timeline);
  const clips = useSelectionStore((state) => state.clips);
  const selectedMedia = useLibraryStore((state) => {
    const last = state.selected.at(-1);
    return last === undefined ? undefined : state.entries.get(last);
  });
  const chosen = timeline === null ? [] : clipsOf(timeline).filter((clip) => clips.has(clip.id));
  if (timeline !== null && chosen.length > 0) return <ClipInspector timeline={timeline} clips={chosen} />;
  if (selectedMedia !== undefined) return <MediaInspector entry={selectedMedia} />;
  return <EmptyState>Select a clip to see its settings.</EmptyState>;
}

function clipsOf(timeline: Timeline): readonly Clip[] {
  return timeline.tracks.flatMap((track): readonly Clip[] => track.clips);
}
