import { copyFile, open, rm, type FileHandle } from 'node:fs/promises';
import { createLoudnessMeter, type LoudnessMeter } from '../../core/analysis/loudness.ts';
import { createTruePeakLimiter } from '../../core/analysis/true-peak-limiter.ts';
import type { AudioCodec } from '../../core/output/codecs.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { runFfmpeg, startFfmpeg } from '../ffmpeg/run.ts';
import { audioArgs } from './encoders.ts';
import { RENDER_SAMPLE_RATE, type LoudnessTarget, type RenderSettings } from './request.ts';
import { CHANNELS, SOUND_INPUT_ARGS } from './sound-feed.ts';
import { refuseCancelled } from './sound.ts';

/** EBU R 128 integrated loudness and true peak; null where there is nothing to measure. */
export type Loudness = { readonly lufs: number | null; readonly dbtp: number | null };

export type LoudnessReport = {
  readonly before: Loudness;
  /** As a listener gets it: encoded and decoded again. */
  readonly after: Loudness;
  readonly gainDb: number;
  /** The most that peaks were held back; 0 where one gain did for all. */
  readonly limitedDb: number;
  /** What could not be done, in a sentence. */
  readonly note?: string | undefined;
};

export type LoudnessOptions = {
  /** How the sound is encoded afterwards: encoders overshoot, so the result is measured behind them. */
  readonly audio?: RenderSettings['audio'];
  readonly signal?: AbortSignal | undefined;
};

/** Interleaved floats read at a time: a third of a second. */
const BLOCK = 2 * 16_384;
const MOST_ROUNDS = 5;
const MOST_PASSES = 12;
const LARGEST_STEP_DB = 12;
const LARGEST_OVERSHOOT_DB = 6;
const LARGEST_CHANGE_LU = 2;
/** Where peaks would have to be held back by more than this, there is next to nothing beside them. */
const MOST_LIMITING_DB = 45;
const LOSSLESS: ReadonlySet<AudioCodec> = new Set(['pcm', 'pcm24', 'flac']);
/** Closer than this to the target, in LU, is close enough; half a unit is asked for. */
const CLOSE_LU = 0.15;
/** Meters differ by this much in what they see between samples, in dB. */
const METER_MARGIN_DB = 0.15;

/**
 * Brings a mixed PCM file to a loudness (ITU-R BS.1770-4, EBU R 128) in two passes: measure; then one gain for all,
 * with a look-ahead true-peak limiter where that gain would lift peaks over the ceiling. What comes out is encoded,
 * decoded and measured again, and the pass is repeated with corrected numbers where an encoder or the limiter changed
 * them. `from` and `to` hold the same number of samples. Sound without a loudness (silence, less than 0.4 s, all below
 * −70 LUFS) keeps its level, and the report says so.
 *
 * @throws MontageError as ffmpeg's messages tell
 */
export async function normaliseLoudness(
  tools: FfmpegTools,
  files: { readonly from: string; readonly to: string },
  target: LoudnessTarget,
  options: LoudnessOptions = {},
): Promise<LoudnessReport> {
  const before = await measurePcm(files.from, options.signal);
  if (before.lufs === null && (before.dbtp ?? Number.NEGATIVE_INFINITY) <= target.truePeakDbtp) {
    await copyFile(files.from, files.to);
    const note = 'there is no sound whose loudness could be measured; it keeps its level';
    return { before, after: before, gainDb: 0, limitedDb: 0, note };
  }
  let ceiling = target.truePeakDbtp - METER_MARGIN_DB;
  // What encoding changes, added to what is aimed at.
  let aim = target.targetLufs;
  let gainDb = before.lufs === null ? 0 : aim - before.lufs;
  for (let round = 1; ; round += 1) {
    const made = await levelTo(files, { aim, ceiling, before, gainDb }, options.signal);
    gainDb = made.gainDb;
    const after = await measureEncoded(tools, files.to, options);
    const over = (after.dbtp ?? Number.NEGATIVE_INFINITY) - (target.truePeakDbtp - METER_MARGIN_DB / 2);
    const short = before.lufs === null || after.lufs === null ? 0 : target.targetLufs - after.lufs;
    const isMet = over <= 0 && Math.abs(short) <= CLOSE_LU;
    if (isMet || round === MOST_ROUNDS) {
      const note = noteOn(isMet, made.limitedDb);
      return { before, after, gainDb, limitedDb: made.limitedDb, ...(note !== undefined && { note }) };
    }
    // Some encoders ring on what no limiter can take away: further than this neither is bent.
    if (over > 0) ceiling = Math.max(target.truePeakDbtp - LARGEST_OVERSHOOT_DB, ceiling - over - METER_MARGIN_DB / 2);
    aim = Math.max(target.targetLufs - LARGEST_CHANGE_LU, Math.min(target.targetLufs + LARGEST_CHANGE_LU, aim + short));
  }
}

/** More than this many dB off the peaks is heard. */
const HEARD_LIMITING_DB = 10;

function noteOn(isMet: boolean, limitedDb: number): string | undefined {
  if (!isMet) return 'loudness and peak could not both be met';
  if (limitedDb <= HEARD_LIMITING_DB) return undefined;
  return `it is so dynamic that its peaks were held back by ${limitedDb.toFixed(0)} dB`;
}

