import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { assert, MontageError } from '../../core/errors.ts';
import { startProgram, type ProgramEnd, type RunningProgram } from '../process/programs.ts';
import { faultOfStderr } from './faults.ts';
import type { FfmpegTools } from './find.ts';
import { progressReader, type FfmpegProgress } from './progress.ts';

/** One run of ffmpeg. */
export type FfmpegJob = {
  /** Inputs (see `inputArgs`), filters and outputs; global options are added. */
  readonly args: readonly string[];
  /** The step that a failure is told with, e.g. 'render'. */
  readonly stage: string;
  /** The file that a failure is told with. */
  readonly where?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: FfmpegProgress) => void) | undefined;
  /** Sees every stderr line that is not progress; true takes it out of the log. */
  readonly onLine?: ((line: string) => boolean) | undefined;
  /** How long ffmpeg may be silent while it is not held up by us; 30 000 by default. */
  readonly stallMs?: number | undefined;
  /** 'data' when an input is `pipe:0` and is written to `stdin`. */
  readonly stdin?: 'keys' | 'data' | undefined;
  /** 'pipe' when an output is `pipe:1` and is read through `chunks`. */
  readonly stdout?: 'pipe' | 'ignore' | undefined;
};

export type FfmpegReport = {
  /** Its last messages, warnings and up. */
  readonly messages: readonly string[];
  /** How many messages were errors: a run that ends well may still have met damaged frames. */
  readonly errorCount: number;
  /** True when the reader of its output had enough before its end. */
  readonly stopped: boolean;
};

export interface FfmpegRun {
  readonly pid: number | undefined;
  /** Where the bytes of `pipe:0` go; a full pipe answers with false and 'drain'. */
  readonly stdin: Writable | undefined;
  /**
   * Its stdout as chunks of exactly `bytes` (the last may be shorter). Nothing is read ahead of the consumer beyond one
   * pipe, so a slow consumer blocks ffmpeg; leaving the loop ends it. Throws as `done` does.
   */
  chunks(bytes: number): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void>;
  /** The same in pieces as they come, without a copy: a piece is gone when the next one is asked for. */
  pieces(): AsyncGenerator<Uint8Array, void, void>;
  /** Holds ffmpeg where it is, without the stall watch; `resume` lets it go on. */
  pause(): void;
  resume(): void;
  /** Whether it keeps this process running; it does from its start. */
  hold(held: boolean): void;
  /**
   * Settles when ffmpeg has ended.
   *
   * @throws MontageError E_CANCELLED, E_STALLED, E_FFMPEG_KILLED, or as its messages tell (E_NO_SPACE, E_DAMAGED …)
   */
  readonly done: Promise<FfmpegReport>;
}

const STALL_MS = 30_000;
/** How long ffmpeg gets to end by itself after `q`. */
const QUIT_MS = 1_500;
const KEPT_MESSAGES = 200;
const UNWRITTEN =
  /Error (?:writing trailer|closing file|submitting a packet to the muxer)|av_interleaved_write_frame\(\)/;

/** Starts ffmpeg. It never outlives this process, never asks, and never sees a shell. */
export function startFfmpeg(tools: FfmpegTools, job: FfmpegJob): FfmpegRun {
  const program = startProgram(tools.ffmpeg, [...globalArgs(job), ...job.args], {
    stdin: 'pipe',
    stdout: job.stdout ?? 'ignore',
  });
  const watch = stallWatch(job.stallMs ?? STALL_MS, () => {
    ending.stalled = true;
    program.resume();
    program.kill();
  });
  const ending: Ending = { cancelled: false, stalled: false, stopped: false };
  const log = readLog(program.stderr, job, () => watch.beat());
  const cancel = () => {
    ending.cancelled = true;
    quit(program);
  };
  if (job.signal?.aborted === true) cancel();
  job.signal?.addEventListener('abort', cancel, { once: true });
  // With a reader on stdout, silence counts only while the reader waits.
  if (job.stdout !== 'pipe') watch.start();

  const done = (async () => {
    const [end] = await Promise.all([program.ended, log.closed]);
    watch.stop();
    job.signal?.removeEventListener('abort', cancel);
    return conclude(end, ending, log, job);
  })();
  done.catch(() => undefined);

  return {
    pid: program.pid,
    stdin: job.stdin === 'data' ? program.stdin : undefined,
    chunks: (bytes) => inChunks(readPieces({ program, watch, ending, done }), bytes),
    pieces: () => readPieces({ program, watch, ending, done }),
    pause() {
      watch.stop();
      program.suspend();
    },
    resume() {
      program.resume();
      if (job.stdout !== 'pipe') watch.start();
    },
    hold: (held) => program.hold(held),
    done,
  };
}

/** Starts ffmpeg and waits for its end; throws as {@link FfmpegRun.done}. */
export async function runFfmpeg(tools: FfmpegTools, job: FfmpegJob): Promise<FfmpegReport> {
  return startFfmpeg(tools, job).done;
}

type Ending = { cancelled: boolean; stalled: boolean; stopped: boolean };

function globalArgs(job: FfmpegJob): readonly string[] {
  const quiet = ['-hide_banner', '-nostats', '-loglevel', 'level+warning', '-y'];
  const progress = ['-progress', 'pipe:2', '-stats_period', '0.25'];
  // Where stdin carries data, keys must not be read from it.
  return [...quiet, ...progress, ...(job.stdin === 'data' ? ['-nostdin'] : [])];
}

