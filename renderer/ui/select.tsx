import { Check, ChevronDown } from 'lucide-react';
import { Select as Radix } from 'radix-ui';
import { Fragment } from 'react';
import { classNames } from './class-names.ts';

export type SelectOption = {
  readonly value: string;
  readonly label: string;
  readonly note?: string | undefined;
  /** Does something instead of being chosen: such options come last, after a line. */
  readonly isAction?: boolean;
};

type SelectProps = {
  readonly label: string;
  readonly value: string;
  readonly options: readonly SelectOption[];
  readonly onChange: (value: string) => void;
  readonly className?: string;
  readonly disabled?: boolean;
};

/** 22 high well; the list opens over it with the present item under the pointer, type to find. */
export function Select({ label, value, options, onChange, className, disabled = false }: SelectProps) {
  const firstAction = options.findIndex(({ isAction }) => isAction);
  return (
    <Radix.Root value={value} onValueChange={onChange} disabled={disabled}>
      <Radix.Trigger
        aria-label={label}
        className={classNames(
          'inline-flex h-5.5 min-w-0 items-center justify-between gap-1 rounded-clip bg-g1 px-2 text-ui text-g9 hover:text-g10 disabled:text-g7',
          className,
        )}
      >
        <span className="truncate">
          <Radix.Value />
        </span>
        <ChevronDown size={12} strokeWidth={1.5} aria-hidden className="shrink-0 text-g8" />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="item-aligned"
          className="z-50 max-h-96 overflow-hidden rounded-control border border-g5 bg-g3 text-ui text-g9 shadow-popover"
        >
          <Radix.Viewport className="p-1">
            {options.map((option, index) => (
              <Fragment key={option.value}>
                {index === firstAction && index > 0 && <Radix.Separator className="my-1 h-px bg-g5" />}
                <Radix.Item
                  value={option.value}
                  className="relative flex min-h-6 cursor-default flex-col justify-center rounded-clip py-0.5 pr-4 pl-6 outline-none data-highlighted:bg-g5 data-highlighted:text-g10"
                >
                  <Radix.ItemIndicator className="absolute top-1.5 left-1.5">
                    <Check size={12} aria-hidden />
                  </Radix.ItemIndicator>
                  <Radix.ItemText>{option.label}</Radix.ItemText>
                  {option.note !== undefined && <span className="max-w-72 text-dense text-g8">{option.note}</span>}
                </Radix.Item>
              </Fragment>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
