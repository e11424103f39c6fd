import { useMemo, useRef } from 'react';
import { rational } from '../../../core/time/rational.ts';
import { formatTimecode } from '../../../core/time/timecode.ts';
import type { SourceLookup } from '../../../core/timeline/timeline.ts';
import type { MediaEntry } from '../../../core/contract/model.ts';
import { SOUND_STEPS } from '../../player/composition.ts';
import { sourceCounting, type Counting } from '../../source-counting.ts';
import { usePlayerStore } from '../../stores/player.ts';
import { useLibraryStore } from '../../stores/library.ts';
import { Badge } from '../../ui/badge.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { HeaderTab, PanelHeader } from '../../ui/panel-header.tsx';
import { useThumbnails } from '../bin/use-thumbnails.ts';
import { cutFrames } from '../timeline/timeline-edits.ts';
import { useShownSequence, useSources, type ShownSequence } from '../timeline/timeline-model.ts';
import { useAnalysis } from '../../use-analysis.ts';
import { ScrubBar } from './scrub-bar.tsx';
import { sourceFindings, type SourceFindings } from './source-findings.ts';
import { Transport } from './transport.tsx';
import { sequenceTruth, sourceTruth } from './truth-line.ts';
import { useComposition, usePlayer } from './use-program.ts';

function countingOf(sequence: ShownSequence, entry: MediaEntry | undefined, mode: 'program' | 'source'): Counting {
  if (mode === 'source') return sourceCounting(entry?.media);
  return sequence.kind === 'none'
    ? { format: { rate: rational(25), dropFrame: false }, first: 0 }
    : {
        format: { rate: sequence.shown.rate, dropFrame: sequence.shown.dropFrame },
        first: sequence.shown.startFrame,
      };
}

function useShownEntry(): MediaEntry | undefined {
  const mode = usePlayerStore((state) => state.mode);
  const sourceId = usePlayerStore((state) => state.sourceId);
  return useLibraryStore((state) => (mode === 'source' && sourceId !== null ? state.entries.get(sourceId) : undefined));
}

function Tabs({ canProgram }: { readonly canProgram: boolean }) {
  const { mode, sourceId, showProgram, showSource } = usePlayerStore();
  return (
    <div role="tablist" aria-label="Viewer" className="flex">
      <HeaderTab active={mode === 'program'} onSelect={showProgram}>
        Program
      </HeaderTab>
      <HeaderTab
        active={mode === 'source'}
        onSelect={() => {
          if (sourceId !== null) showSource(sourceId);
        }}
      >
        Source
      </HeaderTab>
      {!canProgram && mode === 'program' && <span className="sr-only">Nothing to show yet</span>}
    </div>
  );
}

/** Why there is no picture, in place of it. */
function Curtain({ entry, empty }: { readonly entry: MediaEntry | undefined; readonly empty: boolean }) {
  if (empty) {
    return (
      <div className="absolute inset-0 bg-g1">
        <EmptyState>Nothing to show yet. Click a clip to look at it.</EmptyState>
      </div>
    );
  }
  if (entry === undefined) return null;
  const text = curtainText(entry);
  if (text === null) return null;
  return entry.assets.thumbnails === undefined ? (
    <div className="absolute inset-0 bg-g1">
      <EmptyState>{text}</EmptyState>
    </div>
  ) : (
    <Storyboard entry={entry} text={text} />
  );
}

/** The nearest small picture to the playhead, until the preview copy is there. */
function Storyboard({ entry, text }: { readonly entry: MediaEntry; readonly text: string }) {
  const strip = useThumbnails(entry);
  const frame = usePlayerStore((state) => state.frames.source);
  const url = strip?.urlAt(frame);
  return (
    <div className="absolute inset-0 bg-g1">
      {url !== undefined && <img src={url} alt="" draggable={false} className="h-full w-full object-contain" />}
      <p role="status" className="absolute inset-x-0 bottom-2 text-center text-dense text-g8">
        <span className="rounded-sm bg-g1 px-2 py-0.5">{text}</span>
      </p>
    </div>
  );
}

