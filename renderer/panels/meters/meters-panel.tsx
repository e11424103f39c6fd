import { useEffect, useRef } from 'react';
import { usePlayerStore } from '../../stores/player.ts';
import { audioSwitch } from '../viewer/use-program.ts';
import { dbOf, meterParts, METER_FLOOR_DB } from './meter-scale.ts';

const TICKS = [0, -6, -12, -18, -24, -36, -48];

/** Peak meters of what plays, with the target at the top. */
export function MetersPanel() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const playing = usePlayerStore((state) => state.speed !== 0);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    let frame = 0;
    const draw = () => {
      paintMeters(element, playing ? audioSwitch.running()?.peaks() : undefined);
      if (playing) frame = requestAnimationFrame(draw);
    };
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
    };
  }, [playing]);
  return (
    <section aria-label="Meters" className="flex h-full flex-col bg-g2">
      <header
        className="flex h-7 shrink-0 items-center justify-center bg-g3 text-badge text-g8"
        title="Full scale is 0 dB"
      >
        dB
      </header>
      <canvas ref={canvas} tabIndex={-1} aria-hidden className="min-h-0 w-full flex-1" />
    </section>
  );
}

function paintMeters(element: HTMLCanvasElement, peaks: readonly [number, number] | undefined): void {
  const scale = window.devicePixelRatio;
  const { clientWidth: width, clientHeight: height } = element;
  element.width = Math.round(width * scale);
  element.height = Math.round(height * scale);
  const context = element.getContext('2d');
  if (context === null || height === 0) return;
  context.scale(scale, scale);
  const style = getComputedStyle(element);
  const top = 6;
  const bottom = height - 6;
  const y = (db: number) => bottom - (1 - db / METER_FLOOR_DB) * (bottom - top);
  const labels = width >= 40;
  const bar = labels ? 10 : 7;
  const left = labels ? width - 2 * bar - 6 : (width - 2 * bar - 2) / 2;
  if (labels) {
    context.fillStyle = style.getPropertyValue('--g8');
    context.font = `500 10px ${style.fontFamily}`;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    for (const tick of TICKS) context.fillText(tick === 0 ? '0' : `−${-tick}`, left - 4, y(tick));
  }
  [0, 1].forEach((channel) => {
    const x = left + channel * (bar + 2);
    context.fillStyle = style.getPropertyValue('--g1');
    context.fillRect(x, top, bar, bottom - top);
    for (const part of meterParts(dbOf(peaks?.[channel] ?? 0))) {
      context.fillStyle = style.getPropertyValue(part.token);
      context.fillRect(x, y(part.to), bar, y(part.from) - y(part.to));
    }
  });
}
