import { describe, expect, test } from 'vitest';
import { NO_PULSE } from '../../../core/analysis/rhythm.ts';
import { soundKinds } from '../../../core/analysis/sound-kinds.ts';
import type { SpeechSegments } from '../../../core/analysis/sound-results.ts';
import { TONE_HOP, toneFrames } from '../../../core/analysis/tonality.ts';
import { flicks, flicksFromSeconds, secondsOf, ZERO_FLICKS } from '../../../core/time/flicks.ts';
import { randomOf } from '../../media/made-music.ts';

const RATE = 16_000;

/** Chords of 2 s, hiss, and silence, 8 s each. */
function scene(): Float32Array {
  const random = randomOf(4);
  return Float32Array.from({ length: 24 * RATE }, (_, n) => {
    const t = n / RATE;
    if (t >= 16) return 0;
    if (t >= 8) return 0.05 * (2 * random() - 1);
    const root = [220, 262, 196, 247][Math.floor(t / 2)] ?? 220;
    return [1, 1.26, 1.5].reduce(
      (sum, ratio) => sum + 0.08 * Math.sin(2 * Math.PI * root * ratio * t),
      0.0005 * random(),
    );
  });
}

const spoken = (from: number, to: number, kind: 'model' | 'signal'): SpeechSegments => ({
  kind: 'speech-segments',
  path: kind === 'model' ? { kind, model: 'silero-vad' } : { kind, because: null },
  segments: [{ start: flicksFromSeconds(from), end: flicksFromSeconds(to), confidence: 1 }],
});

function kindsOf(speech?: SpeechSegments, start = 0) {
  const soundStart = flicksFromSeconds(start);
  const end = flicks(soundStart + flicksFromSeconds(24));
  return soundKinds({ tones: toneFrames(scene(), 0), speech, rhythm: NO_PULSE, soundStart, end }).map((segment) => [
    segment.sound,
    Math.round(secondsOf(segment.start)),
    Math.round(secondsOf(segment.end)),
  ]);
}

describe('kinds of sound', () => {
  test('chords are music, hiss is other sound, nothing is silence; they abut and cover the file', () => {
    expect(kindsOf()).toEqual([
      ['music', 0, 8],
      ['other', 8, 16],
      ['silence', 16, 24],
    ]);
    expect(kindsOf(undefined, 3)[0]).toEqual(['music', 3, 11]);
  });

  test('speech over music is speech where a model heard it; voices heard without one in held notes are instruments', () => {
    expect(kindsOf(spoken(2, 6, 'model'))).toContainEqual(['speech', 2, 6]);
    expect(kindsOf(spoken(2, 6, 'signal')).map(([sound]) => sound)).not.toContain('speech');
    expect(kindsOf(spoken(10, 14, 'signal'))).toContainEqual(['speech', 10, 14]);
  });

  test('frames of a part are those of the whole', () => {
    const samples = scene();
    const whole = toneFrames(samples, 0);
    const part = toneFrames(samples.subarray(30 * TONE_HOP, 60 * TONE_HOP + 2 * TONE_HOP + 2048), 0).slice(0, 30);
    expect(part).toEqual(whole.slice(30, 60));
  });

  test('nothing has no kinds', () => {
    expect(
      soundKinds({ tones: [], speech: undefined, rhythm: undefined, soundStart: ZERO_FLICKS, end: ZERO_FLICKS }),
    ).toEqual([]);
  });
});
