import { describe, expect, test } from 'vitest';
import { importTimeline } from '../../core/interchange/interchange.ts';
import { wholeWay } from './whole-way.ts';

const time = (value: unknown, rate: unknown = 25) => ({ OTIO_SCHEMA: 'RationalTime.1', value, rate });
const range = (start: unknown, duration: unknown) => ({ start_time: time(start), duration: time(duration) });
const clip = (more: object = {}) => ({ OTIO_SCHEMA: 'Clip.2', name: 'Take', source_range: range(5, 10), ...more });
const track = (...children: readonly unknown[]) => ({ OTIO_SCHEMA: 'Track.1', kind: 'Video', children });
const timeline = (...children: readonly unknown[]) => ({
  OTIO_SCHEMA: 'Timeline.1',
  tracks: { OTIO_SCHEMA: 'Stack.1', children },
});

const through = (text: string) => wholeWay('otio', text, 'otio');

/** Bounded: what takes longer hangs. */
function quickly<T>(limitMs: number, run: () => T): T {
  const start = performance.now();
  const result = run();
  expect(performance.now() - start).toBeLessThan(limitMs);
  return result;
}

describe('hostile OTIO', () => {
  test.each([
    ['NaN', JSON.stringify(timeline(track(clip({ source_range: range(5, 'nan') })))).replace('"nan"', 'NaN')],
    [
      'Infinity',
      JSON.stringify(timeline(track(clip({ source_range: range('inf', 1) })))).replace('"inf"', '-Infinity'),
    ],
  ])('%s is refused by name', (_, text) => {
    expect(() => importTimeline('otio', text)).toThrow(/E_INTERCHANGE_JSON: .*NaN or Infinity/);
  });

  test.each([
    ['negative length', clip({ source_range: range(5, -10) }), 'media'],
    ['huge length', clip({ source_range: range(5, 1e15) }), 'media'],
    ['text for a length', clip({ source_range: range(5, '10') }), 'media'],
    ['no rate', clip({ source_range: { duration: time(10, 0) } }), 'media'],
    ['negative rate', clip({ source_range: { duration: time(10, -25) } }), 'media'],
    ['nothing at all', {}, 'nested'],
    ['a reference to another object', { OTIO_SCHEMA: 'SerializableObjectRef.1', id: 'Clip-1' }, 'nested'],
    ['an unknown schema', { OTIO_SCHEMA: 'Multicam.1', children: [] }, 'nested'],
  ])('a clip of %s is left out and listed', (_, item, kind) => {
    const cut = importTimeline('otio', JSON.stringify(timeline(track(item, clip()))));
    expect(cut.tracks[0]?.clips.map((one) => one.name)).toEqual(['Take']);
    expect(cut.losses.map((loss) => loss.kind)).toEqual([kind]);
  });

  test('a track of years, a negative start, an absurd speed and source times before the media end with a code or a loss', () => {
    const day = clip({ source_range: range(0, 25 * 3600 * 900) });
    expect(through(JSON.stringify(timeline(track(day, day))))).toBe('E_INTERCHANGE_OTIO');
    expect(through(JSON.stringify({ ...timeline(track(clip())), global_start_time: time(-25) }))).toBe('read');
    expect(through(JSON.stringify({ ...timeline(track(clip())), global_start_time: time(1e300) }))).toBe('read');
    for (const scalar of [1e-7, 1e7, -1e5, 0])
      expect(
        through(
          JSON.stringify(
            timeline(track(clip({ effects: [{ OTIO_SCHEMA: 'LinearTimeWarp.1', time_scalar: scalar }] }))),
          ),
        ),
      ).toBe('read');
    expect(through(JSON.stringify(timeline(track(clip({ source_range: range(-1e9, 10) })))))).toBe('read');
  });

  test('deep nests of stacks, tracks, metadata and lists are refused in no time', () => {
    const nested = (levels: number) => {
      const open = '{"OTIO_SCHEMA":"Stack.1","children":[{"OTIO_SCHEMA":"Track.1","children":[';
      return `{"OTIO_SCHEMA":"Timeline.1","tracks":${open.repeat(levels)}${JSON.stringify(clip())}${']}]}'.repeat(levels)}}`;
    };
    expect(through(nested(10))).toBe('read');
    for (const levels of [60, 200, 20_000])
      expect(quickly(3000, () => through(nested(levels)))).toBe('E_INTERCHANGE_HOSTILE');
    const metadata = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
    const deep = JSON.stringify(timeline(track(clip({ metadata: 'x' })))).replace(
      '"metadata":"x"',
      `"metadata":${metadata}`,
    );
    expect(quickly(3000, () => through(deep))).toBe('E_INTERCHANGE_HOSTILE');
    expect(quickly(3000, () => through('['.repeat(2_000_000)))).toBe('E_INTERCHANGE_JSON');
  });

  test('nested timelines that play each other twice do not grow beyond all bounds', () => {
    let cut: object = { OTIO_SCHEMA: 'Stack.1', children: [track(clip())] };
    for (let level = 0; level < 10; level += 1) cut = { OTIO_SCHEMA: 'Stack.1', children: [track(cut, cut)] };
    expect(quickly(15_000, () => through(JSON.stringify(timeline(track(cut)))))).toBe('read');
  });

  test('what is too large, UTF-16 or Latin-1 is refused or said', () => {
    expect(quickly(2000, () => through(`{"OTIO_SCHEMA":"${' '.repeat(100 * 1024 * 1024)}"}`))).toBe(
      'E_INTERCHANGE_HOSTILE',
    );
    const text = JSON.stringify(timeline(track(clip({ name: 'Ünï' }))));
    expect(through(Buffer.from(text, 'utf16le').toString('utf8'))).toBe('E_INTERCHANGE_ENCODING');
    expect(importTimeline('otio', `\uFEFF${text}`).tracks[0]?.clips[0]?.name).toBe('Ünï');
    const latin = importTimeline('otio', Buffer.from(text, 'latin1').toString('utf8'));
    expect(latin.losses.map((loss) => loss.kind)).toEqual(['name']);
  });

  test('a track with 10 000 clips is read, resolved and written in bounded time', () => {
    const text = JSON.stringify(timeline(track(...Array.from({ length: 10_000 }, () => clip()))));
    expect(quickly(15_000, () => through(text))).toBe('read');
  });
});
