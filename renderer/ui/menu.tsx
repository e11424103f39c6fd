import { ContextMenu as Radix } from 'radix-ui';
import { Fragment, type ReactNode } from 'react';

export type MenuItem = {
  readonly label: string;
  readonly shortcut?: string | undefined;
  readonly disabledReason?: string | undefined;
  readonly destructive?: boolean;
  readonly onSelect: () => void;
};

type ContextMenuProps = { readonly items: readonly MenuItem[]; readonly children: ReactNode };

/** Right click or Shift+F10; destructive items come last, after a line; disabled ones say why on hover. */
export function ContextMenu({ items, children }: ContextMenuProps) {
  const ordered = [...items.filter((item) => item.destructive !== true), ...items.filter((item) => item.destructive)];
  const firstDestructive = ordered.findIndex((item) => item.destructive);
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="z-50 min-w-44 rounded-control border border-g5 bg-g3 p-1 text-ui text-g9 shadow-popover">
          {ordered.map((item, index) => (
            <Fragment key={item.label}>
              {index === firstDestructive && index > 0 && <Radix.Separator className="my-1 h-px bg-g5" />}
              <Radix.Item
                disabled={item.disabledReason !== undefined}
                title={item.disabledReason}
                onSelect={item.onSelect}
                className="flex h-6 cursor-default items-center justify-between gap-6 rounded-clip px-2 outline-none data-disabled:text-g7 data-highlighted:bg-g5 data-highlighted:text-g10"
              >
                <span>{item.label}</span>
                {item.shortcut !== undefined && <span className="text-g8">{item.shortcut}</span>}
              </Radix.Item>
            </Fragment>
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
