import { z } from 'zod';

const seconds = z.number().min(0);

const clip = z
  .strictObject({ start: seconds, end: seconds })
  .refine(({ start, end }) => start < end, { error: 'ends before it starts', path: ['end'] });

const video = z
  .strictObject({
    codec: z.enum(['h264', 'hevc', 'vp9']),
    crf: z.number().int().min(0).max(51).optional(),
    bitrateKbps: z.number().int().min(50).max(400_000).optional(),
    width: z.number().int().min(16).max(8192).optional(),
    height: z.number().int().min(16).max(8192).optional(),
  })
  .refine(({ crf, bitrateKbps }) => crf === undefined || bitrateKbps === undefined, {
    error: 'takes crf or bitrateKbps, not both',
  });

const planSchema = z.strictObject({
  source_video_path: z.string().min(1),
  clips: z.array(clip).min(1, { error: 'names no clip' }),
  loudness: z
    .strictObject({ targetLufs: z.number().min(-70).max(-5), truePeakDbtp: z.number().min(-9).max(0).optional() })
    .optional(),
  aspect: z.enum(['16:9', '9:16', '1:1', '4:5']).optional(),
  video: video.optional(),
  audio: z.strictObject({ codec: z.enum(['aac', 'opus', 'mp3', 'flac', 'pcm']) }).optional(),
});

/** Spans of one source, in seconds from its first frame; the source's path is relative to the plan's folder. */
export type Plan = z.output<typeof planSchema>;

/** One thing wrong with a plan and the key it is at, e.g. `clips[2].end`; '' is the whole. */
export type PlanProblem = { readonly at: string; readonly message: string };

export type PlanOutcome =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly problems: readonly PlanProblem[] };

/** Reads plan.json. Unknown keys are problems: a misspelt one must not be silently without effect. */
export function parsePlan(text: string): PlanOutcome {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return { ok: false, problems: [{ at: '', message: error instanceof Error ? error.message : 'no JSON' }] };
  }
  const parsed = planSchema.safeParse(value);
  if (parsed.success) return { ok: true, plan: parsed.data };
  return { ok: false, problems: parsed.error.issues.flatMap(problemsOf) };
}

function problemsOf(issue: z.core.$ZodIssue): readonly PlanProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ at: keyPath([...issue.path, key]), message: 'unknown key' }));
  }
  return [{ at: keyPath(issue.path), message: issue.message }];
}

function keyPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}${text === '' ? '' : '.'}${String(key)}`),
    '',
  );
}
