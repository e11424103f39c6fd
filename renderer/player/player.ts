import { FLICKS_PER_SECOND, flicks, ZERO_FLICKS, type Flicks } from '../../core/time/flicks.ts';
import { elapsedMs } from '../clock.ts';
import type { Composition } from './composition.ts';
import { closeFrame, decodeFrame, feedFrames, type FedFrame, type ReaderLookup } from './frame-feed.ts';
import type { AudioOutput } from './audio-output.ts';
import { paint } from './painter.ts';
import { playSound, type SoundRun } from './sound.ts';

/** Frames decoded ahead while playing. */
const AHEAD = 8;

export type PlayerState = {
  readonly frame: number;
  /** 0 = stopped; 1 = normal; negative plays backwards. */
  readonly speed: number;
  readonly droppedFrames: number;
  /** A wanted picture is still being decoded. */
  readonly waiting: boolean;
};

/** Plays one composition on one canvas. Frames are only ever named by number. */
export interface Player {
  readonly state: PlayerState;
  setComposition(composition: Composition): void;
  /** Shows a frame as soon as it is decoded; a later seek overtakes an earlier one. */
  seek(frame: number): void;
  play(speed: number): void;
  stop(): void;
  close(): void;
}

export type PlayerPorts = {
  readonly canvas: HTMLCanvasElement;
  readonly readers: ReaderLookup;
  /** Where sound goes; undefined while it cannot be had: then the wall clock leads. */
  readonly audio: () => AudioOutput | undefined;
  readonly onState: (state: PlayerState) => void;
};

/** Name of the event that the canvas fires right after a frame was painted on it; `detail` is the frame's number. */
export const FRAME_SHOWN = 'frameshown';

type Run = { stopped: boolean; readonly queue: FedFrame[]; wake: (() => void) | undefined; done: boolean };

function wallClock(from: Flicks, speed: number): SoundRun {
  const startMs = elapsedMs();
  return {
    now: () => flicks(Math.max(0, from + Math.round(((elapsedMs() - startMs) / 1000) * speed * FLICKS_PER_SECOND))),
    stop: () => undefined,
  };
}

/** Decodes ahead of the clock into a short queue; stops pulling when it is full. */
async function fill(
  run: Run,
  composition: Composition,
  from: number,
  step: number,
  readers: ReaderLookup,
): Promise<void> {
  try {
    for await (const fed of feedFrames(composition, from, step, readers)) {
      await roomIn(run);
      if (run.stopped) {
        closeFrame(fed);
        return;
      }
      run.queue.push(fed);
    }
  } finally {
    run.done = true;
  }
}

async function roomIn(run: Run): Promise<void> {
  while (run.queue.length >= AHEAD && !run.stopped) {
    await new Promise<void>((resolve) => {
      run.wake = resolve;
    });
  }
}

/** A run of playing: what is decoded ahead, and the clock it follows. */
type Active = { readonly run: Run; readonly clock: SoundRun; readonly of: Composition; readonly speed: number };

type Machine = PlayerPorts & {
  readonly context: CanvasRenderingContext2D | null;
  composition: Composition | undefined;
  state: PlayerState;
  /** The newest frame asked for. */
  wanted: number;
  seeking: boolean;
  active: Active | undefined;
};

function update(machine: Machine, change: Partial<PlayerState>): void {
  machine.state = { ...machine.state, ...change };
  machine.onState(machine.state);
}

function show({ canvas, context }: Machine, fed: FedFrame): void {
  if (context !== null) paint(context, fed.layers, fed.pictures);
  canvas.dispatchEvent(new CustomEvent(FRAME_SHOWN, { detail: fed.frame }));
  closeFrame(fed);
}

function clamp({ composition }: Machine, frame: number): number {
  return Math.min(Math.max(frame, 0), composition?.lastFrame ?? 0);
}

/** One decode at a time; when it is done, the newest wish is next. */
async function decodeWanted(machine: Machine): Promise<void> {
  if (machine.seeking) return;
  machine.seeking = true;
  try {
    let shown: number | undefined;
    while (shown !== machine.wanted && machine.composition !== undefined && machine.active === undefined) {
      const { wanted, composition } = machine;
      const fed = await decodeFrame(composition, wanted, machine.readers);
      // Playing may have begun or the composition changed meanwhile: then this is not the frame to show any more.
      const stale = isPlaying(machine) || machine.composition !== composition;
      if (stale) closeFrame(fed);
      else show(machine, fed);
      shown = stale ? undefined : wanted;
    }
  } finally {
    machine.seeking = false;
    update(machine, { waiting: false });
  }
}

