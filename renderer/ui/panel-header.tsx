import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

type PanelHeaderProps = { readonly children: ReactNode; readonly label: string };

/** The 28 px row at the top of a panel that draws its own header. */
export function PanelHeader({ children, label }: PanelHeaderProps) {
  return (
    <header
      aria-label={label}
      className="relative flex h-7 shrink-0 items-center gap-1 overflow-hidden bg-g3 pr-2 pl-1 text-ui text-g8"
    >
      {children}
    </header>
  );
}

type HeaderTabProps = { readonly active: boolean; readonly onSelect: () => void; readonly children: ReactNode };

/** A tab of a panel header: 12/500, active strong with a 2 px accent underline. Put them inside a `role="tablist"`. */
export function HeaderTab({ active, onSelect, children }: HeaderTabProps) {
  return (
    <button
      type="button"
      role="tab"
      aria-selected={active}
      tabIndex={active ? 0 : -1}
      onClick={onSelect}
      className={classNames(
        'relative h-7 min-w-12 px-2 font-medium whitespace-nowrap',
        active ? 'text-g10 after:absolute after:inset-x-2 after:bottom-0 after:h-0.5 after:bg-accent' : 'hover:text-g9',
      )}
    >
      {children}
    </button>
  );
}
