import { useRef, type KeyboardEvent } from 'react';
import { create } from 'zustand';
import type { MediaEntry } from '../../../core/contract/model.ts';
import { frameAt } from '../../../core/media/frames.ts';
import { flicks } from '../../../core/time/flicks.ts';
import { formatTimecode } from '../../../core/time/timecode.ts';
import type { SearchHit } from '../../../core/search/query.ts';
import { formatDuration, plural } from '../../format.ts';
import { showSource } from '../../open-source.ts';
import { SOUND_STEPS } from '../../player/composition.ts';
import { sourceCounting } from '../../source-counting.ts';
import { coverage, useLibraryStore } from '../../stores/library.ts';
import { markSource } from '../../stores/player.ts';
import { classNames } from '../../ui/class-names.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { useThumbnails } from '../bin/use-thumbnails.ts';
import { useSources } from '../timeline/timeline-model.ts';
import { leftOutText, reasonsText, waysText } from './search-text.ts';
import { useSearch } from './use-search.ts';

/** What was looked for last stays while other panels are open. */
const useSearchStore = create<{ readonly text: string }>(() => ({ text: '' }));

/** Moments of all footage by plain words: what is said, who and what is seen, how it looks and sounds. */
export function SearchPanel() {
  const text = useSearchStore((state) => state.text);
  const { text: answered, page } = useSearch(text.trim());
  const entries = useLibraryStore((state) => state.entries);
  const { known, total } = coverage(entries);
  const unseen = total - known;
  return (
    <section aria-label="Search" className="flex h-full flex-col bg-g2">
      <div className="flex h-9 shrink-0 items-center gap-2 px-2.5">
        <SearchField
          label="Search all footage"
          placeholder="Search all footage"
          value={text}
          onChange={(value) => useSearchStore.setState({ text: value })}
        />
        <span aria-live="polite" className="shrink-0 text-dense text-g8 tabular-nums">
          {page !== null && plural(page.total, 'moment')}
        </span>
      </div>
      {page === null ? (
        <EmptyState>Try: people talking, a question, close-up, red, or words that are said.</EmptyState>
      ) : page.hits.length === 0 ? (
        <EmptyState>
          No match for ‘{answered}’ in the {plural(known, 'clip')} seen so far.
          {unseen > 0 && ` ${unseen} are still waiting.`}
        </EmptyState>
      ) : (
        <Hits hits={page.hits} entries={entries} />
      )}
      {page !== null && (
        <p className="truncate border-t border-g3 px-2.5 py-1 text-dense text-g8" title={leftOutText(page.paths)}>
          {unseen > 0 ? `More may come: ${plural(unseen, 'clip')} not seen yet.` : waysText(page.paths)}
        </p>
      )}
    </section>
  );
}

type HitsProps = { readonly hits: readonly SearchHit[]; readonly entries: ReadonlyMap<string, MediaEntry> };

function Hits({ hits, entries }: HitsProps) {
  const list = useRef<HTMLUListElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])];
    buttons[buttons.findIndex((button) => button === document.activeElement) + by]?.focus();
  };
  return (
    <ul ref={list} aria-label="Moments" className="min-h-0 flex-1 overflow-y-auto" onKeyDown={onKeyDown}>
      {hits.map((hit) => {
        const entry = entries.get(hit.mediaId);
        return entry !== undefined && <Hit key={`${hit.mediaId} ${hit.kind} ${hit.start}`} hit={hit} entry={entry} />;
      })}
    </ul>
  );
}

/** A click shows the moment in the source viewer with its in and out, so that every edit takes it. */
function Hit({ hit, entry }: { readonly hit: SearchHit; readonly entry: MediaEntry }) {
  const frames = useSources().source(entry.media.id)?.frames ?? SOUND_STEPS;
  const first = frameAt(frames, hit.start);
  const { format, first: counted } = sourceCounting(entry.media);
  // Another sentence over the same picture is another moment.
  const isRepeat = hit.repeats !== null && hit.kind !== 'sentence';
  const open = () => {
    showSource(entry.media.id, first);
    markSource({ in: first, out: frameAt(frames, flicks(Math.max(hit.start, hit.end - 1))) });
  };
  return (
    <li>
      <button
        type="button"
        onClick={open}
        className={classNames(
          'flex w-full gap-2 px-2.5 py-1.5 text-left -outline-offset-2 hover:bg-g3',
          isRepeat && 'opacity-60',
        )}
      >
        <HitPicture entry={entry} frame={hit.kind === 'shot' ? (hit.keyFrame ?? first) : first} />
        <span className="min-w-0 flex-1">
          <span className="block truncate text-ui text-g10">{entry.media.name}</span>
          <span className="block truncate text-dense text-g8 tabular-nums">
            {formatTimecode(counted + first, format)} · {formatDuration(flicks(hit.end - hit.start))}
          </span>
          <span className="block truncate text-dense text-g9">
            {reasonsText(hit)}
            {isRepeat && ' · shown above'}
          </span>
          {hit.text !== '' && <span className="line-clamp-2 text-dense text-g8">{hit.text}</span>}
        </span>
      </button>
    </li>
  );
}

function HitPicture({ entry, frame }: { readonly entry: MediaEntry; readonly frame: number }) {
  const url = useThumbnails(entry)?.urlAt(frame);
  return (
    <span aria-hidden className="block h-13.5 w-24 shrink-0 overflow-hidden rounded-clip bg-g0">
      {url !== undefined && <img src={url} alt="" draggable={false} className="h-full w-full object-contain" />}
    </span>
  );
}
