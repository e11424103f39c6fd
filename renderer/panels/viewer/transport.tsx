import {
  ArrowLeftToLine,
  ArrowRightToLine,
  Pause,
  Play,
  SkipBack,
  SkipForward,
  StepBack,
  StepForward,
  type LucideIcon,
} from 'lucide-react';
import { runCommand } from '../../commands.ts';
import { usePlayerStore } from '../../stores/player.ts';
import type { TimecodeFormat } from '../../../core/time/timecode.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { TimecodeField } from '../../ui/timecode-field.tsx';

type Props = {
  /** Timecode frame of the picture, counted as `format` says. */
  readonly current: number;
  readonly format: TimecodeFormat;
  readonly onSeek: (timecodeFrame: number) => void;
  readonly total: string;
  readonly enabled: boolean;
};

type CommandButton = { readonly icon: LucideIcon; readonly name: string; readonly command: string };

const BEFORE: readonly CommandButton[] = [
  { icon: ArrowLeftToLine, name: 'Mark in', command: 'mark.in' },
  { icon: SkipBack, name: 'Previous edit', command: 'transport.previousEdit' },
  { icon: StepBack, name: 'Frame back', command: 'transport.frameBack' },
];
const AFTER: readonly CommandButton[] = [
  { icon: StepForward, name: 'Frame forward', command: 'transport.frameForward' },
  { icon: SkipForward, name: 'Next edit', command: 'transport.nextEdit' },
  { icon: ArrowRightToLine, name: 'Mark out', command: 'mark.out' },
];

function Buttons({ enabled }: { readonly enabled: boolean }) {
  const playing = usePlayerStore((state) => state.speed !== 0);
  const play = { icon: playing ? Pause : Play, name: playing ? 'Stop' : 'Play', command: 'transport.playStop' };
  return (
    <div className="flex items-center gap-1">
      {[...BEFORE, play, ...AFTER].map(({ icon, name, command }) => (
        <IconButton
          key={command}
          icon={icon}
          name={name}
          command={command}
          disabled={!enabled}
          onClick={() => void runCommand(command)}
        />
      ))}
    </div>
  );
}

/** Position, buttons and length under the picture. */
export function Transport({ current, format, onSeek, total, enabled }: Props) {
  const speed = usePlayerStore((state) => state.speed);
  const dropped = usePlayerStore((state) => state.droppedFrames);
  return (
    <div className="grid h-9 shrink-0 grid-cols-[1fr_auto_1fr] items-center bg-g2 px-3">
      <div className="flex items-center gap-3">
        <TimecodeField label="Current timecode" frame={current} format={format} disabled={!enabled} onCommit={onSeek} />
        {speed !== 0 && speed !== 1 && (
          <span className="text-ui text-g9 tabular-nums">{speed < 0 ? `◀ ${-speed}×` : `▶ ${speed}×`}</span>
        )}
        {dropped > 0 && <span className="text-badge text-warn tabular-nums">{dropped} dropped</span>}
      </div>
      <Buttons enabled={enabled} />
      <output
        aria-label="Duration"
        className="w-[11ch] justify-self-end text-right font-mono text-[16px]/5 font-medium text-g8"
      >
        {total}
      </output>
    </div>
  );
}
