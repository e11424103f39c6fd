import type { FfmpegTools } from '../ffmpeg/find.ts';
import { startFfmpeg, type FfmpegRun } from '../ffmpeg/run.ts';

/** One ffmpeg that makes pictures of a size and layout of what it is sent (H.264, Annex B), each as soon as it has it. */
export type PictureDecoder = {
  /** Parameter sets of what follows, or a picture. */
  send(bytes: Uint8Array): void;
  /** The next picture, there until the one after it is waited for; undefined at its end. Throws as `FfmpegRun.done`. */
  next(): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Ends it at once: `next` then throws E_CANCELLED. */
  cancel(): void;
  /** All that was sent has come: it is kept for the next film of whom asks for the same. */
  giveBack(): void;
  /** Ends it, pictures that have not come included. */
  end(): Promise<void>;
};

/** What is to be made: arguments of ffmpeg, and how many bytes a picture of theirs has. */
export type PictureOrder = { readonly tools: FfmpegTools; readonly args: readonly string[]; readonly bytes: number };

/** A decoder that nobody needs waits for so long: its start costs as much as 50 pictures. */
const IDLE_MS = 10_000;
const MOST_IDLE = 2;

type Idle = { readonly decoder: PictureDecoder; readonly run: FfmpegRun; readonly timer: NodeJS.Timeout };
const idle = new Map<string, Idle>();

/** One that waits, or a new one. */
export function takeDecoder(order: PictureOrder): PictureDecoder {
  const key = JSON.stringify([order.tools.ffmpeg, order.args]);
  // One that has ended meanwhile is of no use.
  if (idle.get(key)?.run.stdin?.destroyed === true) letGo(key);
  const waiting = idle.get(key);
  if (waiting === undefined) return startDecoder(order, key);
  idle.delete(key);
  clearTimeout(waiting.timer);
  waiting.run.hold(true);
  return waiting.decoder;
}

function startDecoder({ tools, args, bytes }: PictureOrder, key: string): PictureDecoder {
  const over = new AbortController();
  const run = startFfmpeg(tools, { args, stage: 'analysis', signal: over.signal, stdin: 'data', stdout: 'pipe' });
  const pictures = inTurn(run.pieces(), bytes);
  const decoder: PictureDecoder = {
    send: (sent) => void run.stdin?.write(sent),
    async next() {
      const { done, value } = await pictures.next();
      return done === true ? undefined : value;
    },
    cancel: () => over.abort(),
    giveBack: () => keep(key, decoder, run),
    async end() {
      run.stdin?.end();
      while ((await pictures.next()).done !== true);
    },
  };
  return decoder;
}

function keep(key: string, decoder: PictureDecoder, run: FfmpegRun): void {
  const [oldest] = idle.keys();
  letGo(key);
  if (idle.size >= MOST_IDLE && oldest !== undefined) letGo(oldest);
  run.hold(false);
  idle.set(key, { decoder, run, timer: setTimeout(() => letGo(key), IDLE_MS).unref() });
}

function letGo(key: string): void {
  const waiting = idle.get(key);
  idle.delete(key);
  clearTimeout(waiting?.timer);
  void waiting?.decoder.end().catch(() => undefined);
}

/** Pictures of `bytes` each, all in one place: many large ones would keep the garbage collector busy. */
async function* inTurn(
  pieces: AsyncIterable<Uint8Array>,
  bytes: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const picture = new Uint8Array(bytes);
  let filled = 0;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      const part = piece.subarray(at, at + bytes - filled);
      picture.set(part, filled);
      at += part.length;
      filled += part.length;
      if (filled < bytes) continue;
      yield picture;
      filled = 0;
    }
  }
}
