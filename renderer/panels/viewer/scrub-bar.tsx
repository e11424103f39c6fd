import type { PointerEvent } from 'react';
import type { Range } from '../../stores/player.ts';
import { classNames } from '../../ui/class-names.ts';
import type { SourceFindings } from './source-findings.ts';

type Props = {
  readonly frame: number;
  readonly frameCount: number;
  readonly range: Range;
  readonly findings: SourceFindings;
  readonly onSeek: (frame: number) => void;
};

/** The whole of what is shown, to scrub in: faces above, range in accent with ticks at cuts, speech below, the playhead. */
export function ScrubBar({ frame, frameCount, range, findings, onSeek }: Props) {
  const last = Math.max(frameCount - 1, 1);
  const percent = (at: number) => `${(Math.min(Math.max(at, 0), last) / last) * 100}%`;
  const seek = (event: PointerEvent<HTMLDivElement>) => {
    if (event.buttons !== 1) return;
    const box = event.currentTarget.getBoundingClientRect();
    onSeek(Math.round(((event.clientX - box.left) / box.width) * last));
  };
  const marked = range.in !== null || range.out !== null;
  return (
    <div
      role="slider"
      aria-label="Position"
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={frame}
      tabIndex={-1}
      className="relative h-4 shrink-0 cursor-pointer touch-none bg-g2"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        seek(event);
      }}
      onPointerMove={seek}
    >
      <div className="absolute inset-x-0 top-1.5 h-1 bg-g1" />
      {marked && (
        <div
          data-testid="range"
          title={`In ${range.in ?? 0}, out ${range.out ?? last}`}
          className="absolute top-1.5 h-1 bg-accent"
          style={{ left: percent(range.in ?? 0), right: `calc(100% - ${percent(range.out ?? last)})` }}
        />
      )}
      {frameCount > 1 && (
        <>
          <Stretches of={findings.faces} last={last} className="top-0.5 bg-g8" />
          <Stretches of={findings.speech} last={last} className="top-3 bg-(--clip-speech-edge)" />
          {findings.cuts.map((cut) => (
            <div key={cut} className="absolute top-1.5 h-1 w-px bg-g7" style={{ left: percent(cut) }} />
          ))}
        </>
      )}
      {frameCount > 0 && (
        <div
          className="absolute top-0.5 h-3 w-px bg-playhead [box-shadow:0_0_0_1px_var(--playhead-edge)]"
          style={{ left: percent(frame) }}
        />
      )}
    </div>
  );
}

type StretchesProps = { readonly of: SourceFindings['faces']; readonly last: number; readonly className: string };

/** Lines two pixels high; what is short is seen all the same. */
function Stretches({ of, last, className }: StretchesProps) {
  return of.map((stretch, index) => (
    <div
      key={index}
      className={classNames('absolute h-0.5 min-w-0.5', className)}
      style={{ left: `${(stretch.in / last) * 100}%`, width: `${((stretch.out - stretch.in) / last) * 100}%` }}
    />
  ));
}
