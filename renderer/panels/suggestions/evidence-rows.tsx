import type { Span } from '../../../core/analysis/results.ts';
import type { Evidence } from '../../../core/director/suggestion.ts';
import { frameShownAt } from '../../frame-of-span.ts';
import { formatDuration } from '../../format.ts';
import { showSource } from '../../open-source.ts';
import { useLibraryStore } from '../../stores/library.ts';
import { measureLabel, measureValue } from '../../suggestion-summary.ts';

/** The measurements behind a reason; each opens its frame in the source viewer. */
export function EvidenceRows({ evidence }: { readonly evidence: readonly Evidence[] }) {
  const entries = useLibraryStore((state) => state.entries);
  if (evidence.length === 0) return <p className="mt-3 text-g8">Nothing was measured for this choice.</p>;
  return (
    <div className="mt-3">
      <h3 className="mb-1 text-g8">Measured</h3>
      <ul>
        {evidence.map((item) => {
          const media = entries.get(item.mediaId)?.media;
          const key = `${item.mediaId} ${item.measure} ${JSON.stringify(item.span)}`;
          return (
            <li key={key}>
              <button
                type="button"
                title={`${media?.name ?? 'A clip that is gone'} · measured by ${item.analyserId} ${item.analyserVersion}`}
                disabled={media === undefined}
                onClick={() => media !== undefined && showSource(media.id, frameShownAt(media, item.span))}
                className="grid h-6 w-full grid-cols-[88px_1fr_auto] items-center gap-2 rounded-clip text-left -outline-offset-2 hover:bg-g4"
              >
                <span className="truncate text-g8">{measureLabel(item.measure)}</span>
                <span className="min-w-0 truncate text-g8">
                  {media?.name ?? 'gone'} · {spanText(item.span)}
                </span>
                <span className="pr-1 font-mono text-dense text-g10 tabular-nums">{measureValue(item.value)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function spanText(span: Span): string {
  return span.kind === 'frames' ? `frame ${span.firstFrame}–${span.lastFrame}` : `at ${formatDuration(span.start)}`;
}
