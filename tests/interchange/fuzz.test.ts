import fc from 'fast-check';
import { expect, test } from 'vitest';
import { INTERCHANGE_FORMATS, type InterchangeFormat } from '../../core/interchange/handoff.ts';
import { exportTimeline } from '../../core/interchange/interchange.ts';
import { exportSide, isSideFormat } from '../../core/interchange/side-formats.ts';
import { scaled, testScale } from '../scale.ts';
import { exportInput } from './cut-builder.ts';
import { editedCut } from './edited-cut.ts';
import { mutated } from './mutations.ts';
import { randomFullCut } from './random-full-cut.ts';
import { richCut } from './rich-cut.ts';
import { wholeWay, type ReadFormat } from './whole-way.ts';

const FORMATS: readonly ReadFormat[] = [...INTERCHANGE_FORMATS, 'srt', 'vtt', 'ass'];

/** 10 000 of each format in `npm run test:deep`. */
const MUTATIONS = testScale < 20 ? scaled(60) : 10_000;
/** One mutation on a busy machine, the cut converted, written and read back. */
const LONGEST_MS = 5000;

/** Files of everything a format holds, always the same ones. */
function seedTexts(format: ReadFormat): readonly string[] {
  const texts: string[] = [];
  const property = fc.property(fc.gen(), fc.constantFrom(editedCut, randomFullCut, richCut), (g, make) => {
    const { timeline, media } = isSideFormat(format) || make === richCut ? richCut(g) : make(g);
    const input = exportInput(timeline, media);
    const { files } = isSideFormat(format) ? exportSide(format, input) : exportTimeline(format, input);
    texts.push(...files.map(({ text }) => text).filter((text) => text.length > 50));
  });
  fc.assert(property, { numRuns: isSideFormat(format) ? 120 : 24, seed: 3 });
  return texts;
}

test.each(FORMATS)('%s: a file changed anywhere becomes a valid cut or a code, in time', (format) => {
  const texts = seedTexts(format);
  expect(texts.length).toBeGreaterThan(3);
  const outcomes = new Map<string, number>();
  let longest = 0;
  const started = performance.now();
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const text = mutated(texts[seed % texts.length] ?? '', seed);
      const target: InterchangeFormat = INTERCHANGE_FORMATS[seed % 7] ?? (isSideFormat(format) ? 'otio' : format);
      const before = performance.now();
      const outcome = wholeWay(format, text, target);
      longest = Math.max(longest, performance.now() - before);
      expect(longest).toBeLessThan(LONGEST_MS);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }),
    { numRuns: MUTATIONS, endOnFailure: true },
  );
  expect(outcomes.get('read')).toBeGreaterThan(0);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const all = [...outcomes].map(([outcome, count]) => `${outcome} ${count}`).join(', ');
  process.stdout.write(`${format}: ${MUTATIONS} mutations in ${seconds} s, longest ${longest.toFixed(0)} ms: ${all}\n`);
});
