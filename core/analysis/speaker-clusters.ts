import { symmetricEigen } from './symmetric-eigen.ts';

/** One window of speech: its embedding, and the uninterrupted run of speech it lies in. */
export type SpeechWindow = { readonly embedding: Float64Array; readonly run: number };

type ClusterRules = {
  /** Windows this far apart in a run share no sound. */
  readonly lag: number;
  /** A direction tells speakers apart where windows vary this much more than one speaker's do, and at most so many do. */
  readonly variance: number;
  readonly directions: number;
  /** Centres closer than this, in deviations of one speaker's windows, are one speaker. */
  readonly apart: number;
  /** What a change of speaker costs, in log likelihood. */
  readonly change: number;
  /** A speaker with fewer windows is none. */
  readonly fewest: number;
};

const CLUSTER_RULES: ClusterRules = { lag: 1, variance: 1.5, directions: 12, apart: 4.2, change: 4, fewest: 4 };

/** Speakers as numbers from 0 in order of first appearance, one for each window, and how sure each is (0–1). */
export type SpeakerClusters = {
  readonly speakers: number;
  readonly labels: readonly number[];
  readonly confidence: readonly number[];
};

/**
 * Groups windows of speech by speaker without knowing how many there are. What one speaker's windows vary by is learned
 * from neighbours, which are mostly of one speaker: space is scaled so that this is 1 in every direction, and reduced to the
 * directions in which windows vary more than that (beyond the Marchenko–Pastur edge of noise). There neighbours are joined
 * to pieces, pieces to clusters (Ward) until centres are further apart than one speaker's halves could be, and a Viterbi pass
 * gives each window the speaker that makes the whole sequence likeliest.
 */
export function clusterSpeakers(
  windows: readonly SpeechWindow[],
  rules: ClusterRules = CLUSTER_RULES,
): SpeakerClusters {
  const alone = {
    speakers: Math.min(1, windows.length),
    labels: windows.map(() => 0),
    confidence: windows.map(() => 1),
  };
  if (windows.length < 2 * rules.fewest) return alone;
  const points = reduced(whitened(windows, rules.lag), rules);
  if ((points[0]?.length ?? 0) === 0) return alone;
  let centres = wardCentres(pieces(windows, points, rules.lag), rules.apart);
  let labels: readonly number[] = [];
  for (let round = 0; round < 6; round++) {
    labels = viterbi(windows, points, centres, rules.change);
    const kept = centres
      .map((_, index) => index)
      .filter((index) => labels.filter((label) => label === index).length >= rules.fewest);
    if (kept.length === 0) return alone;
    const isSame = kept.length === centres.length;
    centres = kept.map((index) => mean(points.filter((_, at) => labels[at] === index)));
    if (isSame && round > 2) break;
    labels = viterbi(windows, points, centres, rules.change);
  }
  return inOrder(viterbi(windows, points, centres, rules.change), points, centres);
}

function mean(points: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(points[0]?.length ?? 0);
  for (const point of points)
    for (let n = 0; n < sum.length; n++) sum[n] = (sum[n] ?? 0) + (point[n] ?? 0) / points.length;
  return sum;
}

function squared(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let n = 0; n < a.length; n++) sum += ((a[n] ?? 0) - (b[n] ?? 0)) ** 2;
  return sum;
}

function covariance(rows: readonly Float64Array[], scale: number): Float64Array[] {
  const size = rows[0]?.length ?? 0;
  const sums = Array.from({ length: size }, () => new Float64Array(size));
  for (const row of rows) {
    for (const [p, target] of sums.entries()) {
      const value = (row[p] ?? 0) * scale;
      for (let q = 0; q < size; q++) target[q] = (target[q] ?? 0) + value * (row[q] ?? 0);
    }
  }
  return sums;
}

/** Points in a space where differences of neighbours have variance 2 in every direction. */
function whitened(windows: readonly SpeechWindow[], lag: number): readonly Float64Array[] {
  const differences = windows.flatMap(({ embedding, run }, index) => {
    const other = windows[index + lag];
    return other?.run === run ? [embedding.map((value, n) => value - (other.embedding[n] ?? 0))] : [];
  });
  const centre = mean(windows.map(({ embedding }) => embedding));
  const centred = windows.map(({ embedding }) => embedding.map((value, n) => value - (centre[n] ?? 0)));
  const norm = (row: Float64Array) => row.reduce((sum, value) => sum + value * value, 0);
  // The widest differences are those across changes of speaker.
  const near = differences.toSorted((a, b) => norm(a) - norm(b)).slice(0, Math.ceil(differences.length * 0.8));
  const size = centre.length;
  const within = near.length < 4 ? covariance(centred, 1 / centred.length) : covariance(near, 1 / (2 * near.length));
  // A matrix is believed as far as there are differences for each of its numbers; its diagonal sooner.
  const trust = near.length / (near.length + 10 * size);
  const own = near.length / (near.length + 60);
  const average = within.reduce((sum, row, index) => sum + (row[index] ?? 0), 0) / Math.max(1, size);
  const shrunk = within.map((row, p) =>
    row.map((value, q) => (p === q ? value * own + average * (1 - own) + 1e-12 : value * trust)),
  );
  const { values, vectors } = symmetricEigen(shrunk);
  return centred.map((row) =>
    Float64Array.from(vectors, (vector, index) => dot(row, vector) / Math.sqrt(Math.max(values[index] ?? 0, 1e-12))),
  );
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let n = 0; n < a.length; n++) sum += (a[n] ?? 0) * (b[n] ?? 0);
  return sum;
}

