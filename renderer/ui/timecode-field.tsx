import { useState } from 'react';
import { readTimecodeEntry, timecodeProblemText } from '../../core/time/timecode-entry.ts';
import { formatTimecode, type TimecodeFormat } from '../../core/time/timecode.ts';
import { classNames } from './class-names.ts';

type Props = {
  readonly label: string;
  readonly frame: number;
  readonly format: TimecodeFormat;
  readonly disabled: boolean;
  readonly onCommit: (frame: number) => void;
};

/** A timecode that is clicked to type another: digits from the right, + and − relative, Esc restores. */
export function TimecodeField({ label, frame, format, disabled, onCommit }: Props) {
  const [typed, setTyped] = useState<string | null>(null);
  const shown = formatTimecode(frame, format);
  const entry = typed === null || typed === '' ? undefined : readTimecodeEntry(typed, frame, format);
  const problem = entry?.kind === 'problem' ? timecodeProblemText(entry.problem, typed ?? '') : undefined;
  const close = (take: boolean) => {
    if (take && entry?.kind === 'frame') onCommit(entry.frame);
    setTyped(null);
  };
  return (
    <input
      aria-label={label}
      aria-invalid={problem !== undefined}
      title={problem}
      disabled={disabled}
      value={typed ?? shown}
      onFocus={(event) => {
        setTyped('');
        event.currentTarget.select();
      }}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={() => close(false)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && problem === undefined) close(true);
        if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
      }}
      placeholder={shown}
      className={classNames(
        'w-[11.5ch] rounded-clip bg-transparent font-mono text-[16px]/5 font-medium text-g10 outline-offset-2 placeholder:text-g7',
        problem !== undefined && 'outline-1 outline-error',
      )}
    />
  );
}
