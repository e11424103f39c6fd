import { describe, expect, test } from 'vitest';
import type { ImportedTimeline } from '../../core/interchange/handoff.ts';
import { importTimeline } from '../../core/interchange/interchange.ts';
import { flicks } from '../../core/time/flicks.ts';
import { R } from './cut-builder.ts';

/** What Final Cut and others are known to write, each case as small as it can be: values, and what is listed as lost. */
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
    ['<timept time="0s" value="4s"/><timept time="2s" value="0s"/>', { num: -2, den: 1 }, []],
    ['<timept time="0s" value="3s"/><timept time="2s" value="3s"/>', { num: 0, den: 1 }, ['freeze']],
    ['<timept/><timept time="1s" value="1s"/><timept time="2s" value="4s"/>', { num: 1, den: 1 }, ['variable-rate']],
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

  test('an audition keeps its pick; what is not in the file leaves holes', () => {
    const cut = cutOf(`<spine>
      <audition><asset-clip ref="a" name="Pick" duration="1s"/><asset-clip ref="b" name="Other" duration="1s"/></audition>
      <transition duration="1s"/>
      <title duration="1s" name="T"/><ref-clip duration="1s"/><mc-clip duration="1s"/><sync-clip duration="1s"/>
      <video ref="nothing" duration="1s"/><asset-clip ref="a"/><audition/></spine>`);
    expect(new Set(clipsOf(cut).map((one) => one.name))).toEqual(new Set(['Pick', 'T', 'take']));
    expect(kinds(cut)).toEqual(['nested', 'title', 'nested', 'nested', 'nested', 'nested', 'generator']);
    const [pick, title] = cut.tracks[0]?.clips ?? [];
    expect(pick?.tail ?? pick?.head).toBeUndefined();
    // Half of the second lies on each side of the cut.
    expect(title?.head).toEqual({ kind: 'dissolve', inOffset: 12, outOffset: 13 });
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

  const effects = '<effect id="d" name="Cross Dissolve" uid="x"/><effect id="w" name="Wipe" uid="y"/>';
  const within = (resources: string, spine: string) =>
    importTimeline(
      'fcpxml',
      `<fcpxml version="1.10"><resources><format id="r1" frameDuration="1/25s" width="1920" height="1080"/>${effects}
       <asset id="a" name="take" hasVideo="1" hasAudio="1" start="10s" duration="40s" format="r1"><media-rep src="file:///m/take.mov"/></asset>
       <asset id="s" name="song" hasAudio="1" start="0s" duration="40s" audioSources="1" audioChannels="2"><media-rep src="file:///m/song.wav"/></asset>
       ${resources}</resources><project name="P"><sequence format="r1" tcStart="0s"><spine>${spine}</spine></sequence></project></fcpxml>`,
    );

  test('a transition belongs to the clip that comes, its filters say what crosses', () => {
    const two = (filters: string, offset = 'offset="44/25s" ') =>
      within(
        '',
        `<asset-clip ref="a" offset="0s" duration="2s"/><transition ${offset}duration="12/25s">${filters}</transition>
         <asset-clip ref="a" offset="2s" duration="2s"/>`,
      ).tracks.map((track) => track.clips[1]?.head);
    const cross = { kind: 'dissolve', inOffset: 6, outOffset: 6 };
    expect(two('')).toEqual([cross, cross]);
    expect(two('<filter-video ref="d"/>')).toEqual([cross, undefined]);
    expect(two('<filter-audio ref="x"/>')).toEqual([undefined, cross]);
    const wipe = '<filter-video ref="w"><param name="Direction" value="3"/></filter-video>';
    expect(two(wipe)[0]).toEqual({ ...cross, kind: 'wipe', direction: 'down' });
    expect(two('', 'offset="50/25s" ')[0]).toEqual({ kind: 'dissolve', inOffset: 0, outOffset: 12 });
    const unknown = within(
      '',
      '<transition duration="1s"><filter-video name="Swirl"/></transition><gap duration="1s"/>',
    );
    expect(kinds(unknown)).toEqual(['transition', 'transition']);
  });

  test('at the ends of a storyline it comes from nothing and goes to nothing', () => {
    const cut = within(
      '',
      `<transition offset="0s" duration="10/25s"/><asset-clip ref="a" offset="0s" duration="4s"/><transition offset="90/25s" duration="10/25s"/>`,
    );
    expect(cut.tracks[0]?.clips[0]).toMatchObject({
      head: { inOffset: 0, outOffset: 10 },
      tail: { inOffset: 10, outOffset: 0 },
    });
  });

  test('position in per cent of the height, up positive; rotation counter-clockwise; trims by the media shape', () => {
    const shown = within(
      '',
      `<asset-clip ref="a" offset="0s" duration="4s"><adjust-crop mode="trim"><trim-rect left="17.777777778" top="5"/></adjust-crop>
       <adjust-transform position="88.888888889 -25" scale="0.5 0.75" rotation="30"/></asset-clip>`,
    ).tracks[0]?.clips[0]?.effects;
    expect(shown?.transform).toMatchObject({ scaleX: 0.5, scaleY: 0.75, rotationDegrees: -30, positionY: 0.25 });
    expect(shown?.transform?.positionX).toBeCloseTo(0.5, 8);
    expect(shown?.crop?.left).toBeCloseTo(0.1, 8);
    expect(shown?.crop?.top).toBe(0.05);
  });

  test('a Ken Burns move becomes keyframes of scale and position', () => {
    const clip = within(
      '',
      `<asset-clip ref="a" offset="0s" duration="4s"><adjust-crop mode="pan"><pan-rect/>
       <pan-rect left="44.444444444" top="25" right="44.444444444" bottom="25"/></adjust-crop></asset-clip>`,
    ).tracks[0]?.clips[0];
    expect(clip?.effects).toBeUndefined();
    expect(clip?.keyframes?.scaleX).toEqual([
      { at: 0, value: 1, interpolation: 'smooth' },
      { at: flicks(705_600_000 * 4), value: 2, interpolation: 'smooth' },
    ]);
  });

  test('volume, panning and opacity move by keyframes in the time of the clip', () => {
    const cut = within(
      '',
      `<asset-clip ref="a" offset="0s" start="12s" duration="4s"><adjust-blend amount="0.5"/>
       <adjust-volume amount="-3dB"><param name="amount"><keyframeAnimation><keyframe time="12s" value="-6dB"/>
       <keyframe time="13s" value="-infdB"/></keyframeAnimation></param></adjust-volume><adjust-panner mode="1" amount="-50"/></asset-clip>`,
    );
    expect(cut.tracks[0]?.clips[0]?.opacity).toBe(0.5);
    expect(cut.tracks[1]?.clips[0]).toMatchObject({ gainDb: -3, pan: -0.5 });
    expect(cut.tracks[1]?.clips[0]?.keyframes?.gainDb).toEqual([
      { at: 0, value: -6, interpolation: 'linear' },
      { at: 705_600_000, value: -96, interpolation: 'linear' },
    ]);
  });

  test('compound clips are nested timelines, read once; one of themselves is refused', () => {
    const media = `<media id="m" name="Inner"><sequence format="r1" tcStart="3600s"><spine><asset-clip ref="a" offset="3600s" duration="4s"/></spine></sequence></media>`;
    const cut = within(
      media,
      '<ref-clip ref="m" offset="0s" start="3601s" duration="2s"/><ref-clip ref="m" offset="2s" duration="1s" srcEnable="video"/>',
    );
    expect(cut.nested?.map(({ key, timeline }) => [key, timeline.name, timeline.tracks.length])).toEqual([
      ['m', 'Inner', 2],
    ]);
    expect(cut.tracks.map((track) => track.clips.length)).toEqual([2, 1]);
    expect(cut.tracks[0]?.clips[0]).toMatchObject({
      sourceIn: { num: 1, den: 1 },
      content: { kind: 'nested', key: 'm' },
    });
    const cycle =
      '<media id="m"><sequence format="r1"><spine><ref-clip ref="m" duration="1s"/></spine></sequence></media>';
    expect(() => within(cycle, '<ref-clip ref="m" duration="1s"/>')).toThrow(/E_INTERCHANGE_FCPXML.*itself/);
  });

  test('a multicam clip shows its angle and plays another; a synchronised clip lies open', () => {
    const media = `<media id="m"><multicam format="r1" tcStart="0s"><mc-angle angleID="A"><gap duration="1s"/><asset-clip ref="a" offset="1s" duration="9s"/></mc-angle>
      <mc-angle angleID="B"><asset-clip ref="s" offset="0s" duration="10s"/></mc-angle></multicam></media>`;
    const cut = within(
      media,
      `<mc-clip ref="m" offset="0s" start="3s" duration="2s"><mc-source angleID="A" srcEnable="video"/><mc-source angleID="B" srcEnable="audio"/></mc-clip>
       <sync-clip offset="2s" start="1s" duration="2s"><asset-clip ref="a" offset="0s" duration="9s"/></sync-clip>`,
    );
    const [video, audio] = cut.tracks;
    expect(video?.clips).toMatchObject([
      { recordIn: 0, duration: 50, sourceIn: { num: 2, den: 1 }, media: { name: 'take' } },
      { recordIn: 50, duration: 50, sourceIn: { num: 1, den: 1 } },
    ]);
    expect(audio?.clips[0]).toMatchObject({
      recordIn: 0,
      duration: 50,
      sourceIn: { num: 3, den: 1 },
      media: { name: 'song' },
    });
    expect(kinds(cut)).toEqual(['nested', 'nested']);
  });

  test('titles and captions: text, style, place, language', () => {
    const style =
      '<text-style-def id="t"><text-style font="Futura" fontSize="54" fontFace="Bold" fontColor="1 0 0 1" alignment="left"/></text-style-def>';
    const cut = within(
      '<effect id="bt" name="Basic Title" uid="z"/>',
      `<title ref="bt" name="Hello" offset="0s" start="3600s" duration="2s"><param name="Position" value="192 -108"/>
       <text><text-style ref="t">one</text-style></text><text><text-style ref="t">two</text-style></text>${style}
       <caption lane="1" offset="3600s" duration="1s" role="iTT?captionFormat=ITT.pt-BR"><text placement="top">Oi</text></caption></title>`,
    );
    const [titles, captions] = cut.tracks;
    expect(titles?.clips[0]).toMatchObject({
      content: { kind: 'title' },
      effects: {
        title: {
          text: 'one\ntwo',
          style: { font: 'Futura', size: 0.05, bold: true, colour: '#ff0000', align: 'left', x: 0.1, y: 0.1 },
        },
      },
    });
    expect(captions?.captions).toEqual({ language: 'pt-BR' });
    expect(captions?.clips[0]?.effects?.title).toMatchObject({ text: 'Oi', style: { y: -0.4 } });
    expect(kinds(cut)).toEqual([]);
  });

  test('markers: of the timeline on the main storyline, of the clip above it; to-do, done and chapter by colour', () => {
    const cut = within(
      '',
      `<asset-clip ref="a" offset="0s" duration="4s">
       <asset-clip ref="a" lane="1" offset="11s" duration="2s"><marker start="10.4s" value="up"/></asset-clip>
       <marker start="11s" value="todo" completed="0"/><marker start="12s" value="done" completed="1"/><chapter-marker start="13s" value="ch"/></asset-clip>`,
    );
    expect(cut.markers.map(({ at, name, colour }) => [at, name, colour])).toEqual([
      [25, 'todo', 'red'],
      [50, 'done', 'green'],
      [75, 'ch', 'orange'],
    ]);
    expect(cut.tracks[1]?.clips[0]?.markers).toMatchObject([{ at: 10, name: 'up' }]);
  });

  test('what is declared of media, older assets, colour and its override', () => {
    const cut = importTimeline(
      'fcpxml',
      `<fcpxml version="1.5"><resources><format id="r1" name="FFVideoFormat1080i50" colorSpace="9-16-9 (Rec. 2020 PQ)"/>
       <asset id="a" src="file:///m/old.mov" hasVideo="1" hasAudio="1" format="r1" start="5s" duration="9s" audioSources="2" audioChannels="4" audioRate="48000" colorSpaceOverride="9-18-9 (Rec. 2020 HLG)"/>
       </resources><project><sequence format="r1"><spine><asset-clip ref="a"/></spine></sequence></project></fcpxml>`,
    );
    expect(cut).toMatchObject({ rate: R.r25, width: 1920, height: 1080, colourSpace: 'rec2020-pq' });
    expect(clipsOf(cut)[0]).toMatchObject({
      duration: 225,
      media: {
        name: 'old.mov',
        path: '/m/old.mov',
        declared: {
          start: { num: 5, den: 1 },
          width: 1920,
          colourSpace: 'rec2020-hlg',
          audio: [2, 2],
          sampleRateHz: 48_000,
        },
      },
    });
  });

  test('an id that is given twice, or a multicam bomb, is named', () => {
    const twice = within('<asset id="a" name="other"/>', '<asset-clip ref="a" duration="1s"/>');
    expect(kinds(twice)).toEqual(['media']);
    const bomb = Array.from({ length: 7 }, (_, index) => {
      const uses = Array.from({ length: 12 }, () => `<mc-clip ref="m${index + 1}" duration="1s"/>`).join('');
      return `<media id="m${index}"><multicam format="r1"><mc-angle angleID="A">${uses}</mc-angle></multicam></media>`;
    }).join('');
    expect(() => within(bomb, '<mc-clip ref="m0" duration="8s"/>')).toThrow(/E_INTERCHANGE_HOSTILE/);
    const ring =
      '<media id="m"><multicam format="r1"><mc-angle angleID="A"><mc-clip ref="m" duration="1s"/></mc-angle></multicam></media>';
    expect(() => within(ring, '<mc-clip ref="m" duration="8s"/>')).toThrow(/E_INTERCHANGE_FCPXML.*itself/);
  });
});
