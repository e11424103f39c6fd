import type { ReactNode } from 'react';

type EmptyStateProps = {
  readonly title?: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
};

/** In place of content: one sentence, at most one button; no illustration. */
export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-3 p-6 text-center">
      {title !== undefined && <h2 className="text-empty text-g10">{title}</h2>}
      <p className="max-w-80 text-reason text-g8">{children}</p>
      {action}
    </div>
  );
}
