import { Check, Sparkle, Undo2, X } from 'lucide-react';
import { formatTimecode } from '../../../core/time/timecode.ts';
import type { Change, Suggestion } from '../../../core/director/suggestion.ts';
import { changeVerb, mainClip, measureLabel } from '../../suggestion-summary.ts';
import { decisionOn, useSuggestionsStore } from '../../stores/suggestions.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ScoreBar } from '../../ui/score-bar.tsx';
import { EvidenceRows } from './evidence-rows.tsx';
import { Findings } from './findings.tsx';
import { decideAndGo } from './decide.ts';
import { frameOfRecord } from './record-time.ts';

/** Why a suggested change was made: its sentence, its score in parts, the measurements behind it. */
export function WhyPanel() {
  const { current, selected } = useSuggestionsStore();
  const change = current?.changes.find((candidate) => candidate.id === selected);
  if (current === null) return <Findings />;
  if (change === undefined) return <EmptyState>Select a suggestion to see why it was made.</EmptyState>;
  return <Reasons suggestion={current} change={change} />;
}

function Reasons({ suggestion, change }: { readonly suggestion: Suggestion; readonly change: Change }) {
  const position = suggestion.changes.indexOf(change) + 1;
  const clip = mainClip(change);
  const { rate, dropFrame } = suggestion.base;
  const at = formatTimecode(frameOfRecord(suggestion, change.record.start), { rate, dropFrame });
  return (
    <section aria-label="Why" className="flex h-full flex-col bg-g2">
      <div className="selectable min-h-0 flex-1 overflow-y-auto p-3">
        <p className="text-reason text-g10">{change.reason.sentence}</p>
        <div className="mt-2 mb-3 flex flex-wrap items-center gap-1">
          <span className="inline-flex h-5 items-center gap-1 rounded-control bg-g4 px-1.5 text-dense text-suggest">
            <Sparkle size={10} aria-hidden className="fill-current" />
            {changeVerb(change.edit)} · {position} of {suggestion.changes.length}
          </span>
          <span className="inline-flex h-5 items-center rounded-control bg-g4 px-1.5 text-dense text-g9">
            {change.confidence}
          </span>
          <span className="timecode timecode-clip ml-auto text-g8">{at}</span>
        </div>
        {clip !== undefined && <p className="mb-2 truncate text-ui text-g8">{clip.name}</p>}
        {change.score.parts.map((part) => (
          <ScoreBar key={part.name} name={measureLabel(part.name)} score={part.value * 100} />
        ))}
        <EvidenceRows evidence={change.reason.evidence} />
        {suggestion.notes.length > 0 && <Notes notes={suggestion.notes} />}
      </div>
      <DecisionRow suggestion={suggestion} change={change} />
    </section>
  );
}

function Notes({ notes }: { readonly notes: readonly string[] }) {
  return (
    <div className="mt-3">
      <h3 className="text-g8">About this cut</h3>
      {notes.map((note) => (
        <p key={note} className="text-ui text-g9">
          {note}
        </p>
      ))}
    </div>
  );
}

function DecisionRow({ change }: { readonly suggestion: Suggestion; readonly change: Change }) {
  const decision = useSuggestionsStore((state) => decisionOn(state.decisions, change.id));
  return (
    <footer className="flex h-9 shrink-0 items-center gap-2 bg-g3 px-3">
      {decision === 'open' ? (
        <>
          <Button variant="primary" onClick={() => decideAndGo('accepted')}>
            <Check size={14} aria-hidden /> Accept
          </Button>
          <Button onClick={() => decideAndGo('refused')}>
            <X size={14} aria-hidden /> Refuse
          </Button>
        </>
      ) : (
        <>
          <span className={decision === 'accepted' ? 'text-ok' : 'text-g8'}>
            {decision === 'accepted' ? '✓ Accepted' : '✕ Refused'}
          </span>
          <Button variant="quiet" onClick={() => useSuggestionsStore.getState().decide([change.id], 'open')}>
            <Undo2 size={14} aria-hidden /> Undecided again
          </Button>
        </>
      )}
    </footer>
  );
}
