import type { ReactNode } from 'react';

/** A label at the left, its control at the right; 24 high rows line up. */
export function Field({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-h-6 items-center justify-between gap-3">
      <span className="shrink-0 text-g8">{label}</span>
      <span className="flex min-w-0 items-center justify-end gap-1 text-g10">{children}</span>
    </div>
  );
}
