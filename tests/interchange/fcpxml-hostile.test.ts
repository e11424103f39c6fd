import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MontageError } from '../../core/errors.ts';
import { exportTimeline, importTimeline } from '../../core/interchange/interchange.ts';
import { resolveImported } from '../../core/interchange/resolve.ts';
import { scaled } from '../scale.ts';
import { exportInput } from './cut-builder.ts';
import { richCut } from './rich-cut.ts';

const within = (resources: string, spine: string) =>
  `<fcpxml version="1.10"><resources><format id="r1" frameDuration="1/25s"/>
   <asset id="a" name="take" hasVideo="1" start="0s" duration="40s" format="r1"><media-rep src="file:///m/take.mov"/></asset>
   ${resources}</resources><project name="P"><sequence format="r1"><spine>${spine}</spine></sequence></project></fcpxml>`;

describe('hostile FCPXML', () => {
  const chain = Array.from(
    { length: 60 },
    (_, index) =>
      `<media id="m${index}"><sequence format="r1"><spine><ref-clip ref="m${index + 1}" duration="1s"/></spine></sequence></media>`,
  ).join('');
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [
      'a time beyond all bounds',
      within('', '<gap duration="9999999999999999999s"/>'),
      /E_INTERCHANGE_FCPXML.*ten days/,
    ],
    ['a time that is a word', within('', '<gap duration="soon"/>'), /E_INTERCHANGE_FCPXML.*line 3/],
    ['compound clips 60 deep', within(chain, '<ref-clip ref="m0" duration="1s"/>'), /E_INTERCHANGE_FCPXML.*deep/],
    ['NaN', within('', '<gap duration="NaNs"/>'), /E_INTERCHANGE_FCPXML/],
  ];
  test.each(cases)('%s is refused with its place', (_, text, reason) => {
    expect(() => importTimeline('fcpxml', text)).toThrow(reason);
  });

  test('clips before the start, without media or with numbers that are none are read as far as they go', () => {
    const cut = importTimeline(
      'fcpxml',
      within(
        '',
        `<asset-clip ref="a" offset="-5s" duration="2s"/><asset-clip ref="nowhere" offset="0s" duration="2s"/>
         <asset-clip ref="a" offset="2s" duration="2s"><adjust-transform scale="NaN 1e99" position="x" rotation="Infinity"/>
         <adjust-crop mode="trim"><trim-rect left="1e308"/></adjust-crop><adjust-blend amount="-7"/></asset-clip>`,
      ),
    );
    const { timeline, losses } = resolveImported(
      cut,
      () => undefined,
      () => 'id',
    );
    expect(timeline.tracks.flatMap((track) => [...track.clips])).toEqual([]);
    expect(losses.length).toBeGreaterThan(0);
    expect(cut.tracks[0]?.clips.at(-1)).toMatchObject({ opacity: 0, effects: undefined });
  });

  test('tens of thousands of clips are read in seconds', () => {
    const clips = Array.from(
      { length: 20_000 },
      (_, at) => `<asset-clip ref="a" offset="${at}/25s" duration="1/25s"/>`,
    );
    const before = performance.now();
    const cut = importTimeline('fcpxml', within('', clips.join('\n')));
    expect(cut.tracks[0]?.clips).toHaveLength(20_000);
    expect(performance.now() - before).toBeLessThan(15_000);
  });

  test('a file changed anywhere is read or refused with a code, never a crash', () => {
    const texts: string[] = [];
    fc.assert(
      fc.property(fc.gen(), (g) => {
        const { timeline, media } = richCut(g);
        texts.push(exportTimeline('fcpxml', exportInput(timeline, media)).files[0]?.text ?? '');
      }),
      { numRuns: 20 },
    );
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat({ max: 40 }), piece, (which, at, cut, insert) => {
        const text = texts[which % texts.length] ?? '';
        const from = at % text.length;
        expectReadOrRefused(`${text.slice(0, from)}${insert}${text.slice(from + cut)}`);
      }),
      { numRuns: scaled(300) },
    );
    fc.assert(
      fc.property(fc.nat(), fc.nat(), wild, (which, at, value) => {
        const text = texts[which % texts.length] ?? '';
        // One attribute gets another value: the XML stays whole.
        const values = [...text.matchAll(/="[^"]*"/g)];
        const place = values[at % values.length];
        if (place === undefined) return;
        expectReadOrRefused(`${text.slice(0, place.index)}="${value}"${text.slice(place.index + place[0].length)}`);
      }),
      { numRuns: scaled(300) },
    );
  });
});

const piece = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom('<gap/>', '</spine>', '"', '&#0;', '\u0000', '<![CDATA['),
);
const wild = fc.oneof(
  fc.constantFrom(
    '-1s',
    '0s',
    '1/0s',
    '9999999999999999999/1s',
    '1/9999999999999999999s',
    '-3600s',
    'r1',
    'r3',
    'NaN',
    '',
  ),
  fc.constantFrom('1e308', '-1', '1', '0', 'all', 'video', '1/3s', '8640000s', '1001/24000s', '2147483648/2147483647s'),
  fc.tuple(fc.integer(), fc.nat({ max: 4_000_000_000 })).map(([num, den]) => `${num}/${den}s`),
  fc.double().map(String),
);

function expectReadOrRefused(text: string): void {
  try {
    const cut = importTimeline('fcpxml', text);
    resolveImported(
      cut,
      () => undefined,
      () => 'id',
    );
  } catch (error) {
    if (!(error instanceof MontageError)) throw error;
    expect(error.fault.code).toMatch(/^E_INTERCHANGE_/);
  }
}
