/** Where a command speaks: its document goes to stdout, everything else to stderr. */
export interface Terminal {
  /** Whether `--json` was given: the one JSON document is then all that stdout gets. */
  readonly json: boolean;
  /** The command's result, as JSON or as the text a person reads. */
  document(value: unknown, text: () => string): void;
  /** A line for people, on stderr. */
  say(line: string): void;
  /** How far long work is, 0–1; redrawn in place on a terminal, a line now and then elsewhere. */
  progress(label: string, fraction: number, etaMs?: number): void;
  /** Ends the progress line. */
  progressDone(): void;
}

/** What a terminal writes to. */
export type Streams = {
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
};

const BAR_CELLS = 24;
/** Off a terminal, a line each quarter is enough to follow a log. */
const QUIET_STEP = 0.25;

export function makeTerminal(streams: Streams, json: boolean): Terminal {
  const interactive = streams.err.isTTY === true;
  let drawn = false;
  let quietLabel = '';
  let quietStep = -1;
  const clear = () => {
    if (drawn) streams.err.write('\r\u001B[K');
    drawn = false;
  };
  const quiet = (label: string, fraction: number) => {
    const step = Math.floor(fraction / QUIET_STEP);
    if (label === quietLabel && step <= quietStep) return;
    [quietLabel, quietStep] = [label, step];
    streams.err.write(`${label} ${Math.round(fraction * 100)} %\n`);
  };
  return {
    json,
    document(value, text) {
      clear();
      const body = json ? JSON.stringify(value, null, 2) : text();
      if (body !== '') streams.out.write(`${body.replace(/\n+$/, '')}\n`);
    },
    say(line) {
      clear();
      streams.err.write(`${line}\n`);
    },
    progress(label, fraction, etaMs) {
      if (!interactive) {
        quiet(label, fraction);
        return;
      }
      const filled = Math.round(fraction * BAR_CELLS);
      const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_CELLS - filled)}`;
      const eta = etaMs === undefined ? '' : `  ${durationText(etaMs)} left`;
      const line = `${bar} ${String(Math.round(fraction * 100)).padStart(3)} %  ${label}${eta}`;
      streams.err.write(`\r\u001B[K${line.slice(0, (streams.err.columns ?? 80) - 1)}`);
      drawn = true;
    },
    progressDone: clear,
  };
}

/** "1:05" or "1:02:03". */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Columns as wide as their widest cell; numbers are given padded. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [head, ...rows].map(line).join('\n');
}
