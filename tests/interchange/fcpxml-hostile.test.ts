import { describe, expect, test } from 'vitest';
import { importTimeline } from '../../core/interchange/interchange.ts';
import { resolveImported } from '../../core/interchange/resolve.ts';

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
});
