import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';

type ChipProps = Omit<ComponentProps<'button'>, 'type'> & { readonly active?: boolean };

/** A value in the brief bar that opens its editor. */
export function Chip({ active = false, className, ...rest }: ChipProps) {
  return (
    <button
      {...rest}
      type="button"
      className={classNames(
        'inline-flex h-5.5 shrink-0 items-center gap-1 rounded-control bg-g4 px-2 text-ui whitespace-nowrap transition-colors duration-[var(--hover)] hover:bg-g5 disabled:text-g7',
        active ? 'text-g10' : 'text-g9',
        className,
      )}
    />
  );
}

/** A value that is only said: no button. */
export function ChipText({ className, ...rest }: ComponentProps<'span'>) {
  return (
    <span
      {...rest}
      className={classNames(
        'inline-flex h-5.5 shrink-0 items-center gap-1 rounded-control bg-g4 px-2 text-ui whitespace-nowrap text-g9',
        className,
      )}
    />
  );
}
