import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { spellingFeatures } from '../core/analysis/log-mel.ts';
import { median } from '../core/analysis/median.ts';
import { resultOf } from '../core/analysis/results.ts';
import { mediaId } from '../core/media/media.ts';
import { ZERO_FLICKS } from '../core/time/flicks.ts';
import { energyTimes, levelCurve } from '../core/transcript/energy-times.ts';
import { wordErrors } from '../core/transcript/word-errors.ts';
import type { AnalyserInput } from '../native/analysers/model-analyser.ts';
import { transcriptAnalyser } from '../native/analysers/transcript.ts';
import { ArtifactStore } from '../native/artifacts/store.ts';
import { randomIds } from '../native/ids.ts';
import { probe } from '../native/media/probe.ts';
import { CATALOGUE } from '../native/models/catalogue.ts';
import { findModel, type ReadyModel } from '../native/models/find-model.ts';
import { createModelHost, type ModelHost } from '../native/models/model-host.ts';
import { modelFolders } from '../native/models/model-folders.ts';
import { floats } from '../native/models/tensors.ts';
import { cutAndJoined } from '../tests/core/transcript/cut-talk.ts';
import { hear } from '../tests/media/heard.ts';
import { numpyArray, worstDifference } from '../tests/media/mel-reference.ts';
import { boundaryErrors, spreadSentences } from '../tests/media/word-time-score.ts';
import { speakWords } from '../tests/media/spoken-words.ts';
import { runAnalyser } from '../tests/native/analysers/analyse-file.ts';
import { mediaRoot, modelsRoot } from '../tests/media-root.ts';
import { cpuSeconds } from './cpu.ts';

export type SpeechRow = {
  readonly what: string;
  readonly case: string;
  readonly value: number | string;
  readonly reach: string;
};

/** Log-mel features of real speech beside those computed by definition. */
export async function featureRow(): Promise<SpeechRow> {
  const common = { what: "Whisper's log-mel features of jfk.flac", case: 'largest difference', reach: '≤ 1e-3' };
  if (mediaRoot === undefined || modelsRoot === undefined) return { ...common, value: 'skipped: no real media here' };
  const filter = numpyArray(join(modelsRoot, 'whisper-tiny-tokenizer/mel_filters.npz'), 'mel_80.npy');
  return { ...common, value: worstDifference(await soundOf('audio/jfk_inaugural_11s.flac'), filter, 1099) };
}

async function soundOf(file: string): Promise<Float32Array> {
  const { speech } = await hear(join(mediaRoot ?? '', file), []);
  return Float32Array.from(speech, (value) => value / 32_768);
}

/** A real recogniser of single words over its own labelled clips. */
export async function singleWordRow(): Promise<SpeechRow> {
  const common = { what: 'moonshine-micro: single words right', case: '24 clips', reach: '≥ 0.88' };
  const folder = join(modelsRoot ?? '', 'moonshine-micro');
  if (!existsSync(join(folder, 'clips'))) return { ...common, value: 'skipped: the model is not here' };
  const meta: unknown = JSON.parse(readFileSync(join(folder, 'spelling_cnn_meta.json'), 'utf8'));
  const { classes } = z.object({ classes: z.array(z.string()) }).parse(meta);
  const clips = readdirSync(join(folder, 'clips')).filter((file) => file.endsWith('.wav'));
  const host = createModelHost();
  let right = 0;
  for (const clip of clips) {
    const wav = readFileSync(join(folder, 'clips', clip)).subarray(44);
    const samples = Float32Array.from({ length: wav.length / 2 }, (_, n) => wav.readInt16LE(2 * n) / 32_768);
    const tensor = { type: 'float32', dims: [1, 1, 64, 128], data: spellingFeatures(samples) } as const;
    const logits = [
      ...floats(await host.run({ path: join(folder, 'spelling_cnn_mel.onnx') }, { log_mel: tensor }), 'logits'),
    ];
    if (classes[logits.indexOf(Math.max(...logits))] === clip.split('--')[0]) right++;
  }
  host.close();
  return { ...common, value: right / clips.length };
}

