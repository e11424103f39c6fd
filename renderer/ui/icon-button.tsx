import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { keepFocus } from './button.tsx';
import { classNames } from './class-names.ts';
import { Tooltip } from './tooltip.tsx';

type IconButtonProps = Omit<ComponentProps<'button'>, 'type' | 'children' | 'name'> & {
  readonly icon: LucideIcon;
  readonly name: string;
  readonly effect?: string | undefined;
  readonly command?: string | undefined;
  /** A toggle when given. */
  readonly pressed?: boolean;
};

/** A 16 px icon in a 24 px box; never without a name in a tooltip. */
export function IconButton({ icon: Icon, name, effect, command, pressed, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip name={name} effect={effect} command={command}>
      <button
        onMouseDown={keepFocus}
        {...rest}
        type="button"
        aria-label={name}
        aria-pressed={pressed}
        className={classNames(
          'inline-flex size-6 shrink-0 items-center justify-center rounded-control outline-offset-0 transition-colors duration-[var(--hover)] enabled:hover:text-g10 disabled:text-g7',
          pressed === true ? 'bg-row-selected text-accent' : 'text-g8',
          className,
        )}
      >
        <Icon size={16} strokeWidth={1.5} aria-hidden />
      </button>
    </Tooltip>
  );
}