/** `q` lets ffmpeg end by itself; one that is blocked on its output cannot hear it and is killed. */
function quit(program: RunningProgram): void {
  program.resume();
  program.stdin?.write('q');
  program.stdin?.end();
  const timer = setTimeout(() => program.kill(), QUIT_MS);
  void program.ended.then(() => clearTimeout(timer));
}

type StallWatch = { start(): void; stop(): void; beat(): void };

function stallWatch(limitMs: number, onStall: () => void): StallWatch {
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const start = () => {
    timer ??= setTimeout(onStall, limitMs);
  };
  return { start, stop, beat: () => timer?.refresh() };
}

type Log = { readonly messages: string[]; errorCount: number; readonly closed: Promise<unknown> };

function readLog(stderr: Readable, job: FfmpegJob, beat: () => void): Log {
  const log: Log = { messages: [], errorCount: 0, closed: once(stderr, 'close').catch(() => undefined) };
  const isProgress = progressReader((progress) => job.onProgress?.(progress));
  const take = (line: string) => {
    if (line === '' || isProgress(line) || job.onLine?.(line) === true) return;
    if (/\[(?:error|fatal|panic)\]/.test(line)) log.errorCount += 1;
    log.messages.push(line);
    if (log.messages.length > KEPT_MESSAGES) log.messages.shift();
  };
  let rest = '';
  stderr.setEncoding('utf8');
  stderr.on('data', (text: string) => {
    beat();
    const lines = (rest + text).split(/\r\n|[\r\n]/);
    rest = lines.pop() ?? '';
    lines.forEach(take);
  });
  stderr.on('end', () => take(rest));
  stderr.on('error', () => undefined);
  return log;
}

function conclude(end: ProgramEnd, ending: Ending, log: Log, job: FfmpegJob): FfmpegReport {
  const place = { stage: job.stage, where: job.where };
  const report = { messages: log.messages, errorCount: log.errorCount, stopped: ending.stopped };
  if (ending.cancelled) throw new MontageError({ code: 'E_CANCELLED', message: 'cancelled', ...place });
  if (ending.stopped) return report;
  if (ending.stalled) {
    const hint = 'check the disk or network drive the file is on, then try again';
    throw new MontageError({ code: 'E_STALLED', message: 'ffmpeg made no progress', hint, ...place });
  }
  if (end.errorCode === 'ENOENT' || end.errorCode === 'EACCES') {
    const hint = 'run `npm run setup`, or set MONTAGE_FFMPEG to the program';
    throw new MontageError({ code: 'E_FFMPEG_MISSING', message: 'ffmpeg could not be started', hint, ...place });
  }
  // 5.1 exits with 0 although it could not write the end of a file.
  const unwritten = log.messages.filter((message) => UNWRITTEN.test(message));
  if (unwritten.length > 0) throw new MontageError(faultOfStderr(unwritten.join('\n'), place));
  if (end.exitCode === 0) return report;
  if (end.signal !== undefined) {
    const hint = 'the system may have run out of memory';
    throw new MontageError({ code: 'E_FFMPEG_KILLED', message: `ffmpeg was ended by ${end.signal}`, hint, ...place });
  }
  throw new MontageError(faultOfStderr(log.messages.join('\n'), place));
}

type Reading = {
  readonly program: RunningProgram;
  readonly watch: StallWatch;
  readonly ending: Ending;
  readonly done: Promise<FfmpegReport>;
};

async function* readPieces(reading: Reading): AsyncGenerator<Uint8Array, void, void> {
  const { program, watch, ending, done } = reading;
  assert(program.stdout !== undefined, 'only a run with stdout: pipe is read');
  const pieces: AsyncIterable<Buffer> = program.stdout;
  let ended = false;
  try {
    watch.start();
    for await (const piece of pieces) {
      watch.stop();
      // Not as a Buffer: its `slice` copies nothing.
      yield new Uint8Array(piece.buffer, piece.byteOffset, piece.length);
      free(piece);
      watch.start();
    }
    ended = true;
    await done;
  } finally {
    watch.stop();
    if (!ended) {
      ending.stopped = true;
      quit(program);
      program.stdout.destroy();
      await done.catch(() => undefined);
    }
  }
}

/**
 * Gives a piece's memory back at once. Left to the garbage collector, pieces of 64 KB count as pressure on it, and it looks
 * through the whole heap for every few hundred of them.
 */
function free({ buffer, length }: Buffer): void {
  // Small pieces may share a pool with others.
  if (buffer instanceof ArrayBuffer && length === buffer.byteLength) buffer.transfer(0);
}

async function* inChunks(
  pieces: AsyncIterable<Uint8Array>,
  bytes: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  let chunk = new Uint8Array(bytes);
  let filled = 0;
  for await (const piece of pieces) {
    for (let taken = 0; taken < piece.length; ) {
      const part = piece.subarray(taken, taken + bytes - filled);
      chunk.set(part, filled);
      filled += part.length;
      taken += part.length;
      if (filled < bytes) continue;
      yield chunk;
      chunk = new Uint8Array(bytes);
      filled = 0;
    }
  }
  if (filled > 0) yield chunk.slice(0, filled);
}
