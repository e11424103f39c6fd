import { z } from 'zod';
import { WHISPER_BANDS, WHISPER_FRAMES, whisperFeatures } from '../../core/analysis/log-mel.ts';
import { resultOf } from '../../core/analysis/results.ts';
import { MontageError } from '../../core/errors.ts';
import { FLICKS_PER_SECOND, ZERO_FLICKS, type Flicks } from '../../core/time/flicks.ts';
import { flicksSchema } from '../../core/time/schema.ts';
import { wordSchema } from '../../core/transcript/schema.ts';
import { joinHearings, speechWindows } from '../../core/transcript/stitch.ts';
import { attentionTimes } from '../../core/transcript/attention-times.ts';
import { levelCurve } from '../../core/transcript/energy-times.ts';
import { LATEST_START, type ChosenToken, type TokenRules } from '../../core/transcript/token-choice.ts';
import { TRANSCRIPT_ANALYSER } from '../../core/transcript/transcript.ts';
import { segmentWords } from '../../core/transcript/whisper-segments.ts';
import type { WhisperVocabulary } from '../../core/transcript/whisper-tokens.ts';
import type { ModelHost } from '../models/model-host.ts';
import { floats, type Tensor } from '../models/tensors.ts';
import type { ModelAnalyser } from './model-analyser.ts';
import { openWhisper, RECOGNISERS, recogniserOf, windowNeeds, type Whisper } from './whisper.ts';

/** Whisper's limit is 448 with the prompt; half of it is text of a window. */
const MOST_TOKENS = 224;
/** Frames of attention are 20 ms. */
const SAMPLES_PER_FRAME = 320;
/** A window that its own decoder believes this little, in mean log probability, was no speech. */
const LEAST_BELIEF = -1.6;
/** Opening and decoding 30 s on a slow machine. */
const TIMEOUT_MS = 300_000;

const windowSchema = z.object({ start: flicksSchema, end: flicksSchema });
const outputSchema = z.object({
  window: windowSchema,
  language: z.string().nullable(),
  words: z.array(wordSchema),
  wordTimes: z.literal(['attention', 'energy']),
});
type Output = z.infer<typeof outputSchema>;

/** What is said, by Whisper: one shard per window of up to 30 s, cut in pauses where the speech has some. */
export const transcriptAnalyser: ModelAnalyser<z.infer<typeof windowSchema>, Output> = {
  id: TRANSCRIPT_ANALYSER.analyserId,
  version: TRANSCRIPT_ANALYSER.analyserVersion,
  title: 'Transcript',
  gives: 'transcript',
  needs: { models: [], oneOf: RECOGNISERS, results: ['speech-segments'] },
  schemas: { shard: windowSchema, output: outputSchema },
  appliesTo: ({ audio }) => audio.length > 0,
  split({ analysis, media, models }) {
    const needs = windowNeeds(recogniserOf(models));
    const windows = speechWindows(media.duration, resultOf(analysis, 'speech-segments')?.segments);
    return windows.map((shard) => ({ shard, cost: shard.end - shard.start, needs }));
  },
  async run(window, input, work) {
    const model = await openWhisper(input.models);
    const offset = input.media.audio[0]?.offset ?? ZERO_FLICKS;
    const sample = (time: Flicks) => Math.round(((time - offset) * 16_000) / FLICKS_PER_SECOND);
    const samples = await input.sound?.read(sample(window.start), sample(window.end));
    const heard = await hearWindow(model, samples ?? new Float32Array(), work);
    const tokenFrames = textFrames(heard, model.vocabulary, samples?.length ?? 0);
    const sound = levelCurve(samples ?? new Float32Array(), window.start);
    const words = segmentWords(heard.tokens, model.vocabulary, window, { tokenFrames, sound });
    return {
      window,
      language: heard.language,
      words: heard.belief < LEAST_BELIEF ? [] : [...words],
      wordTimes: tokenFrames === undefined ? 'energy' : 'attention',
    };
  },
  merge(outputs, { models }) {
    const languages = outputs.flatMap(({ language, words }) => (language === null ? [] : words.map(() => language)));
    const count = (tag: string) => languages.filter((other) => other === tag).length;
    const wordTimes = outputs.every((output) => output.wordTimes === 'attention') ? 'attention' : 'energy';
    return {
      kind: 'transcript',
      ...TRANSCRIPT_ANALYSER,
      language: [...new Set(languages)].toSorted((a, b) => count(b) - count(a))[0] ?? null,
      source: { kind: 'recogniser', model: recogniserOf(models) ?? '', wordTimes },
      timing: wordTimes === 'attention' ? 'heard' : 'spread',
      words: joinHearings(outputs).toSorted((a, b) => a.start - b.start),
    };
  },
};

