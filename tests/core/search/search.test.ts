import fc from 'fast-check';
import type { AnalysisResult } from '../../../core/analysis/results.ts';
import { describe, expect, it } from 'vitest';
import { OBJECT_LABELS } from '../../../core/analysis/object-detector.ts';
import { mediaId } from '../../../core/media/media.ts';
import type { SearchQuery } from '../../../core/search/query.ts';
import { searchMoments, type SearchMaterial } from '../../../core/search/search.ts';
import { unitVector } from '../../../core/search/vectors.ts';
import { flicksFromSeconds } from '../../../core/time/flicks.ts';
import { madeFilm, madeMoments, wordsFrom } from './made-moments.ts';

const park = madeFilm(
  'park-day',
  [
    { objects: ['dog', 'person'], faceHeight: 0.1 },
    { objects: ['car'], scores: { camera: 'pan', cameraSpeed: 1, descriptor: Array.from({ length: 48 }, () => 200) } },
    { faceHeight: 0.5, objects: ['person'] },
  ],
  [...wordsFrom(0.2, 'What a lovely dog.'), ...wordsFrom(8.5, 'Will we win the race today?')],
);
const street = madeFilm('street', [{ objects: ['car', 'bus'] }, { scores: { camera: 'handheld', shake: 0.5 } }]);
const moments = madeMoments(park, street);
const people: SearchMaterial['people'] = [
  {
    name: 'Anna Berg',
    by: 'face',
    mediaId: mediaId('park-day'),
    start: flicksFromSeconds(8),
    end: flicksFromSeconds(12),
  },
];
const material: SearchMaterial = {
  moments,
  people,
  lexicon: { objects: OBJECT_LABELS, people: ['Anna Berg'] },
  vectors: [],
};
const asked = (query: Partial<SearchQuery>, more: Partial<SearchMaterial> = {}) =>
  searchMoments({ variety: 0, limit: 20, offset: 0, ...query }, { ...material, ...more });
const places = (query: Partial<SearchQuery>, more: Partial<SearchMaterial> = {}) =>
  asked(query, more).hits.map(({ mediaId: id, kind, start }) => `${id} ${kind} ${Math.round(start / 705_600_000)}`);

