import type { MediaId } from '../../core/media/media.ts';
import type { Composition, PictureLayer } from './composition.ts';
import type { Painted } from './painter.ts';
import type { Picture, ProxyReader } from './proxy-reader.ts';

/** Finds the open proxy of a file; undefined while there is none. */
export type ReaderLookup = (mediaId: MediaId) => Promise<ProxyReader | undefined>;

export type FedFrame = { readonly frame: number; readonly layers: readonly Painted[] };

/** Lets every picture of a frame go. */
export function closeFrame(fed: FedFrame): void {
  for (const { picture } of fed.layers) picture?.close();
}

/** Decodes the pictures of one frame. */
export async function decodeFrame(composition: Composition, frame: number, readers: ReaderLookup): Promise<FedFrame> {
  const layers = await Promise.all(
    composition.layers(frame).map(async ({ mediaId, frame: number, opacity }) => {
      const reader = await readers(mediaId);
      return { picture: (await reader?.picture(number).catch(() => null)) ?? null, opacity };
    }),
  );
  return { frame, layers };
}

type Run = { readonly frames: readonly number[]; readonly layers: readonly (readonly PictureLayer[])[] };

const sameStack = (a: readonly PictureLayer[], b: readonly PictureLayer[]) =>
  a.length === b.length && a.every((layer, index) => layer.mediaId === b[index]?.mediaId);

/** Longest stretch decoded by one run of decoders: a second or two, so that a change of mind costs little. */
const RUN_LENGTH = 64;

function* runsOf(composition: Composition, from: number, step: number): Generator<Run, void, unknown> {
  let frames: number[] = [];
  let stacks: (readonly PictureLayer[])[] = [];
  for (let frame = from; frame >= 0 && frame < composition.frameCount; frame += step) {
    const stack = composition.layers(frame);
    const previous = stacks.at(-1);
    if (previous !== undefined && (!sameStack(previous, stack) || frames.length >= RUN_LENGTH)) {
      yield { frames, layers: stacks };
      frames = [];
      stacks = [];
    }
    frames.push(frame);
    stacks.push(stack);
  }
  if (frames.length > 0) yield { frames, layers: stacks };
}

type OpenRun = {
  readonly run: Run;
  readonly decoders: readonly (AsyncGenerator<Picture | null, void, unknown> | undefined)[];
};

async function openRun(run: Run, readers: ReaderLookup): Promise<OpenRun> {
  const stack = run.layers[0] ?? [];
  const decoders = await Promise.all(
    stack.map(async ({ mediaId }, index) => {
      const reader = await readers(mediaId);
      return reader?.pictures(run.layers.map((layers) => layers[index]?.frame ?? 0));
    }),
  );
  return { run, decoders };
}

async function* framesOf({ run, decoders }: OpenRun): AsyncGenerator<FedFrame, void, unknown> {
  try {
    for (const [index, frame] of run.frames.entries()) {
      const stack = run.layers[index] ?? [];
      const layers: Painted[] = [];
      for (const [depth, layer] of stack.entries()) {
        const next = await decoders[depth]?.next();
        layers.push({ picture: next?.value ?? null, opacity: layer.opacity });
      }
      yield { frame, layers };
    }
  } finally {
    for (const decoder of decoders) await decoder?.return(undefined);
  }
}

/**
 * Decodes frames in playing order from `from` by `step` (negative plays backwards). Whoever takes a frame closes it.
 * Ends at either end of the composition.
 */
export async function* feedFrames(
  composition: Composition,
  from: number,
  step: number,
  readers: ReaderLookup,
): AsyncGenerator<FedFrame, void, unknown> {
  for (const run of runsOf(composition, from, step)) yield* framesOf(await openRun(run, readers));
}
