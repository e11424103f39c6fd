/**
 * How the camera moved from one picture to the next, as the way a point of the picture takes: turned by `turn` radians
 * and scaled by e^`grow` around the picture's centre, then shifted. Lengths are fractions of the picture's height.
 */
export type CameraStep = { readonly x: number; readonly y: number; readonly turn: number; readonly grow: number };

export const NO_STEP: CameraStep = { x: 0, y: 0, turn: 0, grow: 0 };

/** A point that moved, counted from the picture's centre in its heights, and how much it is to be trusted. */
export type MovedPoint = {
  readonly from: { readonly x: number; readonly y: number };
  readonly to: { readonly x: number; readonly y: number };
  readonly weight: number;
};

/**
 * The step that most points agree with: weighted least squares for a similarity, repeated with Tukey's biweight so that
 * what moves by itself does not count (Holland and Welsch, "Robust regression using iteratively reweighted least-squares",
 * 1977). None where fewer than four points are left.
 */
export function cameraStep(points: readonly MovedPoint[]): CameraStep {
  const count = points.length;
  if (count < 4) return NO_STEP;
  const own = Float64Array.from(points, ({ weight }) => weight);
  const weights = own.slice();
  const errors = new Float64Array(count);
  const columns = columnsOf(points);
  let step = NO_STEP;
  for (let round = 0; round < 8; round += 1) {
    const fitted = similarity(columns, weights);
    // The same step again weighs the points the same again.
    if (fitted === undefined || sameStep(fitted, step)) return step;
    step = fitted;
    errorsOf(columns, fitted, errors);
    const limit = 4.685 * Math.max(1e-4, 1.4826 * (errors.toSorted()[count >> 1] ?? 0));
    for (let n = 0; n < count; n += 1) {
      const ratio = (errors[n] ?? 0) / limit;
      weights[n] = ratio >= 1 ? 0 : (own[n] ?? 0) * (1 - ratio * ratio) ** 2;
    }
  }
  return step;
}

function sameStep(a: CameraStep, b: CameraStep): boolean {
  return b !== NO_STEP && a.x === b.x && a.y === b.y && a.turn === b.turn && a.grow === b.grow;
}

/** Points as four columns of numbers, for loops that make no garbage. */
type Columns = Readonly<Record<'fromX' | 'fromY' | 'toX' | 'toY', Float64Array>>;

function columnsOf(points: readonly MovedPoint[]): Columns {
  return {
    fromX: Float64Array.from(points, ({ from }) => from.x),
    fromY: Float64Array.from(points, ({ from }) => from.y),
    toX: Float64Array.from(points, ({ to }) => to.x),
    toY: Float64Array.from(points, ({ to }) => to.y),
  };
}

/** How far each point ends from where the step leads it. */
function errorsOf({ fromX, fromY, toX, toY }: Columns, { x, y, turn, grow }: CameraStep, errors: Float64Array): void {
  const a = Math.exp(grow) * Math.cos(turn);
  const b = Math.exp(grow) * Math.sin(turn);
  for (let n = 0; n < errors.length; n += 1) {
    const across = a * (fromX[n] ?? 0) - b * (fromY[n] ?? 0) + x - (toX[n] ?? 0);
    const down = b * (fromX[n] ?? 0) + a * (fromY[n] ?? 0) + y - (toY[n] ?? 0);
    errors[n] = Math.sqrt(across * across + down * down);
  }
}

/** to = (a, −b; b, a) · from + shift, in closed form (Umeyama 1991, without reflections). */
function similarity({ fromX, fromY, toX, toY }: Columns, weights: Float64Array): CameraStep | undefined {
  let [sum, fx, fy, tx, ty] = [0, 0, 0, 0, 0];
  for (let n = 0; n < weights.length; n += 1) {
    const weight = weights[n] ?? 0;
    sum += weight;
    fx += weight * (fromX[n] ?? 0);
    fy += weight * (fromY[n] ?? 0);
    tx += weight * (toX[n] ?? 0);
    ty += weight * (toY[n] ?? 0);
  }
  if (sum <= 0) return undefined;
  [fx, fy, tx, ty] = [fx / sum, fy / sum, tx / sum, ty / sum];
  let [along, across, size] = [0, 0, 0];
  for (let n = 0; n < weights.length; n += 1) {
    const weight = weights[n] ?? 0;
    const dx = (fromX[n] ?? 0) - fx;
    const dy = (fromY[n] ?? 0) - fy;
    const ex = (toX[n] ?? 0) - tx;
    const ey = (toY[n] ?? 0) - ty;
    along += weight * (dx * ex + dy * ey);
    across += weight * (dx * ey - dy * ex);
    size += weight * (dx * dx + dy * dy);
  }
  if (size < 1e-9) return { x: tx - fx, y: ty - fy, turn: 0, grow: 0 };
  const [a, b] = [along / size, across / size];
  const scale = Math.hypot(a, b);
  if (scale < 0.5 || scale > 2) return undefined;
  return { x: tx - (a * fx - b * fy), y: ty - (b * fx + a * fy), turn: Math.atan2(b, a), grow: Math.log(scale) };
}