function curtainText(entry: MediaEntry): string | null {
  if (!entry.media.online) return `“${entry.media.name}” is missing. Relink it in the bin.`;
  if (entry.media.kind === 'audio') return `“${entry.media.name}” has sound only.`;
  if (entry.assets.proxy !== undefined) return null;
  if (entry.ingest.state === 'failed') return `“${entry.media.name}” cannot be shown: ${entry.ingest.fault.message}.`;
  const done = entry.ingest.state === 'running' ? ` ${Math.round(entry.ingest.progress * 100)} %` : '';
  return `Making a preview copy…${done}`;
}

/** What lies along what is shown: what was found in a file, the cuts of a sequence. */
function useFindings(entry: MediaEntry | undefined, sequence: ShownSequence, sources: SourceLookup): SourceFindings {
  const results = useAnalysis(entry);
  return useMemo(() => {
    if (entry !== undefined) {
      const { id } = entry.media;
      return sourceFindings(id, results, sources.source(id)?.frames ?? SOUND_STEPS);
    }
    const cuts = sequence.kind === 'none' ? [] : cutFrames(sequence.shown);
    return { cuts, speech: [], faces: [] };
  }, [entry, results, sources, sequence]);
}

/** Program and source, one picture: frame-exact from proxies, sound in sync. */
export function ViewerPanel() {
  const canvas = useRef<HTMLCanvasElement | null>(null);
  const sources = useSources();
  const sequence = useShownSequence(sources);
  const entry = useShownEntry();
  const mode = usePlayerStore((state) => state.mode);
  const frame = usePlayerStore((state) => state.frames[state.mode]);
  const range = usePlayerStore((state) => state.ranges[state.mode]);
  const waiting = usePlayerStore((state) => state.waiting);
  const seek = usePlayerStore((state) => state.seek);
  const composition = useComposition(sequence, sources);
  usePlayer(canvas, composition);
  const { format, first } = countingOf(sequence, entry, mode);
  const frameCount = composition?.frameCount ?? 0;
  const findings = useFindings(entry, sequence, sources);
  const length =
    range.in !== null || range.out !== null ? (range.out ?? frameCount - 1) - (range.in ?? 0) + 1 : frameCount;
  const truth =
    mode === 'source'
      ? entry && sourceTruth(entry.media)
      : sequence.kind === 'none'
        ? ''
        : sequenceTruth(sequence.shown);
  return (
    <section aria-label="Viewer" className="flex h-full flex-col bg-g2">
      <PanelHeader label="Viewer">
        <Tabs canProgram={sequence.kind !== 'none'} />
        <span className="ml-auto truncate text-dense text-g8">{truth}</span>
        {composition !== undefined && <Badge>Proxy</Badge>}
      </PanelHeader>
      <div className="relative flex min-h-0 flex-1 items-center justify-center overflow-hidden bg-g1">
        <canvas
          ref={canvas}
          data-testid="viewer-canvas"
          aria-label="Picture"
          role="img"
          className="max-h-full max-w-full object-contain"
          style={{ aspectRatio: composition?.aspect ?? 16 / 9, height: '100%' }}
        />
        <Curtain entry={mode === 'source' ? entry : undefined} empty={composition === undefined} />
        {waiting && (
          <div className="absolute inset-x-0 bottom-0 h-0.5 bg-accent opacity-0 [animation:appear_0s_200ms_forwards]" />
        )}
      </div>
      <ScrubBar frame={frame} frameCount={frameCount} range={range} findings={findings} onSeek={seek} />
      <Transport
        current={first + frame}
        format={format}
        onSeek={(timecodeFrame) => seek(timecodeFrame - first)}
        total={formatTimecode(Math.max(length, 0), format)}
        enabled={frameCount > 0}
      />
    </section>
  );
}
