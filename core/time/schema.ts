import { z } from 'zod';
import { flicks } from './flicks.ts';
import { rational } from './rational.ts';

/** A whole number of flicks. */
export const flicksSchema = z.int().transform(flicks).meta({ type: 'integer' });

/** A span of time, from 0. */
export const durationSchema = z.int().nonnegative().transform(flicks).meta({ type: 'integer', minimum: 0 });

/** An exact fraction; comes out in lowest terms. */
export const rationalSchema = z
  .strictObject({ num: z.int(), den: z.int().positive() })
  .transform(({ num, den }) => rational(num, den))
  .meta({
    type: 'object',
    properties: { num: { type: 'integer' }, den: { type: 'integer', exclusiveMinimum: 0 } },
    required: ['num', 'den'],
  });

/** Frames per second; above 0. */
export const rateSchema = z
  .strictObject({ num: z.int().positive(), den: z.int().positive() })
  .transform(({ num, den }) => rational(num, den))
  .meta({
    type: 'object',
    properties: { num: { type: 'integer', exclusiveMinimum: 0 }, den: { type: 'integer', exclusiveMinimum: 0 } },
    required: ['num', 'den'],
  });
