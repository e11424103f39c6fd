import type { SpeechWindow } from '../../../core/analysis/speaker-clusters.ts';
import { createRandom } from '../transcript/generated-talk.ts';

/** Windows of a talk among speakers whose embeddings are noisy directions, with the speaker of each. */
export type SpeakerSet = {
  readonly windows: readonly SpeechWindow[];
  readonly truth: readonly number[];
  readonly speakers: number;
};

/**
 * 2–10 speakers in 64 dimensions as neural embeddings are: unit vectors, cosine about 0.45 within a speaker and up to 0.3
 * between them; turns of 3–20 windows, all speakers heard at least 12 windows but not equally long; every fourth window is
 * noisier.
 */
export function speakerSet(seed: number): SpeakerSet {
  const random = createRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const unit = (values: Float64Array) => {
    const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    return values.map((value) => value / length);
  };
  const size = 64;
  const speakers = 2 + (seed % 9);
  const common = unit(Float64Array.from({ length: size }, normal));
  const voices = Array.from({ length: speakers }, () => {
    const own = unit(Float64Array.from({ length: size }, normal));
    return unit(own.map((value, n) => value + 0.45 * (common[n] ?? 0)));
  });
  const windows: SpeechWindow[] = [];
  const truth: number[] = [];
  let speaker = 0;
  for (let turn = 0; turn < speakers * 6; turn++) {
    speaker = turn < speakers ? turn : (speaker + 1 + Math.floor(random() * (speakers - 1))) % speakers;
    const length = turn < speakers ? 12 : 3 + Math.floor(random() ** 2 * 17);
    const isPause = random() < 0.4;
    for (let n = 0; n < length; n++) {
      const noise = (random() < 0.25 ? 1.6 : 1) * 0.13;
      const embedding = unit((voices[speaker] ?? common).map((value) => value + noise * normal()));
      const run = (windows[windows.length - 1]?.run ?? 0) + (n === 0 && isPause ? 1 : 0);
      windows.push({ embedding, run });
      truth.push(speaker);
    }
  }
  return { windows, truth, speakers };
}

/** Share of windows with the wrong speaker under the best assignment of found to true speakers (each used once). */
export function confusion(truth: readonly number[], labels: readonly number[]): number {
  const found = [...new Set(labels)];
  const told = [...new Set(truth)];
  const shared = new Map<string, number>();
  for (const [index, label] of labels.entries()) {
    const key = `${label} ${truth[index] ?? ''}`;
    shared.set(key, (shared.get(key) ?? 0) + 1);
  }
  // The best assignment over subsets of true speakers.
  let best = new Map<number, number>([[0, 0]]);
  for (const label of found) {
    const next = new Map(best);
    for (const [used, right] of best) {
      for (const [index, speaker] of told.entries()) {
        if ((used & (1 << index)) !== 0) continue;
        const key = used | (1 << index);
        next.set(key, Math.max(next.get(key) ?? 0, right + (shared.get(`${label} ${speaker}`) ?? 0)));
      }
    }
    best = next;
  }
  return 1 - Math.max(...best.values()) / Math.max(1, truth.length);
}

/** Plain agglomerative clustering: average linkage of cosine distances up to a threshold. */
export function plainClusters(windows: readonly SpeechWindow[], threshold: number): readonly number[] {
  const cosine = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, n) => sum + value * (b[n] ?? 0), 0);
  const members = windows.map((_, index) => [index]);
  const distance = windows.map((one) =>
    Float64Array.from(windows, (other) => 1 - cosine(one.embedding, other.embedding)),
  );
  const alive = new Set(windows.keys());
  for (;;) {
    let best = { distance: Infinity, a: 0, b: 0 };
    for (const a of alive) {
      const row = distance[a] ?? new Float64Array();
      for (const b of alive) if (b > a && (row[b] ?? 9) < best.distance) best = { distance: row[b] ?? 9, a, b };
    }
    if (!(best.distance < threshold)) break;
    const [one, other] = [members[best.a] ?? [], members[best.b] ?? []];
    for (const c of alive) {
      const joined =
        ((distance[best.a]?.[c] ?? 0) * one.length + (distance[best.b]?.[c] ?? 0) * other.length) /
        (one.length + other.length);
      const [rowA, rowC] = [distance[best.a], distance[c]];
      if (rowA !== undefined) rowA[c] = joined;
      if (rowC !== undefined) rowC[best.a] = joined;
    }
    one.push(...other);
    alive.delete(best.b);
  }
  const labels = new Array<number>(windows.length).fill(0);
  for (const cluster of alive) for (const index of members[cluster] ?? []) labels[index] = cluster;
  return labels;
}
