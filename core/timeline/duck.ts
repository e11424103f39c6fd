import type { LoudnessResult } from '../analysis/results.ts';
import type { MediaId } from '../media/media.ts';
import { addFlicks, flicks, FLICKS_PER_SECOND, scaleFlicks, subtractFlicks, type Flicks } from '../time/flicks.ts';
import { frameDuration, frameOfTime, timeOfFrame, type Rate } from '../time/rate.ts';
import { mulDiv } from '../time/rational.ts';
import type { Edit } from './edit.ts';
import { valueAt, type Curve, type Keyframe } from './keyframes.ts';
import { recordOut } from './lookup.ts';
import type { AudioClip, Timeline, TrackId } from './timeline.ts';

/** How music gives way to speech. Times are rounded to whole frames, at least one, so that exports carry them exactly. */
export type DuckSettings = {
  /** Momentary loudness (EBU Tech 3341) from which sound counts as speech. */
  readonly thresholdLufs: number;
  /** How much quieter the music is under speech; positive. */
  readonly depthDb: number;
  /** How long it takes to fall: it is down when the speech starts, as the future is known here. */
  readonly attack: Flicks;
  /** How long it stays down after the speech; pauses that are shorter than hold, release and attack do not raise it. */
  readonly hold: Flicks;
  /** How long it takes to come back. */
  readonly release: Flicks;
};

const milliseconds = (count: number) => flicks((FLICKS_PER_SECOND / 1000) * count);

/** What editors usually start from: 12 dB down within 0.3 s, half a second of patience, 0.8 s back. */
export const USUAL_DUCKING: DuckSettings = {
  thresholdLufs: -40,
  depthDb: 12,
  attack: milliseconds(300),
  hold: milliseconds(500),
  release: milliseconds(800),
};

/** A stretch of timeline. */
export type SpeechSpan = { readonly start: Flicks; readonly end: Flicks };

/** Measured loudness of a file's first sound stream, and the source time it starts at; undefined while it is not known. */
export type LoudnessLookup = (
  mediaId: MediaId,
) => { readonly result: LoudnessResult; readonly start: Flicks } | undefined;

/** Momentary loudness looks at 400 ms: four of its steps. */
const WINDOW_STEPS = 4;

/** Where the clips of a track are louder than a threshold, with their own gain; ascending, merged. */
export function loudSpans(
  timeline: Timeline,
  trackIds: readonly TrackId[],
  loudness: LoudnessLookup,
  thresholdLufs: number,
): readonly SpeechSpan[] {
  const clips = timeline.tracks
    .filter(({ id, enabled }) => enabled && trackIds.includes(id))
    .flatMap((track) => (track.kind === 'audio' ? track.clips : []))
    .filter(({ enabled, streamOrdinal }) => enabled && streamOrdinal === 0);
  return merged(
    clips.flatMap((clip) => {
      const measured = loudness(clip.mediaId);
      if (measured === undefined) return [];
      return loudIn(measured.result, thresholdLufs - clip.gainDb).flatMap(onTimeline(clip, measured.start));
    }),
    flicks(0),
  );
}

/** In time of the sound. A window that turns loud does so with its last step, one that stops held sound in its first. */
function loudIn({ momentary: { lufs, stepMs } }: LoudnessResult, threshold: number): readonly SpeechSpan[] {
  const spans: SpeechSpan[] = [];
  let first: number | undefined;
  for (let step = 0; step <= lufs.length; step += 1) {
    const isLoud = (lufs[step] ?? Number.NEGATIVE_INFINITY) >= threshold;
    if (isLoud) first ??= step;
    else if (first !== undefined) {
      const start = first === 0 ? 0 : first + WINDOW_STEPS - 1;
      const end = step === lufs.length ? step + WINDOW_STEPS - 1 : step;
      spans.push({ start: milliseconds(stepMs * Math.min(start, end - 1)), end: milliseconds(stepMs * end) });
      first = undefined;
    }
  }
  return spans;
}

function onTimeline(clip: AudioClip, soundStart: Flicks): (span: SpeechSpan) => readonly SpeechSpan[] {
  const { num, den } = clip.speed;
  // What lies far outside the clip is taken to its edges first: hours of sound, slowed down, are no number of flicks.
  const length = mulDiv(clip.duration, Math.abs(num), den, 'ceil');
  const [least, most] = num < 0 ? [-length, 0] : [0, length];
  const record = (heard: Flicks) => {
    const played = subtractFlicks(addFlicks(heard, soundStart), clip.sourceIn);
    return flicks(clip.recordIn + mulDiv(Math.min(Math.max(played, least), most), den, num, 'nearest'));
  };
  return ({ start, end }) => {
    if (num === 0) return [];
    const [a, b] = [record(start), record(end)];
    const from = flicks(Math.max(Math.min(a, b), clip.recordIn));
    const to = flicks(Math.min(Math.max(a, b), recordOut(clip)));
    return to > from ? [{ start: from, end: to }] : [];
  };
}

