import { descriptorDistance } from '../analysis/picture-scores.ts';
import { diverseOrder, lookLikeness, repeatedLooks, type Look } from './look-alikes.ts';
import type { Moment } from './moments.ts';
import { queryTerms, type Lexicon } from './query-terms.ts';
import { rankTerms, type Met } from './rank-terms.ts';
import type { NamedAppearance, SearchHit, SearchPage, SearchQuery } from './query.ts';
import { cosineOf } from './vectors.ts';

/** A query's vector beside those of moments, of which the nearest counts; a moment without one is not found by it. */
export type VectorList = {
  readonly kind: 'picture' | 'meaning';
  readonly query: Float32Array;
  readonly of: (moment: Moment) => readonly Float32Array[];
};

export type SearchMaterial = {
  readonly moments: readonly Moment[];
  readonly people: readonly NamedAppearance[];
  readonly lexicon: Lexicon;
  /** Look of the picture that others are to be like. */
  readonly look?: Look | undefined;
  readonly vectors: readonly VectorList[];
};

type Ranked = { readonly index: number; readonly score: number; readonly met: Met };

/** How many of a vector list count as found: everything is somewhat like everything. */
const MOST_BY_VECTOR = 200;
/** Pictures of so many of the best hits are held against each other. */
const MOST_COMPARED = 2000;
/** Reciprocal rank fusion (Cormack, Clarke, Büttcher 2009). */
const FUSION = 60;

/** Finds moments, the best first. Lists of different kinds are fused by rank: their values cannot be compared. */
export function searchMoments(query: SearchQuery, material: SearchMaterial): Omit<SearchPage, 'paths'> {
  const only = query.mediaIds === undefined ? undefined : new Set(query.mediaIds);
  const moments = only === undefined ? material.moments : material.moments.filter(({ mediaId }) => only.has(mediaId));
  const lists = listsOf(query, { ...material, moments });
  const found = withoutOverlaps(moments, fused(lists));
  const looks = found.map(({ index }) => moments[index]?.look);
  const repeats = repeatedLooks(looks.slice(0, MOST_COMPARED));
  const hits = found.flatMap(({ index, score, met }, place): readonly SearchHit[] => {
    const moment = moments[index];
    if (moment === undefined) return [];
    const { mediaId, kind, span, start, end, keyFrame, text } = moment;
    return [
      { mediaId, kind, span, start, end, keyFrame, text, score, reasons: met.reasons, repeats: repeats[place] ?? null },
    ];
  });
  const { offset, limit, variety } = query;
  const best = hits.slice(0, MOST_COMPARED);
  const order =
    variety === 0
      ? hits.keys().toArray()
      : diverseOrder(
          best.map(({ score }) => score),
          (a, b) => likenessOf(looks[a], looks[b]),
          { weight: variety, count: Math.min(best.length, offset + limit) },
        );
  return { hits: order.slice(offset, offset + limit).flatMap((place) => hits[place] ?? []), total: hits.length };
}

function likenessOf(a: Look | undefined, b: Look | undefined): number {
  return a === undefined || b === undefined ? 0 : lookLikeness(a, b);
}

function listsOf({ text, like }: SearchQuery, material: SearchMaterial): readonly (readonly Ranked[])[] {
  const { moments, people, lexicon, look, vectors } = material;
  const byTerms = text === undefined ? [] : [ranked(rankTerms(moments, queryTerms(text, lexicon), people))];
  const byVector = vectors.map(({ kind, query, of }) =>
    ranked(
      moments.map((moment): Met | undefined => {
        const cosine = of(moment).reduce((most, vector) => Math.max(most, cosineOf(query, vector)), 0);
        return cosine > 0 ? { score: cosine, reasons: [{ kind, cosine }], terms: new Set() } : undefined;
      }),
    ).slice(0, MOST_BY_VECTOR),
  );
  const byLook =
    like === undefined || look === undefined ? [] : [ranked(moments.map((moment) => lookMet(moment, look)))];
  return [...byTerms, ...byVector, ...byLook];
}

function lookMet(moment: Moment, look: Look): Met | undefined {
  if (moment.look === undefined || moment.kind !== 'shot') return undefined;
  const score = lookLikeness(moment.look, look);
  if (score <= 0) return undefined;
  return { score, reasons: [{ kind: 'look', distance: descriptorDistance(moment.look, look) }], terms: new Set() };
}

function ranked(mets: readonly (Met | undefined)[]): readonly Ranked[] {
  return mets
    .flatMap((met, index) => (met === undefined ? [] : [{ index, score: met.score, met }]))
    .toSorted((a, b) => b.score - a.score || a.index - b.index);
}

/** One list stands as it is; of several, who is near the top of most is first. */
function fused(lists: readonly (readonly Ranked[])[]): readonly Ranked[] {
  const full = lists.filter((list) => list.length > 0);
  if (full.length <= 1) return full[0] ?? [];
  const together = new Map<number, Ranked>();
  for (const list of full) {
    list.forEach(({ index, met }, rank) => {
      const known = together.get(index);
      const score = (known?.score ?? 0) + (FUSION + 1) / (full.length * (FUSION + rank + 1));
      const reasons = [...(known?.met.reasons ?? []), ...met.reasons];
      const terms = new Set([...(known?.met.terms ?? []), ...met.terms]);
      together.set(index, { index, score, met: { score, reasons, terms } });
    });
  }
  return [...together.values()].toSorted((a, b) => b.score - a.score || a.index - b.index);
}

/** Of moments at the same time the better one stands, the shorter one where they are as good, unless the other meets more. */
function withoutOverlaps(moments: readonly Moment[], found: readonly Ranked[]): readonly Ranked[] {
  const length = ({ index }: Ranked) => (moments[index]?.end ?? 0) - (moments[index]?.start ?? 0);
  const kept: Ranked[] = [];
  const byMedia = new Map<string, Ranked[]>();
  for (const one of found.toSorted((a, b) => b.score - a.score || length(a) - length(b) || a.index - b.index)) {
    const moment = moments[one.index];
    if (moment === undefined) continue;
    const before = byMedia.get(moment.mediaId) ?? [];
    const isCovered = before.some(({ index, met }) => {
      const other = moments[index];
      const overlaps = other !== undefined && other.start < moment.end && moment.start < other.end;
      return overlaps && other.kind !== moment.kind && [...one.met.terms].every((term) => met.terms.has(term));
    });
    if (isCovered) continue;
    kept.push(one);
    byMedia.set(moment.mediaId, [...before, one]);
  }
  return kept;
}
