import { startOfFrame, rateOf, type SourceFrames } from '../media/frames.ts';
import { formatRational } from '../time/rational.ts';
import { secondsOf } from '../time/flicks.ts';
import type { Shot, ShotsResult, ShotTransition } from './results.ts';
import type { ShotScores } from './score-results.ts';
import type { AnalysisPath } from './sound-results.ts';

/** The shots of one file as `montage shots` prints them; `lastFrame` is inclusive, times are seconds from frame 0. */
export type ShotList = {
  readonly file: string;
  /** "24000/1001"; the average where the rate varies. */
  readonly rate: string;
  readonly vfr: boolean;
  readonly frames: number;
  /** By which path the list was made. */
  readonly path: AnalysisPath;
  readonly shots: readonly ListedShot[];
};

export type ListedShot = {
  readonly firstFrame: number;
  readonly lastFrame: number;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly transitionIn: ShotTransition;
  /** The frame that stands for the shot, where it was asked for. */
  readonly keyFrame?: number;
};

/**
 * Lists a file's shots with their times. Key frames are those of scores of the same shots; a shot that was not scored as such
 * has the one in its middle.
 */
export function shotListOf(
  file: string,
  frames: SourceFrames,
  { path, shots }: Pick<ShotsResult, 'path' | 'shots'>,
  scores?: readonly Pick<ShotScores, 'firstFrame' | 'lastFrame' | 'keyFrame'>[],
): ShotList {
  const scored = new Map(scores?.map((row) => [row.firstFrame, row]));
  const keyFrameOf = ({ firstFrame, lastFrame }: Shot) => {
    const row = scored.get(firstFrame);
    return row?.lastFrame === lastFrame ? row.keyFrame : Math.floor((firstFrame + lastFrame) / 2);
  };
  const seconds = (frame: number) => Math.round(secondsOf(startOfFrame(frames, frame)) * 1e6) / 1e6;
  const rate = rateOf(frames);
  return {
    file,
    rate: rate === undefined ? '0' : formatRational(rate),
    vfr: frames.kind === 'variable',
    frames: (shots.at(-1)?.lastFrame ?? -1) + 1,
    path,
    shots: shots.map((shot) => {
      const { firstFrame, lastFrame, transitionIn } = shot;
      return {
        ...{ firstFrame, lastFrame, startSeconds: seconds(firstFrame), endSeconds: seconds(lastFrame + 1) },
        ...(scores !== undefined && { keyFrame: keyFrameOf(shot) }),
        transitionIn,
      };
    }),
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
    String(shot.keyFrame ?? ''),
    transitionText(shot.transitionIn),
  ]);
  const all = [['Shot', 'Frames', 'Start', 'End', 'Length', 'Key frame', 'Begins with'], ...rows];
  const widths = all.reduce<number[]>((most, row) => row.map((cell, at) => Math.max(most[at] ?? 0, cell.length)), []);
  return `${all
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n\n${pathText(list.path)}\n`;
}

function pathText(path: AnalysisPath): string {
  if (path.kind !== 'signal') return `Borders as measured, set right by ${path.model}.`;
  return path.because === null ? 'Borders as measured.' : `Borders as measured. ${path.because}`;
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
  const header =
    'shot,firstFrame,lastFrame,startSeconds,endSeconds,keyFrame,transition,transitionFirstFrame,transitionLastFrame';
  const rows = list.shots.map((shot, index) => {
    const { transitionIn } = shot;
    const span = 'firstFrame' in transitionIn ? [transitionIn.firstFrame, transitionIn.lastFrame] : ['', ''];
    const { firstFrame, lastFrame, startSeconds, endSeconds, keyFrame = '' } = shot;
    return [index + 1, firstFrame, lastFrame, startSeconds, endSeconds, keyFrame, transitionIn.kind, ...span].join(',');
  });
  return [header, ...rows, ''].join('\r\n');
}
