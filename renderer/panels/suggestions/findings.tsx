import type { MediaEntry } from '../../../core/contract/model.ts';
import { flicks } from '../../../core/time/flicks.ts';
import { formatDuration, plural } from '../../format.ts';
import { faultText } from '../../microcopy.ts';
import { showSource } from '../../open-source.ts';
import { coverage, useLibraryStore } from '../../stores/library.ts';
import { EmptyState } from '../../ui/empty-state.tsx';

/** One thing that was found, and the clip it was found in. */
type Finding = { readonly text: string; readonly entry: MediaEntry };

/** Tempo and problems of the footage, worst first. */
export function findingsOf(entries: readonly MediaEntry[]): readonly Finding[] {
  const problems = entries.flatMap((entry) =>
    entry.ingest.state === 'failed'
      ? [{ text: `'${entry.media.name}': ${faultText(entry.ingest.fault)}`, entry }]
      : entry.media.remarks.map((remark) => ({ text: `'${entry.media.name}': ${remark.message}`, entry })),
  );
  const tempos = entries.flatMap((entry) =>
    typeof entry.summary.tempoBpm === 'number'
      ? [{ text: `'${entry.media.name}': ${Math.round(entry.summary.tempoBpm)} beats a minute`, entry }]
      : [],
  );
  return [...problems, ...tempos];
}

/** What is known of the footage so far, while no suggestion is open. */
export function Findings() {
  const entries = useLibraryStore((state) => state.entries);
  const all = [...entries.values()];
  const { known, total } = coverage(entries);
  if (total === 0 || known === 0) return <EmptyState>Select a suggestion to see why it was made.</EmptyState>;
  const shots = all.reduce((sum, entry) => sum + (entry.summary.shotCount ?? 0), 0);
  const seconds = all.filter((entry) => entry.media.kind === 'video').map((entry) => entry.media.duration);
  const footage = seconds.reduce((sum, duration) => sum + duration, 0);
  return (
    <section aria-label="Findings" className="h-full overflow-y-auto bg-g2 p-3 text-ui">
      <h2 className="text-section text-g10">What is known of the footage</h2>
      <dl className="mt-2 grid grid-cols-[1fr_auto] gap-y-2 text-g8">
        <dt>Clips understood</dt>
        <dd className="text-right text-g10 tabular-nums">
          {known} of {total}
        </dd>
        <dt>Shots found</dt>
        <dd className="text-right text-g10 tabular-nums">{shots}</dd>
        <dt>Footage</dt>
        <dd className="text-right text-g10 tabular-nums">{formatDurationOf(footage)}</dd>
      </dl>
      <ul className="mt-3">
        {findingsOf(all).map((finding) => (
          <li key={finding.text}>
            <button
              type="button"
              onClick={() => showSource(finding.entry.media.id)}
              className="w-full rounded-clip py-1 text-left text-g9 -outline-offset-2 hover:bg-g4"
            >
              {finding.text}
            </button>
          </li>
        ))}
      </ul>
      <p className="mt-3 text-g8">
        {known < total
          ? `${plural(total - known, 'clip is', 'clips are')} still to be looked at. Propose now with what is known, or wait.`
          : 'Say below what this should become.'}
      </p>
    </section>
  );
}

function formatDurationOf(total: number): string {
  return formatDuration(flicks(total));
}
