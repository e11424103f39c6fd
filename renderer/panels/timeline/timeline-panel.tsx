import { Magnet, MousePointer2, MoveHorizontal, Plus, Scissors } from 'lucide-react';
import { useEffect, useMemo, useRef, type DragEvent } from 'react';
import { frameOfTime, nominalFps } from '../../../core/time/rate.ts';
import { timelineDuration } from '../../../core/timeline/lookup.ts';
import type { Clip, SourceLookup, Timeline } from '../../../core/timeline/timeline.ts';
import { registerCommands, runCommand } from '../../commands.ts';
import { hasMediaDrag, readMediaDrag } from '../../drag-media.ts';
import { usePlayerStore } from '../../stores/player.ts';
import { useSuggestionsStore } from '../../stores/suggestions.ts';
import { openTimeline, useTimelineStore } from '../../stores/timeline.ts';
import { toastFailure } from '../../stores/toasts.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { HeaderTab, PanelHeader } from '../../ui/panel-header.tsx';
import { SuggestionHeader } from '../suggestions/suggestion-header.tsx';
import { transportCommands } from '../viewer/transport-commands.ts';
import { ClipGrid } from './clip-grid.tsx';
import { editCommands } from './edit-commands.ts';
import { placeMedia, startSequenceWith } from './drop-media.ts';
import { frameAtX, lanesHeight, rowsOf } from './geometry.ts';
import type { Ghost } from './paint-timeline.ts';
import { TimelineCanvas } from './timeline-canvas.tsx';
import { useShownSequence, useSources, type ShownSequence } from './timeline-model.ts';
import { TrackHeads } from './track-heads.tsx';
import { useTimelineView } from './view-store.ts';

/** A sequence shorter than this is not blown up to the panel's width. */
const LEAST_SECONDS = 15;

const NO_GHOSTS: ReadonlyMap<Clip['id'], Ghost> = new Map();

/** Registers transport and edit commands once; they look at what is shown when they run. */
function useTimelineCommands(sequence: ShownSequence, sources: SourceLookup): void {
  const latest = useRef({ sequence, sources });
  useEffect(() => {
    latest.current = { sequence, sources };
  });
  useEffect(() => {
    const shown = () => (latest.current.sequence.kind === 'none' ? null : latest.current.sequence.shown);
    const editable = () => (latest.current.sequence.kind === 'sequence' ? latest.current.sequence.shown : null);
    return registerCommands([
      ...transportCommands(shown, () => latest.current.sources),
      ...editCommands({ timeline: editable, sources: () => latest.current.sources }),
    ]);
  }, []);
}

/** A sequence seen for the first time is shown whole; while playing, the view turns pages. */
function useAutoView(timeline: Timeline | undefined): void {
  const id = timeline?.id;
  const width = useTimelineView((state) => state.viewport.width);
  const fitted = useRef<string>(undefined);
  useEffect(() => {
    if (timeline === undefined || width === 0) return;
    const total = frameOfTime(timelineDuration(timeline), timeline.rate, 'ceil');
    const key = `${timeline.id}:${total === 0 ? 'empty' : 'filled'}`;
    if (fitted.current === key) return;
    fitted.current = key;
    // A first short clip does not fill the panel: there is room to see what comes next.
    useTimelineView.getState().fit(Math.max(total, LEAST_SECONDS * nominalFps(timeline.rate)));
  }, [timeline, id, width]);
  useEffect(
    () =>
      usePlayerStore.subscribe((state, before) => {
        if (state.mode === 'program' && state.frames.program !== before.frames.program) {
          useTimelineView.getState().reveal(state.frames.program);
        }
      }),
    [],
  );
}

function SequenceTabs() {
  const { list, id } = useTimelineStore();
  const suggestion = useSuggestionsStore((state) => state.current);
  const ghostsShown = useSuggestionsStore((state) => state.ghostsShown);
  const toggleGhosts = useSuggestionsStore((state) => state.toggleGhosts);
  const proposed = suggestion !== null && ghostsShown;
  const open = (timelineId: (typeof list)[number]['id']) => () => {
    if (proposed) toggleGhosts();
    openTimeline(timelineId).catch((error: unknown) => toastFailure('The sequence could not be opened.', error));
  };
  return (
    <div role="tablist" aria-label="Sequences" className="flex min-w-0">
      {suggestion !== null && (
        <HeaderTab active={proposed} onSelect={() => (proposed ? undefined : toggleGhosts())}>
          <span className="text-suggest">✦ {suggestion.base.name}</span>
        </HeaderTab>
      )}
      {list.map((summary) => (
        <HeaderTab key={summary.id} active={!proposed && summary.id === id} onSelect={open(summary.id)}>
          {summary.name}
        </HeaderTab>
      ))}
      <IconButton icon={Plus} name="New sequence" onClick={() => void runCommand('timeline.new')} />
    </div>
  );
}

