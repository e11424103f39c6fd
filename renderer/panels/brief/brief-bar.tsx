import { Sparkle } from 'lucide-react';
import { type DragEvent, type KeyboardEvent, useState } from 'react';
import { useConnection, useEngine } from '../../engine-context.ts';
import { hasMediaDrag, readMediaDrag } from '../../drag-media.ts';
import { propose } from '../../director-actions.ts';
import { useFocusStore } from '../../stores/focus.ts';
import { useBriefStore } from '../../stores/brief.ts';
import { coverage, useLibraryStore } from '../../stores/library.ts';
import { useSuggestionsStore } from '../../stores/suggestions.ts';
import { Button } from '../../ui/button.tsx';
import { ChipText } from '../../ui/chip.tsx';
import { classNames } from '../../ui/class-names.ts';
import { KeyCap, Tooltip } from '../../ui/tooltip.tsx';
import { BriefChips } from './brief-chips.tsx';
import { useStyles } from './use-styles.ts';

/** Says what the cut should become; wakes after the first clip is understood. */
export function BriefBar() {
  const engine = useEngine();
  const connected = useConnection() === 'connected';
  const styles = useStyles();
  const draft = useBriefStore((state) => state.draft);
  const entries = useLibraryStore((state) => state.entries);
  const proposal = useSuggestionsStore((state) => state.proposal);
  const { known, total } = coverage(entries);
  const asleep = known === 0;
  const busy = proposal.kind === 'proposing';
  const [style] = styles;
  const drop = useMediaDrop();
  const send = () => {
    if (!asleep && !busy && connected && style !== undefined) void propose(engine, draft, style.id);
  };
  return (
    <form
      aria-label="Brief"
      onSubmit={(event) => {
        event.preventDefault();
        send();
        // What comes next is looked at and decided with keys: they belong to the timeline from here on.
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
        useFocusStore.getState().focusPanel('timeline');
      }}
      {...drop.handlers}
      className={classNames(
        'flex h-full items-center gap-2 bg-g3 px-2.5',
        drop.over && 'outline-1 -outline-offset-1 outline-accent',
      )}
    >
      <Sparkle
        size={14}
        strokeWidth={1.5}
        aria-hidden
        className={classNames('shrink-0', asleep ? 'text-g7' : 'fill-current text-suggest')}
      />
      <BriefText disabled={asleep} />
      {proposal.kind === 'nothing' && (
        <span role="status" className="max-w-80 truncate text-warn" title={proposal.reason}>
          {proposal.reason}
        </span>
      )}
      <BriefChips styles={styles} disabled={asleep} />
      <CoverageChips known={known} total={total} />
      <Button
        submit
        large
        variant="primary"
        disabled={asleep || busy || !connected}
        aria-busy={busy}
        className="h-6 min-w-23"
      >
        {busy ? 'Proposing…' : 'Propose'}
        {!busy && <ProposeKey />}
      </Button>
    </form>
  );
}

/** What advice rests on, and what it costs, said before any run. */
function CoverageChips({ known, total }: { readonly known: number; readonly total: number }) {
  return (
    <>
      <Tooltip
        name="What is known of the footage"
        effect={`${known} of ${total} clips are understood. Proposals use what is known.`}
      >
        <ChipText tabIndex={0}>
          Knows {known} of {total}
        </ChipText>
      </Tooltip>
      <Tooltip name="On this computer" effect="Nothing leaves this machine, and it costs nothing.">
        <ChipText tabIndex={0} className="max-[1365px]:hidden">
          On this computer
        </ChipText>
      </Tooltip>
    </>
  );
}

function ProposeKey() {
  return (
    <span aria-hidden className="[&_kbd]:ml-0 [&_kbd]:border-current [&_kbd]:text-current">
      <KeyCap>⏎</KeyCap>
    </span>
  );
}

/** The words of the brief; ↑ and ↓ walk earlier ones. */
function BriefText({ disabled }: { readonly disabled: boolean }) {
  const text = useBriefStore((state) => state.draft.text);
  const earlier = useBriefStore((state) => state.earlier);
  const write = useBriefStore((state) => state.write);
  const [back, setBack] = useState(0);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = Math.min(earlier.length, Math.max(0, back + step));
    setBack(next);
    write(next === 0 ? '' : (earlier.at(-next) ?? ''));
  };
  return (
    <input
      aria-label="What should this become?"
      placeholder="A two-minute portrait, calm, start with the workshop"
      disabled={disabled}
      value={text}
      onChange={(event) => {
        setBack(0);
        write(event.currentTarget.value);
      }}
      onKeyDown={onKeyDown}
      className="h-6 min-w-24 flex-1 rounded-clip bg-g1 px-2 text-ui text-g10 disabled:placeholder:text-g7"
    />
  );
}

/** Clips dropped on the bar must be in the cut. */
function useMediaDrop() {
  const addMustUse = useBriefStore((state) => state.addMustUse);
  const [over, setOver] = useState(false);
  const handlers = {
    onDragOver: (event: DragEvent) => {
      if (!hasMediaDrag(event.dataTransfer)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      setOver(false);
      if (!hasMediaDrag(event.dataTransfer)) return;
      event.preventDefault();
      addMustUse(readMediaDrag(event.dataTransfer));
    },
  };
  return { over, handlers };
}
