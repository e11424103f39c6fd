import { join } from 'node:path';
import { speakerTurns, type SpeakerTurn } from '../../core/analysis/diarize.ts';
import { voiceCells } from '../../core/analysis/voice-cells.ts';
import { clusterVoices } from '../../core/analysis/voice-clusters.ts';
import { FLICKS_PER_SECOND, flicksFromSeconds } from '../../core/time/flicks.ts';
import type { TimeSpan } from '../../core/analysis/sound-results.ts';
import { createRandom } from '../core/transcript/generated-talk.ts';
import { hear } from './heard.ts';

/** 16 kHz sound of a dialogue, who speaks in each 10 ms of it (−1: nobody), and where there is speech. */
export type Dialogue = {
  readonly samples: Float32Array;
  readonly speakers: Int8Array;
  readonly speech: readonly TimeSpan[];
};

/** The sound of a file with one speaker, 16 kHz, its level brought to −20 dB by the root of its mean square. */
export async function voiceOf(path: string): Promise<Float32Array> {
  const { speech } = await hear(path, []);
  const samples = Float32Array.from(speech, (value) => value / 32_768);
  const level = Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / Math.max(1, samples.length));
  return samples.map((value) => (value * 0.1) / Math.max(level, 1e-4));
}

/** Takes turns of 2.5–6 s between voices, with pauses of 0.1–0.6 s; each voice goes on where it stopped, and the talk ends with the first of them. */
export function dialogueOf(voices: readonly Float32Array[], seconds: number, seed: number): Dialogue {
  const random = createRandom(seed);
  const samples = new Float32Array(seconds * 16_000);
  const speakers = new Int8Array(seconds * 100).fill(-1);
  const places = voices.map(() => 0);
  let at = 0;
  for (let turn = 0; at < samples.length; turn++) {
    const speaker = turn % voices.length;
    const voice = voices[speaker] ?? new Float32Array(1);
    const place = places[speaker] ?? 0;
    const length = Math.min(Math.floor((2.5 + random() * 3.5) * 16_000), voice.length - place, samples.length - at);
    if (length < 16_000) break;
    samples.set(voice.subarray(place, place + length), at);
    places[speaker] = place + length;
    at += length;
    const ends = at;
    for (let cell = Math.floor((ends - length) / 160); cell < ends / 160; cell++) {
      let energy = 0;
      for (let n = 0; n < 160; n++) energy += (samples[cell * 160 + n] ?? 0) ** 2;
      if (Math.sqrt(energy / 160) > 0.01) speakers[cell] = speaker;
    }
    at += Math.floor((0.1 + random() * 0.5) * 16_000);
  }
  return { samples, speakers, speech: speechOf(speakers) };
}

/** Speech with gaps of up to 0.3 s closed, as a voice activity detector gives it. */
function speechOf(speakers: Int8Array): readonly TimeSpan[] {
  const spans: { start: number; end: number }[] = [];
  for (const [cell, speaker] of speakers.entries()) {
    const last = spans[spans.length - 1];
    if (speaker < 0) continue;
    if (last !== undefined && cell - last.end <= 30) last.end = cell + 1;
    else spans.push({ start: cell, end: cell + 1 });
  }
  return spans
    .filter(({ start, end }) => end - start >= 25)
    .map(({ start, end }) => ({ start: flicksFromSeconds(start / 100), end: flicksFromSeconds(end / 100) }));
}

/** Files of the media folder in which one person speaks. */
export function singleVoices(root: string): Readonly<Record<string, string>> {
  return {
    kennedy: join(root, 'audio/jfk_inaugural_11s.flac'),
    linda: join(root, 'audio/ljspeech_LJ050-0131.wav'),
    sonnet: join(root, 'audio/shakespeare_sonnet1_en_53s.mp3'),
    german: join(root, 'audio/german_reading_68s.mp3'),
    clean: join(root, 'audio/speech_clean_pair.wav'),
  };
}

/** Who was heard in each 10 ms in which somebody speaks, beside who it is, and how far found changes are from real ones. */
export function judged(
  dialogue: Dialogue,
  turns: readonly { readonly start: number; readonly end: number; readonly speaker: number }[],
): { readonly truth: readonly number[]; readonly heard: readonly number[]; readonly changesWithinSecond: number } {
  const truth: number[] = [];
  const heard: number[] = [];
  const changes: { readonly truth: number[]; readonly heard: number[] } = { truth: [], heard: [] };
  for (const [cell, speaker] of dialogue.speakers.entries()) {
    if (speaker < 0) continue;
    const at = (cell + 0.5) * (FLICKS_PER_SECOND / 100);
    const found = turns.find(({ start, end }) => start <= at && at < end)?.speaker ?? -1;
    if (truth.length > 0 && truth[truth.length - 1] !== speaker) changes.truth.push(cell / 100);
    if (heard.length > 0 && found >= 0 && heard[heard.length - 1] !== found) changes.heard.push(cell / 100);
    truth.push(speaker);
    heard.push(found);
  }
  const near = changes.truth.filter((change) => changes.heard.some((other) => Math.abs(other - change) <= 1));
  return { truth, heard, changesWithinSecond: changes.truth.length === 0 ? 1 : near.length / changes.truth.length };
}

/** Turns of a dialogue, heard without a model. */
export function turnsOf({ samples, speech }: Dialogue): readonly SpeakerTurn[] {
  const sample = (time: number) => Math.round((time * 16_000) / FLICKS_PER_SECOND);
  const cells = speech.flatMap(({ start, end }, run) =>
    voiceCells(samples.subarray(sample(start), sample(end)), start, run),
  );
  return speakerTurns(cells, clusterVoices(cells));
}
