import type { PointerEvent } from 'react';
import { Eye, EyeOff, Headphones, Link, Lock, LockOpen, Unlink, Volume2, VolumeX } from 'lucide-react';
import type { TrackProperties } from '../../../core/timeline/edit.ts';
import type { Timeline, Track } from '../../../core/timeline/timeline.ts';
import { applyEditNow } from '../../stores/timeline.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { LANES_TOP, MAX_ROW_HEIGHT, MIN_ROW_HEIGHT, MINIMAP_HEIGHT, ROW_GAP, type Row } from './geometry.ts';
import { useTimelineView } from './view-store.ts';

/** "V1", "A2": a track's place among those of its kind. */
export function trackLabel(timeline: Timeline, track: Track): string {
  const same = timeline.tracks.filter((other) => other.kind === track.kind);
  return `${track.kind === 'video' ? 'V' : 'A'}${same.indexOf(track) + 1}`;
}

function Head({
  timeline,
  row,
  rows,
  editable,
}: {
  readonly timeline: Timeline;
  readonly row: Row;
  readonly rows: readonly Row[];
  readonly editable: boolean;
}) {
  const { track } = row;
  const video = track.kind === 'video';
  const label = trackLabel(timeline, track);
  return (
    <div
      role="rowheader"
      aria-label={`${label} ${track.name}`}
      className="relative flex items-center gap-2 overflow-hidden border-l-4 bg-g3 pr-1 pl-2"
      style={{
        height: row.height,
        marginBottom: ROW_GAP,
        borderLeftColor: video ? 'var(--clip-video-edge)' : 'var(--clip-speech-edge)',
      }}
    >
      <span className="text-ui font-semibold text-g10">{label}</span>
      <span className="min-w-0 flex-1 truncate text-dense text-g8">{track.name === label ? '' : track.name}</span>
      <Switches row={row} label={label} editable={editable} />
      <RowSash row={row} rows={rows} />
    </div>
  );
}

type SwitchesProps = { readonly row: Row; readonly label: string; readonly editable: boolean };

function Switches({ row, label, editable }: SwitchesProps) {
  const { track } = row;
  const video = track.kind === 'video';
  const set = (change: TrackProperties) => () =>
    void applyEditNow({ kind: 'setTrack', trackId: track.id, set: change });
  const shown = video ? Eye : Volume2;
  const hidden = video ? EyeOff : VolumeX;
  return (
    <>
      <IconButton
        icon={track.locked ? Lock : LockOpen}
        name={track.locked ? `Unlock ${label}` : `Lock ${label}`}
        pressed={track.locked}
        disabled={!editable}
        onClick={set({ locked: !track.locked })}
      />
      <IconButton
        icon={track.enabled ? shown : hidden}
        name={`${track.enabled ? (video ? 'Hide' : 'Mute') : video ? 'Show' : 'Unmute'} ${label}`}
        pressed={!track.enabled}
        disabled={!editable}
        onClick={set({ enabled: !track.enabled })}
      />
      <IconButton
        icon={Headphones}
        name={track.solo === true ? `${label} not alone` : `Solo ${label}`}
        pressed={track.solo === true}
        disabled={!editable}
        onClick={set({ solo: track.solo === true ? null : true })}
      />
      {row.height >= SYNC_LOCK_HEIGHT && (
        <IconButton
          icon={track.syncLock === false ? Unlink : Link}
          name={track.syncLock === false ? `Let ripples move ${label}` : `Keep ripples off ${label}`}
          pressed={track.syncLock === false}
          disabled={!editable}
          onClick={set({ syncLock: track.syncLock === false ? null : false })}
        />
      )}
    </>
  );
}

/** From here on a head has room for the rarer switches. */
const SYNC_LOCK_HEIGHT = 48;

/** The lower edge of a track head: drag for its height, with Shift for all of its kind. */
function RowSash({ row, rows }: { readonly row: Row; readonly rows: readonly Row[] }) {
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const top = event.currentTarget.parentElement?.getBoundingClientRect().top ?? 0;
    const height = Math.round(Math.min(Math.max(event.clientY - top, MIN_ROW_HEIGHT), MAX_ROW_HEIGHT));
    const { setRowHeight } = useTimelineView.getState();
    const same = event.shiftKey ? rows.filter((other) => other.track.kind === row.track.kind) : [row];
    for (const other of same) setRowHeight(other.track.id, height);
  };
  return (
    <div
      aria-hidden
      className="absolute inset-x-0 bottom-0 h-1 cursor-row-resize touch-none hover:bg-accent"
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
    />
  );
}

type Props = {
  readonly timeline: Timeline;
  readonly rows: readonly Row[];
  readonly scrollTop: number;
  readonly editable: boolean;
};

/** Names and switches of the tracks, beside their lanes. */
export function TrackHeads({ timeline, rows, scrollTop, editable }: Props) {
  return (
    <div
      className="relative w-42 shrink-0 overflow-hidden bg-g2"
      style={{ paddingTop: LANES_TOP, paddingBottom: MINIMAP_HEIGHT }}
    >
      <div className="absolute inset-x-0 top-0 z-10 bg-g3" style={{ height: LANES_TOP }} />
      <div style={{ transform: `translateY(${-scrollTop}px)` }}>
        {rows.map((row) => (
          <Head key={row.track.id} timeline={timeline} row={row} rows={rows} editable={editable} />
        ))}
      </div>
      <div className="absolute inset-x-0 bottom-0 bg-g2" style={{ height: MINIMAP_HEIGHT }} />
    </div>
  );
}
