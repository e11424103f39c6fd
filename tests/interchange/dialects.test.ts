import { describe, expect, test } from 'vitest';
import type { ImportedTimeline } from '../../core/interchange/handoff.ts';
import { importTimeline } from '../../core/interchange/interchange.ts';
import { R } from './cut-builder.ts';

/** What other programs are known to write, each case as small as it can be: values, and what is listed as lost. */
const kinds = (cut: ImportedTimeline) => cut.losses.map((loss) => loss.kind);
const clipsOf = (cut: ImportedTimeline) => cut.tracks.flatMap((track) => track.clips);

describe('FCPXML', () => {
  const cutOf = (spine: string, attributes = 'format="r1" tcStart="0s"') =>
    importTimeline(
      'fcpxml',
      `<fcpxml version="1.10"><resources><format id="r1" frameDuration="1/25s"/><format id="r2" frameDuration="1001/24000s"/>
       <asset id="a" name="take" hasVideo="1" hasAudio="1" start="0s" duration="40s" format="r1"><media-rep src="file:///m/take.mov"/></asset>
       <asset id="b" name="film" hasVideo="1" start="0s" duration="40s" format="r2"><media-rep src="file:///m/film.mov"/></asset>
       </resources><project name="P"><sequence ${attributes}>${spine}</sequence></project></fcpxml>`,
    );
  const asset = (inside: string, more = '') =>
    cutOf(`<spine><asset-clip ref="a" name="Take" offset="0s" duration="2s" ${more}>${inside}</asset-clip></spine>`);

  test.each([
    ['<timept time="0s" value="0s"/><timept time="2s" value="4s"/>', { num: 2, den: 1 }, []],
    ['<timept time="0s" value="4s"/><timept time="2s" value="0s"/>', { num: 2, den: 1 }, ['reverse']],
    ['<timept time="0s" value="3s"/><timept time="2s" value="3s"/>', { num: 1, den: 1 }, ['freeze']],
    ['<timept/><timept time="1s" value="1s"/><timept time="2s" value="4s"/>', { num: 1, den: 1 }, ['curve']],
    ['<timept time="0s" value="0s"/>', { num: 1, den: 1 }, []],
  ])('a time map %s', (points, speed, lost) => {
    const cut = asset(`<timeMap>${points}</timeMap>`);
    expect(clipsOf(cut)[0]?.speed).toEqual(speed);
    expect(kinds(cut)).toEqual(lost);
  });

  test('media of a close rate run frame by frame unless the file says otherwise', () => {
    const speed = (more: string) =>
      clipsOf(
        cutOf(`<spine><asset-clip ref="b" offset="0s" duration="2s"><conform-rate ${more}/></asset-clip></spine>`),
      )[0]?.speed;
    expect(speed('')).toEqual({ num: 1001, den: 960 });
    expect(speed('scaleEnabled="0"')).toEqual({ num: 1, den: 1 });
    expect(clipsOf(asset('<conform-rate/>'))[0]?.speed).toEqual({ num: 1, den: 1 });
  });

  test('an audition keeps its pick; gaps, transitions, titles and compounds are holes', () => {
    const cut = cutOf(`<spine>
      <audition><asset-clip ref="a" name="Pick" duration="1s"/><asset-clip ref="b" name="Other" duration="1s"/></audition>
      <transition duration="1s"/>
      <title duration="1s" name="T"/><ref-clip duration="1s"/><mc-clip duration="1s"/><sync-clip duration="1s"/>
      <video ref="nothing" duration="1s"/><asset-clip ref="a"/><audition/></spine>`);
    expect(new Set(clipsOf(cut).map((one) => one.name))).toEqual(new Set(['Pick']));
    expect(kinds(cut)).toEqual(['nested', 'transition', 'title', 'nested', 'nested', 'nested', 'generator', 'media']);
  });

  test('connected clips, their lanes, labels, effects and markers', () => {
    const cut = asset(`<asset-clip ref="b" name="Above" lane="1" offset="1s" duration="1s"/>
      <asset-clip ref="b" name="Odd" lane="x" duration="1s"/>
      <marker start="1s" value="Here"/><marker/><keyword value="k"/><filter-video name="Blur"/><rating/><object-tracker/>
      <adjust-volume amount="loud"><param name="amount"><fadeIn duration="1s"/><fadeOut/></param></adjust-volume>
      <adjust-blend amount="thick"/>`);
    expect(clipsOf(cut).find((one) => one.name === 'Above')?.recordIn).toBe(25);
    expect(cut.markers.map(({ at, name }) => [at, name])).toEqual([
      [0, ''],
      [25, 'Here'],
    ]);
    const sound = cut.tracks.find((track) => track.kind === 'audio')?.clips[0];
    expect(sound).toMatchObject({ gainDb: 0, fadeIn: { num: 1, den: 1 }, fadeOut: { num: 0, den: 1 } });
    expect(clipsOf(cut).every((one) => one.opacity === 1)).toBe(true);
    expect(kinds(cut).toSorted()).toEqual(['effect', 'effect', 'note', 'note']);
  });

  test('a sequence of an unknown format is refused; presets tell their rate by name; no storyline is an empty cut', () => {
    expect(() => cutOf('<spine/>', 'format="nowhere"')).toThrow(/E_INTERCHANGE_FCPXML/);
    expect(() => cutOf('<spine/>', '')).toThrow(/E_INTERCHANGE_FCPXML/);
    expect(clipsOf(cutOf(''))).toEqual([]);
    const preset = (name: string) =>
      importTimeline(
        'fcpxml',
        `<fcpxml><resources><format id="r1" name="${name}"/></resources><project><sequence format="r1"><spine/></sequence></project></fcpxml>`,
      ).rate;
    expect(preset('FFVideoFormat1080p2398')).toEqual(R.r23976);
    expect(preset('FFVideoFormat1080p25')).toEqual(R.r25);
    expect(() => preset('mine')).toThrow(/E_INTERCHANGE_FCPXML/);
  });

  test('entities and references are read, unknown ones stay as written', () => {
    const cut = cutOf('<spine/>').name;
    expect(cut).toBe('P');
    const named = (text: string) =>
      clipsOf(cutOf(`<spine><asset-clip ref="a" name="${text}" offset="0s" duration="2s"/></spine>`))[0]?.name;
    expect(named('&#65;&#x42;&amp;&nbsp;&#0;')).toBe('AB&&nbsp;&#0;');
    expect(asset('<note><![CDATA[a < b]]></note>').tracks[0]?.clips[0]?.note).toBe('a < b');
    expect(() => importTimeline('fcpxml', '<fcpxml>')).toThrow(/<fcpxml> is never closed/);
  });
});