function isPlaying(machine: Machine): boolean {
  return machine.active !== undefined;
}

function halt(machine: Machine): void {
  if (machine.active === undefined) return;
  const { run, clock } = machine.active;
  machine.active = undefined;
  run.stopped = true;
  run.wake?.();
  clock.stop();
  for (const fed of run.queue.splice(0)) closeFrame(fed);
}

function seek(machine: Machine, frame: number): void {
  halt(machine);
  machine.wanted = clamp(machine, frame);
  update(machine, { frame: machine.wanted, speed: 0, waiting: true });
  void decodeWanted(machine);
}

/** Takes what is due from the queue; only the newest of it is shown, the rest counts as dropped. */
function takeDue({ run, clock, of, speed }: Active): { readonly fed: FedFrame | undefined; readonly dropped: number } {
  const target = of.frameAt(clock.now());
  let fed: FedFrame | undefined;
  let dropped = 0;
  for (let next = run.queue[0]; next !== undefined; next = run.queue[0]) {
    if (speed > 0 ? next.frame > target : next.frame < target) break;
    if (fed !== undefined) {
      closeFrame(fed);
      dropped += 1;
    }
    fed = run.queue.shift();
  }
  run.wake?.();
  return { fed, dropped };
}

function tick(machine: Machine, own: Active): void {
  if (machine.active !== own) return;
  const { fed, dropped } = takeDue(own);
  if (fed !== undefined) {
    show(machine, fed);
    machine.wanted = fed.frame;
    const lost = Math.abs(own.speed) === 1 ? dropped : 0;
    update(machine, { frame: fed.frame, droppedFrames: machine.state.droppedFrames + lost });
  }
  if (own.run.done && own.run.queue.length === 0) {
    halt(machine);
    update(machine, { speed: 0 });
    return;
  }
  requestAnimationFrame(() => tick(machine, own));
}

function play(machine: Machine, speed: number): void {
  halt(machine);
  const { composition: of, audio, readers } = machine;
  if (of === undefined || of.frameCount === 0 || speed === 0) return;
  // At the end, play starts over, as editors expect.
  const atEnd = speed > 0 && machine.state.frame >= of.frameCount - 1;
  const from = atEnd ? 0 : clamp(machine, machine.state.frame);
  const start = of.timeOf(from);
  const run: Run = { stopped: false, queue: [], wake: undefined, done: false };
  const output = speed === 1 ? audio() : undefined;
  const clock =
    output === undefined ? wallClock(start, speed) : playSound(output.context, output.input, of, start, readers);
  const own: Active = { run, clock, of, speed };
  machine.active = own;
  update(machine, { speed, droppedFrames: 0 });
  // Pictures that cannot be decoded end the run; the last good one stays on screen.
  fill(run, of, from, Math.sign(speed) * Math.max(1, Math.floor(Math.abs(speed))), readers).catch(() => undefined);
  requestAnimationFrame(() => tick(machine, own));
}

/** Lines of the canvas: what proxies have by default. */
const CANVAS_LINES = 540;

function setComposition(machine: Machine, next: Composition): void {
  const { canvas, state, composition } = machine;
  const at = composition?.timeOf(state.frame) ?? ZERO_FLICKS;
  machine.composition = next;
  const width = Math.max(2, Math.round((CANVAS_LINES * next.aspect) / 2) * 2);
  if (canvas.width !== width || canvas.height !== CANVAS_LINES) [canvas.width, canvas.height] = [width, CANVAS_LINES];
  seek(machine, next.frameAt(at));
  if (state.speed !== 0) play(machine, state.speed);
}

/** Builds a player. Everything it opened is closed by `close`. */
export function createPlayer(ports: PlayerPorts): Player {
  const machine: Machine = {
    ...ports,
    context: ports.canvas.getContext('2d', { alpha: false }),
    composition: undefined,
    state: { frame: 0, speed: 0, droppedFrames: 0, waiting: false },
    wanted: 0,
    seeking: false,
    active: undefined,
  };
  return {
    get state() {
      return machine.state;
    },
    setComposition: (composition) => setComposition(machine, composition),
    seek: (frame) => seek(machine, frame),
    play: (speed) => play(machine, speed),
    stop: () => seek(machine, machine.state.frame),
    close: () => halt(machine),
  };
}
