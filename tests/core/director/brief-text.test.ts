import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { briefFromText } from '../../../core/director/brief-text.ts';
import { hashText, randomBelow, randomSource } from '../../../core/director/random.ts';
import { parseStyle } from '../../../core/director/style.ts';
import { FLICKS_PER_SECOND } from '../../../core/time/flicks.ts';
import { shippedStyle } from './shoot.ts';

const seconds = (text: string) => (briefFromText(text).fields.duration ?? 0) / FLICKS_PER_SECOND;

describe('a brief in words', () => {
  it.each([
    ['A two-minute portrait, calm, start with the workshop', 120],
    ['30s', 30],
    ['make it 45 seconds', 45],
    ['ninety-second trailer', 90],
    ['1.5 minutes', 90],
    ['half a minute', 30],
    ['1 min 30 s', 90],
    ['two minutes and ten seconds', 130],
    ['keep it at 1:15', 75],
    ['a minute', 60],
    ['half an hour', 1800],
    ['1h', 3600],
    ['something nice', 0],
    ['for 9:16 and 4:5', 0],
    ['0 s', 0],
    ['0:00', 0],
  ])('%s → %d s', (text, expected) => expect(seconds(text)).toBe(expected));

  it.each([
    ['calm', 'calm'],
    ['fast and energetic', 'punchy'],
    ['a slow documentary', 'calm'],
    ['a documentary, not fast', 'documentary'],
    ['cut to the beat', 'music-video'],
    ['a birthday', undefined],
  ])('%s → style %s', (text, expected) => expect(briefFromText(text).fields.styleId).toBe(expected));

  it.each([
    ['9:16', '9:16'],
    ['for Reels', '9:16'],
    ['vertical', '9:16'],
    ['a square one', '1:1'],
    ['4x5', '4:5'],
    ['16 : 9', '16:9'],
    ['widescreen', '16:9'],
    ['A two-minute portrait', undefined],
  ])('%s → shape %s', (text, expected) => expect(briefFromText(text).fields.aspect).toBe(expected));

  it('lists what it understood', () => {
    expect(briefFromText('A two-minute calm film, vertical').understood).toEqual([
      'length 2:00',
      'look calm',
      'shape 9:16',
    ]);
    expect(briefFromText('').understood).toEqual([]);
  });
});

describe('styles', () => {
  it('ship in files named by their ids', () => {
    const files = readdirSync(new URL('../../../assets/styles/', import.meta.url)).filter((file) =>
      file.endsWith('.json'),
    );
    expect(files.length).toBeGreaterThanOrEqual(4);
    for (const file of files) expect(`${shippedStyle(file.replace('.json', '')).id}.json`).toBe(file);
  });

  it('say where they are wrong', () => {
    const style = shippedStyle('calm');
    expect(parseStyle({ ...style, motionTarget: 101 })).toMatchObject({ ok: false, where: 'motionTarget' });
    expect(parseStyle({ ...style, shotSeconds: { min: 3, typical: 2, max: 4 } })).toMatchObject({
      ok: false,
      where: 'shotSeconds',
    });
    expect(parseStyle({ ...style, colour: 'blue' })).toMatchObject({ ok: false });
    expect(parseStyle(null)).toMatchObject({ ok: false, where: '' });
  });
});

describe('seeded randomness', () => {
  it('repeats for a seed, differs between seeds, and fills the range evenly', () => {
    const draw = (seed: number) => {
      const random = randomSource(seed);
      return Array.from({ length: 4000 }, () => randomBelow(random, 10));
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    for (let digit = 0; digit < 10; digit += 1) {
      const share = draw(7).filter((value) => value === digit).length / 4000;
      expect(share).toBeGreaterThan(0.08);
      expect(share).toBeLessThan(0.12);
    }
  });

  it('names texts by content', () => {
    expect(hashText('a')).toMatch(/^[0-9a-f]{16}$/);
    const names = new Set(Array.from({ length: 5000 }, (_, index) => hashText(`clip ${index}`)));
    expect(names.size).toBe(5000);
  });
});
