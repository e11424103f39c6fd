import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { layersAt } from '../../../core/timeline/composite.ts';
import { startOfFrame } from '../../../core/media/frames.ts';
import { mediaId } from '../../../core/media/media.ts';
import { secondsOf } from '../../../core/time/flicks.ts';
import { rational } from '../../../core/time/rational.ts';
import { timeOfFrame } from '../../../core/time/rate.ts';
import type { AudioClip, Timeline, VideoClip } from '../../../core/timeline/timeline.ts';
import { inspectMedia } from '../../../native/media/probe.ts';
import { renderTimeline } from '../../../native/render/render-timeline.ts';
import type { RenderSources } from '../../../native/render/request.ts';
import { numberedClip, type ClipWish } from '../../media/numbered-clip.ts';
import { locateSound } from '../../media/sound-code.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { numbersOf, picture, samplesOf, sound, sourcesOf, timelineOf } from './film.ts';

const wishes: Readonly<Record<string, ClipWish>> = {
  film24: { clip: 1, rate: '24', frames: 240 },
  pal: {
    clip: 2,
    rate: '25',
    frames: 250,
    video: ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '250', '-bf', '3', '-pix_fmt', 'yuv420p'],
  },
  film23976: { clip: 3, rate: '24000/1001', frames: 240, extension: 'mkv' },
  ntsc: { clip: 4, rate: '30000/1001', frames: 300, extension: 'mov' },
  sixty: { clip: 5, rate: '60', frames: 600 },
  varying: { clip: 6, rate: 'varying', frames: 200 },
  varyingMkv: { clip: 7, rate: 'varying', frames: 200, extension: 'mkv', audio: null },
  webm: {
    clip: 8,
    rate: '60000/1001',
    frames: 300,
    extension: 'webm',
    audio: null,
    video: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-g', '100', '-b:v', '1M'],
  },
};
const names = Object.keys(wishes);

let sources: RenderSources;
beforeAll(async () => {
  const files: Record<string, string> = {};
  for (const [name, wish] of Object.entries(wishes)) files[name] = await numberedClip(wish);
  sources = await sourcesOf(files);
});

/** 40 clips of 2 to 30 frames from all over the sources, gaps between some, a second track over others, three speeds. */
function fortyClips(rate: Timeline['rate']): Timeline {
  const below: VideoClip[] = [];
  const above: VideoClip[] = [];
  let at = 3;
  for (let n = 0; n < 34; n += 1) {
    const length = 2 + ((n * 11) % 29);
    const speed = n % 9 === 4 ? rational(2) : n % 9 === 7 ? rational(1, 2) : rational(1);
    below.push(picture(names[n % names.length] ?? '', rate, at, length, (n * 37) % 120, { speed }));
    at += length + (n % 8 === 5 ? 4 : 0);
  }
  for (let n = 0; n < 6; n += 1) {
    const track = picture(names[(n * 3) % names.length] ?? '', rate, 20 + n * 70, 15, (n * 53) % 140, {
      enabled: n !== 3,
    });
    above.push(track);
  }
  return timelineOf(rate, [below, above], []);
}

describe('every frame of a cut from 24, 25, 23.976, 29.97, 60, 59.94 and varying sources', () => {
  it.each([rational(25), rational(24_000, 1001), rational(30_000, 1001)])(
    'is the right one at $num/$den',
    async (rate) => {
      const timeline = fortyClips(rate);
      const output = join(temporaryFolder(), 'cut.mp4');
      const report = await renderTimeline(timeline, sources, output, {
        video: { codec: 'h264', preset: 'ultrafast', crf: 23 },
        audio: null,
      });
      const numbers = await numbersOf(output);
      expect(numbers).toHaveLength(report.frameCount);
      const expected = numbers.map((_, frame) => {
        const top = layersAt(timeline, sources, timeOfFrame(frame, rate)).at(-1);
        return top === undefined ? undefined : { clip: wishes[top.clip.mediaId]?.clip, frame: top.frame };
      });
      expect(expected.filter((number) => number === undefined).length).toBeGreaterThan(10);
      expect(numbers).toEqual(expected);
      const { facts } = await inspectMedia(output);
      expect(facts.video[0]?.timing).toEqual({ kind: 'constant', rate, frameCount: report.frameCount });
    },
  );
});

describe('sound', () => {
  const rate = rational(25);
  /** Picture and sound of the same spans, on two sound tracks by turns. */
  function talking(): Timeline {
    const heard = names.filter((name) => wishes[name]?.audio !== null);
    const tracks: AudioClip[][] = [[], []];
    heard.forEach((name, n) => {
      const frames = sources.media(mediaId(name))?.frames;
      if (frames === undefined) throw new Error('no frames');
      tracks[n % 2]?.push(sound(name, rate, n * 30, 25, startOfFrame(frames, 40 + n * 13)));
    });
    return timelineOf(rate, [heard.map((name, n) => picture(name, rate, n * 30, 25, 40 + n * 13))], tracks);
  }

  it.each(['mp4', 'mov', 'mkv'])('lies within a millisecond of its picture in %s', async (extension) => {
    const timeline = talking();
    const output = join(temporaryFolder(), `cut.${extension}`);
    await renderTimeline(timeline, sources, output, {
      video: { codec: 'h264', preset: 'ultrafast' },
      audio: { codec: 'aac' },
    });
    const samples = await samplesOf(output);
    for (const track of timeline.tracks) {
      if (track.kind !== 'audio') continue;
      for (const clip of track.clips) {
        const middle = Math.round((secondsOf(clip.recordIn) + 0.4) * 48_000);
        const around = Math.round((secondsOf(clip.sourceIn) + 0.4) * 48_000);
        const found = locateSound(
          samples.subarray(middle, middle + 4800),
          wishes[clip.mediaId]?.clip ?? 0,
          around,
          960,
        );
        expect(found.likeness).toBeGreaterThan(0.8);
        expect(Math.abs(found.sample - around)).toBeLessThanOrEqual(48);
      }
    }
  });
});
