import { FLICKS_PER_SECOND, flicks, secondsOf, type Flicks } from '../../core/time/flicks.ts';
import { toNumber } from '../../core/time/rational.ts';
import type { Composition, SoundSpan } from './composition.ts';
import type { ReaderLookup } from './frame-feed.ts';

/** How far ahead of the ear sound is scheduled, and how often that is looked after. */
const AHEAD_SECONDS = 1.2;
const PUMP_MS = 150;
/** Head start so that the first chunk is decoded in time. */
const START_SECONDS = 0.05;

const gainOf = (db: number) => 10 ** (db / 20);

/** Playing sound; its clock is what pictures follow. */
export interface SoundRun {
  /** Composition time being heard now. */
  now(): Flicks;
  stop(): void;
}

type Mix = {
  readonly context: AudioContext;
  readonly out: AudioNode;
  /** Context time at which `from` is heard. */
  readonly origin: number;
  readonly fromSeconds: number;
  readonly playing: Set<AudioBufferSourceNode>;
  stopped: boolean;
};

/** Context time at which a moment of the composition is heard. */
function heardAt(mix: Mix, seconds: number): number {
  return mix.origin + (seconds - mix.fromSeconds);
}

function fadeGain(mix: Mix, span: SoundSpan): GainNode {
  const { context } = mix;
  const node = context.createGain();
  const level = gainOf(span.gainDb);
  const [start, end] = [secondsOf(span.start), secondsOf(flicks(span.start + span.duration))];
  const at = (seconds: number) => Math.max(heardAt(mix, seconds), context.currentTime);
  node.gain.setValueAtTime(span.fadeIn > 0 ? 0 : level, at(start));
  if (span.fadeIn > 0) node.gain.linearRampToValueAtTime(level, at(start + secondsOf(span.fadeIn)));
  if (span.fadeOut > 0) {
    node.gain.setValueAtTime(level, at(end - secondsOf(span.fadeOut)));
    node.gain.linearRampToValueAtTime(0, at(end));
  }
  node.connect(mix.out);
  return node;
}

/** Waits until a moment is near enough to be scheduled; false once stopped. */
async function whenNear(mix: Mix, seconds: number): Promise<boolean> {
  while (!mix.stopped && heardAt(mix, seconds) > mix.context.currentTime + AHEAD_SECONDS) {
    await new Promise<void>((resolve) => setTimeout(resolve, PUMP_MS));
  }
  return !mix.stopped;
}

/** Schedules the part of a chunk that lies within [first, end) of the composition and is not past. */
function schedule(
  mix: Mix,
  gain: AudioNode,
  buffer: AudioBuffer,
  at: { start: number; first: number; end: number },
  speed: number,
): void {
  const { context, playing } = mix;
  const begin = Math.max(at.start, at.first);
  const late = Math.max(context.currentTime - heardAt(mix, begin), 0);
  const length = Math.min(at.start + buffer.duration / speed, at.end) - begin - late;
  if (length <= 0) return;
  const node = context.createBufferSource();
  node.buffer = buffer;
  node.playbackRate.value = speed;
  node.connect(gain);
  node.start(heardAt(mix, begin) + late, (begin + late - at.start) * speed, length * speed);
  playing.add(node);
  node.addEventListener('ended', () => playing.delete(node));
}

async function playSpan(mix: Mix, span: SoundSpan, readers: ReaderLookup): Promise<void> {
  const [start, end] = [secondsOf(span.start), secondsOf(flicks(span.start + span.duration))];
  if (!(await whenNear(mix, start))) return;
  const reader = await readers(span.mediaId);
  if (reader === undefined) return;
  const speed = toNumber(span.speed);
  const first = Math.max(start, mix.fromSeconds);
  const sourceIn = secondsOf(span.sourceIn);
  const sourceAt = (record: number) => sourceIn + (record - start) * speed;
  const gain = fadeGain(mix, span);
  for await (const chunk of reader.sound(span.streamOrdinal, sourceAt(first), sourceAt(end))) {
    const chunkStart = start + (chunk.startSeconds - sourceIn) / speed;
    if (!(await whenNear(mix, chunkStart))) break;
    schedule(mix, gain, chunk.buffer, { start: chunkStart, first, end }, speed);
  }
}

/**
 * Plays the sounds of a composition at normal speed from a time on. Sound of retimed clips is played at their speed,
 * pitch included: this is a preview, the render keeps the pitch.
 */
export function playSound(
  context: AudioContext,
  out: AudioNode,
  composition: Composition,
  from: Flicks,
  readers: ReaderLookup,
): SoundRun {
  const origin = context.currentTime + START_SECONDS;
  const mix: Mix = { context, out, origin, fromSeconds: secondsOf(from), playing: new Set(), stopped: false };
  for (const span of composition.sounds) {
    // A file whose sound cannot be decoded stays silent; pictures go on.
    if (span.start + span.duration > from) playSpan(mix, span, readers).catch(() => undefined);
  }
  const heard = () => context.currentTime - context.outputLatency - origin;
  return {
    now: () => flicks(from + Math.max(0, Math.round(heard() * FLICKS_PER_SECOND))),
    stop() {
      mix.stopped = true;
      for (const node of mix.playing) node.stop();
      mix.playing.clear();
    },
  };
}