/** How each picture is moved so that the camera seems steady, and how much all are enlarged so that no border shows. */
export type SteadyPath = { readonly corrections: readonly CameraStep[]; readonly zoom: number };

/** Pictures are enlarged no more than this: a shakier camera is steadied less. */
const MOST_ZOOM = 1.3;

/**
 * Smooths the camera's path with a Gaussian of `smoothing` pictures (standard deviation), so that pans stay and shake
 * goes; the path goes on at its ends as it turned there. `steps[k]` leads from picture k to k + 1; `aspect` is width ÷
 * height.
 */
export function steadyPath(steps: readonly CameraStep[], smoothing: number, aspect: number): SteadyPath {
  const path = [NO_STEP];
  for (const step of steps) path.push(combine(path.at(-1) ?? NO_STEP, step, 1));
  const wanted = smoothed(path, smoothing).map((smooth, k) => combine(smooth, path[k] ?? NO_STEP, -1));
  const zoomAt = (share: number) => Math.max(1, ...wanted.map((step) => zoomFor(scaled(step, share), aspect)));
  let share = 1;
  if (zoomAt(1) > MOST_ZOOM) {
    let [low, high] = [0, 1];
    for (let round = 0; round < 30; round += 1) {
      const middle = (low + high) / 2;
      if (zoomAt(middle) > MOST_ZOOM) high = middle;
      else low = middle;
    }
    share = low;
  }
  return { corrections: wanted.map((step) => scaled(step, share)), zoom: zoomAt(share) };
}

function combine(a: CameraStep, b: CameraStep, sign: 1 | -1): CameraStep {
  return { x: a.x + sign * b.x, y: a.y + sign * b.y, turn: a.turn + sign * b.turn, grow: a.grow + sign * b.grow };
}

function scaled({ x, y, turn, grow }: CameraStep, share: number): CameraStep {
  return { x: x * share, y: y * share, turn: turn * share, grow: grow * share };
}

function smoothed(path: readonly CameraStep[], deviation: number): readonly CameraStep[] {
  const radius = Math.ceil(3 * deviation);
  const weights = Array.from({ length: 2 * radius + 1 }, (_, n) => Math.exp(-(((n - radius) / deviation) ** 2) / 2));
  const last = path.length - 1;
  const [start, end] = [path[0] ?? NO_STEP, path[last] ?? NO_STEP];
  // Beyond its ends the path is turned round its end points, which keeps their slope.
  const at = (k: number): CameraStep => {
    if (k < 0) return combine(scaled(start, 2), path[Math.min(last, -k)] ?? end, -1);
    if (k > last) return combine(scaled(end, 2), path[Math.max(0, 2 * last - k)] ?? start, -1);
    return path[k] ?? end;
  };
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return path.map((_, k) =>
    weights.reduce((mean, weight, n) => combine(mean, scaled(at(k + n - radius), weight / sum), 1), NO_STEP),
  );
}

/** How much a moved picture must be enlarged around its own centre to cover its frame. */
function zoomFor({ x, y, turn, grow }: CameraStep, aspect: number): number {
  const [cos, sin, scale] = [Math.cos(turn), Math.sin(turn), Math.exp(grow)];
  let zoom = 0;
  for (const [sx, sy] of [
    [-1, -1],
    [1, -1],
    [-1, 1],
    [1, 1],
  ] as const) {
    // The frame's corner seen from the picture: how far outside of it, in its own half sizes.
    const [px, py] = [(sx * aspect) / 2 - x, sy / 2 - y];
    const [u, v] = [(cos * px + sin * py) / scale, (-sin * px + cos * py) / scale];
    zoom = Math.max(zoom, Math.abs(u) / (aspect / 2), Math.abs(v) / 0.5);
  }
  return zoom;
}