/** Talk cut at 10 000 random places; seeds beyond those of the tests. */
export function stitchRow(): SpeechRow {
  let [cuts, wrong] = [0, 0];
  for (let seed = 600_001; cuts < 10_000; seed++) {
    const { said, joined, cuts: here } = cutAndJoined(seed);
    cuts += here;
    wrong += wordErrors(said, joined).rate > 0 ? 1 : 0;
  }
  return {
    what: 'long sound cut at random places',
    case: `${cuts} cuts: talks with a word lost or doubled`,
    value: wrong,
    reach: '0',
  };
}

/** How far starts and ends of words in generated speech are off; voices and text beyond those of the tests. */
export async function wordTimeRows(folder: string): Promise<readonly SpeechRow[]> {
  const sentences = [
    'several farmers gathered beside wooden bridges yesterday',
    'nobody expected little engines could pull heavy wagons uphill',
    'bright yellow flowers covered every narrow garden path',
    'seven careful sailors repaired broken fishing nets quickly',
  ];
  const what = 'word boundaries of generated speech, median error in s';
  const rows: SpeechRow[] = [];
  for (const voice of ['en-us', 'en-us+m7']) {
    for (const left of [0, 0.08]) {
      const spoken = await speakWords(sentences, { voice, folder, left }).catch(() => undefined);
      if (spoken === undefined)
        return [...rows, { what, case: voice, value: 'skipped: espeak-ng does not speak it', reach: '' }];
      const curve = levelCurve(spoken.samples, ZERO_FLICKS);
      const letters = spreadSentences(spoken);
      const name = `${voice}, ${left === 0 ? 'words abut' : `${left} s between words`}`;
      const off = (found: typeof letters) => median(boundaryErrors(found.flat(), spoken.words));
      rows.push({ what, case: `${name}: by letters`, value: off(letters), reach: '' });
      const heard = letters.map((sentence) => energyTimes(sentence, curve));
      rows.push({ what, case: `${name}: by energy`, value: off(heard), reach: '≤ 0.08' });
    }
  }
  return rows;
}

/** CPU seconds that the stand-in takes for 30 s: less than Whisper tiny takes on any machine. */
const BURNT = 1;

/** A recogniser that burns a known time and says two sentences a window. */
function burningHost(): ModelHost {
  const burn = (seconds: number) => {
    const before = process.cpuUsage();
    for (let spent = 0; spent < seconds * 1e6; ) {
      const { user, system } = process.cpuUsage(before);
      spent = user + system;
    }
  };
  const hidden = { type: 'float32', dims: [1, 1, 1], data: new Float32Array(1) } as const;
  return {
    run: async () => {
      burn(BURNT * 0.4);
      return { last_hidden_state: hidden };
    },
    generate: async (_use, { rules, prompt }) => {
      if (rules.only === undefined) burn(BURNT * 0.6);
      const said = Array.from({ length: 60 }, (_, n) => 1000 + 7 * n);
      const stamp = rules.firstTimestamp;
      const tokens =
        rules.only === undefined ? [stamp, ...said, stamp + 700, stamp + 700, ...said, stamp + 1400] : [prompt[0] ?? 0];
      const data = Int32Array.from(tokens);
      return {
        tokens: { type: 'int32', dims: [data.length], data },
        logProbabilities: { type: 'float32', dims: [data.length], data: new Float32Array(data.length).fill(-0.1) },
      };
    },
    sequence: async () => ({}),
    describe: async () => ({ inputs: [], outputs: [] }),
    pid: undefined,
    close: () => undefined,
  };
}