type HearingWork = { readonly host: ModelHost; readonly signal: AbortSignal; progress(fraction: number): void };

async function hearWindow(model: Whisper, samples: Float32Array, work: HearingWork) {
  const { host, signal } = work;
  const { special, languages } = model.vocabulary;
  const features = {
    type: 'float32',
    dims: [1, WHISPER_BANDS, WHISPER_FRAMES],
    data: whisperFeatures(samples),
  } as const;
  const encoded = await host.run(
    { path: model.encoder, timeoutMs: TIMEOUT_MS },
    { input_features: features },
    { signal },
  );
  const hidden = encoded['last_hidden_state'];
  if (hidden === undefined) {
    throw new MontageError({ code: 'E_MODEL_RUN', message: 'the encoder gives no last_hidden_state', stage: 'models' });
  }
  work.progress(0.5);
  const rules: TokenRules = {
    suppressed: model.suppressed,
    end: special.end,
    noTimestamps: special.noTimestamps,
    firstTimestamp: special.firstTimestamp,
    latestStart: LATEST_START,
  };
  const decode = (prompt: readonly number[], most: number, only?: readonly number[]) =>
    host.generate(
      { path: model.decoder, timeoutMs: TIMEOUT_MS },
      { hidden, prompt, most, rules: { ...rules, only }, attention: only === undefined ? model.alignment : [] },
      { signal },
    );
  const first = await decode([special.start], 1, [...languages.keys()]);
  const language = whole(first['tokens'])[0] ?? special.start;
  const outputs = await decode([special.start, language, special.transcribe], MOST_TOKENS);
  const chances = floats(outputs, 'logProbabilities');
  const tokens = whole(outputs['tokens']).map((token, index) => ({ token, logProbability: chances[index] ?? 0 }));
  const belief = tokens.reduce((sum, one) => sum + one.logProbability, 0) / Math.max(1, tokens.length);
  const attention = floats(outputs, 'attention');
  return { tokens, belief, attention, heads: model.alignment.length, language: languages.get(language) ?? null };
}

/** The frames at which text tokens begin, where the decoder gave its attention. */
function textFrames(
  {
    tokens,
    attention,
    heads,
  }: { readonly tokens: readonly ChosenToken[]; readonly attention: Float32Array; readonly heads: number },
  { bytes, special }: WhisperVocabulary,
  samples: number,
): readonly number[] | undefined {
  if (attention.length === 0 || heads === 0) return undefined;
  const frames = attention.length / tokens.length / heads;
  const ended = tokens.findIndex(({ token }) => token === special.end);
  const text = tokens.flatMap(({ token }, n) => (bytes.has(token) && (ended < 0 || n < ended) ? [n] : []));
  const shares = new Float32Array(heads * text.length * frames);
  for (let head = 0; head < heads; head++) {
    for (const [row, n] of text.entries()) {
      const from = (n * heads + head) * frames;
      shares.set(attention.subarray(from, from + frames), (head * text.length + row) * frames);
    }
  }
  return attentionTimes({ heads, tokens: text.length, frames, shares }, Math.ceil(samples / SAMPLES_PER_FRAME));
}

function whole(tensor: Tensor | undefined): readonly number[] {
  return tensor?.type === 'int32' ? [...tensor.data] : [];
}
