import { expect, test } from 'vitest';
import { measuresOf } from '../../../core/analysis/measures.ts';
import { analysisResultSchema } from '../../../core/analysis/schema.ts';
import { flicksFromSeconds } from '../../../core/time/flicks.ts';

const span = { start: flicksFromSeconds(1), end: flicksFromSeconds(2.5), confidence: 0.9 };
const stamp = { analyserId: 'x', analyserVersion: 1 };
const path = { kind: 'signal', because: 'the model is not there' } as const;

test.each([
  { ...stamp, kind: 'speech-segments', path, segments: [span] },
  { ...stamp, kind: 'sound-kinds', path: { kind: 'model', model: 'm' }, segments: [{ ...span, sound: 'music' }] },
  { ...stamp, kind: 'sound-faults', noiseFloorDbfs: null, faults: [{ ...span, fault: 'silence', levelDbfs: -90 }] },
  {
    ...stamp,
    kind: 'sound-faults',
    noiseFloorDbfs: -61,
    faults: [{ ...span, fault: 'hum', mainsHz: 50, levelDbfs: -40, harmonics: 3 }],
  },
])('what is heard is stored as it was found, with its spans as measures: $kind', (result) => {
  const read = analysisResultSchema.parse(JSON.parse(JSON.stringify(result)));
  expect(read).toEqual(result);
  expect(measuresOf(read)).toContainEqual(
    expect.objectContaining({ span: { kind: 'time', start: span.start, end: span.end }, value: 0.9 }),
  );
});

test('a fault that is none is refused', () => {
  const faults = [{ ...span, fault: 'hum', mainsHz: 55, levelDbfs: -40, harmonics: 3 }];
  const result = { ...stamp, kind: 'sound-faults', noiseFloorDbfs: null, faults };
  expect(analysisResultSchema.safeParse(result).success).toBe(false);
});
