import { create } from 'zustand';
import type { MediaId } from '../../core/media/media.ts';
import type { Player, PlayerState } from '../player/player.ts';

export type ViewerMode = 'program' | 'source';
/** Marked frames, both inclusive. */
export type Range = { readonly in: number | null; readonly out: number | null };

const NO_RANGE: Range = { in: null, out: null };

type PlayerStore = {
  readonly mode: ViewerMode;
  readonly sourceId: MediaId | null;
  /** Frame shown last in each mode. */
  readonly frames: Readonly<Record<ViewerMode, number>>;
  readonly ranges: Readonly<Record<ViewerMode, Range>>;
  readonly frameCount: number;
  readonly speed: number;
  readonly droppedFrames: number;
  readonly waiting: boolean;
  /** The player of the mounted viewer. */
  readonly player: Player | null;
  readonly attach: (player: Player | null) => void;
  readonly setFrameCount: (count: number) => void;
  readonly report: (state: PlayerState) => void;
  readonly showProgram: () => void;
  readonly showSource: (mediaId: MediaId) => void;
  readonly seek: (frame: number) => void;
  /** Shows a frame of the sequence, whichever tab is open. */
  readonly seekProgram: (frame: number) => void;
  readonly step: (frames: number) => void;
  readonly toggle: () => void;
  /** J and L: repeated presses double the speed, the other direction starts at normal speed. */
  readonly shuttle: (direction: 1 | -1) => void;
  readonly stop: () => void;
  readonly mark: (edge: 'in' | 'out' | 'clear') => void;
};

/** The next shuttle speed: ±1, ±2, ±4, ±8. */
export function nextShuttle(speed: number, direction: 1 | -1): number {
  return Math.sign(speed) === direction ? direction * Math.min(Math.abs(speed) * 2, 8) : direction;
}

/** A range after marking one edge at a frame: an out before the in (or the reverse) drops the other edge. */
export function markRange(range: Range, edge: 'in' | 'out' | 'clear', frame: number): Range {
  if (edge === 'clear') return NO_RANGE;
  if (edge === 'in') return { in: frame, out: range.out !== null && range.out < frame ? null : range.out };
  return { in: range.in !== null && range.in > frame ? null : range.in, out: frame };
}

/** Transport of the viewer: which of program and source is shown, where it stands and how it plays. */
export const usePlayerStore = create<PlayerStore>((set, get) => ({
  mode: 'program',
  sourceId: null,
  frames: { program: 0, source: 0 },
  ranges: { program: NO_RANGE, source: NO_RANGE },
  frameCount: 0,
  speed: 0,
  droppedFrames: 0,
  waiting: false,
  player: null,
  attach: (player) => set({ player }),
  setFrameCount: (frameCount) => set({ frameCount }),
  report: ({ frame, speed, droppedFrames, waiting }) =>
    set((state) => ({ frames: { ...state.frames, [state.mode]: frame }, speed, droppedFrames, waiting })),
  showProgram: () => {
    get().player?.stop();
    set({ mode: 'program' });
  },
  showSource: (sourceId) => {
    get().player?.stop();
    set((state) =>
      state.sourceId === sourceId
        ? { mode: 'source' }
        : {
            mode: 'source',
            sourceId,
            frames: { ...state.frames, source: 0 },
            ranges: { ...state.ranges, source: NO_RANGE },
          },
    );
  },
  seek: (frame) => get().player?.seek(frame),
  seekProgram: (frame) => {
    const { mode, player } = get();
    if (mode === 'program') {
      player?.seek(frame);
      return;
    }
    player?.stop();
    // The viewer seeks to it when it mounts the sequence.
    set((state) => ({ mode: 'program', frames: { ...state.frames, program: frame } }));
  },
  step: (frames) => {
    const { player, frames: at, mode } = get();
    player?.seek(at[mode] + frames);
  },
  toggle: () => {
    const { player, speed } = get();
    if (speed === 0) player?.play(1);
    else player?.stop();
  },
  shuttle: (direction) => {
    const { player, speed } = get();
    player?.play(nextShuttle(speed, direction));
  },
  stop: () => get().player?.stop(),
  mark: (edge) =>
    set((state) => ({
      ranges: { ...state.ranges, [state.mode]: markRange(state.ranges[state.mode], edge, state.frames[state.mode]) },
    })),
}));

/** Marks a range of the source that is shown. */
export function markSource(range: Range): void {
  usePlayerStore.setState((state) => ({ ranges: { ...state.ranges, source: range } }));
}
