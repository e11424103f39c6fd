import { open, rm, type FileHandle } from 'node:fs/promises';
import { MontageError } from '../../core/errors.ts';
import { flicks, FLICKS_PER_SECOND } from '../../core/time/flicks.ts';
import { nestedTimeline } from '../../core/timeline/generated-media.ts';
import { sourceTimeAtRecord, timelineDuration } from '../../core/timeline/lookup.ts';
import type { AudioClip, Timeline } from '../../core/timeline/timeline.ts';
import { gainAt, isSteady } from '../../core/timeline/voice-gain.ts';
import { voicesOf, type Voice } from '../../core/timeline/voices.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { fileFault } from '../files.ts';
import type { RenderPlan } from './render-plan.ts';
import { RENDER_SAMPLE_RATE, type RenderMedia, type RenderSources } from './request.ts';
import { CHANNELS, isPlayedAsIs, openFeed, openFeedOfAll, type FeedContext, type SoundFeed } from './sound-feed.ts';
import { lanesOf, passesOf, type Lane } from './sound-lanes.ts';
import { soundClock, type SoundClock } from './sound-clock.ts';
import { fileSource, isMono, samplesOf, soundStream, type SoundSource } from './sound-source.ts';

/** Samples mixed at a time, and those whose gain is worked out together. */
const BLOCK = 8192;
const BYTES_PER_SAMPLE = 4 * CHANNELS;
/** One sample at 48 kHz. */
const SAMPLE = FLICKS_PER_SECOND / RENDER_SAMPLE_RATE;
/** Decoders at work at the same time; where more voices sound together, the mix takes several passes. */
const MOST_DECODERS = 8;
/** A voice's decoder starts this many samples (3 s) before it is heard. */
const AHEAD = 144_000;

export type SoundContext = {
  readonly tools: FfmpegTools;
  readonly plan: Pick<RenderPlan, 'timeline' | 'sampleCount'>;
  readonly sources: RenderSources;
  readonly signal?: AbortSignal | undefined;
  /** Never falls; the last is the number of samples. */
  readonly onSample?: ((sample: number) => void) | undefined;
  readonly onErrors?: FeedContext['onErrors'];
};

/**
 * Mixes all enabled sound into one PCM file (`SOUND_INPUT_ARGS`), sample for sample, as long as the timeline. Not
 * limited: sums may pass ±1. Memory does not grow with the timeline's length or the number of its clips. Nested
 * timelines are mixed into files beside it first, which are removed again.
 *
 * @throws MontageError E_OFFLINE, E_NO_STREAMS, E_NO_SPACE, E_CANCELLED, or as ffmpeg's messages tell
 */
export async function mixSound(context: SoundContext, path: string): Promise<void> {
  const made: string[] = [];
  try {
    await mixInto(
      { context, root: context.plan.timeline, made, clocks: new Map() },
      context.plan,
      path,
      context.onSample,
    );
  } finally {
    for (const nested of made) await rm(nested, { force: true });
  }
}

/** One call of {@link mixSound}: `made` are its files of nested timelines. */
type Mixing = {
  readonly context: SoundContext;
  readonly root: Timeline;
  readonly made: string[];
  readonly clocks: Map<string, SoundClock>;
};

/** A voice in samples of the film. */
type Placed = {
  readonly voice: Voice;
  readonly source: SoundSource;
  readonly isMono: boolean;
  readonly from: number;
  readonly to: number;
};

async function mixInto(
  mixing: Mixing,
  { timeline, sampleCount }: SoundContext['plan'],
  path: string,
  onSample: ((sample: number) => void) | undefined,
): Promise<void> {
  const { context, root } = mixing;
  const voices: Placed[] = [];
  for (const voice of voicesOf(timeline, context.sources, root)) {
    const source = await sourceOf(mixing, voice.clip, path);
    const [from, to] = [Math.max(0, samplesOf(voice.start)), Math.min(sampleCount, samplesOf(voice.end))];
    if (to > from) voices.push({ voice, source, isMono: isMono(source), from, to });
  }
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'w+');
    const lanes = lanesOf(voices, ({ voice }) => isPlayedAsIs(voice.clip));
    const passes = passesOf(lanes, MOST_DECODERS);
    for (const [index, pass] of passes.entries()) {
      const report = (sample: number) => onSample?.(Math.floor((index * sampleCount + sample) / passes.length));
      await mixPass(context, pass, { file, sampleCount, isFirst: index === 0, report });
    }
  } catch (error) {
    throw fileFault(error, path);
  } finally {
    await file?.close();
  }
}

