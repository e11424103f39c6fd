import { FLICKS_PER_SECOND, flicks, type Flicks } from './flicks.ts';
import { compareRational, equalRational, mulDiv, rational, type Rational, type Rounding } from './rational.ts';

/** Frames per second as an exact fraction. */
export type Rate = Rational;

const WHOLE_RATES = [12, 15, 20, 24, 25, 30, 48, 50, 60, 100, 120, 240] as const;
const NTSC_RATES = [12, 15, 24, 30, 48, 60, 120, 240] as const;

/** The closed list of timeline rates; one frame of each is a whole number of flicks. Ascending. */
export const LISTED_RATES: readonly Rate[] = [
  ...WHOLE_RATES.map((fps) => rational(fps)),
  rational(25, 2),
  ...NTSC_RATES.map((fps) => rational(fps * 1000, 1001)),
].sort(compareRational);

/** Whether timelines may run at this rate. */
export function isListedRate(rate: Rate): boolean {
  return LISTED_RATES.some((listed) => equalRational(listed, rate));
}

/** One frame's duration; whole for listed rates, rounded to the nearest flick for others. */
export function frameDuration(rate: Rate): Flicks {
  return flicks(mulDiv(FLICKS_PER_SECOND, rate.den, rate.num, 'nearest'));
}

/** The start of frame n, rounded once; exact for listed rates. */
export function timeOfFrame(frame: number, rate: Rate): Flicks {
  return flicks(mulDiv(frame, FLICKS_PER_SECOND * rate.den, rate.num, 'nearest'));
}

/**
 * Frames in a span of time, rounded as declared. 'floor' gives the frame on screen at that time:
 * it is the inverse of {@link timeOfFrame} for every rate, whatever that rounded.
 */
export function frameOfTime(time: Flicks, rate: Rate, rounding: Rounding): number {
  const frames = mulDiv(time, rate.num, FLICKS_PER_SECOND * rate.den, rounding);
  if (rounding !== 'floor') return frames;
  if (timeOfFrame(frames + 1, rate) <= time) return frames + 1;
  return timeOfFrame(frames, rate) > time ? frames - 1 : frames;
}

/** Whether a time lies on the rate's frame grid. */
export function isFrameAligned(time: Flicks, rate: Rate): boolean {
  return timeOfFrame(frameOfTime(time, rate, 'nearest'), rate) === time;
}

/** The listed rate nearest to any rate, by ratio; for conforming sources whose rate is not listed. */
export function nearestListedRate(rate: Rate): Rate {
  const distance = (listed: Rate) => Math.abs(Math.log((listed.num * rate.den) / (listed.den * rate.num)));
  return LISTED_RATES.reduce((best, listed) => (distance(listed) < distance(best) ? listed : best));
}

/** The whole number of frames that timecode counts per second: 30 for 30000/1001. */
export function nominalFps(rate: Rate): number {
  return Math.ceil(rate.num / rate.den);
}

/** Whether SMPTE ST 12-1 defines drop-frame counting for this rate: 30000/1001 and 60000/1001. */
export function canDropFrame(rate: Rate): boolean {
  return rate.den === 1001 && (rate.num === 30_000 || rate.num === 60_000);
}
