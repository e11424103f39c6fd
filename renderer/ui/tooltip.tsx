import { Tooltip as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { chordFor, useCommandsStore } from '../commands.ts';
import { chordLabel } from '../keys.ts';
import { isMac } from '../platform.ts';

/** Around the whole window: one delay, none while moving between neighbours. */
export function TooltipProvider({ children }: { readonly children: ReactNode }) {
  return (
    <Radix.Provider delayDuration={500} skipDelayDuration={300}>
      {children}
    </Radix.Provider>
  );
}

type TooltipProps = {
  readonly name: string;
  readonly effect?: string | undefined;
  /** Shows the key of this command. */
  readonly command?: string | undefined;
  readonly children: ReactNode;
};

/** Name, key cap and one line of effect. The child must take a ref and be focusable. */
export function Tooltip({ name, effect, command, children }: TooltipProps) {
  const chord = useCommandsStore((state) => (command === undefined ? undefined : chordFor(state, command)));
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          sideOffset={4}
          collisionPadding={4}
          className="z-50 max-w-72 rounded-control bg-g5 px-2 py-1 text-ui text-g9 shadow-popover"
        >
          <span className="font-semibold text-g10">{name}</span>
          {chord !== undefined && <KeyCap>{chordLabel(chord, isMac)}</KeyCap>}
          {effect !== undefined && <div>{effect}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** A key as drawn on key caps. */
export function KeyCap({ children }: { readonly children: ReactNode }) {
  return <kbd className="ml-2 rounded-clip border border-g6 px-1 font-sans text-badge text-g9">{children}</kbd>;
}
