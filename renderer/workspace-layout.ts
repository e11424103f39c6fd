/** Sizes of the Edit workspace for a window: docs of record are the drawings of 1280×720, 1440×900 and 1920×1080. */
export type WorkspaceSizes = {
  readonly small: boolean;
  readonly bin: number;
  /** 0 when the inspector is a drawer. */
  readonly inspector: number;
  readonly top: number;
  readonly brief: number;
  readonly timeline: number;
  readonly meters: number;
};

export const TITLE_BAR = 32;
export const STATUS_BAR = 22;
export const GAP = 2;
export const INSPECTOR_DRAWER = 300;

const MIN_TIMELINE = 200;
const MIN_PICTURE = 320;

/** Linear between two drawings, held outside them. */
function between(at: number, from: readonly [number, number], to: readonly [number, number]): number {
  const share = Math.min(1, Math.max(0, (at - from[0]) / (to[0] - from[0])));
  return Math.round(from[1] + share * (to[1] - from[1]));
}

/** Below 1366×768 the small drawing holds: the inspector becomes a drawer, meters narrow, the brief bar folds. */
export function workspaceSizes(width: number, height: number): WorkspaceSizes {
  const small = width < 1366 || height < 768;
  const brief = small ? 32 : 36;
  const rows = height - TITLE_BAR - STATUS_BAR - brief - 2 * GAP;
  const wanted = small ? 290 : between(height, [900, 364], [1080, 426]);
  const timeline = Math.max(MIN_TIMELINE, Math.min(wanted, rows - 240));
  const bin = small ? Math.min(280, width - MIN_PICTURE - GAP) : between(width, [1440, 340], [1920, 440]);
  return {
    small,
    bin,
    inspector: small ? 0 : between(width, [1440, 320], [1920, 400]),
    top: rows - timeline,
    brief,
    timeline,
    meters: small ? 24 : 56,
  };
}