/** What is done around the recogniser in the time it takes: features, tokens, words, word times, joining. */
export async function overheadRow(folder: string): Promise<SpeechRow> {
  const what = 'overhead around the recogniser, share of its CPU';
  const reach = '≤ 0.05';
  const real = join(modelsRoot ?? '', 'whisper-tiny-tokenizer');
  const model = CATALOGUE.find(({ id }) => id === 'whisper-tiny');
  if (mediaRoot === undefined || !existsSync(real) || model === undefined)
    return { what, case: '', value: 'skipped: no tokenizer here', reach };
  const files = new Map([
    ['onnx/encoder_model_quantized.onnx', '/nowhere'],
    ['onnx/decoder_model_merged_quantized.onnx', '/nowhere'],
    ['tokenizer.json', join(real, 'tokenizer.json')],
    ['generation_config.json', join(real, 'generation_config.json')],
  ]);
  const ready: ReadyModel = { kind: 'ready', model, from: 'chosen', files, sha256: '' };
  const input = await inputOf('audio/german_reading_68s.mp3', ready, folder);
  const windows = (await transcriptAnalyser.split(input)).length;
  await runAnalyser(transcriptAnalyser, input, burningHost());
  const runs: number[] = [];
  for (let run = 0; run < 3; run++) {
    const before = cpuSeconds();
    await runAnalyser(transcriptAnalyser, input, burningHost());
    runs.push((cpuSeconds() - before) / windows - BURNT);
  }
  const each = median(runs);
  const enough = (each / 0.05).toFixed(1);
  const name = `a stand-in that takes ${BURNT} s of CPU per window, ${windows} windows (5 % of one that takes ${enough} s)`;
  return { what, case: name, value: each / BURNT, reach };
}

async function inputOf(file: string, model: ReadyModel, folder: string): Promise<AnalyserInput> {
  const path = join(mediaRoot ?? '', file);
  const samples = await soundOf(file);
  const id = mediaId('talk');
  return {
    media: { ...(await probe(path)), id, name: file, path, online: true },
    analysis: { mediaId: id, results: [] },
    models: new Map([['whisper-tiny', model]]),
    frames: undefined,
    sound: {
      sampleRateHz: 16_000,
      samples: samples.length,
      read: async (start, end) => {
        const wide = new Float32Array(end - start);
        wide.set(samples.subarray(Math.max(0, start), end), Math.max(0, -start));
        return wide;
      },
    },
    artifacts: new ArtifactStore(folder, randomIds),
  };
}

const spokenTruth = z.array(
  z.object({ file: z.string(), ground_truth: z.object({ transcript: z.string() }).nullish().catch(undefined) }),
);

/** Word error rate and real-time factor of Whisper where its weights are. */
export async function whisperRows(folder: string): Promise<readonly SpeechRow[]> {
  const what = 'Whisper tiny';
  const state = await findModel('whisper-tiny', modelFolders());
  if (state.kind !== 'ready' || mediaRoot === undefined) {
    const value = `skipped: ${state.kind === 'absent' ? state.sentence : 'it cannot be read, or there is no real media'}`;
    return [{ what, case: 'word error rate, real-time factor', value, reach: 'reference + 0.01' }];
  }
  const listed: unknown = JSON.parse(readFileSync(join(mediaRoot, 'MANIFEST.json'), 'utf8'));
  const host = createModelHost();
  const rows: SpeechRow[] = [];
  for (const { file, ground_truth: truth } of spokenTruth.parse(listed)) {
    if (truth === undefined || truth === null || !existsSync(join(mediaRoot, file))) continue;
    const input = await inputOf(file, state, folder);
    const before = performance.now();
    const result = await runAnalyser(transcriptAnalyser, input, host);
    const seconds = (performance.now() - before) / 1000;
    const words = resultOf({ mediaId: mediaId('talk'), results: [result] }, 'transcript')?.words ?? [];
    const { rate } = wordErrors(
      truth.transcript.split(/\s+/),
      words.map(({ text }) => text),
    );
    rows.push({ what, case: `${file}: word error rate`, value: rate, reach: 'reference + 0.01' });
    const length = (input.sound?.samples ?? 1) / 16_000;
    rows.push({ what, case: `${file}: real-time factor`, value: seconds / length, reach: '' });
  }
  host.close();
  return rows;
}
