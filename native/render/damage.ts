import { z } from 'zod';
import { MontageError } from '../../core/errors.ts';
import { startOfFrame } from '../../core/media/frames.ts';
import { secondsOf } from '../../core/time/flicks.ts';
import { pictureFormat } from './composite/raster.ts';
import { framesWithErrors } from './pictures.ts';
import type { RenderMedia } from './request.ts';
import type { RenderWarning, SegmentContext } from './segment-context.ts';

/** Source frames that were decoded in a run that met errors: which of them, if any, is not known yet. */
export type SuspectSpan = { readonly media: RenderMedia; readonly first: number; readonly last: number };

/** What is shown for pictures that cannot be decoded at all. */
export const HELD = 'the one before is shown instead';
/** What is shown for pictures whose decoder filled in what it could not read. */
const FILLED_IN = 'what can be decoded is shown';

/** What a decoder fills in spreads to the pictures that are made from it: so many frames apart is one stretch. */
const SPREAD = 12;

/** A warning for each stretch of frames. */
export function damageWarnings(
  { path, frames: source }: RenderMedia,
  damaged: Iterable<number>,
  what: string,
  spread = 1,
): readonly RenderWarning[] {
  const spans: { first: number; last: number }[] = [];
  for (const frame of [...damaged].sort((a, b) => a - b)) {
    const open = spans.at(-1);
    if (open !== undefined && frame - open.last <= spread) open.last = frame;
    else spans.push({ first: frame, last: frame });
  }
  return spans.map(({ first, last }) => {
    const from = source === undefined ? 0 : secondsOf(startOfFrame(source, first));
    const pictures = first === last ? 'a picture is' : `${last - first + 1} pictures are`;
    const message = `at ${from.toFixed(2)} s of the file ${pictures} damaged: ${what}`;
    return { code: 'damaged-source', path, first, last, message };
  });
}

/**
 * Looks at what decoders complained about frame by frame, and warns of what is shown.
 *
 * @throws MontageError E_DAMAGED where that is to abort
 */
export async function tellDamage(context: SegmentContext, suspects: readonly SuspectSpan[]): Promise<void> {
  const found = new Map<RenderMedia, Set<number>>();
  for (const { media, first, last } of suspects) {
    const size = { width: 16, height: 16 };
    const wish = { media, frames: [first, last], size, format: pictureFormat('yuv420p', 'rec709'), seek: true };
    const frames = await framesWithErrors(context.tools, { ...wish, signal: context.signal });
    if (frames.length > 0) found.set(media, new Set([...(found.get(media) ?? []), ...frames]));
  }
  for (const [media, frames] of found) {
    if (context.onDamage === 'abort') throw sourceDamaged(media.path);
    for (const warning of damageWarnings(media, frames, FILLED_IN, SPREAD)) context.onWarning?.(warning);
  }
}

export function sourceDamaged(path: string): MontageError {
  return new MontageError({
    code: 'E_DAMAGED',
    message: 'the file holds what cannot be decoded',
    where: path.replace(/^file:/, ''),
    stage: 'render',
    hint: 'copy the file again, or render with damage concealed',
  });
}

const keptWarnings: z.ZodType<readonly RenderWarning[]> = z.array(
  z.object({
    code: z.enum(['damaged-source', 'no-optical-flow']),
    path: z.string(),
    first: z.int().optional(),
    last: z.int().optional(),
    message: z.string(),
  }),
);

/**
 * Tells again what was told when a segment was made that is used now; `text` is what `keepWarnings` was given.
 *
 * @throws MontageError E_DAMAGED where damage is to abort
 */
export function tellKeptWarnings(
  text: string,
  { onDamage, onWarning }: Pick<SegmentContext, 'onDamage' | 'onWarning'>,
): void {
  for (const warning of keptWarnings.parse(JSON.parse(text))) {
    if (warning.code === 'damaged-source' && onDamage === 'abort') throw sourceDamaged(warning.path);
    onWarning?.(warning);
  }
}
