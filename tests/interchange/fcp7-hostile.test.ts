import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MontageError } from '../../core/errors.ts';
import { exportTimeline, importTimeline } from '../../core/interchange/interchange.ts';
import { scaled } from '../scale.ts';
import { exportInput } from './cut-builder.ts';
import { editedCut } from './edited-cut.ts';

const RATE = '<rate><timebase>25</timebase><ntsc>FALSE</ntsc></rate>';
const sequence = (id: string, video: string) =>
  `<sequence id="${id}">${RATE}<media><video><track>${video}</track></video></media></sequence>`;
const clip = (inside: string, times = '<start>0</start><end>9</end><in>0</in>') =>
  `<clipitem>${times}${inside}</clipitem>`;
const read = (inside: string) => importTimeline('fcp7', `<xmeml version="5">${inside}</xmeml>`);

describe('hostile FCP7 XML', () => {
  test('sequences that play themselves, at once or in a ring, are refused', () => {
    expect(() => read(sequence('a', clip('<sequence id="a"/>')))).toThrow(/E_INTERCHANGE_HOSTILE.*plays itself/);
    const ring = sequence('a', clip('<sequence id="b"/>')) + sequence('b', clip('<sequence id="a"/>'));
    expect(() => read(ring)).toThrow(/E_INTERCHANGE_HOSTILE.*plays itself/);
  });

  test('negative, huge and missing times leave the clip out and say so', () => {
    const times = (start: string, end: string) => `<start>${start}</start><end>${end}</end><in>0</in>`;
    const bad = [times('-50', '-20'), times('0', '9e99'), times('9', '3'), times('NaN', '5'), ''].map((one) =>
      clip('', one),
    );
    const cut = read(sequence('a', bad.join('')));
    expect(cut.tracks[0]?.clips).toEqual([]);
    expect(cut.losses.map((loss) => loss.kind)).toEqual(['media', 'media', 'media', 'media', 'media']);
  });

  test('a file described twice is the first one; one described nowhere keeps the name of its clip', () => {
    const file = (id: string, path: string) => `<file id="${id}"><pathurl>file:///${path}</pathurl></file>`;
    const cut = read(
      sequence('a', clip(file('f', 'm/one.mov')) + clip(file('f', 'm/two.mov')) + clip('<name>N</name><file id="x"/>')),
    );
    expect(cut.tracks[0]?.clips.map(({ media }) => media.path ?? media.name)).toEqual([
      '/m/one.mov',
      '/m/two.mov',
      'N',
    ]);
  });

  test('a long chain of links stays quick', () => {
    const items = Array.from(
      { length: 20_000 },
      (_, index) => `<clipitem id="c${index}"><link><linkclipref>c${index + 1}</linkclipref></link></clipitem>`,
    );
    const started = performance.now();
    read(sequence('a', items.join('')));
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

test.each(['fcp7', 'edl'] as const)('%s: a file of ours changed anywhere is read or refused with a code', (format) => {
  const values = ['-1', '9'.repeat(40), '1e308', 'NaN', '0', '999999999', '99:99:99:99', '<a>', '</x>', ']]>'];
  fc.assert(
    fc.property(
      fc.gen(),
      fc.nat(),
      fc.nat({ max: 40 }),
      fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom(...values)),
      (g, at, removed, insert) => {
        const { timeline, media } = editedCut(g, { generated: format === 'fcp7' });
        const text = exportTimeline(format, exportInput(timeline, media)).files[0]?.text ?? '';
        const from = at % Math.max(1, text.length);
        try {
          importTimeline(format, `${text.slice(0, from)}${insert}${text.slice(from + removed)}`);
        } catch (error) {
          if (!(error instanceof MontageError)) throw error;
          expect(error.fault.code).toMatch(/^E_INTERCHANGE_/);
        }
      },
    ),
    { numRuns: scaled(60), endOnFailure: true },
  );
});
