import { create } from 'zustand';
import { formatFault, MontageError } from '../../core/errors.ts';
import { freshId } from '../ids.ts';

export type Toast = {
  readonly id: string;
  readonly kind: 'note' | 'error';
  readonly text: string;
  /** Technical text, folded. */
  readonly details?: string | undefined;
};

type ToastsState = {
  readonly toasts: readonly Toast[];
  readonly add: (toast: Omit<Toast, 'id'>) => void;
  readonly dismiss: (id: string) => void;
};

const MOST = 2;

/** One-line messages over the timeline; errors stay until dismissed. */
export const useToastsStore = create<ToastsState>((set) => ({
  toasts: [],
  add: (toast) => set((state) => ({ toasts: [...state.toasts, { ...toast, id: freshId('toast') }].slice(-MOST) })),
  dismiss: (id) => set((state) => ({ toasts: state.toasts.filter((toast) => toast.id !== id) })),
}));

/** Says a failure in plain words, with what the engine said folded behind Details. */
export function toastFailure(what: string, error: unknown): void {
  const details =
    error instanceof MontageError ? formatFault(error.fault) : error instanceof Error ? error.message : String(error);
  useToastsStore.getState().add({ kind: 'error', text: what, details });
}
