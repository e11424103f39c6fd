/** A face track that may belong to a person, with what tells it apart. */
export type IdentityPrint = {
  /** Names the track for good, e.g. media id and frame. */
  readonly key: string;
  /** Unit length. */
  readonly vector: readonly number[];
  /** Prints of one group were seen at the same time in one picture where their spans overlap: they are different people. */
  readonly group: string;
  readonly firstFrame: number;
  readonly lastFrame: number;
};

/** What the user has said of people; later ones win. */
export type PersonDecision =
  | { readonly kind: 'name'; readonly print: string; readonly name: string }
  | { readonly kind: 'same'; readonly a: string; readonly b: string }
  | { readonly kind: 'apart'; readonly a: string; readonly b: string };

export type Person = {
  /** The least of its prints' keys. */
  readonly id: string;
  readonly name: string | null;
  /** 0–1: mean similarity of its prints; 1 for one alone. */
  readonly confidence: number;
  readonly prints: readonly string[];
};

/** Least mean cosine similarity by which two groups of prints are one person. */
export type Likeness = {
  /** Of a print and another. */
  readonly two: number;
  /** Of many and many: their mean strays less, so that less of a likeness is chance. */
  readonly many: number;
};

/** As low for two as keeps two photos of one man together (0.488 by the network of the tests). */
const ALIKE: Likeness = { two: 0.48, many: 0.6 };

/**
 * Who is who: prints are joined from the most alike downwards while their mean similarity stays high (average linkage),
 * never two that were in one picture at the same time, and as the user has decided: 'same' joins whatever they look
 * like, 'apart' keeps them from being joined, one name for two prints says they are the same.
 */
export function peopleOf(
  prints: readonly IdentityPrint[],
  decisions: readonly PersonDecision[] = [],
  alike: Likeness = ALIKE,
): readonly Person[] {
  const place = new Map(prints.map(({ key }, index) => [key, index]));
  const { same, apart, names } = readDecisions(decisions);
  const clusters = new Clusters(prints, (a, b) => apart.has(pairKey(a, b)));
  clusters.agglomerate(alike);
  // Afterwards: two people that are one bring all of theirs along.
  for (const [a, b] of same) clusters.join(place.get(a) ?? -1, place.get(b) ?? -1);
  return clusters.members().map((members) => {
    const keys = members.map((index) => prints[index]?.key ?? '').toSorted();
    const name = keys.flatMap((key) => names.get(key) ?? []).toSorted((a, b) => b.order - a.order)[0]?.name ?? null;
    return { id: keys[0] ?? '', name, confidence: clusters.coherence(members), prints: keys };
  });
}

function pairKey(a: string, b: string): string {
  return JSON.stringify(a < b ? [a, b] : [b, a]);
}

function readDecisions(decisions: readonly PersonDecision[]) {
  const same = new Map<string, readonly [string, string]>();
  const apart = new Set<string>();
  const names = new Map<string, { readonly name: string; readonly order: number }>();
  decisions.forEach((decision, order) => {
    if (decision.kind === 'name') {
      names.set(decision.print, { name: decision.name, order });
      return;
    }
    const key = pairKey(decision.a, decision.b);
    if (decision.kind === 'same') {
      apart.delete(key);
      same.set(key, [decision.a, decision.b]);
    } else {
      same.delete(key);
      apart.add(key);
    }
  });
  const named = [...names].map(([print, { name }]) => ({ print, name }));
  named.forEach(({ print, name }, index) => {
    const first = named.findIndex((other) => other.name === name);
    const other = named[first];
    if (first < index && other !== undefined && !apart.has(pairKey(other.print, print))) {
      same.set(pairKey(other.print, print), [other.print, print]);
    }
  });
  return { same: [...same.values()], apart, names };
}

/** Clusters over a matrix of mean similarities, kept up to date as two become one (Lance and Williams 1967). */
class Clusters {
  readonly #count: number;
  readonly #similarity: Float64Array;
  readonly #mean: Float64Array;
  readonly #members: (readonly number[] | undefined)[];

  constructor(prints: readonly IdentityPrint[], isApart: (a: string, b: string) => boolean) {
    this.#count = prints.length;
    this.#similarity = new Float64Array(prints.length ** 2);
    this.#members = prints.map((_, index) => [index]);
    const vectors = prints.map(({ vector }) => Float64Array.from(vector));
    prints.forEach((a, row) => {
      for (let column = 0; column < row; column += 1) {
        const b = prints[column];
        if (b === undefined) continue;
        const barred = isApart(a.key, b.key) || together(a, b);
        const value = barred ? Number.NEGATIVE_INFINITY : dot(vectors[row], vectors[column]);
        this.#similarity[row * this.#count + column] = value;
        this.#similarity[column * this.#count + row] = value;
      }
    });
    this.#mean = this.#similarity.slice();
  }

  /** Joins the clusters of two prints, whatever they look like. */
  join(a: number, b: number): void {
    const [one, other] = [this.#clusterOf(a), this.#clusterOf(b)];
    if (one >= 0 && other >= 0 && one !== other) this.#unite(one, other);
  }

  agglomerate({ two, many }: Likeness): void {
    for (;;) {
      let [best, row, column] = [0, -1, -1];
      for (let a = 0; a < this.#count; a += 1) {
        const size = this.#members[a]?.length;
        if (size === undefined) continue;
        for (let b = 0; b < a; b += 1) {
          const other = this.#members[b]?.length;
          if (other === undefined) continue;
          // The mean of n pairs strays by 1 ÷ √n as much as one.
          const least = many - (many - two) / Math.sqrt(size * other);
          const value = (this.#mean[a * this.#count + b] ?? 0) - least;
          if (value >= best) [best, row, column] = [value, a, b];
        }
      }
      if (row < 0) return;
      this.#unite(row, column);
    }
  }

  members(): readonly (readonly number[])[] {
    return this.#members.filter((members) => members !== undefined);
  }

  coherence(members: readonly number[]): number {
    if (members.length < 2) return 1;
    const values = members.flatMap((a, index) =>
      members.slice(0, index).map((b) => Math.max(0, this.#similarity[a * this.#count + b] ?? 0)),
    );
    return Math.min(1, values.reduce((sum, value) => sum + value, 0) / values.length);
  }

  #clusterOf(print: number): number {
    return this.#members.findIndex((members) => members?.includes(print) === true);
  }

  #unite(into: number, from: number): void {
    const [a, b] = [this.#members[into] ?? [], this.#members[from] ?? []];
    for (let other = 0; other < this.#count; other += 1) {
      if (other === into || other === from) continue;
      const [x, y] = [this.#mean[into * this.#count + other] ?? 0, this.#mean[from * this.#count + other] ?? 0];
      // One pair that cannot be keeps the whole apart.
      const value = (x * a.length + y * b.length) / (a.length + b.length);
      this.#mean[into * this.#count + other] = value;
      this.#mean[other * this.#count + into] = value;
    }
    this.#members[into] = [...a, ...b];
    this.#members[from] = undefined;
  }
}

/** Whether both were in one picture at the same time. */
function together(a: IdentityPrint, b: IdentityPrint): boolean {
  return a.group === b.group && a.firstFrame <= b.lastFrame && b.firstFrame <= a.lastFrame;
}

/** Cosine similarity of unit vectors; 0 where their lengths differ. */
export function dot(a: Float64Array | undefined, b: Float64Array | undefined): number {
  if (a?.length !== b?.length) return 0;
  let sum = 0;
  a?.forEach((value, index) => {
    sum += value * (b?.[index] ?? 0);
  });
  return sum;
}
