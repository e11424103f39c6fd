import { type PointerEvent, useRef, useState } from 'react';
import { evaluateNumber } from '../number-expression.ts';

type ScrubNumberProps = {
  readonly label: string;
  readonly value: number;
  readonly onCommit: (value: number) => void;
  readonly step?: number;
  readonly min?: number;
  readonly max?: number;
  /** What a double click sets. */
  readonly fallback?: number;
  readonly digits?: number;
  readonly unit?: string;
  readonly disabled?: boolean;
};

const PIXELS_PER_STEP = 4;

/**
 * A number that is dragged (1 step per 4 px, Shift ×10, Ctrl/Cmd ×0.1), typed (sums allowed), stepped with the arrow keys
 * and reset by a double click. One commit per gesture; Esc restores.
 */
export function ScrubNumber(props: ScrubNumberProps) {
  const { label, value, onCommit, step = 1, min = -Infinity, max = Infinity, digits = 0, unit = '' } = props;
  const [typing, setTyping] = useState(false);
  const clamp = (next: number) => Math.min(max, Math.max(min, Number(next.toFixed(digits + 2))));
  const commit = (next: number) => {
    if (clamp(next) !== value) onCommit(clamp(next));
  };
  const { draft, handlers } = useScrub(value, step, clamp, commit, () => setTyping(true));
  const shown = draft ?? value;

  if (typing) {
    return (
      <TypedNumber
        label={label}
        start={value.toFixed(digits)}
        onReset={() => {
          setTyping(false);
          if (props.fallback !== undefined) commit(props.fallback);
        }}
        onClose={(text) => {
          setTyping(false);
          const typed = text === null ? undefined : evaluateNumber(text, value);
          if (typed !== undefined) commit(typed);
        }}
      />
    );
  }
  return (
    <button
      type="button"
      role="spinbutton"
      aria-label={label}
      aria-valuenow={shown}
      aria-valuetext={`${shown.toFixed(digits)}${unit}`}
      disabled={props.disabled}
      className="h-5.5 min-w-12 cursor-ew-resize touch-none rounded-clip px-1 text-right text-ui text-g10 tabular-nums underline decoration-g7 decoration-dotted underline-offset-3 disabled:text-g7"
      {...handlers}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
        event.preventDefault();
        commit(value + (event.key === 'ArrowUp' ? step : -step) * (event.shiftKey ? 10 : 1));
      }}
    >
      {shown.toFixed(digits)}
      {unit}
    </button>
  );
}

/** Drags a value; a press without movement is a click. */
function useScrub(
  value: number,
  step: number,
  clamp: (value: number) => number,
  commit: (value: number) => void,
  onClick: () => void,
) {
  const [draft, setDraft] = useState<number | null>(null);
  const drag = useRef<{ readonly startX: number; readonly from: number } | null>(null);
  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      drag.current = { startX: event.clientX, from: value };
    },
    onPointerMove: (event: PointerEvent) => {
      if (drag.current === null) return;
      const steps = Math.trunc((event.clientX - drag.current.startX) / PIXELS_PER_STEP);
      const factor = event.shiftKey ? 10 : event.ctrlKey || event.metaKey ? 0.1 : 1;
      if (steps !== 0 || draft !== null) setDraft(clamp(drag.current.from + steps * step * factor));
    },
    onPointerUp: () => {
      if (drag.current === null) return;
      drag.current = null;
      if (draft === null) onClick();
      else commit(draft);
      setDraft(null);
    },
    onPointerCancel: () => {
      drag.current = null;
      setDraft(null);
    },
  };
  return { draft, handlers };
}

type TypedNumberProps = {
  readonly label: string;
  readonly start: string;
  readonly onReset: () => void;
  /** Null when given up. */
  readonly onClose: (text: string | null) => void;
};

function TypedNumber({ label, start, onReset, onClose }: TypedNumberProps) {
  const [text, setText] = useState(start);
  return (
    <input
      aria-label={label}
      autoFocus
      value={text}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => onClose(text)}
      onDoubleClick={onReset}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onClose(text);
        if (event.key === 'Escape') onClose(null);
      }}
      className="h-5.5 w-16 rounded-clip bg-g1 px-1 text-right text-ui text-g10 tabular-nums"
    />
  );
}
