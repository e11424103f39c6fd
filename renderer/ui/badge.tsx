import type { ReactNode } from 'react';

/** 14 high, over pictures and in rows. */
export function Badge({ children, title }: { readonly children: ReactNode; readonly title?: string | undefined }) {
  return (
    <span
      title={title}
      className="inline-flex h-3.5 items-center rounded-clip bg-[#0a0a0acc] px-1 text-badge whitespace-nowrap text-[#f2f2f2]"
    >
      {children}
    </span>
  );
}
