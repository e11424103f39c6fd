/**
 * How much of a property to try. 1 in `npm test`; `npm run test:deep` sets more.
 *
 * @throws RangeError when `MONTAGE_TEST_SCALE` is not a positive number
 */
export const testScale: number = readScale(process.env['MONTAGE_TEST_SCALE']);

/** A count of runs that grows with the scale and never falls below one. */
export function scaled(runs: number): number {
  return Math.max(1, Math.round(runs * testScale));
}

function readScale(text: string | undefined): number {
  if (text === undefined || text === '') return 1;
  const scale = Number(text);
  if (!(scale > 0 && Number.isFinite(scale))) {
    throw new RangeError(`MONTAGE_TEST_SCALE must be a positive number, not '${text}'`);
  }
  return scale;
}
