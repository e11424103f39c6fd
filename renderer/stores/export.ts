import { create } from 'zustand';

/** Whether the export popover is open. */
export const useExportStore = create<{ readonly open: boolean; readonly setOpen: (open: boolean) => void }>((set) => ({
  open: false,
  setOpen: (open) => set({ open }),
}));