/** The directions that tell speakers apart; none where there is no such. */
function reduced(points: readonly Float64Array[], { variance, directions }: ClusterRules): readonly Float64Array[] {
  const size = points[0]?.length ?? 0;
  const { values, vectors } = symmetricEigen(covariance(points, 1 / points.length));
  const edge = (1 + Math.sqrt(size / points.length)) ** 2;
  const kept = vectors.slice(0, directions).filter((_, index) => (values[index] ?? 0) > Math.max(variance, edge));
  return points.map((point) => Float64Array.from(kept, (vector) => dot(point, vector)));
}

type Piece = { readonly centre: Float64Array; readonly count: number };

function wardCost(a: Piece, b: Piece): number {
  return ((a.count * b.count) / (a.count + b.count)) * squared(a.centre, b.centre);
}

function united(a: Piece, b: Piece): Piece {
  const count = a.count + b.count;
  return { centre: a.centre.map((value, n) => (value * a.count + (b.centre[n] ?? 0) * b.count) / count), count };
}

/** More pieces than this are joined further, however unlike they are: the clusters are found among them. */
const MOST_PIECES = 700;

/** Neighbours joined while they are no further apart than two draws of one speaker would be. */
function pieces(windows: readonly SpeechWindow[], points: readonly Float64Array[], lag: number): readonly Piece[] {
  const size = points[0]?.length ?? 1;
  // Windows that overlap glide from one speaker to the next.
  let limit = (size + 2 * Math.sqrt(2 * size)) / lag ** 3;
  let found: readonly (Piece & { readonly run: number })[] = points.map((centre, index) => ({
    centre,
    count: 1,
    run: windows[index]?.run ?? 0,
  }));
  for (;;) {
    const next: (Piece & { readonly run: number })[] = [];
    for (const piece of found) {
      const before = next[next.length - 1];
      if (before?.run === piece.run && wardCost(before, piece) < limit)
        next[next.length - 1] = { ...united(before, piece), run: piece.run };
      else next.push(piece);
    }
    const isDone = next.length === found.length;
    found = next;
    if (isDone && found.length <= MOST_PIECES) return found;
    if (isDone) limit *= 1.5;
  }
}

/**
 * Ward's agglomeration of all that may be one speaker: centres no further than `apart` from each other, or so few windows
 * that they are apart by chance.
 */
function wardCentres(start: readonly Piece[], apart: number): Float64Array[] {
  const clusters: Piece[] = [...start];
  const size = start[0]?.centre.length ?? 0;
  const byChance = size + 5 * Math.sqrt(2 * size);
  for (;;) {
    let best = { cost: Infinity, a: 0, b: 0 };
    for (const [a, one] of clusters.entries()) {
      for (let b = a + 1; b < clusters.length; b++) {
        const other = clusters[b];
        if (other === undefined) continue;
        const cost = wardCost(one, other);
        if (cost >= best.cost) continue;
        const distance = squared(one.centre, other.centre) - size * (1 / one.count + 1 / other.count);
        if (distance <= apart ** 2 || cost <= byChance) best = { cost, a, b };
      }
    }
    const [one, other] = [clusters[best.a], clusters[best.b]];
    if (best.b === 0 || one === undefined || other === undefined) return clusters.map(({ centre }) => centre);
    clusters[best.a] = united(one, other);
    clusters.splice(best.b, 1);
  }
}

function viterbi(
  windows: readonly SpeechWindow[],
  points: readonly Float64Array[],
  centres: readonly Float64Array[],
  change: number,
): readonly number[] {
  const back: Int32Array[] = [];
  let costs = new Float64Array(centres.length);
  for (const [index, point] of points.entries()) {
    const isNewRun = windows[index]?.run !== windows[index - 1]?.run;
    const switching = isNewRun ? change / 3 : change;
    const cheapest = costs.indexOf(Math.min(...costs));
    const from = new Int32Array(centres.length);
    costs = Float64Array.from(centres, (centre, label) => {
      const stays = costs[label] ?? 0;
      const switches = (costs[cheapest] ?? 0) + switching;
      from[label] = stays <= switches ? label : cheapest;
      return Math.min(stays, switches) + squared(point, centre) / 2;
    });
    back.push(from);
  }
  const labels = new Array<number>(points.length).fill(0);
  let label = costs.indexOf(Math.min(...costs));
  for (let index = points.length - 1; index >= 0; index--) {
    labels[index] = label;
    label = back[index]?.[label] ?? 0;
  }
  return labels;
}

/** Numbers by first appearance; confidence is the chance of the speaker by this window's distance from all centres. */
function inOrder(
  labels: readonly number[],
  points: readonly Float64Array[],
  centres: readonly Float64Array[],
): SpeakerClusters {
  const order = [...new Set(labels)];
  return {
    speakers: order.length,
    labels: labels.map((label) => order.indexOf(label)),
    confidence: labels.map((label, index) => {
      const point = points[index] ?? new Float64Array();
      const own = squared(point, centres[label] ?? point);
      return 1 / order.reduce((sum, other) => sum + Math.exp((own - squared(point, centres[other] ?? point)) / 2), 0);
    }),
  };
}
