import { expect, test } from 'vitest';
import { readBackExport } from '../../core/interchange/read-back.ts';
import { flicks, FLICKS_PER_SECOND } from '../../core/time/flicks.ts';
import { nominalFps, timeOfFrame, type Rate } from '../../core/time/rate.ts';
import { formatRational } from '../../core/time/rational.ts';
import {
  audioTrack,
  exportInput,
  picture,
  R,
  sound,
  soundMedia,
  timelineOf,
  videoMedia,
  videoTrack,
} from './cut-builder.ts';
import { DIALECTS, opened, seen, written } from './every-pair.ts';
import { fraction } from './independent/cut-list.ts';
import { scaled } from '../scale.ts';
import type { Edit } from './same-cut.ts';

const HOURS = 3;
const CLIPS = scaled(60);
const RATES: readonly (readonly [Rate, boolean])[] = [
  [R.r24, false],
  [R.r25, false],
  [R.r30, false],
  [R.r23976, false],
  [R.r2997, true],
  [R.r5994, true],
];

const whole = flicks(HOURS * 3600 * FLICKS_PER_SECOND + FLICKS_PER_SECOND);
const at48 = soundMedia('sound48.wav', whole);
const at441 = soundMedia('sound441.wav', whole);
const slower = {
  ...at441,
  media: { ...at441.media, audio: at441.media.audio.map((stream) => ({ ...stream, sampleRateHz: 44_100 })) },
};
const sounds = [at48, slower];
const pictures = RATES.map(([rate, dropFrame]) => {
  const name = `${Math.round((rate.num / rate.den) * 100)}.mov`;
  const frames = Math.floor(((HOURS * 3600 + 60) * rate.num) / rate.den);
  return { rate, of: videoMedia(name, rate, frames, { timecode: `01:00:00${dropFrame ? ';' : ':'}00`, dropFrame }) };
});

/** Three hours of clips from files of every rate, with the lines that every format must show, counted in BigInts. */
function longCut(rate: Rate, dropFrame: boolean): { readonly edit: Edit; readonly lines: readonly string[] } {
  const length = Math.floor((HOURS * 3600 * rate.num) / rate.den / CLIPS);
  const lines: string[] = [];
  const clips = Array.from({ length: CLIPS }, (_, index) => {
    const source = pictures[index % pictures.length];
    if (source === undefined) throw new Error('no file');
    // The frame shown at that frame of the timeline: no other can start there in a format that counts in those.
    const at = BigInt(index * length + 7);
    const time = fraction(at * BigInt(rate.den) * BigInt(source.rate.num), BigInt(rate.num) * BigInt(source.rate.den));
    const shown = Number(time.n / time.d);
    const span = `${index * length}-${index * length + length - (index % 3)}`;
    lines.push(`V1 ${span} ${source.of.media.name} #${shown} x1/1`);
    return picture(source.of, rate, shown, index * length, length - (index % 3));
  });
  const heard = Array.from({ length: CLIPS }, (_, index) => {
    const of = sounds[index % sounds.length] ?? at48;
    const from = fraction(BigInt(index * length + 5) * BigInt(rate.den), BigInt(rate.num));
    lines.push(`A1 ${index * length}-${(index + 1) * length} ${of.media.name} ${from.n}/${from.d}s x1/1`);
    return sound(of, rate, { flicks: timeOfFrame(index * length + 5, rate) }, index * length, length);
  });
  const startFrame = nominalFps(rate) * 3600 - (dropFrame ? (nominalFps(rate) / 15) * 54 : 0);
  const tracks = [videoTrack(1, clips), audioTrack(1, heard)];
  const timeline = timelineOf(rate, tracks, { startFrame, dropFrame });
  return { edit: { timeline, media: [...pictures.map(({ of }) => of), ...sounds] }, lines };
}

for (const [rate, dropFrame] of RATES) {
  const name = `${formatRational(rate)}${dropFrame ? ' DF' : ''}`;
  test.each(DIALECTS)(
    `three hours at ${name} of every rate, 44.1 and 48 kHz: 0 frames of error in $name`,
    (dialect) => {
      const { edit, lines } = longCut(rate, dropFrame);
      const result = written(dialect, edit);
      expect(result.losses.filter(({ kind }) => kind === 'source-in')).toEqual([]);
      expect(seen(dialect, result, edit)).toEqual(lines.toSorted());
      const readBack = readBackExport(dialect.format, exportInput(edit.timeline, edit.media), result);
      expect(readBack.unexplained).toEqual([]);
      const again = opened(dialect, result, edit);
      expect(seen(dialect, written(dialect, again), again)).toEqual(lines.toSorted());
    },
  );
}
