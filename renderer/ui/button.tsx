import type { ComponentProps, MouseEvent } from 'react';
import { classNames } from './class-names.ts';

export type ButtonVariant = 'primary' | 'normal' | 'quiet' | 'danger';

type ButtonProps = Omit<ComponentProps<'button'>, 'type'> & {
  readonly variant?: ButtonVariant;
  readonly large?: boolean;
  readonly submit?: boolean;
};

const LOOK: Readonly<Record<ButtonVariant, string>> = {
  primary: 'bg-accent font-medium text-on-accent enabled:hover:brightness-110 disabled:bg-g4 disabled:text-g7',
  normal: 'bg-g4 text-g9 enabled:hover:bg-g5 enabled:hover:text-g10 disabled:text-g7',
  quiet: 'bg-transparent text-g9 enabled:hover:bg-g4 enabled:hover:text-g10 disabled:text-g7',
  danger: 'border border-error bg-transparent text-error enabled:hover:bg-g4 disabled:border-g6 disabled:text-g7',
};

/** A command in words. A click does not take the keyboard from the panel, so Space still plays afterwards. */
export function Button({ variant = 'normal', large = false, submit = false, className, ...rest }: ButtonProps) {
  return (
    <button
      onMouseDown={keepFocus}
      {...rest}
      type={submit ? 'submit' : 'button'}
      className={classNames(
        'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-control px-2 text-ui whitespace-nowrap outline-offset-1 transition-colors duration-[var(--hover)] active:brightness-90 [box-shadow:inset_0_0_0_1px_var(--control-outline)]',
        large ? 'h-7 px-3' : 'h-5.5',
        LOOK[variant],
        className,
      )}
    />
  );
}

/** Keeps the focus where it was when a control is clicked; only a text field lets go, or it would swallow Space. */
export function keepFocus(event: MouseEvent): void {
  event.preventDefault();
  const { activeElement } = document;
  if (activeElement instanceof HTMLInputElement || activeElement instanceof HTMLTextAreaElement) activeElement.blur();
}
