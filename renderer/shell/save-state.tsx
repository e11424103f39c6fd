import { useConnection } from '../engine-context.ts';
import { formatClock } from '../format.ts';
import { useProjectStore } from '../stores/project.ts';
import { useTimelineStore } from '../stores/timeline.ts';

/** "Saved 14:02" only when nothing is pending. */
export function SaveState() {
  const connection = useConnection();
  const info = useProjectStore((state) => state.info);
  const savedAt = useProjectStore((state) => state.lastSavedAtMs);
  const pending = useTimelineStore((state) => !state.saved);
  if (info === null) return null;
  if (pending) {
    return (
      <span role="status" className="shrink-0">
        {connection === 'connected' ? 'Saving…' : 'Not saved yet'}
      </span>
    );
  }
  return (
    <span role="status" className="shrink-0 tabular-nums" title={info.path}>
      {info.temporary ? 'Temporary project' : savedAt === null ? 'Saved' : `Saved ${formatClock(savedAt)}`}
    </span>
  );
}