type Aim = { readonly aim: number; readonly ceiling: number; readonly before: Loudness; readonly gainDb: number };

/**
 * Looks for the gain that gives a loudness behind the limiter, by secants: the more is held back, the less a dB of gain
 * brings. Where nothing is limited the first gain is the right one.
 */
async function levelTo(
  files: { readonly from: string; readonly to: string },
  { aim, ceiling, before, gainDb: start }: Aim,
  signal: AbortSignal | undefined,
): Promise<{ readonly gainDb: number; readonly limitedDb: number }> {
  const most = ceiling - (before.dbtp ?? ceiling) + MOST_LIMITING_DB;
  let gainDb = Math.min(start, most);
  let last: { readonly gainDb: number; readonly lufs: number } | undefined;
  for (let pass = 1; ; pass += 1) {
    const limitedDb = await level(files, { gainDb, ceiling, before }, signal);
    const lufs = before.lufs === null ? aim : ((await measurePcm(files.to, signal)).lufs ?? aim);
    if (Math.abs(aim - lufs) <= CLOSE_LU / 2 || pass === MOST_PASSES) return { gainDb, limitedDb };
    const slope = last === undefined || last.gainDb === gainDb ? 1 : (lufs - last.lufs) / (gainDb - last.gainDb);
    last = { gainDb, lufs };
    const step = Math.max(-LARGEST_STEP_DB, Math.min(LARGEST_STEP_DB, (aim - lufs) / Math.max(0.05, slope)));
    if (gainDb === most && step > 0) return { gainDb, limitedDb };
    gainDb = Math.min(most, gainDb + step);
  }
}

type Change = { readonly gainDb: number; readonly ceiling: number; readonly before: Loudness };

/** Writes the changed sound; the dB that peaks were held back at most. */
async function level(
  files: { readonly from: string; readonly to: string },
  { gainDb, ceiling, before }: Change,
  signal: AbortSignal | undefined,
): Promise<number> {
  const gain = 10 ** (gainDb / 20);
  const fits = (before.dbtp ?? Number.NEGATIVE_INFINITY) + gainDb <= ceiling;
  const limiter = fits ? undefined : createTruePeakLimiter(gain, 10 ** (ceiling / 20));
  const output = await open(files.to, 'w');
  try {
    await eachBlock(files.from, signal, async (samples) => {
      await append(output, limiter?.push(samples) ?? samples.map((sample) => sample * gain));
    });
    if (limiter !== undefined) await append(output, limiter.finish());
  } finally {
    await output.close();
  }
  return limiter === undefined ? 0 : -20 * Math.log10(limiter.smallestGain());
}

async function append(file: FileHandle, samples: Float32Array): Promise<void> {
  if (samples.length > 0) await file.appendFile(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
}

async function eachBlock(
  path: string,
  signal: AbortSignal | undefined,
  take: (samples: Float32Array<ArrayBuffer>) => void | Promise<void>,
): Promise<void> {
  const file = await open(path, 'r');
  try {
    for (;;) {
      refuseCancelled(signal);
      const samples = new Float32Array(BLOCK);
      const { bytesRead } = await file.read(new Uint8Array(samples.buffer), 0, samples.byteLength);
      if (bytesRead === 0) return;
      await take(samples.slice(0, Math.floor(bytesRead / 4)));
    }
  } finally {
    await file.close();
  }
}

function newMeter(): LoudnessMeter {
  return createLoudnessMeter(RENDER_SAMPLE_RATE, CHANNELS, 'stereo');
}

function resultOf(meter: LoudnessMeter): Loudness {
  const { integratedLufs, truePeakDbtp } = meter.finish();
  return { lufs: integratedLufs, dbtp: truePeakDbtp };
}

async function measurePcm(path: string, signal: AbortSignal | undefined): Promise<Loudness> {
  const meter = newMeter();
  await eachBlock(path, signal, meter.push);
  return resultOf(meter);
}

/** What a listener hears once the sound is encoded; PCM and FLAC change nothing. */
async function measureEncoded(tools: FfmpegTools, path: string, { audio, signal }: LoudnessOptions): Promise<Loudness> {
  if (audio === undefined || audio === null || LOSSLESS.has(audio.codec)) return measurePcm(path, signal);
  const trial = `${path}.trial.mka`;
  try {
    const encoding = [...SOUND_INPUT_ARGS, '-i', `file:${path}`, ...audioArgs(audio), `file:${trial}`];
    await runFfmpeg(tools, { args: encoding, stage: 'render', signal });
    const meter = newMeter();
    const args = ['-i', `file:${trial}`, '-ac', '2', '-ar', String(RENDER_SAMPLE_RATE), '-f', 'f32le', 'pipe:1'];
    const run = startFfmpeg(tools, { args, stage: 'render', stdout: 'pipe', signal });
    for await (const { buffer, byteLength } of run.chunks(4 * BLOCK)) {
      meter.push(new Float32Array(buffer, 0, Math.floor(byteLength / 4)));
    }
    return resultOf(meter);
  } finally {
    await rm(trial, { force: true });
  }
}
