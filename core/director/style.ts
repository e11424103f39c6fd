import { z } from 'zod';
import type { Style } from './suggestion.ts';

const weight = z.number().min(0).max(10);

/** An edit recipe as it stands in `assets/styles/<id>.json`. */
export const styleSchema: z.ZodType<Style> = z
  .strictObject({
    schema: z.literal('montage.style/1'),
    id: z.string().regex(/^[a-z][a-z0-9-]*$/),
    name: z.string().min(1),
    description: z.string().min(1),
    shotSeconds: z.strictObject({
      min: z.number().positive(),
      typical: z.number().positive(),
      max: z.number().positive(),
    }),
    weights: z.strictObject({
      sharpness: weight,
      exposure: weight,
      steadiness: weight,
      motion: weight,
      variety: weight,
      beat: weight,
    }),
    motionTarget: z.number().min(0).max(100),
    order: z.enum(['chronological', 'energy', 'free']),
    naturalSoundDb: z.number().min(-96).max(12),
  })
  .refine(({ shotSeconds: { min, typical, max } }) => min <= typical && typical <= max, {
    message: 'shot lengths ascend: min, typical, max',
    path: ['shotSeconds'],
  });

/** A style, or where the text is wrong. */
export type ParsedStyle =
  | { readonly ok: true; readonly style: Style }
  | { readonly ok: false; readonly where: string; readonly message: string };

/** Reads a style file; what is wrong is named by its path in the file. */
export function parseStyle(value: unknown): ParsedStyle {
  const parsed = styleSchema.safeParse(value);
  if (parsed.success) return { ok: true, style: parsed.data };
  const [issue] = parsed.error.issues;
  return { ok: false, where: issue?.path.join('.') ?? '', message: issue?.message ?? 'not a style' };
}