function Tools() {
  const { tool, snapping, setTool, toggleSnapping } = useTimelineView();
  return (
    <div role="toolbar" aria-label="Tools" className="ml-2 flex items-center border-l border-g4 pl-2">
      <IconButton
        icon={MousePointer2}
        name="Selection tool"
        command="tool.select"
        pressed={tool === 'select'}
        onClick={() => setTool('select')}
      />
      <IconButton
        icon={Scissors}
        name="Blade tool"
        command="tool.blade"
        pressed={tool === 'blade'}
        onClick={() => setTool('blade')}
      />
      <IconButton
        icon={MoveHorizontal}
        name="Slip tool"
        command="tool.slip"
        pressed={tool === 'slip'}
        onClick={() => setTool('slip')}
      />
      <span className="mx-1 h-4 w-px bg-g4" />
      <IconButton
        icon={Magnet}
        name="Snapping"
        command="timeline.toggleSnap"
        pressed={snapping}
        onClick={toggleSnapping}
      />
    </div>
  );
}

function Lanes({
  sequence,
  sources,
}: {
  readonly sequence: Exclude<ShownSequence, { kind: 'none' }>;
  readonly sources: SourceLookup;
}) {
  const { viewport, rowHeights } = useTimelineView();
  const room = lanesHeight(viewport);
  const rows = useMemo(() => rowsOf(sequence.shown, rowHeights, room), [sequence.shown, rowHeights, room]);
  const ghosts = sequence.kind === 'suggestion' ? sequence.ghosts : NO_GHOSTS;
  return (
    <div className="flex min-h-0 flex-1">
      <TrackHeads
        timeline={sequence.shown}
        rows={rows}
        scrollTop={viewport.scrollTop}
        editable={sequence.kind === 'sequence'}
      />
      <div className="min-w-0 flex-1">
        <TimelineCanvas timeline={sequence.shown} sources={sources} ghosts={ghosts} />
      </div>
      <ClipGrid timeline={sequence.shown} ghosts={ghosts} />
    </div>
  );
}

/** The frame under a drop, caught by the playhead and cuts as a drag would be. */
function frameUnder(event: DragEvent): number {
  const lanes = event.currentTarget.querySelector('canvas');
  const left = lanes?.getBoundingClientRect().left ?? 0;
  return frameAtX(useTimelineView.getState().viewport, event.clientX - left);
}

/** The sequence or the suggestion on lanes, with tabs and tools above. */
export function TimelinePanel() {
  const sources = useSources();
  const sequence = useShownSequence(sources);
  useTimelineCommands(sequence, sources);
  useAutoView(sequence.kind === 'none' ? undefined : sequence.shown);
  const onDragOver = (event: DragEvent) => {
    if (hasMediaDrag(event.dataTransfer)) event.preventDefault();
  };
  const onDrop = (event: DragEvent) => {
    const ids = readMediaDrag(event.dataTransfer);
    if (ids.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    if (sequence.kind === 'none') {
      startSequenceWith(ids, sources).catch((error: unknown) => toastFailure('The sequence could not be made.', error));
    } else if (sequence.kind === 'sequence') {
      placeMedia(sequence.shown, ids, frameUnder(event), event.ctrlKey || event.metaKey, sources);
    }
  };
  return (
    <section aria-label="Timeline" className="flex h-full flex-col bg-g1" onDragOver={onDragOver} onDrop={onDrop}>
      <PanelHeader label="Sequences">
        <SequenceTabs />
        <Tools />
        <div className="ml-auto flex min-w-0 items-center">
          <SuggestionHeader />
        </div>
      </PanelHeader>
      {sequence.kind === 'none' ? (
        <div className="min-h-0 flex-1">
          <EmptyState>No sequence yet. Drag a clip here, or say below what you want to make.</EmptyState>
        </div>
      ) : (
        <Lanes sequence={sequence} sources={sources} />
      )}
    </section>
  );
}
