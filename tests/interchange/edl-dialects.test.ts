import { describe, expect, test } from 'vitest';
import type { ImportedTimeline } from '../../core/interchange/handoff.ts';
import { importTimeline } from '../../core/interchange/interchange.ts';
import { R } from './cut-builder.ts';

/** What other programs are known to write, each case as small as it can be: values, and what is listed as lost. */
const kinds = (cut: ImportedTimeline) => cut.losses.map((loss) => loss.kind);
const clipsOf = (cut: ImportedTimeline) => cut.tracks.flatMap((track) => track.clips);

describe('EDL', () => {
  const event = (number: number, channel: string, times: string, reel = 'A001', transition = 'C') =>
    `00${number}  ${reel} ${channel} ${transition} ${times}`;
  const FIRST = '00:00:10:00 00:00:12:00 01:00:00:00 01:00:02:00';
  const SECOND = '00:00:20:00 00:00:21:00 01:00:02:00 01:00:03:00';
  const read = (...lines: readonly string[]) =>
    importTimeline('edl', ['TITLE: Reel', 'FCM: NON-DROP FRAME', ...lines].join('\n'), { rate: R.r25 });

  test('B is picture and sound, AUD lines add channels, an unknown channel is listed', () => {
    const cut = read(event(1, 'B', FIRST), event(2, 'V', SECOND), 'AUD  3   4', event(3, 'X', SECOND));
    expect(cut.tracks.map((track) => [track.name, track.clips.length])).toEqual([
      ['V1', 2],
      ['A1', 1],
      ['A3', 1],
      ['A4', 1],
    ]);
    expect(kinds(cut)).toEqual(['track']);
  });

  test('comments add up, locators become markers, what is not understood is listed', () => {
    const cut = read(
      event(1, 'V', FIRST),
      '* FROM CLIP NAME: Take 1',
      '* COMMENT: one',
      '* COMMENT: two',
      '* LOC: 01:00:01:00 RED     Look',
      '* LOC: somewhere',
      'M2   NOBODY   012.5                00:00:10:00',
    );
    expect(clipsOf(cut)[0]).toMatchObject({ name: 'Take 1', note: 'one two' });
    expect(cut.markers).toMatchObject([{ at: 25, name: 'Look', colour: 'red' }]);
    expect(cut.losses.length).toBeGreaterThanOrEqual(1);
  });

  test('times pass midnight', () => {
    const late = '23:59:59:00 00:00:01:00 23:59:58:00 00:00:00:00';
    expect(clipsOf(read(event(1, 'V', late)))[0]).toMatchObject({ duration: 50, speed: { num: 1, den: 1 } });
  });

  test('more source than record without a speed plays at normal speed and says so', () => {
    const uneven = '00:00:10:00 00:00:14:00 01:00:00:00 01:00:02:00';
    const cut = read(event(1, 'V', uneven));
    expect(clipsOf(cut)[0]?.speed).toEqual({ num: 1, den: 1 });
    expect(kinds(cut)).toEqual(['speed']);
  });

  test('a motion line before any edit says nothing', () => {
    expect(clipsOf(read('M2   A001   050.0   00:00:10:00', event(1, 'V', FIRST)))).toHaveLength(1);
  });
});
