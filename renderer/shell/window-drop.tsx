import { type ReactNode, useEffect, useState } from 'react';
import { useEngine } from '../engine-context.ts';
import { importDrop } from '../footage-in.ts';
import { plural } from '../format.ts';

/** Footage may be dropped anywhere in the window; while it hovers, the edge lights up and a chip counts it. */
export function WindowDrop({ children }: { readonly children: ReactNode }) {
  const engine = useEngine();
  const [items, setItems] = useState(0);
  useEffect(() => {
    let depth = 0;
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    const onEnter = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth += 1;
      setItems([...(event.dataTransfer?.items ?? [])].filter((item) => item.kind === 'file').length);
    };
    const onLeave = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth -= 1;
      if (depth <= 0) setItems(0);
    };
    const onOver = (event: DragEvent) => {
      if (!carriesFiles(event) || event.dataTransfer === null) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
    };
    const onDrop = (event: DragEvent) => {
      if (!carriesFiles(event) || event.dataTransfer === null) return;
      event.preventDefault();
      depth = 0;
      setItems(0);
      void importDrop(engine, event.dataTransfer);
    };
    window.addEventListener('dragenter', onEnter);
    window.addEventListener('dragleave', onLeave);
    window.addEventListener('dragover', onOver);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragenter', onEnter);
      window.removeEventListener('dragleave', onLeave);
      window.removeEventListener('dragover', onOver);
      window.removeEventListener('drop', onDrop);
    };
  }, [engine]);
  return (
    <>
      {children}
      {items > 0 && (
        <div aria-hidden className="pointer-events-none fixed inset-0 z-50 border-2 border-accent">
          <div className="absolute top-1/3 left-1/2 -translate-x-1/2 rounded-control bg-g5 px-3 py-1 text-ui text-g10 shadow-popover">
            Add {plural(items, 'item')}
          </div>
        </div>
      )}
    </>
  );
}
