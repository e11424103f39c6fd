import type { ColourDescription } from '../media/media.ts';
import type { ColourSpace } from '../timeline/timeline.ts';
import { applyMatrix, primariesMatrix, type Primaries } from './primaries.ts';
import {
  each,
  fromLight,
  HDR_PEAK,
  lightToPq,
  pqToLight,
  REFERENCE_WHITE,
  toLight,
  type Rgb,
  type Transfer,
} from './transfer.ts';

/** What coded RGB means. */
export type ColourMeaning = { readonly transfer: Transfer; readonly primaries: Primaries };

/** What a source's colours mean; what it does not say counts as BT.709, to which BT.601's primaries are near enough. */
export function meaningOfSource({ primaries, transfer, hdr }: ColourDescription): ColourMeaning {
  const isPq = transfer === 'smpte2084' || (hdr === 'pq' && transfer === undefined);
  const isHlg = transfer === 'arib-std-b67' || (hdr === 'hlg' && transfer === undefined);
  const curve = isPq ? 'pq' : isHlg ? 'hlg' : 'sdr';
  if (primaries === 'bt2020') return { transfer: curve, primaries: 'bt2020' };
  if (primaries === 'smpte432') return { transfer: curve, primaries: 'p3-d65' };
  return { transfer: curve, primaries: curve === 'sdr' || primaries !== undefined ? 'bt709' : 'bt2020' };
}

/** What a film's colours mean. */
export function meaningOfFilm(space: ColourSpace): ColourMeaning {
  switch (space) {
    case 'rec601-525':
    case 'rec601-625':
    case 'rec709':
      return { transfer: 'sdr', primaries: 'bt709' };
    case 'p3-d65':
      return { transfer: 'sdr', primaries: 'p3-d65' };
    case 'rec2020':
      return { transfer: 'sdr', primaries: 'bt2020' };
    case 'rec2020-pq':
      return { transfer: 'pq', primaries: 'bt2020' };
    case 'rec2020-hlg':
      return { transfer: 'hlg', primaries: 'bt2020' };
  }
}

/**
 * Turns coded RGB (0–1) of one meaning into another's; undefined where both are the same. HDR comes down to SDR by
 * BT.2390's curve on the brightest component, so that hues stay; SDR goes up with its white at 203 cd/m².
 */
export function colourConversion(from: ColourMeaning, to: ColourMeaning): ((rgb: Rgb) => Rgb) | undefined {
  if (from.transfer === to.transfer && from.primaries === to.primaries) return undefined;
  const matrix = primariesMatrix(from.primaries, to.primaries);
  const isMapped = from.transfer !== 'sdr' && to.transfer === 'sdr';
  return (rgb) => {
    const light = toLight(from.transfer, rgb);
    const inGamut = applyMatrix(matrix, isMapped ? toneMapped(light) : light);
    return fromLight(
      to.transfer,
      each(inGamut, (value) => Math.max(0, value)),
    );
  };
}

/** cd/m² that HDR's peak comes down to: a quarter above SDR's white is spent on highlights, which then become white. */
const TARGET_PEAK = 1.25 * REFERENCE_WHITE;

function toneMapped(light: Rgb): Rgb {
  const brightest = Math.max(...light);
  if (brightest <= 0) return [0, 0, 0];
  const factor = (electricElectric(brightest) / brightest) * (REFERENCE_WHITE / TARGET_PEAK);
  return each(light, (value) => value * factor);
}

/**
 * The EETF of ITU-R BT.2390-11, section 5.4.1, without its lift of blacks: light up to a knee as it is, above it along a
 * Hermite spline to the target's peak; in cd/m².
 */
export function electricElectric(light: number): number {
  const source = lightToPq(HDR_PEAK);
  const peak = lightToPq(TARGET_PEAK) / source;
  const knee = 1.5 * peak - 0.5;
  const value = Math.min(1, lightToPq(light) / source);
  if (value < knee) return light;
  const t = (value - knee) / (1 - knee);
  const [t2, t3] = [t * t, t * t * t];
  const spline = (2 * t3 - 3 * t2 + 1) * knee + (t3 - 2 * t2 + t) * (1 - knee) + (-2 * t3 + 3 * t2) * peak;
  return pqToLight(spline * source);
}
