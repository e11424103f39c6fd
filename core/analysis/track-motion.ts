import type { Scored } from './boxes.ts';

/**
 * How a thing moves, from what was seen of it: a Kalman filter with nearly constant velocity (Bar-Shalom, Li, Kirubarajan
 * 2001, 6.3.2) for its centre and a random walk for the logarithm of its size. Lengths are counted in the thing's own
 * widths and heights, so that near and far, in pixels and in parts of the picture, are one; time in frames.
 */
export type Motion = {
  readonly frame: number;
  readonly x: number;
  readonly y: number;
  readonly vx: number;
  readonly vy: number;
  /** Logarithms of width and height. */
  readonly w: number;
  readonly h: number;
  /** Variance of place, of place with velocity, and of velocity: the same across and down. */
  readonly place: number;
  readonly mixed: number;
  readonly velocity: number;
  /** Variance of the logarithms of the size. */
  readonly size: number;
};

/** Variance of a sure detection's centre, and of the logarithm of its sides. */
const PLACE_NOISE = 0.04 ** 2;
const SIZE_NOISE = 0.06 ** 2;
/** A weak detection is that many times less exact (variance). */
const WEAK = 4;
/** Per frame, how much velocity changes by itself (variance), and the size. */
const PUSH = 0.03 ** 2;
const SWELL = 0.02 ** 2;
/** What velocity is, as long as nothing is known of it: variance per frame². */
const ANY_VELOCITY = 0.12 ** 2;
/** Per frame, velocity fades to this part: things do not go on for ever. */
const FADE = 0.99;

export function beginMotion({ box, score }: Scored, frame: number, highScore: number): Motion {
  const noise = score >= highScore ? 1 : WEAK;
  return {
    ...{ frame, x: box.x + box.w / 2, y: box.y + box.h / 2, vx: 0, vy: 0, w: Math.log(box.w), h: Math.log(box.h) },
    ...{ place: PLACE_NOISE * noise, mixed: 0, velocity: ANY_VELOCITY, size: SIZE_NOISE * noise },
  };
}

/** Where it should be at a later frame. */
export function foresee(motion: Motion, frame: number): Motion {
  const steps = frame - motion.frame;
  const fade = FADE ** steps;
  // The sum of a velocity that fades.
  const reach = (1 - fade) / (1 - FADE);
  const push = PUSH * steps;
  const { place, mixed, velocity } = motion;
  return {
    ...{ frame, x: motion.x + motion.vx * reach, y: motion.y + motion.vy * reach },
    ...{ vx: motion.vx * fade, vy: motion.vy * fade, w: motion.w, h: motion.h },
    place: place + 2 * reach * mixed + reach * reach * velocity + (push * steps * steps) / 3,
    mixed: fade * (mixed + reach * velocity) + (push * steps) / 2,
    velocity: fade * fade * velocity + push,
    size: motion.size + SWELL * steps,
  };
}

/**
 * How badly a detection fits what was foreseen: twice the negative logarithm of its likelihood, above that of the best
 * that could be.
 */
export function misfit(foreseen: Motion, { box, score }: Scored, highScore: number): number {
  const noise = score >= highScore ? 1 : WEAK;
  const place = foreseen.place + PLACE_NOISE * noise;
  const size = foreseen.size + SIZE_NOISE * noise;
  const dx = (box.x + box.w / 2 - foreseen.x) / Math.exp(foreseen.w);
  const dy = (box.y + box.h / 2 - foreseen.y) / Math.exp(foreseen.h);
  const [dw, dh] = [Math.log(box.w) - foreseen.w, Math.log(box.h) - foreseen.h];
  const off = (dx * dx + dy * dy) / place + (dw * dw + dh * dh) / size;
  return off + 2 * Math.log(place / PLACE_NOISE) + 2 * Math.log(size / SIZE_NOISE);
}

/** What is known after a detection. */
export function learn(foreseen: Motion, { box, score }: Scored, highScore: number): Motion {
  const noise = score >= highScore ? 1 : WEAK;
  const { place, mixed, velocity, size } = foreseen;
  const gain = place / (place + PLACE_NOISE * noise);
  const velocityGain = mixed / (place + PLACE_NOISE * noise);
  const sizeGain = size / (size + SIZE_NOISE * noise);
  const dx = box.x + box.w / 2 - foreseen.x;
  const dy = box.y + box.h / 2 - foreseen.y;
  return {
    ...{ frame: foreseen.frame, x: foreseen.x + gain * dx, y: foreseen.y + gain * dy },
    ...{ vx: foreseen.vx + velocityGain * dx, vy: foreseen.vy + velocityGain * dy },
    w: foreseen.w + sizeGain * (Math.log(box.w) - foreseen.w),
    h: foreseen.h + sizeGain * (Math.log(box.h) - foreseen.h),
    ...{ place: (1 - gain) * place, mixed: (1 - gain) * mixed, velocity: velocity - velocityGain * mixed },
    size: (1 - sizeGain) * size,
  };
}

/**
 * How far what went before a moment is from what came after it: squared Mahalanobis distance of place, velocity and size.
 *
 * @param past foreseen to the moment
 * @param future foreseen to it in reversed time, frames negated
 */
export function differs(past: Motion, future: Motion): number {
  const [w, h] = [Math.exp((past.w + future.w) / 2), Math.exp((past.h + future.h) / 2)];
  const place = past.place + future.place;
  // Velocities of reversed time have the other sign.
  const mixed = past.mixed - future.mixed;
  const velocity = past.velocity + future.velocity;
  const determinant = place * velocity - mixed * mixed;
  const along = (d: number, v: number) => (velocity * d * d - 2 * mixed * d * v + place * v * v) / determinant;
  const size = past.size + future.size;
  return (
    along((past.x - future.x) / w, (past.vx + future.vx) / w) +
    along((past.y - future.y) / h, (past.vy + future.vy) / h) +
    ((past.w - future.w) ** 2 + (past.h - future.h) ** 2) / size
  );
}

/** As {@link differs}, and the more the less is known of where it was in between: twice the logarithm of a likelihood. */
export function parting(past: Motion, future: Motion): number {
  return differs(past, future) + 2 * Math.log((past.place + future.place) / (2 * PLACE_NOISE));
}