describe('search', () => {
  it('puts what is there throughout before what is taken for it once, however surely', () => {
    const film = (id: string, looks: readonly (readonly [string, number])[]) => {
      const footage = madeFilm(id, [{ objects: looks.map(([label]) => label) }]);
      const results = footage.analysis.results.map((result): AnalysisResult => {
        if (result.kind !== 'objects') return result;
        const found = result.found.map((one, look) => ({ ...one, frame: 10 * look, score: looks[look]?.[1] ?? 0 }));
        return { ...result, found };
      });
      return { ...footage, analysis: { ...footage.analysis, results } };
    };
    const walk = film('walk', [
      ['dog', 0.6],
      ['dog', 0.6],
      ['dog', 0.6],
    ]);
    const rabbit = film('rabbit', [
      ['dog', 0.9],
      ['bear', 0.8],
      ['bear', 0.8],
    ]);
    const { hits } = asked({ text: 'dog' }, { moments: madeMoments(rabbit, walk), people: [] });
    expect(hits.map(({ mediaId: id }) => id)).toEqual(['walk', 'rabbit']);
  });

  it('finds what somebody says, not what is said while they are seen or are still to speak', () => {
    const talk = madeFilm(
      'talk',
      [{}],
      [...wordsFrom(0, 'We spend the budget.'), ...wordsFrom(3, 'Your budget is gone!')],
    );
    const at = (name: string, start: number, end: number, by: 'face' | 'voice') => ({
      ...{ name, by, mediaId: mediaId('talk'), start: flicksFromSeconds(start), end: flicksFromSeconds(end) },
    });
    const heard = [at('Anna', 0, 2.2, 'voice'), at('Bob', 1.8, 6, 'voice'), at('Anna', 0, 6, 'face')];
    const more = { moments: madeMoments(talk), people: heard, lexicon: { objects: [], people: ['Anna', 'Bob'] } };
    const best = (text: string) => asked({ text }, more).hits[0];
    expect(best('what Anna said about the budget')).toMatchObject({ kind: 'sentence', text: 'We spend the budget.' });
    expect(best('Bob says budget')).toMatchObject({ kind: 'sentence', text: 'Your budget is gone!' });
    expect(best('Bob says budget')?.reasons).toContainEqual({ kind: 'speaker', term: 'bob', name: 'Bob' });
    // Who is known by face alone is taken to speak where they are seen.
    const seen = { ...more, people: [at('Anna', 0, 6, 'face')] };
    expect(asked({ text: 'Anna says budget' }, seen).hits).toHaveLength(2);
  });

  it('finds fillers, repeated takes and breaths by name, and their words only in sentences', () => {
    const words = wordsFrom(0, 'Um, we went home early. We went home early that day.');
    const talk = madeFilm('slips', [{}], words);
    const breath = { start: flicksFromSeconds(7), end: flicksFromSeconds(7.4), confidence: 0.8, levelDbfs: -40 };
    const breaths: AnalysisResult = {
      ...{ analyserId: 'breaths', analyserVersion: 1, path: { kind: 'signal', because: null } },
      ...{ kind: 'breaths', breaths: [breath] },
    };
    const analysis = { ...talk.analysis, results: [...talk.analysis.results, breaths] };
    const more = { moments: madeMoments({ ...talk, analysis }) };
    const found = (text: string) => asked({ text }, more).hits.map(({ kind, text: said }) => `${kind} ${said}`);
    expect(found('fillers')).toEqual(['slip Um,']);
    expect(found('repeated take')).toEqual(['slip Um, we went home early.']);
    expect(found('breaths')).toEqual(['slip ']);
    // By a file's name, or by what is not there, shots and sentences are found.
    expect(asked({ text: 'slips' }, more).hits.map(({ kind }) => kind)).not.toContain('slip');
    expect(asked({ text: 'without cars' }, more).hits.map(({ kind }) => kind)).not.toContain('slip');
    expect(found('um')).toEqual(['sentence Um, we went home early.']);
  });

  it('finds what is seen, said, who it is and how it is shot, and says why', () => {
    expect(places({ text: 'bus' })).toEqual(['street shot 0']);
    expect(places({ text: 'a car panning' })[0]).toBe('park-day shot 4');
    expect(places({ text: 'win the race' })).toEqual(['park-day sentence 9']);
    expect(places({ text: 'races' })).toEqual(['park-day sentence 9']);
    expect(places({ text: 'anna' })[0]).toMatch(/^park-day (?:shot|sentence) [89]$/);
    expect(places({ text: 'close-up' })[0]).toBe('park-day sentence 9');
    expect(places({ text: 'handheld' })).toEqual(['street shot 4']);
    expect(places({ text: 'park' })).toContain('park-day shot 4');
    const [dog] = asked({ text: 'the dog' }).hits;
    expect(dog?.reasons).toEqual([{ kind: 'object', term: 'dog', label: 'dog', score: 0.8 }]);
    expect(asked({ text: 'zebra' })).toEqual({ hits: [], total: 0 });
    expect(asked({ text: 'the of' }).hits).toEqual([]);
  });

  it('turns round what follows without, and takes quoted words as they stand', () => {
    expect(places({ text: 'cars without a bus' })).toEqual(['park-day shot 4']);
    expect(places({ text: 'people without dogs' }).every((place) => !place.endsWith(' 0'))).toBe(true);
    expect(places({ text: '"lovely dog"' })).toEqual(['park-day sentence 0']);
    expect(places({ text: '"dog lovely"' })).toEqual([]);
    expect(places({ text: 'without people' })).toContain('street shot 4');
  });

  it('looks only where it is told, and gives pages', () => {
    expect(places({ text: 'car', mediaIds: [mediaId('street')] })).toEqual(['street shot 0']);
    const all = places({ text: 'car' });
    expect(all).toHaveLength(2);
    expect(places({ text: 'car', limit: 1, offset: 1 })).toEqual([all[1]]);
    expect(asked({ text: 'car', limit: 1 }).total).toBe(2);
  });

  it('finds pictures like one, marks repeats, and can put them apart', () => {
    const look = Array.from({ length: 48 }, () => 101);
    const like = { mediaId: mediaId('street'), frame: 0 };
    const found = asked({ like }, { look });
    expect(found.hits[0]?.reasons).toEqual([{ kind: 'look', distance: 1 }]);
    expect(found.hits.at(-1)?.start).toBe(flicksFromSeconds(4));
    expect(found.hits.map(({ repeats }) => repeats)).toEqual([null, 0, 0, 0]);
    const varied = asked({ text: 'car', variety: 0.8 });
    expect(varied.hits.map(({ score }) => score).toSorted()).toEqual(
      asked({ text: 'car' })
        .hits.map(({ score }) => score)
        .toSorted(),
    );
  });

  it('fuses what models say with what is known for certain', () => {
    const query = unitVector([1, 0]);
    const of = ({ kind, start }: (typeof moments)[number]) =>
      kind === 'shot' ? [unitVector(start === 0 ? [0.2, 1] : [1, 0.1]), unitVector([-1, 0])] : [];
    const found = asked({ text: 'pan' }, { vectors: [{ kind: 'picture', query, of }] });
    expect(found.hits[0]?.start).toBe(flicksFromSeconds(4));
    expect(found.hits[0]?.reasons.map(({ kind }) => kind)).toEqual(['trait', 'picture']);
    expect(found.hits.every(({ score }) => score > 0 && score <= 1)).toBe(true);
  });

  it('gives scores of 0–1 in falling order, each hit once, for any words', () => {
    const word = fc.constantFrom(
      'dog',
      'car',
      'anna',
      'without',
      'wide',
      'race',
      '"lovely',
      'dog"',
      'talking',
      'no',
      'x',
    );
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (words) => {
        const { hits } = asked({ text: words.join(' ') });
        const scores = hits.map(({ score }) => score);
        expect(scores).toEqual(scores.toSorted((a, b) => b - a));
        expect(scores.every((score) => score > 0 && score <= 1 + 1e-9)).toBe(true);
        expect(new Set(hits.map((hit) => JSON.stringify([hit.mediaId, hit.kind, hit.span]))).size).toBe(hits.length);
      }),
    );
  });
});
