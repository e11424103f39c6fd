import { join } from 'node:path';
import { existsSync } from 'node:fs';
import type { AnalysisResult } from '../core/analysis/results.ts';
import { soundKinds } from '../core/analysis/sound-kinds.ts';
import type { SoundKind, SpeechSegments } from '../core/analysis/sound-results.ts';
import { toneFrames } from '../core/analysis/tonality.ts';
import { voiceFrames, voiceProbabilities } from '../core/analysis/voice-signal.ts';
import { speechSpans, VOICE_RATE_HZ } from '../core/analysis/voice-spans.ts';
import { flicksFromSeconds, secondsOf, ZERO_FLICKS } from '../core/time/flicks.ts';
import { sileroProbabilities } from '../native/analysers/speech-segments.ts';
import { createModelHost } from '../native/models/model-host.ts';
import { hear } from '../tests/media/heard.ts';
import { mediaRoot, modelsRoot } from '../tests/media-root.ts';
import { writeResults } from './results.ts';

/**
 * What real sound is told to be, by the second, with Silero VAD and without: the share of time that is what the file is
 * known to be, pauses aside. Speech that both paths find is compared too.
 */
const KNOWN: Readonly<Record<string, SoundKind>> = {
  'audio/jfk_inaugural_11s.flac': 'speech',
  'audio/ljspeech_LJ050-0131.wav': 'speech',
  'audio/shakespeare_sonnet1_en_53s.mp3': 'speech',
  'audio/german_reading_68s.mp3': 'speech',
  'audio/speech_clean_pair.wav': 'speech',
  'audio/speech_noisy_snr0.wav': 'speech',
  'video/his_girl_friday_dialogue.mp4': 'speech',
  'audio/piano_10s.wav': 'music',
  'audio/kick_120bpm_10s.mp3': 'music',
  'audio/opus_6ch.ogg': 'music',
  'audio/rain_60s.mp3': 'other',
};

const host = createModelHost();
const rows: Record<string, string | number | null>[] = [];
try {
  for (const [file, kind] of Object.entries(KNOWN)) {
    if (mediaRoot === undefined || !existsSync(join(mediaRoot, file))) continue;
    const { results, speech } = await hear(join(mediaRoot, file), ['rhythm']);
    const samples = Float32Array.from(speech, (value) => value / 32_768);
    const silero = modelsRoot === undefined ? undefined : join(modelsRoot, 'silero-vad/silero_vad.onnx');
    const wide = new Float32Array(samples.length + 64);
    wide.set(samples, 64);
    const heard = {
      signal: voiceProbabilities(voiceFrames(samples, 0)),
      ...(silero === undefined ? {} : { model: await sileroProbabilities(wide, { host, path: silero }) }),
    };
    const row: Record<string, string | number | null> = { file, known: kind };
    for (const [path, probabilities] of Object.entries(heard)) {
      const segments = speechSpans(probabilities, ZERO_FLICKS, samples.length);
      const found: SpeechSegments = {
        kind: 'speech-segments',
        path: path === 'model' ? { kind: 'model', model: 'silero-vad' } : { kind: 'signal', because: null },
        segments,
      };
      row[`right, by ${path}`] = shareOf(kind, samples, found, results);
      row[`speech found, by ${path}`] =
        segments.reduce((sum, { start, end }) => sum + secondsOf(end) - secondsOf(start), 0) /
        (samples.length / VOICE_RATE_HZ);
    }
    rows.push(row);
  }
} finally {
  host.close();
}

function shareOf(
  kind: SoundKind,
  samples: Float32Array,
  speech: SpeechSegments,
  results: readonly AnalysisResult[],
): number {
  const segments = soundKinds({
    tones: toneFrames(samples, 0),
    speech,
    rhythm: results.find((result) => result.kind === 'rhythm'),
    soundStart: ZERO_FLICKS,
    end: flicksFromSeconds(samples.length / VOICE_RATE_HZ),
  });
  const length = (sound: (sound: SoundKind) => boolean) =>
    segments.reduce(
      (sum, { start, end, sound: heard }) => sum + (sound(heard) ? secondsOf(end) - secondsOf(start) : 0),
      0,
    );
  return (
    length((sound) => sound === kind) /
    Math.max(
      0.001,
      length((sound) => sound !== 'silence'),
    )
  );
}

const mean = (key: string) => rows.reduce((sum, row) => sum + Number(row[key] ?? 0), 0) / Math.max(1, rows.length);
await writeResults('sound-kinds', {
  what: 'Share of sounding time told as what real files are known to be, and share of all time told as speech, by Silero VAD and by signal alone',
  rows: [
    ...rows,
    {
      file: 'mean',
      known: '',
      'right, by signal': mean('right, by signal'),
      'right, by model': mean('right, by model'),
    },
  ],
});
