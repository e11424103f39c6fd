import { Check, Minus, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { formatTimecode } from '../../../core/time/timecode.ts';
import type { Change, Suggestion } from '../../../core/director/suggestion.ts';
import { mainClip } from '../../suggestion-summary.ts';
import { countDecisions, type Decision, decisionOn, useSuggestionsStore } from '../../stores/suggestions.ts';
import { classNames } from '../../ui/class-names.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { frameOfRecord } from './record-time.ts';

/** Every change of the suggestion in playing order; ↓ ↑ walk, ⏎ accepts, ⌫ refuses, U makes undecided again. */
export function ChangesPanel() {
  const { current, decisions } = useSuggestionsStore();
  if (current === null) return <EmptyState>Suggested changes are listed here, one by one.</EmptyState>;
  const counts = countDecisions(current.changes, decisions);
  const decided = counts.accepted + counts.refused;
  return (
    <section aria-label="Changes" className="flex h-full flex-col bg-g2">
      <p className="shrink-0 px-3 py-2 text-ui text-g8 tabular-nums">
        {decided} of {current.changes.length} decided · {counts.accepted} accepted, {counts.refused} refused
      </p>
      <ol
        data-changes-list
        tabIndex={0}
        role="listbox"
        aria-label="Changes"
        className="min-h-0 flex-1 overflow-y-auto outline-none"
      >
        {current.changes.map((change, index) => (
          <ChangeRow key={change.id} suggestion={current} change={change} number={index + 1} />
        ))}
      </ol>
    </section>
  );
}

type ChangeRowProps = { readonly suggestion: Suggestion; readonly change: Change; readonly number: number };

const GLYPHS = { open: Minus, accepted: Check, refused: X } as const;
const TONES: Readonly<Record<Decision, string>> = { open: 'text-suggest', accepted: 'text-ok', refused: 'text-g7' };

function ChangeRow({ suggestion, change, number }: ChangeRowProps) {
  const row = useRef<HTMLLIElement>(null);
  const decision = useSuggestionsStore((state) => decisionOn(state.decisions, change.id));
  const selected = useSuggestionsStore((state) => state.selected === change.id);
  const { select, hover, decide } = useSuggestionsStore.getState();
  useEffect(() => {
    if (selected) row.current?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  const Glyph = GLYPHS[decision];
  const { rate, dropFrame } = suggestion.base;
  const at = formatTimecode(frameOfRecord(suggestion, change.record.start), { rate, dropFrame });
  return (
    <li
      ref={row}
      role="option"
      aria-selected={selected}
      aria-label={`Change ${number} of ${suggestion.changes.length}, ${change.reason.sentence}, ${at}, ${change.confidence}, ${decision}`}
      title={change.reason.sentence}
      onClick={() => select(change.id)}
      onPointerEnter={() => hover(change.id)}
      onPointerLeave={() => hover(null)}
      className={classNames(
        'group flex h-6 items-center gap-2 pr-3 pl-3 text-dense',
        selected ? 'bg-row-selected text-g10 shadow-[inset_2px_0_0_var(--accent)]' : 'text-g9 hover:bg-g4',
        decision === 'refused' && 'line-through',
      )}
    >
      <span className="w-5 shrink-0 text-right text-g8 tabular-nums">{number}</span>
      <Glyph size={12} aria-hidden className={classNames('shrink-0', TONES[decision])} />
      <span className="min-w-0 flex-1 truncate">{mainClip(change)?.name ?? change.reason.sentence}</span>
      {change.confidence === 'unsure' && <span className="shrink-0 text-warn">unsure</span>}
      <span className="timecode timecode-clip shrink-0 text-g8 group-hover:hidden">{at}</span>
      <span className="-mr-2 hidden group-hover:flex">
        <IconButton
          icon={Check}
          name="Accept"
          command="suggestion.accept"
          onClick={() => decide([change.id], 'accepted')}
        />
        <IconButton icon={X} name="Refuse" command="suggestion.refuse" onClick={() => decide([change.id], 'refused')} />
      </span>
    </li>
  );
}
