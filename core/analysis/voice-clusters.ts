import type { SpeakerClusters } from './speaker-clusters.ts';
import type { VoiceCell, VoiceSums } from './voice-cells.ts';
import { VOICE_DIMENSIONS } from './voice-cells.ts';
import { logLikelihood, NO_VOICE, united, variances, voiceModel, type VoiceModel } from './voice-model.ts';

/** Frames of 10 ms are this far from independent: likelihoods count for so much. */
const INDEPENDENT = 0.08;
/** What another speaker costs, by the square of how long the talk is (tuned on synthetic voices and other excerpts). */
const SPEAKER_COST = 2.85 / 5;
/** What a change of speaker costs in log likelihood, and the part of it where speech pauses. */
const CHANGE = 6;
const CHANGE_IN_PAUSE = CHANGE / 3;
/** Cells of a first piece, and the fewest of a speaker. */
const PIECE = 5;
const FEWEST_CELLS = 2;
/** More pieces than this are joined with their neighbours first. */
const MOST_PIECES = 250;
const ROUNDS = 5;

/**
 * Who speaks in each cell, without a speaker model and without knowing how many speak: pieces of 2.5 s are joined as long
 * as one Gaussian tells them as well as two do (the Bayesian information criterion of Chen and Gopalakrishnan 1998, its
 * penalty growing faster with the length of the talk, for voices vary more the longer they are heard), then a Viterbi pass
 * over half seconds places the changes, with voices learned anew from what they were given. Who is heard for less than
 * some 15 s among several is given to another: in so short a time one voice varies as much as two differ.
 */
export function clusterVoices(cells: readonly VoiceCell[]): SpeakerClusters {
  const all = cells.reduce<VoiceSums>(united, NO_VOICE);
  const prior = variances(all);
  if (all.count === 0)
    return { speakers: Math.min(1, cells.length), labels: cells.map(() => 0), confidence: cells.map(() => 1) };
  const length = Math.log(Math.max(2, all.count * INDEPENDENT));
  const cost = 0.5 * SPEAKER_COST * VOICE_DIMENSIONS * length * length;
  let voices = joinedPieces(piecesOf(cells), prior, cost);
  let labels: readonly number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const models = voices.map((voice) => voiceModel(voice, prior));
    labels = sequenceOf(cells, models);
    const given = models.map((_, voice) => cells.filter((__, n) => labels[n] === voice));
    const kept = given.filter((own) => own.length >= FEWEST_CELLS);
    if (kept.length === 0) break;
    voices = kept.map((own) => own.reduce<VoiceSums>(united, NO_VOICE));
  }
  const models = voices.map((voice) => voiceModel(voice, prior));
  labels = sequenceOf(cells, models);
  const order = [...new Set(labels)];
  return {
    speakers: order.length,
    labels: labels.map((label) => order.indexOf(label)),
    confidence: cells.map((cell, n) => confidenceOf(cell, models, labels[n] ?? 0)),
  };
}

function confidenceOf(cell: VoiceCell, models: readonly VoiceModel[], label: number): number {
  const scores = models.map((model) => INDEPENDENT * logLikelihood(cell, model));
  const own = scores[label] ?? 0;
  return 1 / scores.reduce((sum, score) => sum + Math.exp(Math.min(700, score - own)), 0);
}

/** Runs in pieces of about 2.5 s. */
function piecesOf(cells: readonly VoiceCell[]): readonly VoiceSums[] {
  const pieces: VoiceSums[] = [];
  for (let first = 0; first < cells.length; ) {
    let end = first;
    while (end < cells.length && cells[end]?.run === cells[first]?.run) end++;
    const parts = Math.max(1, Math.round((end - first) / PIECE));
    const edge = (part: number) => first + Math.round(((end - first) * part) / parts);
    for (let part = 0; part < parts; part++) {
      const piece = cells.slice(edge(part), edge(part + 1)).reduce<VoiceSums>(united, NO_VOICE);
      if (piece.count > 0) pieces.push(piece);
    }
    first = end;
  }
  return pieces;
}

