import { assert, MontageError } from '../../core/errors.ts';
import type { AnalysisResult } from '../../core/analysis/results.ts';
import type { MediaFacts } from '../../core/media/media.ts';
import { frameTableOf, type FrameTable } from '../../core/media/timing.ts';
import { flicks, flicksFromTicks, subtractFlicks, ZERO_FLICKS, type Flicks } from '../../core/time/flicks.ts';
import { mulDiv, toNumber, type Rational } from '../../core/time/rational.ts';
import { startAnalysis, type AnalysisAnswer, type AnalysisHost } from '../analysers/analysis-host.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import type { CheckedInput } from '../ffmpeg/input.ts';
import { startFfmpeg, type FfmpegRun } from '../ffmpeg/run.ts';
import { createNutReader, inTicks, type NutPacket } from './nut.ts';
import { passSeconds, planPass, type PassPlan, type PassWishes } from './pass-plan.ts';

export type PassOrder = {
  readonly input: CheckedInput;
  readonly facts: MediaFacts;
  readonly wishes: PassWishes;
  readonly analysers: readonly string[];
  readonly peaks: boolean;
  /** See `AnalysedMedia`. */
  readonly shotThreshold?: number | undefined;
  readonly proxyPath: string;
  /** Takes the bytes of the 16 kHz sound and of each thumbnail as they come. */
  readonly sink: PassSink;
  readonly signal?: AbortSignal | undefined;
  /** 0–1 by media time. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
  /** Called once with the means to hold and release the run. */
  readonly onStart?: ((run: Pick<FfmpegRun, 'pid' | 'pause' | 'resume'>) => void) | undefined;
};

export interface PassSink {
  speech(bytes: Uint8Array): Promise<void>;
  thumbnail(jpeg: Uint8Array, ticks: number): Promise<void>;
  /** The one picture of a still. */
  still?(jpeg: Uint8Array): Promise<void>;
}

export type PassOutcome = {
  /** Every decoded frame's time; undefined where frames were not asked for or there are none. */
  readonly table: FrameTable | undefined;
  readonly results: readonly AnalysisResult[];
  readonly peaks: Uint8Array | undefined;
  /** Source time of the first sample. */
  readonly soundStart: Flicks;
  /** ffmpeg's complaints; damage shows here. */
  readonly messages: readonly string[];
  readonly errorCount: number;
  readonly plan: PassPlan;
};

/**
 * Runs ffmpeg once over a file and measures while it decodes. What the worker has not taken yet, ffmpeg waits for.
 *
 * @throws MontageError as ffmpeg's messages tell; E_CANCELLED, E_STALLED, E_FFMPEG_KILLED, E_ANALYSIS
 */
export async function runPass(tools: FfmpegTools, order: PassOrder): Promise<PassOutcome> {
  const plan = planPass(order.input, order.facts, order.wishes, order.proxyPath);
  const piped = plan.streams.length > 0;
  const run = startFfmpeg(tools, {
    args: plan.args,
    stage: 'ingest',
    where: order.input.path,
    signal: order.signal,
    stdout: piped ? 'pipe' : 'ignore',
    ...(!piped && { onProgress: ({ outTimeUs }) => report(order, (outTimeUs ?? 0) / 1e6) }),
  });
  order.onStart?.(run);
  if (!piped) return { ...(await withoutPipe(run)), plan };
  const host = startHost(plan, order);
  try {
    const times = await consume(run, plan, order, host);
    const { messages, errorCount } = await run.done;
    const answer = host === undefined ? NO_ANSWER : await host.finish(times.soundStart());
    return {
      table: tableOf(times, plan, order.facts),
      ...answer,
      soundStart: times.soundStart(),
      messages,
      errorCount,
      plan,
    };
  } finally {
    await host?.close();
  }
}

const NO_ANSWER: AnalysisAnswer = { results: [], peaks: undefined };

async function withoutPipe(run: FfmpegRun) {
  const { messages, errorCount } = await run.done;
  return { table: undefined, ...NO_ANSWER, soundStart: ZERO_FLICKS, messages, errorCount };
}

function startHost(plan: PassPlan, order: PassOrder): AnalysisHost | undefined {
  const frames = plan.streams.includes('frames') ? plan.analysisSize : undefined;
  const { audio } = plan;
  const sound = plan.streams.includes('sound') && audio !== undefined ? audio : undefined;
  if (frames === undefined && sound === undefined) return undefined;
  return startAnalysis({
    analysers: order.analysers,
    peaks: order.peaks,
    shotThreshold: order.shotThreshold,
    frames,
    sound:
      sound === undefined
        ? undefined
        : { sampleRateHz: sound.sampleRateHz, channels: sound.channels, channelLayout: sound.channelLayout },
  });
}

type Times = {
  readonly ticks: number[];
  readonly soundStart: () => Flicks;
};

async function consume(run: FfmpegRun, plan: PassPlan, order: PassOrder, host: AnalysisHost | undefined) {
  const reader = createNutReader();
  const ticks: number[] = [];
  let firstPicture: Flicks | undefined;
  let firstSound: Flicks | undefined;
  const total = passSeconds(order.facts);
  const take = async (packet: NutPacket): Promise<void> => {
    const stream = plan.streams[packet.stream];
    const start = flicksFromTicks(packet.pts, packet.timeBase);
    switch (stream) {
      case 'frames': {
        firstPicture ??= start;
        assert(plan.video !== undefined, 'frames come from a picture stream');
        ticks.push(inTicks(packet, plan.video.timeBase));
        if (total > 0) report(order, packet.pts * toNumber(packet.timeBase));
        return host?.frame(packet.data);
      }
      case 'sound':
        firstSound ??= start;
        if (plan.video === undefined && total > 0) report(order, packet.pts * toNumber(packet.timeBase));
        return host?.samples(packet.data);
      case 'speech':
        firstSound ??= start;
        return order.sink.speech(packet.data);
      case 'thumbnails':
        firstPicture ??= start;
        assert(plan.video !== undefined, 'thumbnails come from a picture stream');
        return order.sink.thumbnail(packet.data, inTicks(packet, plan.video.timeBase));
      case 'still':
        return order.sink.still?.(packet.data);
      case undefined:
        return undefined;
    }
  };
  for await (const chunk of run.pieces()) for (const packet of reader.push(chunk)) await take(packet);
  const soundStart = () =>
    firstPicture === undefined || firstSound === undefined ? ZERO_FLICKS : subtractFlicks(firstSound, firstPicture);
  return { ticks, soundStart } satisfies Times;
}

function report(order: PassOrder, seconds: number): void {
  const total = passSeconds(order.facts);
  if (total > 0) order.onProgress?.(Math.max(0, Math.min(1, seconds / total)));
}

function tableOf(times: Times, plan: PassPlan, facts: MediaFacts): FrameTable | undefined {
  const { video } = plan;
  if (video === undefined || facts.kind === 'still' || !plan.streams.includes('frames')) return undefined;
  if (times.ticks.length === 0) {
    throw new MontageError({ code: 'E_DAMAGED', message: 'not a single picture could be decoded', stage: 'ingest' });
  }
  const { timing } = video;
  const span = (times.ticks.at(-1) ?? 0) - (times.ticks[0] ?? 0);
  const claimed = timing.kind === 'variable' ? ticksOf(timing.duration, video.timeBase) - span : undefined;
  return frameTableOf(times.ticks, video.timeBase, claimed);
}

function ticksOf(time: Flicks, timeBase: Rational): number {
  return mulDiv(time, timeBase.den, flicks(705_600_000 * timeBase.num), 'nearest');
}
