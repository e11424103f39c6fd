import { useEffect, useRef } from 'react';
import type { MediaEntry } from '../../../core/contract/model.ts';
import { useAnalysis } from '../../use-analysis.ts';
import { understandingColumns } from './understanding.ts';

const HEIGHT = 4;

/** The 4 px strip under a picture: fills while a file is looked at, then shows its sound and its cuts. */
export function UnderstandingStrip({ entry }: { readonly entry: MediaEntry }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { ingest } = entry;
  const ready = ingest.state === 'ready';
  const results = useAnalysis(entry);
  useEffect(() => {
    const element = canvas.current;
    if (element === null || results === undefined) return;
    const width = Math.max(1, element.clientWidth);
    element.width = width;
    element.height = HEIGHT;
    const context = element.getContext('2d');
    if (context === null) return;
    const style = getComputedStyle(element);
    context.fillStyle = style.getPropertyValue('--g4');
    context.fillRect(0, 0, width, HEIGHT);
    understandingColumns(entry.media, results, width).forEach(({ level, cut }, x) => {
      context.fillStyle = style.getPropertyValue(cut ? '--g10' : '--clip-speech-edge');
      const height = cut ? HEIGHT : Math.round((level ?? 0) * HEIGHT);
      context.fillRect(x, HEIGHT - height, 1, height);
    });
  }, [entry.media, results]);

  if (ready && results !== undefined) {
    return <canvas ref={canvas} aria-hidden className="block h-1 w-full" />;
  }
  const share = ingest.state === 'running' ? ingest.progress : ready ? 1 : 0;
  const tone = ingest.state === 'failed' ? 'var(--error)' : 'var(--g7)';
  return (
    <div aria-hidden className="h-1 w-full bg-g4">
      <div
        className="h-full"
        style={{ width: `${ingest.state === 'failed' ? 100 : share * 100}%`, background: tone }}
      />
    </div>
  );
}
