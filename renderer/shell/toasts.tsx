import { OctagonAlert, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { type Toast, useToastsStore } from '../stores/toasts.ts';
import { Button } from '../ui/button.tsx';
import { IconButton } from '../ui/icon-button.tsx';

const SHOWN_MS = 5000;

/** Bottom centre above the timeline; notes leave by themselves, errors stay. */
export function Toasts() {
  const toasts = useToastsStore((state) => state.toasts);
  return (
    <div className="pointer-events-none fixed inset-x-0 top-[46%] z-40 flex flex-col items-center gap-1">
      {toasts.map((toast) => (
        <ToastLine key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastLine({ toast }: { readonly toast: Toast }) {
  const dismiss = useToastsStore((state) => state.dismiss);
  const [open, setOpen] = useState(false);
  const error = toast.kind === 'error';
  useEffect(() => {
    if (error) return undefined;
    const timer = window.setTimeout(() => dismiss(toast.id), SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [dismiss, error, toast.id]);
  return (
    <div
      role={error ? 'alert' : 'status'}
      className="pointer-events-auto max-w-140 rounded-control bg-g5 py-1 pr-1 pl-3 text-ui text-g10 shadow-popover"
    >
      <div className="flex items-center gap-2">
        {error && <OctagonAlert size={14} strokeWidth={1.5} aria-label="Error" className="shrink-0 text-error" />}
        <span className="min-w-0 flex-1">{toast.text}</span>
        {toast.details !== undefined && (
          <Button variant="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
            Details
          </Button>
        )}
        <IconButton icon={X} name="Dismiss" onClick={() => dismiss(toast.id)} />
      </div>
      {open && (
        <pre className="selectable max-h-40 overflow-auto py-1 font-mono text-dense whitespace-pre-wrap text-g9">
          {toast.details}
        </pre>
      )}
    </div>
  );
}
