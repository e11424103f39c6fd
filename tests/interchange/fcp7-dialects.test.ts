import { describe, expect, test } from 'vitest';
import type { ImportedTimeline } from '../../core/interchange/handoff.ts';
import { importTimeline } from '../../core/interchange/interchange.ts';
import { rational } from '../../core/time/rational.ts';
import { R } from './cut-builder.ts';

/** What other programs are known to write, each case as small as it can be: values, and what is listed as lost. */
const kinds = (cut: ImportedTimeline) => cut.losses.map((loss) => loss.kind);
const clipsOf = (cut: ImportedTimeline) => cut.tracks.flatMap((track) => track.clips);

describe('FCP7 XML', () => {
  const sequence = (inside: string, more = '') =>
    `<xmeml version="5"><project><children><sequence id="s"><name>Cut</name>
    <rate><timebase>25</timebase><ntsc>FALSE</ntsc></rate>${more}<media>${inside}</media></sequence></children></project></xmeml>`;
  const track = (items: string) => sequence(`<video><track>${items}</track></video>`);
  const item = (inside: string, start = 0, end = 50) =>
    `<clipitem id="c"><name>Take</name><start>${start}</start><end>${end}</end><in>10</in>${inside}
     <file id="f"><name>take.mov</name><pathurl>file://localhost/media/take.mov</pathurl></file></clipitem>`;
  const parameter = (id: string, value: string, more = '') =>
    `<parameter><parameterid>${id}</parameterid><value>${value}</value>${more}</parameter>`;
  const filter = (id: string, inside: string) =>
    `<filter><effect><name>${id} by name</name><effectid>${id}</effectid>${inside}</effect></filter>`;
  const only = (text: string) => {
    const cut = importTimeline('fcp7', text);
    return { cut, clip: clipsOf(cut)[0] };
  };

  test('without a sequence, or one without a rate, it is refused with the line', () => {
    expect(() => importTimeline('fcp7', '<xmeml><bin/></xmeml>')).toThrow(/E_INTERCHANGE_FCP7: .*line 1/);
    expect(() => importTimeline('fcp7', '<other/>')).toThrow(/E_INTERCHANGE_FCP7: the other holds no sequence/);
    expect(() => importTimeline('fcp7', '<xmeml>\n<sequence/></xmeml>')).toThrow(/no rate.*line 2/);
  });

  test('a sequence without names, timecode or size, beside one that is left out', () => {
    const cut = importTimeline(
      'fcp7',
      '<xmeml><sequence><rate><timebase>30</timebase></rate></sequence><sequence><name>B</name></sequence><sequence/></xmeml>',
    );
    expect(cut).toMatchObject({ name: '', startFrame: 0, rate: R.r30, width: undefined, tracks: [], dropFrame: false });
    expect(kinds(cut)).toEqual(['nested', 'nested']);
  });

  test.each([
    ['speed 50', parameter('speed', '50'), { num: 1, den: 2 }, []],
    ['no speed at all', '', { num: 1, den: 1 }, []],
    ['a curve', parameter('variablespeed', '1') + parameter('speed', '200'), { num: 2, den: 1 }, ['curve']],
    ['reverse', parameter('speed', '100') + parameter('reverse', 'TRUE'), { num: -1, den: 1 }, []],
    ['a negative speed', parameter('speed', '-25'), { num: -1, den: 4 }, []],
    ['a freeze', parameter('speed', '0'), { num: 0, den: 1 }, []],
    ['no number', parameter('speed', 'fast'), { num: 1, den: 1 }, ['speed']],
  ])('a retimed clip with %s', (_, inside, speed, lost) => {
    const { cut, clip } = only(track(item(filter('timeremap', inside))));
    expect(clip?.speed).toEqual(speed);
    expect(kinds(cut)).toEqual(lost);
  });

  test('levels and opacity are read with their key frames, other effects are listed and kept', () => {
    const keyframe = (when: number, value: number) =>
      `<keyframe><when>${when}</when><value>${value}</value></keyframe>`;
    const keyed = parameter('opacity', '25', `${keyframe(10, 25)}${keyframe(35, 50)}<keyframe/>`);
    const { cut, clip } = only(track(item(filter('opacity', keyed) + filter('blur', '') + filter('audiolevels', ''))));
    expect(clip).toMatchObject({ opacity: 0.25, gainDb: 0 });
    expect(cut.losses.map(({ kind, message }) => [kind, message])).toEqual([
      ['effect', 'the effect blur by name is left out'],
    ]);
    expect(clip?.keyframes?.opacity).toEqual([
      { at: 0, value: 0.25, interpolation: 'linear' },
      { at: 705_600_000, value: 0.5, interpolation: 'linear' },
    ]);
    expect(JSON.stringify(clip?.metadata)).toContain('blur by name');
    const gainOf = (level: string) =>
      only(sequence(`<audio><track>${item(filter('audiolevels', parameter('level', level)))}</track></audio>`)).clip
        ?.gainDb;
    expect(gainOf('0')).toBe(-96);
    expect(gainOf('2')).toBe(6.021);
    expect(only(track(item(filter('opacity', '')))).clip?.opacity).toBe(1);
  });

  test.each([
    ['start-black', 40],
    ['end-black', 60],
    ['center', 50],
    [undefined, 50],
  ])('a dissolve aligned %s puts the cut at frame %i', (alignment, at) => {
    const text = alignment === undefined ? '' : `<alignment>${alignment}</alignment>`;
    const dissolve = `<transitionitem><start>40</start><end>60</end>${text}</transitionitem>`;
    const cut = importTimeline('fcp7', track(item('', 0, -1) + dissolve + item('', -1, 100)));
    expect(clipsOf(cut).map((clip) => [clip.recordIn, clip.duration])).toEqual([
      [0, at],
      [at, 100 - at],
    ]);
    // `in` of the second counts from the start of the transition.
    expect(clipsOf(cut)[1]?.sourceIn).toEqual(rational(10 + at - 40, 25));
    expect(clipsOf(cut)[1]?.head).toEqual({
      kind: 'dissolve',
      inOffset: at - 40,
      outOffset: 60 - at,
      direction: undefined,
    });
    expect(kinds(cut)).toEqual([]);
  });

  test('edges in a transition that is not there, or none at all, leave the clip out', () => {
    const cut = importTimeline(
      'fcp7',
      track(item('', -1, 50) + item('', 60, 60) + '<transitionitem/>' + item('', -1, 9)),
    );
    expect(clipsOf(cut)).toEqual([]);
    expect(kinds(cut)).toEqual(['media', 'media', 'transition', 'media']);
  });

  test('generators and nested sequences are listed; media without an address keep their name', () => {
    const cut = importTimeline(
      'fcp7',
      track(
        `<generatoritem><name>Title</name><start>0</start><end>9</end></generatoritem>${item('<sequence/>')}
         <clipitem><start>0</start><end>5</end><file id="x"/></clipitem>`,
      ),
    );
    expect(kinds(cut)).toEqual(['generator', 'nested']);
    expect(clipsOf(cut)[0]).toMatchObject({ name: '', duration: 5, media: { name: '' }, linkGroup: null });
  });

  test('markers of the sequence count from its start, those of clips from the clip; those without an end are points', () => {
    const marker = (inside: string) => `<marker>${inside}</marker>`;
    const clip = item(marker('<in>15</in><out>20</out><name>Here</name><comment>Why</comment>') + marker(''), 100, 150);
    const cut = importTimeline(
      'fcp7',
      sequence(`<video><track>${clip}</track></video>`, marker('<in>3</in><out>-1</out><name>A</name>')),
    );
    expect(cut.markers).toMatchObject([{ at: 3, duration: 0, name: 'A', note: '' }]);
    expect(clipsOf(cut)[0]?.markers?.map(({ at, duration, name, note }) => [at, duration, name, note])).toEqual([
      [-10, 0, '', ''],
      [5, 5, 'Here', 'Why'],
    ]);
  });
});
