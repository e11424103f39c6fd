import { expect, test } from 'vitest';
import { CASES } from './conformance-cases.ts';
import { expectEveryPair } from './every-pair.ts';

test('all 32 cases of the plan are here', () => {
  expect([...new Set(CASES.map(({ number }) => number))]).toEqual(Array.from({ length: 32 }, (_, index) => index + 1));
});

for (const one of CASES) {
  test(`case ${one.number}, ${one.name}: one cut in every pair of formats`, () => expectEveryPair(one.edit, one));
}
