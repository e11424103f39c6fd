import { describe, expect, test } from 'vitest';
import { figureRow } from '../../build/docs/figures.ts';

const cost = { limit: 'at most', value: 1.12, unit: '× a decode', what: 'cost', measured: [1.05, 1.1804] } as const;

describe('a figure beside what was asked', () => {
  test('is judged by its worst value, and says what limits it', () => {
    expect(figureRow({ ...cost, missed: 'the start' })).toBe(
      '| cost | ≤ 1.12 × a decode | 1.05–1.18 | no: the start |',
    );
    expect(figureRow({ ...cost, limit: 'at least', value: 1 })).toBe('| cost | ≥ 1 × a decode | 1.05–1.18 | yes |');
    expect(figureRow({ ...cost, measured: [], missed: 'no weights' })).toMatch(/\| not measured \| no weights \|$/);
  });

  test('cannot stand without its reason where it is missed, nor with one where it is reached', () => {
    expect(() => figureRow(cost)).toThrow(/say what limits it/);
    expect(() => figureRow({ ...cost, measured: [] })).toThrow(/say what limits it/);
    expect(() => figureRow({ ...cost, measured: [1.12], missed: 'the start' })).toThrow(/reached now/);
  });
});
