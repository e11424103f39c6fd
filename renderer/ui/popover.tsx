import { Popover as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

type PopoverProps = {
  readonly label: string;
  readonly trigger: ReactNode;
  readonly children: ReactNode;
  readonly width?: number;
  readonly align?: 'start' | 'center' | 'end';
  readonly side?: 'top' | 'bottom';
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
};

/** Floats beside its trigger; Esc and a click elsewhere close it. */
export function Popover({
  label,
  trigger,
  children,
  width = 280,
  align = 'start',
  side = 'bottom',
  open,
  onOpenChange,
}: PopoverProps) {
  return (
    <Radix.Root {...(open !== undefined && { open })} {...(onOpenChange !== undefined && { onOpenChange })}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          // Focus goes back to the trigger only where it would be lost: by now a hand may have taken it elsewhere.
          onCloseAutoFocus={(event) => {
            if (document.activeElement !== document.body) event.preventDefault();
          }}
          style={{ width }}
          className="popover z-40 max-h-[var(--radix-popover-content-available-height)] overflow-auto rounded-control border border-g5 bg-g3 p-3 text-ui text-g9 shadow-popover outline-none"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