type Piece = { readonly sums: VoiceSums; readonly likelihood: number };

/** Joins pieces, the two that lose least first, until all that are left are told better apart. */
function joinedPieces(start: readonly VoiceSums[], prior: Float64Array, cost: number): readonly VoiceSums[] {
  const pieceOf = (sums: VoiceSums): Piece => ({ sums, likelihood: logLikelihood(sums, voiceModel(sums, prior)) });
  const loss = (a: Piece, b: Piece) =>
    INDEPENDENT * (a.likelihood + b.likelihood - pieceOf(united(a.sums, b.sums)).likelihood);
  const pieces = [...fewer(start.map(pieceOf), loss, pieceOf)];
  const losses = pieces.map((piece, n) => pieces.slice(0, n).map((other) => loss(piece, other)));
  for (;;) {
    let best = { loss: cost, a: -1, b: -1 };
    for (const [a, row] of losses.entries())
      for (const [b, value] of row.entries()) if (value < best.loss) best = { loss: value, a, b };
    const [one, other] = [pieces[best.a], pieces[best.b]];
    if (one === undefined || other === undefined) return pieces.map(({ sums }) => sums);
    const joined = pieceOf(united(one.sums, other.sums));
    pieces[best.b] = joined;
    pieces.splice(best.a, 1);
    losses.splice(best.a, 1);
    for (const row of losses) if (row.length > best.a) row.splice(best.a, 1);
    for (const [n, piece] of pieces.entries()) {
      if (n === best.b) continue;
      const row = losses[Math.max(n, best.b)];
      if (row !== undefined) row[Math.min(n, best.b)] = loss(piece, joined);
    }
  }
}

/** Neighbours joined, those that lose least first, until there are not too many. */
function fewer(
  pieces: readonly Piece[],
  loss: (a: Piece, b: Piece) => number,
  pieceOf: (sums: VoiceSums) => Piece,
): readonly Piece[] {
  let left = pieces;
  while (left.length > MOST_PIECES) {
    const losses = left.slice(1).map((piece, n) => loss(piece, left[n] ?? piece));
    const limit = losses.toSorted((a, b) => a - b)[Math.min(losses.length - 1, left.length - MOST_PIECES)] ?? 0;
    const next: Piece[] = [];
    let isFresh = true;
    for (const [n, piece] of left.entries()) {
      const before = next[next.length - 1];
      if (before !== undefined && isFresh && (losses[n - 1] ?? Infinity) <= limit) {
        next[next.length - 1] = pieceOf(united(before.sums, piece.sums));
        // What was just joined waits for the next round.
        isFresh = false;
      } else {
        next.push(piece);
        isFresh = true;
      }
    }
    left = next;
  }
  return left;
}

/** The likeliest sequence of voices (Viterbi). */
function sequenceOf(cells: readonly VoiceCell[], models: readonly VoiceModel[]): readonly number[] {
  let scores = models.map(() => 0);
  const back: Int32Array[] = [];
  for (const [n, cell] of cells.entries()) {
    const change = cell.run === cells[n - 1]?.run ? CHANGE : CHANGE_IN_PAUSE;
    const likeliest = scores.indexOf(Math.max(...scores));
    const from = new Int32Array(models.length);
    scores = models.map((model, voice) => {
      const [stays, changes] = [scores[voice] ?? 0, (scores[likeliest] ?? 0) - change];
      from[voice] = stays >= changes ? voice : likeliest;
      return Math.max(stays, changes) + INDEPENDENT * logLikelihood(cell, model);
    });
    back.push(from);
  }
  const labels = new Array<number>(cells.length).fill(0);
  let voice = scores.indexOf(Math.max(...scores));
  for (let n = cells.length - 1; n >= 0; n--) {
    labels[n] = voice;
    voice = back[n]?.[voice] ?? 0;
  }
  return labels;
}
