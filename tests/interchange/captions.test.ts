import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exportSide, importSide, readBackSide, type SideFormat } from '../../core/interchange/side-formats.ts';
import { LISTED_RATES, timeOfFrame } from '../../core/time/rate.ts';
import { mulDiv, rational } from '../../core/time/rational.ts';
import { scaled } from '../scale.ts';
import { exportInput, marker, picture, R, timelineOf, videoMedia, videoTrack } from './cut-builder.ts';
import { richCut } from './rich-cut.ts';

const CAPTIONS: readonly SideFormat[] = ['srt', 'vtt', 'ass'];

describe.each(CAPTIONS)('%s', (format) => {
  test('captions come back on their frames with their text, or it is listed', () => {
    fc.assert(
      fc.property(fc.gen(), (g) => {
        const { timeline, media } = richCut(g, ['captions', 'titles']);
        const input = exportInput(timeline, media);
        expect(readBackSide(format, input, exportSide(format, input)).unexplained).toEqual([]);
      }),
      { numRuns: scaled(60) },
    );
  });

  test('whatever is read is a timeline or a coded refusal', () => {
    const { files } = exportSide(format, exportInput(timelineOf(R.r25, []), []));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.nat(400), (noise, at) => {
        const text = files[0]?.text ?? '';
        try {
          importSide(format, `${text.slice(0, at)}${noise}${text.slice(at)}`, 'noise');
        } catch (error) {
          expect(String(error)).toMatch(/E_INTERCHANGE_/);
        }
      }),
      { numRuns: scaled(300) },
    );
  });
});

test('a millisecond tells the frames of every rate apart', () => {
  for (const rate of LISTED_RATES) {
    for (let frame = 0; frame < 2000; frame += 7) {
      const ms = mulDiv(timeOfFrame(frame, rate), 1000, 705_600_000, 'nearest');
      expect(mulDiv(ms * 705_600, rate.num, 705_600_000 * rate.den, 'nearest')).toBe(frame);
    }
  }
});

test('SRT as people write it: no numbers, dots, tags, byte order mark, overlaps', () => {
  const text = '\uFEFF00:00:01.000 --> 00:00:02.5\r\n<i>One</i> < two\r\n\r\n7\r\n0:00:02,000 --> 0:00:03,000\r\nB\r\n';
  const read = importSide('srt', text, 'x.srt', { rate: R.r25 });
  expect(
    read.tracks[0]?.clips.map(({ recordIn, duration, effects }) => [recordIn, duration, effects?.title?.text]),
  ).toEqual([
    [25, 25, 'One < two'],
    [50, 25, 'B'],
  ]);
  expect(read.losses.map(({ message }) => message)).toEqual(['it ends where the next one starts']);
});

const a = videoMedia('A.mov', R.r25, 9000);

test('the shot list quotes by RFC 4180 and lets no cell be a formula', () => {
  const clips = [picture(a, R.r25, 0, 0, 50, { name: '=HYPERLINK("x")', note: 'a "b"\nc', speed: rational(1, 2) })];
  const text = exportSide('csv', exportInput(timelineOf(R.r25, [videoTrack(1, clips)]), [a])).files[0]?.text ?? '';
  expect(text.split('\r\n')[1]).toBe(
    `1,V1,"'=HYPERLINK(""x"")",00:00:00:00,00:00:02:00,50,A.mov,00:00:00:00,00:00:01:00,1/2,yes,,,"a ""b""\nc",,/media/A.mov`,
  );
});

test('chapters start at 0:00 and end with the cut', () => {
  const markers = [marker(R.r25, 500, 'Two = 2'), marker(R.r25, 1000, 'Three')];
  const timeline = timelineOf(R.r25, [videoTrack(1, [picture(a, R.r25, 0, 0, 1500)])], { markers });
  const input = exportInput(timeline, [a]);
  expect(exportSide('youtube', input).files[0]?.text).toBe('0:00 Test cut\n0:20 Two = 2\n0:40 Three\n');
  expect(exportSide('ffmetadata', input).files[0]?.text).toContain(
    '[CHAPTER]\nTIMEBASE=1/25\nSTART=1000\nEND=1500\ntitle=Three\n',
  );
  expect(exportSide('ffmetadata', input).files[0]?.text).toContain('title=Two \\= 2');
});
