import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flicksFromSeconds } from '../../core/time/flicks.ts';
import type { Word } from '../../core/transcript/transcript.ts';
import { runProgram } from '../../native/process/programs.ts';
import { hear } from './heard.ts';

/** 16 kHz speech by espeak-ng whose words' times are known, and its sentences as ranges of words. */
export type SpokenWords = {
  readonly samples: Float32Array;
  readonly words: readonly Word[];
  readonly sentences: readonly { readonly first: number; readonly end: number }[];
};

/** espeak-ng pauses this long between words: found as exact silence, and cut out again. Seconds. */
const GAP = 0.25;
const BETWEEN_SENTENCES = 0.35;

/**
 * Speaks sentences without punctuation inside. Each is spoken with a gap between words, which is exact silence; its middle
 * is cut out, so that words abut as in running speech (`left` seconds of it stay).
 *
 * @throws Error where gaps are not found
 */
export async function speakWords(
  sentences: readonly string[],
  { voice, folder, left = 0 }: { readonly voice: string; readonly folder: string; readonly left?: number },
): Promise<SpokenWords> {
  const parts: Int16Array[] = [];
  const words: Word[] = [];
  const ranges: { first: number; end: number }[] = [];
  let [rate, at] = [22_050, 0];
  for (const sentence of sentences) {
    const path = join(folder, 'sentence.wav');
    await runProgram('espeak-ng', ['-v', voice, '-s', '150', '-g', String(GAP * 100), '-w', path, sentence]);
    const wav = readFileSync(path);
    rate = wav.readUInt32LE(24);
    const heard = Int16Array.from({ length: (wav.length - 44) >> 1 }, (_, n) => wav.readInt16LE(44 + 2 * n));
    const texts = sentence.split(' ');
    const spoken = spansBetweenGaps(heard, rate);
    if (spoken.length !== texts.length) throw new Error(`${spoken.length} words heard in '${sentence}'`);
    ranges.push({ first: words.length, end: words.length + texts.length });
    for (const [index, { from, to }] of spoken.entries()) {
      const length = to - from;
      words.push({
        ...{ start: flicksFromSeconds(at / rate), end: flicksFromSeconds((at + length) / rate) },
        ...{ text: texts[index] ?? '', confidence: null, speaker: null },
      });
      const pause = Math.round((index === texts.length - 1 ? BETWEEN_SENTENCES : left) * rate);
      parts.push(heard.slice(from, to), new Int16Array(pause));
      at += length + pause;
    }
  }
  const path = join(folder, 'words.wav');
  writeFileSync(path, wavOf(parts, rate));
  const { speech } = await hear(path, []);
  return { samples: Float32Array.from(speech, (value) => value / 32_768), words, sentences: ranges };
}

/** What is not silent, between silences of nearly the gap. */
function spansBetweenGaps(
  samples: Int16Array,
  rate: number,
): readonly { readonly from: number; readonly to: number }[] {
  const least = 0.8 * GAP * rate;
  const spans: { from: number; to: number }[] = [];
  let silentFrom = 0;
  for (const [n, value] of samples.entries()) {
    if (value === 0) continue;
    const last = spans[spans.length - 1];
    if (last === undefined || n - silentFrom >= least) spans.push({ from: n, to: n + 1 });
    else last.to = n + 1;
    silentFrom = n + 1;
  }
  return spans;
}

function wavOf(parts: readonly Int16Array[], rate: number): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const wav = Buffer.alloc(44 + 2 * length);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + 2 * length, 4);
  wav.write('WAVEfmt ', 8);
  for (const [at, value] of [
    [16, 16],
    [24, rate],
    [28, 2 * rate],
    [40, 2 * length],
  ] as const)
    wav.writeUInt32LE(value, at);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    wav.writeUInt16LE(value, at);
  wav.write('data', 36);
  let at = 44;
  for (const part of parts) for (const value of part) at = wav.writeInt16LE(value, at);
  return wav;
}
