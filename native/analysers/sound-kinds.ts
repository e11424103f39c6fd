import { z } from 'zod';
import { SOUND_KINDS_ANALYSER, soundKinds } from '../../core/analysis/sound-kinds.ts';
import { resultOf } from '../../core/analysis/results.ts';
import { TONE_HOP, toneFrames } from '../../core/analysis/tonality.ts';
import { VOICE_RATE_HZ } from '../../core/analysis/voice-spans.ts';
import { flicks, FLICKS_PER_SECOND, ZERO_FLICKS } from '../../core/time/flicks.ts';
import { makingDo } from './making-do.ts';
import { MODEL_SHARD_NEEDS, type ModelAnalyser } from './model-analyser.ts';

const SHARD_SECONDS = 300;
const FRAMES_PER_SECOND = VOICE_RATE_HZ / TONE_HOP;
const SHARD_FRAMES = SHARD_SECONDS * FRAMES_PER_SECOND;
/** A frame reaches this many samples beyond its start. */
const REACH = 2 * TONE_HOP + 2048;

const shardSchema = z.object({ firstFrame: z.int(), endFrame: z.int() });
/** Level in tenths of dB and how far lines are held in thousandths. */
const outputSchema = z.array(z.tuple([z.int(), z.int()]));

/** Speech, music, silence and other sound, from the 16 kHz sound, the speech found before, and the beats. */
export const soundKindsAnalyser: ModelAnalyser<z.infer<typeof shardSchema>, z.infer<typeof outputSchema>> = {
  id: SOUND_KINDS_ANALYSER.analyserId,
  version: SOUND_KINDS_ANALYSER.analyserVersion,
  title: 'Kinds of sound',
  gives: 'sound-kinds',
  needs: { models: [], results: ['speech-segments', 'rhythm'] },
  schemas: { shard: shardSchema, output: outputSchema },
  appliesTo: ({ audio }) => audio.length > 0,
  split({ sound }) {
    const frames = Math.ceil((sound?.samples ?? 0) / TONE_HOP);
    return Array.from({ length: Math.ceil(frames / SHARD_FRAMES) }, (_, part) => {
      const shard = { firstFrame: part * SHARD_FRAMES, endFrame: Math.min(frames, (part + 1) * SHARD_FRAMES) };
      return { shard, cost: shard.endFrame - shard.firstFrame, needs: MODEL_SHARD_NEEDS };
    });
  },
  async run({ firstFrame, endFrame }, { sound }, work) {
    if (sound === undefined) return [];
    const making = makingDo(work);
    const heard: [number, number][] = [];
    for (let first = firstFrame; first < endFrame; ) {
      const end = Math.min(endFrame, first + FRAMES_PER_SECOND * making.batch('seconds of sound', SHARD_SECONDS));
      const samples = await sound.read(first * TONE_HOP, end * TONE_HOP + REACH);
      for (const { levelDb, held } of toneFrames(samples, 0).slice(0, end - first)) {
        heard.push([Math.round(10 * levelDb), Math.round(1000 * held)]);
      }
      first = end;
      work.progress((end - firstFrame) / (endFrame - firstFrame));
    }
    return heard;
  },
  merge(outputs, { media, analysis, sound }) {
    const soundStart = media.audio[0]?.offset ?? ZERO_FLICKS;
    const length = Math.round(((sound?.samples ?? 0) / VOICE_RATE_HZ) * FLICKS_PER_SECOND);
    const speech = resultOf(analysis, 'speech-segments');
    const segments = soundKinds({
      tones: outputs.flat().map(([level, held]) => ({ levelDb: level / 10, held: held / 1000 })),
      speech,
      rhythm: resultOf(analysis, 'rhythm'),
      soundStart,
      end: flicks(soundStart + length),
    });
    const path = speech?.path ?? { kind: 'signal', because: 'nobody looked for speech' };
    return { kind: 'sound-kinds', ...SOUND_KINDS_ANALYSER, path, segments };
  },
};
