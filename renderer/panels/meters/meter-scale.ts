export const METER_FLOOR_DB = -60;
/** Grey below this: a full-colour meter is the brightest thing on screen. */
const NEAR_TARGET_DB = -23;
const WARN_DB = -6;
const CLIP_DB = 0;

export type MeterPart = { readonly from: number; readonly to: number; readonly token: string };

/** A linear peak in dBFS, not below the meter's floor. */
export function dbOf(peak: number): number {
  return peak <= 0 ? METER_FLOOR_DB : Math.max(METER_FLOOR_DB, 20 * Math.log10(peak));
}

/** The coloured parts of a bar, bottom up: grey, ok near the target (−18 dBFS), warn above −6, error when clipped. */
export function meterParts(db: number): readonly MeterPart[] {
  const level = Math.min(CLIP_DB, db);
  const steps = [
    { from: METER_FLOOR_DB, to: NEAR_TARGET_DB, token: '--g7' },
    { from: NEAR_TARGET_DB, to: WARN_DB, token: '--ok' },
    { from: WARN_DB, to: CLIP_DB, token: db >= CLIP_DB ? '--error' : '--warn' },
  ];
  return steps.filter((step) => step.from < level).map((step) => ({ ...step, to: Math.min(step.to, level) }));
}
