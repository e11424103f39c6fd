import type { SourceFrames } from '../../core/media/frames.ts';
import { mediaId } from '../../core/media/media.ts';
import { flicks } from '../../core/time/flicks.ts';
import type { Source, Timeline } from '../../core/timeline/timeline.ts';
import { createAudioSwitch } from '../../renderer/player/audio-output.ts';
import { programComposition } from '../../renderer/player/composition.ts';
import { createPlayer, FRAME_SHOWN } from '../../renderer/player/player.ts';
import { openProxy, type ProxyReader } from '../../renderer/player/proxy-reader.ts';
import { readNumber, type PictureNumber } from '../media/picture-code.ts';

/** What the test hands the page: JSON, so frame starts travel as plain numbers. */
export type ViewerSetup = {
  readonly timeline: Timeline;
  readonly media: Readonly<
    Record<
      string,
      {
        readonly proxy: string;
        readonly frames: Exclude<SourceFrames, { kind: 'variable' }> | VariableFrames;
        readonly audio?: { readonly start: number; readonly end: number };
      }
    >
  >;
};
type VariableFrames = {
  readonly kind: 'variable';
  readonly averageRate: { readonly num: number; readonly den: number };
  readonly starts: readonly number[];
  readonly end: number;
};

/** A frame that was painted: its number on the timeline, when, and the number read from the canvas (null = black). */
export type Shown = { readonly frame: number; readonly atMs: number; readonly seen: PictureNumber | null };
export type Played = { readonly shown: readonly Shown[]; readonly dropped: number; readonly heardPeak: number };

export type Area = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
export type Point = { readonly x: number; readonly y: number };
export type Looked = { readonly seen: PictureNumber | null; readonly colours: readonly (readonly number[])[] };

export interface ViewerTestPage {
  load(setup: ViewerSetup): Promise<void>;
  seek(frame: number): Promise<Shown>;
  /** The number in a part of the frame, in fractions of its size, and the colour at points of it. */
  look(frame: number, area: Area, points: readonly Point[]): Promise<Looked>;
  play(seconds: number): Promise<Played>;
}

function sourceOf(media: ViewerSetup['media'][string]): Source {
  const { frames, audio } = media;
  return {
    frames:
      frames.kind === 'variable'
        ? { ...frames, starts: Float64Array.from(frames.starts), end: flicks(frames.end) }
        : frames,
    audio: audio === undefined ? undefined : { start: flicks(audio.start), end: flicks(audio.end) },
  };
}

function readCanvas(canvas: HTMLCanvasElement): PictureNumber | null {
  const { width, height } = canvas;
  const data = canvas.getContext('2d')?.getImageData(0, 0, width, height).data;
  return data === undefined ? null : (readNumber({ data, width, height, channels: 4 }) ?? null);
}

const canvas = document.createElement('canvas');
document.body.append(canvas);
const audio = createAudioSwitch();
const readers = new Map<string, Promise<ProxyReader>>();
let shown: Shown[] = [];
let onShown: (() => void) | undefined;
let speed = 0;
let dropped = 0;

canvas.addEventListener(FRAME_SHOWN, (event) => {
  if (!(event instanceof CustomEvent) || typeof event.detail !== 'number') return;
  shown.push({ frame: event.detail, atMs: performance.now(), seen: readCanvas(canvas) });
  onShown?.();
});

const player = createPlayer({
  canvas,
  readers: (id) => readers.get(id) ?? Promise.resolve(undefined),
  audio: () => audio.running(),
  onState: (state) => {
    speed = state.speed;
    dropped = state.droppedFrames;
  },
});

/** Waits until a frame is on the canvas; the last word counts, as it does for the eye. */
async function settled(frame: number): Promise<Shown> {
  for (;;) {
    const last = shown.at(-1);
    if (last?.frame === frame) return last;
    await new Promise<void>((resolve) => {
      onShown = resolve;
    });
  }
}

const page: ViewerTestPage = {
  async load({ timeline, media }) {
    const sources = new Map(Object.entries(media).map(([id, value]) => [mediaId(id), sourceOf(value)]));
    for (const [id, { proxy }] of Object.entries(media)) readers.set(id, openProxy(proxy));
    shown = [];
    player.setComposition(programComposition(timeline, { source: (id) => sources.get(id) }));
    player.seek(0);
    await settled(0);
  },
  async seek(frame) {
    shown = [];
    player.seek(frame);
    return settled(frame);
  },
  async look(frame, area, points) {
    shown = [];
    player.seek(frame);
    await settled(frame);
    const { width, height } = canvas;
    const context = canvas.getContext('2d');
    const data = context?.getImageData(0, 0, width, height).data ?? [];
    const part = {
      x: area.x * width,
      y: area.y * height,
      width: area.width * width,
      height: area.height * height,
    };
    return {
      seen: readNumber({ data, width, height, channels: 4, area: part }) ?? null,
      colours: points.map(({ x, y }) => {
        const at = 4 * (Math.floor(y * height) * width + Math.floor(x * width));
        return [data[at] ?? -1, data[at + 1] ?? -1, data[at + 2] ?? -1];
      }),
    };
  },
  async play(seconds) {
    audio.wake();
    while (audio.running() === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    shown = [];
    let heardPeak = 0;
    player.play(1);
    const until = performance.now() + seconds * 1000;
    while (performance.now() < until && speed !== 0) {
      heardPeak = Math.max(heardPeak, ...(audio.running()?.peaks() ?? [0]));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const played = { shown, dropped, heardPeak };
    player.stop();
    return played;
  },
};
Object.assign(window, { viewer: page });