/** Ascending, and one where they are not further apart than `gap`. */
function merged(spans: readonly SpeechSpan[], gap: Flicks): readonly SpeechSpan[] {
  const result: SpeechSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last === undefined || span.start > last.end + gap) result.push(span);
    else if (span.end > last.end) result[result.length - 1] = { start: last.start, end: span.end };
  }
  return result;
}

/**
 * How much the music's gain changes over the timeline, in dB: 0, and −depth under speech. Undefined without speech.
 * All times are on the frame grid, ascending.
 */
export function duckingCurve(spans: readonly SpeechSpan[], settings: DuckSettings, rate: Rate): Curve | undefined {
  const frame = frameDuration(rate);
  const whole = (time: Flicks) => flicks(Math.max(frame, timeOfFrame(frameOfTime(time, rate, 'floor'), rate)));
  const [attack, release] = [whole(settings.attack), whole(settings.release)];
  const held = spans.map(({ start, end }) => ({
    start: timeOfFrame(frameOfTime(start, rate, 'floor'), rate),
    end: timeOfFrame(frameOfTime(addFlicks(end, settings.hold), rate, 'ceil'), rate),
  }));
  const curve = merged(held, addFlicks(attack, release)).flatMap(({ start, end }): readonly Keyframe[] => [
    { at: subtractFlicks(start, attack), value: 0, interpolation: 'linear' },
    { at: start, value: -settings.depthDb, interpolation: 'linear' },
    { at: end, value: -settings.depthDb, interpolation: 'linear' },
    { at: addFlicks(end, release), value: 0, interpolation: 'linear' },
  ]);
  return curve.length === 0 ? undefined : curve;
}

/**
 * Ducks all clips of tracks under speech: one undo step that sets gain keyframes, which can be edited like any others.
 * What a clip's gain did before goes on below it. Undefined where nothing would change.
 */
export function duckEdit(
  timeline: Timeline,
  music: readonly TrackId[],
  spans: readonly SpeechSpan[],
  settings: DuckSettings,
): Edit | undefined {
  const curve = duckingCurve(spans, settings, timeline.rate);
  if (curve === undefined) return undefined;
  const edits = timeline.tracks
    .filter(({ id }) => music.includes(id))
    .flatMap((track) => (track.kind === 'audio' ? track.clips : []))
    .flatMap((clip): readonly Edit[] => {
      const gainDb = duckedGain(clip, curve);
      if (gainDb === undefined) return [];
      return [{ kind: 'setClip', clipId: clip.id, set: { keyframes: { ...clip.keyframes, gainDb } } }];
    });
  return edits.length === 0 ? undefined : { kind: 'group', label: 'Duck music under speech', edits };
}

/** A clip's gain with the ducking in it, from its record in; undefined where no speech comes near. */
function duckedGain(clip: AudioClip, curve: Curve): Curve | undefined {
  const { recordIn, duration, gainDb } = clip;
  const own = clip.keyframes?.gainDb;
  const offsets = curve.map((keyframe) => ({ ...keyframe, at: subtractFlicks(keyframe.at, recordIn) }));
  const ends = [flicks(0), duration].map((at) => valueAt(offsets, at, 0));
  const near = offsets.filter(({ at }) => at > 0 && at < duration);
  if (near.length === 0 && ends.every((value) => value === 0)) return undefined;
  const times = [0, duration, ...near.map(({ at }) => at), ...(own ?? []).flatMap(smoothTimes)];
  return [...new Set(times)]
    .toSorted((a, b) => a - b)
    .map((time) => {
      const at = flicks(time);
      const before = own?.findLast((keyframe) => keyframe.at <= at);
      const interpolation = before?.interpolation === 'hold' ? 'hold' : 'linear';
      return { at, value: valueAt(own, at, gainDb) + valueAt(offsets, at, 0), interpolation };
    });
}

/** Eased stretches become straight ones of an eighth each: their sum with a ramp is no easing any more. */
function smoothTimes({ at, interpolation }: Keyframe, index: number, own: Curve): readonly Flicks[] {
  const next = own[index + 1];
  if (interpolation !== 'smooth' || next === undefined) return [at];
  const length = subtractFlicks(next.at, at);
  return Array.from({ length: 8 }, (_, n) => addFlicks(at, scaleFlicks(length, { num: n, den: 8 }, 'nearest')));
}
