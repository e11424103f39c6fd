import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MontageError } from '../../core/errors.ts';
import type { ImportedTimeline } from '../../core/interchange/handoff.ts';
import { detectFormat, importTimeline } from '../../core/interchange/interchange.ts';
import { R } from './cut-builder.ts';
import { mediaRoot } from '../media-root.ts';

const folder = mediaRoot === undefined ? undefined : join(mediaRoot, 'interchange');

/** What is no cut, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  'fcpx_1_8_clips.fcpxml': 'E_INTERCHANGE_FCPXML',
  'premiere_filter_fragment.xml': 'undetected',
};

function read(name: string): ImportedTimeline | string {
  const text = readFileSync(join(folder ?? '', name), 'utf8');
  const format = detectFormat(text, name);
  if (format === undefined) return 'undetected';
  try {
    return importTimeline(format, text);
  } catch (error) {
    if (error instanceof MontageError) return error.fault.code;
    throw error;
  }
}

function timeline(name: string): ImportedTimeline {
  const result = read(name);
  if (typeof result === 'string') throw new Error(`${name}: ${result}`);
  return result;
}

describe.skipIf(folder === undefined)('files that other programs wrote', () => {
  const names = folder === undefined ? [] : readdirSync(folder);
  test.each(names)('%s imports, or is refused with its reason', (name) => {
    const result = read(name);
    const refused = REFUSED[name];
    if (refused !== undefined || typeof result === 'string') {
      expect(result).toBe(refused);
      return;
    }
    for (const track of result.tracks) {
      for (const clip of track.clips) {
        expect(clip.duration).toBeGreaterThan(0);
        expect(clip.recordIn).toBeGreaterThanOrEqual(0);
      }
    }
    for (const loss of result.losses) expect(loss.message).not.toMatch(/\.$/);
  });

  test('Premiere: rates, linked sound, a dissolve with its handles, a fade to nothing, a nested sequence', () => {
    const cut = timeline('premiere_example_xmeml4.xml');
    expect(cut.rate).toEqual(R.r30);
    const first = cut.tracks[0]?.clips[0];
    expect(first).toMatchObject({ name: 'sc01_sh010_anim.mov', recordIn: 536, duration: 100 });
    expect(first?.media.path).toBe('D:\\media\\sc01_sh010_anim.mov');
    expect(cut.losses).toEqual([]);
    expect(cut.nested?.map(({ timeline }) => [timeline.name, timeline.tracks.length])).toEqual([
      ['sc01_sh010_anim', 6],
    ]);
    const [faded, dissolved] = [cut.tracks[1]?.clips[2], cut.tracks[3]?.clips[1]];
    expect(faded).toMatchObject({
      recordIn: 322,
      duration: 235,
      tail: { kind: 'dissolve', inOffset: 19, outOffset: 0 },
    });
    expect(dissolved).toMatchObject({ recordIn: 1164, duration: 82, head: { inOffset: 12, outOffset: 13 } });
    expect(dissolved?.sourceIn).toEqual({ num: 3, den: 5 });
  });

  test('Final Cut: 25 fps media conformed to 24 run frame by frame', () => {
    const clip = timeline('fcp_24With25Media.fcpxml').tracks[0]?.clips[0];
    expect(clip).toMatchObject({
      recordIn: 240,
      duration: 54,
      sourceIn: { num: 684, den: 25 },
      speed: { num: 24, den: 25 },
    });
  });

  test('Final Cut: retimed clips, connected storylines, drop-frame', () => {
    const slow = timeline('fcp_23_98.fcpxml');
    expect(slow.rate).toEqual(R.r23976);
    const retimed = slow.tracks.flatMap((track) => track.clips).filter((clip) => clip.speed.num !== clip.speed.den);
    expect(retimed.length).toBeGreaterThanOrEqual(3);
    expect(timeline('fcp_29_97d.fcpxml').dropFrame).toBe(true);
    expect(timeline('fcp_DisabledClips.fcpxml').tracks[0]?.clips.map((clip) => clip.enabled)).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  test('EDL: counts of clips by the manifest, held frames, sound channels, dissolves, wipes and fades', () => {
    const clips = (name: string) => timeline(name).tracks.map((track) => track.clips.length);
    expect(clips('edl_25fps.edl')).toEqual([4]);
    expect(clips('edl_screening_example.edl')).toEqual([9]);
    expect(timeline('edl_screening_example.edl').markers).toHaveLength(3);
    expect(clips('edl_multi_audio.edl')).toEqual([1, 1, 1]);
    const speeds = timeline('edl_speed_effects_small.edl');
    expect(speeds.tracks[0]?.clips.filter((clip) => clip.speed.num === 0)).toHaveLength(2);
    const dissolve = timeline('edl_dissolve_test.edl').tracks[0]?.clips;
    expect(dissolve?.map((clip) => [clip.name, clip.recordIn, clip.duration, clip.head?.outOffset])).toEqual([
      ['clip_A', 0, 9, undefined],
      ['clip_B', 9, 10, 10],
      ['clip_B', 19, 1, undefined],
    ]);
    expect(timeline('edl_wipe_test.edl').tracks[0]?.clips[1]?.head).toMatchObject({ kind: 'wipe', direction: 'right' });
    // What the dissolve leaves is not the clip before it.
    expect(timeline('edl_dissolve_test_3.edl').tracks[0]?.clips.map((clip) => [clip.name, clip.duration])).toEqual([
      ['Clip_A.mov', 61],
      ['Clip_B.mov', 29],
      ['Clip_C.mov', 1],
      ['Clip_D.mov', 46],
    ]);
    const faded = timeline('edl_2997DF.edl').tracks.find((track) => track.name === 'A1')?.clips[1];
    expect(faded?.tail).toEqual({ kind: 'wipe', direction: 'right', inOffset: 25, outOffset: 0 });
    // 70 source frames in 36 are not 47.6 fps: the M2 line decides.
    expect(speeds.tracks[0]?.clips[4]?.speed).toEqual({ num: 119, den: 60 });
  });

  test('OTIO: record positions, gaps, media start', () => {
    const cut = timeline('otio_simple_cut.otio');
    expect(cut.tracks[0]?.clips.map((clip) => [clip.recordIn, clip.duration])).toEqual([
      [0, 3],
      [3, 6],
      [9, 4],
      [13, 6],
    ]);
    expect(cut.tracks[0]?.clips[3]?.sourceIn).toEqual({ num: 0, den: 1 });
  });
});

if (folder === undefined) test.skip('files of other programs: set MONTAGE_TEST_MEDIA', () => {});
