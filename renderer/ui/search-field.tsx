import type { KeyboardEvent } from 'react';

type SearchFieldProps = {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Enter steps to the next match, with shift to the one before. */
  readonly onStep?: (by: 1 | -1) => void;
};

/** One line to type what is looked for; Esc empties it. */
export function SearchField({ label, placeholder, value, onChange, onStep }: SearchFieldProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onChange('');
    if (event.key === 'Enter') onStep?.(event.shiftKey ? -1 : 1);
  };
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={placeholder}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={onKeyDown}
      className="h-5.5 min-w-0 flex-1 rounded-clip bg-g1 px-2 text-ui text-g10"
    />
  );
}