/** What a clip plays: a file, or the mix of a nested timeline, made once. */
async function sourceOf(mixing: Mixing, clip: AudioClip, beside: string): Promise<SoundSource> {
  const { context, root, made } = mixing;
  const nested = nestedTimeline(root, clip.mediaId);
  if (nested !== undefined) {
    const path = `${beside}.nested-${root.nested?.indexOf(nested) ?? 0}`;
    if (!made.includes(path)) {
      made.push(path);
      const sampleCount = samplesOf(timelineDuration(nested));
      await mixInto(mixing, { timeline: nested, sampleCount }, path, undefined);
    }
    return { kind: 'mixed', path, channels: clip.channels };
  }
  const media = context.sources.media(clip.mediaId);
  if (media !== undefined) return knownSource(mixing, clip, media);
  throw new MontageError({
    code: 'E_OFFLINE',
    message: 'the file of a clip is not there',
    where: clip.name,
    stage: 'render',
  });
}

/** A stream's clock is asked for once, however many clips play it. */
async function knownSource({ context, clocks }: Mixing, clip: AudioClip, media: RenderMedia): Promise<SoundSource> {
  const stream = soundStream(clip, media);
  const key = `${stream.index} ${media.path}`;
  const clock = clocks.get(key) ?? (await soundClock(context.tools, media.path, stream, context.signal));
  clocks.set(key, clock);
  return fileSource(clip, media, stream, clock);
}

type Pass = {
  readonly file: FileHandle;
  readonly sampleCount: number;
  readonly isFirst: boolean;
  readonly report: (sample: number) => void;
};
type Playing = { readonly lane: Lane<Placed>; readonly feed: SoundFeed };

async function mixPass(context: SoundContext, lanes: readonly Lane<Placed>[], pass: Pass): Promise<void> {
  const { file, sampleCount } = pass;
  let opened = 0;
  let playing: readonly Playing[] = [];
  try {
    for (let from = 0; from < sampleCount; from += BLOCK) {
      refuseCancelled(context.signal);
      const to = Math.min(from + BLOCK, sampleCount);
      for (let next = lanes[opened]; next !== undefined; next = lanes[opened]) {
        const isNear = next.from < to + AHEAD && playing.length < MOST_DECODERS;
        if (next.from >= to && !isNear) break;
        playing = [...playing, { lane: next, feed: feedOf(context, next.voices) }];
        opened += 1;
      }
      const mix = new Float32Array((to - from) * CHANNELS);
      const bytes = new Uint8Array(mix.buffer);
      if (!pass.isFirst) await file.read(bytes, 0, bytes.length, from * BYTES_PER_SAMPLE);
      for (const { lane, feed } of playing) for (const placed of lane.voices) await addTo(mix, from, placed, feed);
      const over = playing.filter(({ lane }) => lane.to <= to);
      playing = playing.filter(({ lane }) => lane.to > to);
      await Promise.all(over.map(({ feed }) => feed.close()));
      await writeAll(file, bytes, from * BYTES_PER_SAMPLE);
      pass.report(to);
    }
  } finally {
    await Promise.all(playing.map(({ feed }) => feed.close()));
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** @throws MontageError E_CANCELLED once a signal says so */
export function refuseCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new MontageError({ code: 'E_CANCELLED', message: 'cancelled', stage: 'render' });
}

/** The source sample is the one nearest to what plays at the voice's first sample, so placing never adds up. */
function feedOf({ tools, signal, onErrors }: SoundContext, voices: readonly Placed[]): SoundFeed {
  const wishes = voices.map(({ voice: { clip }, source, from, to }) => {
    const at = samplesOf(sourceTimeAtRecord(clip, clip.sourceIn, flicks(from * SAMPLE)));
    return { source, at, length: to - from, speed: clip.speed };
  });
  const [only] = wishes;
  const context = { tools, signal, onErrors };
  return only !== undefined && wishes.length === 1 ? openFeed(context, only) : openFeedOfAll(context, wishes);
}

/** Adds what a voice has in the block from `blockFrom` on. */
async function addTo(mix: Float32Array, blockFrom: number, placed: Placed, feed: SoundFeed): Promise<void> {
  const { voice, from, to } = placed;
  const first = Math.max(from, blockFrom);
  const last = Math.min(to, blockFrom + mix.length / CHANNELS);
  if (last <= first) return;
  const samples = await feed.read(last - first);
  const steady = isSteady(voice, first * SAMPLE, last * SAMPLE);
  let gain = gainAt(voice, first * SAMPLE, placed.isMono);
  for (let n = 0; n < last - first; n += 1) {
    if (!steady) gain = gainAt(voice, (first + n) * SAMPLE, placed.isMono);
    const at = (first + n - blockFrom) * CHANNELS;
    const [left, right] = [samples[n * CHANNELS] ?? 0, samples[n * CHANNELS + 1] ?? 0];
    mix[at] = (mix[at] ?? 0) + (left * gain.ll + right * gain.lr);
    mix[at + 1] = (mix[at + 1] ?? 0) + (left * gain.rl + right * gain.rr);
  }
}
