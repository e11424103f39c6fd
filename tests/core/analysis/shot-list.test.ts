import { expect, test } from 'vitest';
import { shotCsv, shotListOf, shotTable } from '../../../core/analysis/shot-list.ts';
import type { Shot } from '../../../core/analysis/results.ts';
import { rational } from '../../../core/time/rational.ts';

const shots: readonly Shot[] = [
  { firstFrame: 0, lastFrame: 47, transitionIn: { kind: 'start' } },
  { firstFrame: 48, lastFrame: 99, transitionIn: { kind: 'dissolve', firstFrame: 40, lastFrame: 55 } },
];
const list = shotListOf(
  '/tmp/a b.mov',
  { kind: 'constant', rate: rational(24_000, 1001), frameCount: 100 },
  { path: { kind: 'signal', because: 'No model.' }, shots },
  [{ firstFrame: 48, lastFrame: 99, keyFrame: 60 }],
);

test('a shot list holds frames, exact rate and seconds, and its formats say the same', () => {
  expect(list).toMatchObject({ file: '/tmp/a b.mov', rate: '24000/1001', vfr: false, frames: 100 });
  expect(list.shots[1]).toEqual({ ...shots[1], keyFrame: 60, startSeconds: 2.002, endSeconds: 4.170833 });
  expect(shotCsv(list).split('\r\n')[2]).toBe('2,48,99,2.002,4.170833,60,dissolve,40,55');
  expect(shotTable(list)).toContain('dissolve 40–55');
  // Not scored as it is: the middle stands for it.
  expect(list.shots[0]?.keyFrame).toBe(23);
  expect(shotTable(list)).toContain('Borders as measured. No model.');
  const learned = { ...list, path: { kind: 'model', model: 'transnetv2' } as const };
  expect(shotTable(learned)).toContain('set right by transnetv2');
});
