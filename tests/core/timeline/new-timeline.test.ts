import { describe, expect, it } from 'vitest';
import type { MediaFacts } from '../../../core/media/media.ts';
import { flicks } from '../../../core/time/flicks.ts';
import { rational } from '../../../core/time/rational.ts';
import { formatTimecode } from '../../../core/time/timecode.ts';
import { defaultRate, emptyTimeline, sizeOfAspect } from '../../../core/timeline/new-timeline.ts';
import { checkTimeline } from '../../../core/timeline/check-timeline.ts';
import { timelineId } from '../../../core/timeline/timeline.ts';
import { music, photograph, shootOf } from '../director/shoot.ts';

const [take] = shootOf(1, 1);

function footage(
  rate: ReturnType<typeof rational>,
  seconds: number,
  kind: 'constant' | 'variable' = 'constant',
): MediaFacts {
  if (take === undefined) throw new Error('no take');
  const duration = flicks(seconds * 705_600_000);
  const timing =
    kind === 'constant' ? { kind, rate, frameCount: 1 } : { kind, averageRate: rate, frameCount: 1, duration };
  return { ...take.media, duration, video: take.media.video.map((stream) => ({ ...stream, timing })) };
}

describe('a new timeline', () => {
  it.each([rational(25), rational(30_000, 1001), rational(60_000, 1001), rational(24_000, 1001)])(
    'starts at one hour at %o',
    (rate) => {
      const timeline = emptyTimeline({ id: timelineId('t'), name: 'T', rate, ...sizeOfAspect('16:9'), videoTracks: 2 });
      expect(formatTimecode(timeline.startFrame, timeline)).toMatch(/^01:00:00[:;]00$/);
      expect(timeline.tracks.map(({ name }) => name)).toEqual(['V1', 'V2', 'A1']);
      expect(checkTimeline(timeline)).toEqual([]);
      expect(
        emptyTimeline({ id: timelineId('t'), name: '', rate, width: 1, height: 1, startFrame: 0, dropFrame: false }),
      ).toMatchObject({ startFrame: 0, dropFrame: false });
    },
  );

  it('runs at the rate of most footage', () => {
    const [pal, film] = [rational(25), rational(24_000, 1001)];
    expect(defaultRate([footage(pal, 10), footage(film, 6), footage(film, 6)])).toEqual(film);
    expect(defaultRate([footage(film, 10), footage(pal, 10)])).toEqual(pal);
    expect(defaultRate([footage(pal, 10), footage(film, 10)])).toEqual(pal);
    expect(defaultRate([footage(rational(2997, 100), 10)])).toEqual(rational(30_000, 1001));
    expect(defaultRate([footage(rational(30), 10, 'variable'), footage(pal, 5)])).toEqual(rational(30));
    expect(defaultRate([photograph('p').media, music('m', 120, 500).media])).toEqual(pal);
    expect(defaultRate([])).toEqual(pal);
  });

  it('has the size of its shape', () => {
    expect((['16:9', '9:16', '1:1', '4:5'] as const).map(sizeOfAspect)).toEqual([
      { width: 1920, height: 1080 },
      { width: 1080, height: 1920 },
      { width: 1080, height: 1080 },
      { width: 1080, height: 1350 },
    ]);
  });
});
