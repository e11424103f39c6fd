import { searchStem } from './stem.ts';
import type { NamedAppearance, SearchReason } from './query.ts';
import type { Moment } from './moments.ts';
import type { Meaning, QueryTerm } from './query-terms.ts';

/** How far a moment meets a query: 0–1, and by what. */
export type Met = {
  readonly score: number;
  readonly reasons: readonly SearchReason[];
  readonly terms: ReadonlySet<number>;
};

/** A word that is only like the one asked for. */
const SAME_STEM = 0.9;
/** A word that names something visible, and is only said. */
const ONLY_SAID = 0.8;
/** A provider's caption may say more than there is. */
const IN_CAPTION = 0.9;
const IN_FILE_NAME = 0.6;
/** Values below do not count as met. */
const LEAST = 0.15;

type Matched = { readonly value: number; readonly reason: SearchReason };

/**
 * Rates every moment by the part of the query that it meets: each term counts as much as it tells moments apart (inverse
 * document frequency, Spärck Jones 1972), each by its best meaning. Moments that meet what is unwanted are out. Undefined
 * where nothing is met.
 */
export function rankTerms(
  moments: readonly Moment[],
  terms: readonly QueryTerm[],
  people: readonly NamedAppearance[],
): readonly (Met | undefined)[] {
  const seen = appearances(people);
  const rows = moments.map((moment) => terms.map((term) => bestOf(moment, term, seen)));
  const count = moments.reduce((sum, { kind }) => sum + (kind === 'slip' ? 0 : 1), 0);
  const weights = terms.map((term, at) => {
    const met = rows.filter((row) => (row[at]?.value ?? 0) > LEAST).length;
    return Math.log(1 + count / (1 + met)) + (term.isUnwanted ? 0 : 1e-6);
  });
  const total = terms.reduce((sum, term, at) => (term.isUnwanted ? sum : sum + (weights[at] ?? 0)), 0);
  const onlyUnwanted = terms.length > 0 && terms.every(({ isUnwanted }) => isUnwanted);
  return rows.map((row, index): Met | undefined => {
    const isOut = row.some((match, at) => terms[at]?.isUnwanted === true && (match?.value ?? 0) > LEAST);
    if (isOut) return undefined;
    if (onlyUnwanted && moments[index]?.kind === 'slip') return undefined;
    if (onlyUnwanted) return { score: 1, reasons: [], terms: new Set() };
    let sum = 0;
    const [reasons, met]: [SearchReason[], Set<number>] = [[], new Set()];
    row.forEach((match, at) => {
      if (match === undefined || match.value <= LEAST || terms[at]?.isUnwanted === true) return;
      sum += match.value * (weights[at] ?? 0);
      reasons.push(match.reason);
      met.add(at);
    });
    return met.size === 0 ? undefined : { score: sum / total, reasons, terms: met };
  });
}

function bestOf(moment: Moment, term: QueryTerm, seen: Appearances): Matched | undefined {
  const isVisible = term.meanings.some(({ kind }) => kind === 'object' || kind === 'trait');
  let best: Matched | undefined;
  for (const meaning of term.meanings) {
    // A slip is found as such alone: what is around it is found better by its shot or sentence.
    if (moment.kind === 'slip' && meaning.kind !== 'trait') continue;
    const matched = match(moment, meaning, { text: term.text, seen, isVisible });
    if (matched !== undefined && matched.value > (best?.value ?? 0)) best = matched;
  }
  return best;
}

type Asked = { readonly text: string; readonly seen: Appearances; readonly isVisible: boolean };

function match(moment: Moment, meaning: Meaning, { text, seen, isVisible }: Asked): Matched | undefined {
  switch (meaning.kind) {
    case 'said': {
      const value = valueIn({ words: moment.said, stems: moment.stems }, meaning.words) * (isVisible ? ONLY_SAID : 1);
      return value > 0 ? { value, reason: { kind: 'said', term: text } } : undefined;
    }
    case 'described': {
      const value = valueIn(moment.described, meaning.words) * IN_CAPTION;
      return value > 0 ? { value, reason: { kind: 'described', term: text } } : undefined;
    }
    case 'person':
      return isSeen(moment, meaning.name, seen)
        ? { value: 1, reason: { kind: 'person', term: text, name: meaning.name } }
        : undefined;
    case 'speaker':
      return isHeard(moment, meaning.name, seen)
        ? { value: 1, reason: { kind: 'speaker', term: text, name: meaning.name } }
        : undefined;
    case 'object': {
      const score = moment.objects.get(meaning.label);
      // What the detector is fairly sure of is there: its score must not outweigh the other terms.
      return score === undefined
        ? undefined
        : {
            value: Math.min(1, 0.5 + score / 1.4),
            reason: { kind: 'object', term: text, label: meaning.label, score },
          };
    }
    case 'trait': {
      const value = moment.traits.get(meaning.trait);
      return value === undefined
        ? undefined
        : { value, reason: { kind: 'trait', term: text, trait: meaning.trait, value } };
    }
    case 'file-name':
      return moment.named.has(searchStem(meaning.word))
        ? { value: IN_FILE_NAME, reason: { kind: 'file-name', term: text } }
        : undefined;
  }
}

function valueIn(text: Moment['described'], words: readonly string[]): number {
  const [only] = words;
  if (only === undefined) return 0;
  if (words.length > 1) return ` ${text.words.join(' ')} `.includes(` ${words.join(' ')} `) ? 1 : 0;
  if (!text.stems.has(searchStem(only))) return 0;
  return text.words.includes(only) ? 1 : SAME_STEM;
}

type Appearances = ReadonlyMap<string, readonly NamedAppearance[]>;

function appearances(people: readonly NamedAppearance[]): Appearances {
  return Map.groupBy(people, ({ name, mediaId }) => `${mediaId} ${name}`);
}

function isSeen({ mediaId, start, end }: Moment, name: string, seen: Appearances): boolean {
  return (seen.get(`${mediaId} ${name}`) ?? []).some(
    (one) => one.start < Math.max(end, start + 1) && start < Math.max(one.end, one.start + 1),
  );
}

/** Part of a moment in which somebody speaks who says it. */
const LEAST_SPOKEN = 0.5;

/** Who is known by face alone is taken to speak where they are seen. */
function isHeard({ mediaId, start, end, said }: Moment, name: string, seen: Appearances): boolean {
  const own = seen.get(`${mediaId} ${name}`) ?? [];
  const heard = own.filter(({ by }) => by === 'voice');
  const spoken = (heard.length > 0 ? heard : own).reduce(
    (sum, one) => sum + Math.max(0, Math.min(end, one.end) - Math.max(start, one.start)),
    0,
  );
  return said.length > 0 && spoken >= LEAST_SPOKEN * (end - start);
}
