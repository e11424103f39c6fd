import type { MediaId } from '../../core/media/media.ts';
import { filmedLayers, type Composition, type PictureLayer } from './composition.ts';
import type { Picture, ProxyReader } from './proxy-reader.ts';

/** Finds the open proxy of a file; undefined while there is none. */
export type ReaderLookup = (mediaId: MediaId) => Promise<ProxyReader | undefined>;

/** `pictures` are those of the stack's filmed layers, in their order; null where one cannot be had. */
export type FedFrame = {
  readonly frame: number;
  readonly layers: readonly PictureLayer[];
  readonly pictures: readonly (Picture | null)[];
};

/** Lets every picture of a frame go. */
export function closeFrame(fed: FedFrame): void {
  for (const picture of fed.pictures) picture?.close();
}

/** Decodes the pictures of one frame. */
export async function decodeFrame(composition: Composition, frame: number, readers: ReaderLookup): Promise<FedFrame> {
  const layers = composition.layers(frame);
  const pictures = await Promise.all(
    filmedLayers(layers).map(async ({ mediaId, frame: number }) => {
      const reader = await readers(mediaId);
      return (await reader?.picture(number).catch(() => null)) ?? null;
    }),
  );
  return { frame, layers, pictures };
}

/** Frames in playing order with what they show, whose filmed layers come from the same files. */
type Run = { readonly steps: readonly Step[] };
type Step = {
  readonly frame: number;
  readonly layers: readonly PictureLayer[];
  readonly filmed: readonly PictureLayer[];
};

const sameFiles = (a: Step, b: Step) =>
  a.filmed.length === b.filmed.length && a.filmed.every((layer, index) => layer.mediaId === b.filmed[index]?.mediaId);

/** Longest stretch decoded by one run of decoders: a second or two, so that a change of mind costs little. */
const RUN_LENGTH = 64;

function* runsOf(composition: Composition, from: number, step: number): Generator<Run, void, unknown> {
  let steps: Step[] = [];
  for (let frame = from; frame >= 0 && frame < composition.frameCount; frame += step) {
    const layers = composition.layers(frame);
    const next: Step = { frame, layers, filmed: filmedLayers(layers) };
    const previous = steps.at(-1);
    if (previous !== undefined && (!sameFiles(previous, next) || steps.length >= RUN_LENGTH)) {
      yield { steps };
      steps = [];
    }
    steps.push(next);
  }
  if (steps.length > 0) yield { steps };
}

type OpenRun = {
  readonly run: Run;
  readonly decoders: readonly (AsyncGenerator<Picture | null, void, unknown> | undefined)[];
};

async function openRun(run: Run, readers: ReaderLookup): Promise<OpenRun> {
  const filmed = run.steps[0]?.filmed ?? [];
  const decoders = await Promise.all(
    filmed.map(async ({ mediaId }, index) => {
      const reader = await readers(mediaId);
      return reader?.pictures(run.steps.map((step) => step.filmed[index]?.frame ?? 0));
    }),
  );
  return { run, decoders };
}

async function* framesOf({ run, decoders }: OpenRun): AsyncGenerator<FedFrame, void, unknown> {
  try {
    for (const { frame, layers } of run.steps) {
      const pictures: (Picture | null)[] = [];
      for (const decoder of decoders) pictures.push((await decoder?.next())?.value ?? null);
      yield { frame, layers, pictures };
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
