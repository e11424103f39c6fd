import type { CutWish } from '../../core/contract/cut.ts';
import { briefFromText } from '../../core/director/brief-text.ts';
import type { Brief } from '../../core/director/suggestion.ts';
import { MontageError } from '../../core/errors.ts';
import type { MediaId } from '../../core/media/media.ts';
import { flicksFromSeconds } from '../../core/time/flicks.ts';
import { isListedRate, type Rate } from '../../core/time/rate.ts';
import { formatRational, rational } from '../../core/time/rational.ts';

const USUAL_SECONDS = 30;

export type CutMedia = { readonly music: MediaId | null; readonly neverUse: readonly MediaId[] };

/**
 * The brief of a cut: what was asked for by itself, else what the words say, else what is usual.
 *
 * @throws MontageError E_RATE for a rate that timelines do not run at
 */
export function cutBrief(wish: CutWish, { music, neverUse }: CutMedia): Brief {
  const { fields } = briefFromText(wish.text);
  const asked = wish.durationSeconds === undefined ? undefined : flicksFromSeconds(wish.durationSeconds);
  return {
    text: wish.text,
    duration: asked ?? fields.duration ?? flicksFromSeconds(USUAL_SECONDS),
    styleId: wish.styleId ?? fields.styleId ?? (music === null ? 'documentary' : 'music-video'),
    aspect: wish.aspect ?? fields.aspect ?? '16:9',
    music,
    mustUse: [],
    neverUse,
    maxShotReuse: 1,
    seed: wish.seed,
    rate: wish.rate === undefined ? null : listedRate(wish.rate),
    size: wish.size ?? null,
  };
}

function listedRate({ num, den }: { readonly num: number; readonly den: number }): Rate {
  const rate = rational(num, den);
  if (isListedRate(rate)) return rate;
  throw new MontageError({
    code: 'E_RATE',
    message: 'timelines do not run at this rate',
    where: formatRational(rate),
    hint: 'use a usual one such as 24, 25, 30, 24000/1001 or 30000/1001',
  });
}
