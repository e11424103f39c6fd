import { describe, expect, test } from 'vitest';
import { importTimeline } from '../../core/interchange/interchange.ts';

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

  test.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf', '__proto__'])(
    'an effect, a composite mode, a part and an entity called %s are unknown ones',
    (name) => {
      // Elements of these names are refused by the parser itself.
      const isReserved = name === 'constructor' || name === 'hasOwnProperty' || name === '__proto__';
      const filter = `<filter><effect><name>Glow</name><effectid>${name}</effectid></effect></filter>`;
      const parts = `<name>A&${name};B</name><compositemode>${name}</compositemode>${isReserved ? '' : `<${name}>x</${name}>`}`;
      const cut = read(sequence('a', clip(parts + filter)));
      expect(cut.tracks[0]?.clips).toHaveLength(1);
      expect(cut.tracks[0]?.clips[0]?.effects?.blend).toBeUndefined();
      expect(cut.tracks[0]?.clips[0]?.name).toBe(`A&${name};B`);
      expect(cut.losses.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['effect', 'blend']));
    },
  );

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
