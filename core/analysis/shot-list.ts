import { startOfFrame, rateOf, type SourceFrames } from '../media/frames.ts';
import { formatRational } from '../time/rational.ts';
import { secondsOf } from '../time/flicks.ts';
import { formatTimecode } from '../time/timecode.ts';
import { nearestListedRate } from '../time/rate.ts';
import type { Shot, ShotTransition } from './results.ts';

/** The shots of one file as `montage shots` prints them; `lastFrame` is inclusive, times are seconds from frame 0. */
export type ShotList = {
  readonly file: string;
  /** "24000/1001"; the average where the rate varies. */
  readonly rate: string;
  readonly vfr: boolean;
  readonly frames: number;
  readonly shots: readonly ListedShot[];
};

export type ListedShot = {
  readonly firstFrame: number;
  readonly lastFrame: number;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly transitionIn: ShotTransition;
};

/** Lists a file's shots with their times. */
export function shotListOf(file: string, frames: SourceFrames, shots: readonly Shot[]): ShotList {
  const seconds = (frame: number) => Math.round(secondsOf(startOfFrame(frames, frame)) * 1e6) / 1e6;
  const rate = rateOf(frames);
  return {
    file,
    rate: rate === undefined ? '0' : formatRational(rate),
    vfr: frames.kind === 'variable',
    frames: (shots.at(-1)?.lastFrame ?? -1) + 1,
    shots: shots.map(({ firstFrame, lastFrame, transitionIn }) => ({
      firstFrame,
      lastFrame,
      startSeconds: seconds(firstFrame),
      endSeconds: seconds(lastFrame + 1),
      transitionIn,
    })),
  };
}

/** Aligned columns for a terminal. */
export function shotTable(list: ShotList): string {
  const rows = list.shots.map((shot, index) => [
    String(index + 1),
    `${shot.firstFrame}–${shot.lastFrame}`,
    clock(shot.startSeconds),
    clock(shot.endSeconds),
    `${(shot.endSeconds - shot.startSeconds).toFixed(2)} s`,
    transitionText(shot.transitionIn),
  ]);
  const all = [['Shot', 'Frames', 'Start', 'End', 'Length', 'Begins with'], ...rows];
  const widths = all.reduce<number[]>((most, row) => row.map((cell, at) => Math.max(most[at] ?? 0, cell.length)), []);
  return `${all
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`;
}

function transitionText(transition: ShotTransition): string {
  return 'firstFrame' in transition
    ? `${transition.kind} ${transition.firstFrame}–${transition.lastFrame}`
    : transition.kind;
}

function clock(seconds: number): string {
  const thousandths = Math.round(seconds * 1000);
  const minutes = Math.floor(thousandths / 60_000);
  return `${minutes}:${((thousandths % 60_000) / 1000).toFixed(3).padStart(6, '0')}`;
}

/** Comma-separated with a header (RFC 4180: CRLF line ends). */
export function shotCsv(list: ShotList): string {
  const header = 'shot,first_frame,last_frame,start_seconds,end_seconds,transition,transition_first,transition_last';
  const rows = list.shots.map((shot, index) => {
    const { transitionIn } = shot;
    const span = 'firstFrame' in transitionIn ? [transitionIn.firstFrame, transitionIn.lastFrame] : ['', ''];
    const { firstFrame, lastFrame, startSeconds, endSeconds } = shot;
    return [index + 1, firstFrame, lastFrame, startSeconds, endSeconds, transitionIn.kind, ...span].join(',');
  });
  return [header, ...rows, ''].join('\r\n');
}

/**
 * A CMX3600 list that puts the file back together, one event per shot: every frame counts one, from 00:00:00:00, at the
 * nearest rate that timecode knows. Gradual transitions are in the source: all events are cuts.
 */
export function shotEdl(list: ShotList): string {
  const [num = 25, den = 1] = list.rate.split('/').map(Number);
  const format = { rate: nearestListedRate({ num, den }), dropFrame: false };
  const name = list.file.split(/[\\/]/).at(-1) ?? list.file;
  const events = list.shots.flatMap((shot, index) => {
    const [start, end] = [formatTimecode(shot.firstFrame, format), formatTimecode(shot.lastFrame + 1, format)];
    const number = String(index + 1).padStart(3, '0');
    return [`${number}  AX       V     C        ${start} ${end} ${start} ${end}`, `* FROM CLIP NAME: ${name}`];
  });
  return [`TITLE: ${name}`, 'FCM: NON-DROP FRAME', '', ...events, ''].join('\n');
}
