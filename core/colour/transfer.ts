/** How coded values mean light. 'sdr': BT.1886 with a white of 203 cd/m², HDR's reference white (BT.2408). */
export type Transfer = 'sdr' | 'pq' | 'hlg';

/** cd/m² of SDR white and of HDR's diffuse white (ITU-R BT.2408-7). */
export const REFERENCE_WHITE = 203;
/** cd/m² of the display that HLG is shown on (BT.2100-2, note 5e), and of the masters that PQ is taken for. */
export const HDR_PEAK = 1000;

const GAMMA = 2.4;
const [M1, M2] = [2610 / 16_384, (2523 / 4096) * 128];
const [C1, C2, C3] = [3424 / 4096, (2413 / 4096) * 32, (2392 / 4096) * 32];
const [A, B, C] = [0.17883277, 0.28466892, 0.55991073];

/** PQ's EOTF (SMPTE ST 2084): coded 0–1 → cd/m². */
export function pqToLight(coded: number): number {
  const power = clamp(coded) ** (1 / M2);
  return 10_000 * (Math.max(0, power - C1) / (C2 - C3 * power)) ** (1 / M1);
}

/** The inverse of {@link pqToLight}. */
export function lightToPq(light: number): number {
  const power = clamp(light / 10_000) ** M1;
  return ((C1 + C2 * power) / (1 + C3 * power)) ** M2;
}

/** HLG's inverse OETF (BT.2100-2, table 5): coded 0–1 → scene light 0–1. */
export function hlgToScene(coded: number): number {
  const value = clamp(coded);
  return value <= 0.5 ? (value * value) / 3 : (Math.exp((value - C) / A) + B) / 12;
}

/** The inverse of {@link hlgToScene}. */
export function sceneToHlg(scene: number): number {
  const value = clamp(scene);
  return value <= 1 / 12 ? Math.sqrt(3 * value) : A * Math.log(12 * value - B) + C;
}

export type Rgb = readonly [number, number, number];

/** Coded RGB → cd/m² on a display, each component. HLG's system gamma is 1.2 at 1000 cd/m² and works on luminance. */
export function toLight(transfer: Transfer, rgb: Rgb): Rgb {
  switch (transfer) {
    case 'sdr':
      return each(rgb, (coded) => REFERENCE_WHITE * clamp(coded) ** GAMMA);
    case 'pq':
      return each(rgb, pqToLight);
    case 'hlg': {
      const scene = each(rgb, hlgToScene);
      const factor = HDR_PEAK * luminance2020(scene) ** 0.2;
      return each(scene, (value) => factor * value);
    }
  }
}

/** The inverse of {@link toLight}; what is brighter than the transfer can say is clipped. */
export function fromLight(transfer: Transfer, light: Rgb): Rgb {
  switch (transfer) {
    case 'sdr':
      return each(light, (value) => clamp(value / REFERENCE_WHITE) ** (1 / GAMMA));
    case 'pq':
      return each(light, lightToPq);
    case 'hlg': {
      const shown = each(light, (value) => Math.max(0, value / HDR_PEAK));
      const luminance = luminance2020(shown);
      // Luminance = scene luminance ^ 1.2.
      const factor = luminance <= 0 ? 0 : luminance ** (1 / 1.2 - 1);
      return each(shown, (value) => sceneToHlg(factor * value));
    }
  }
}

function luminance2020([red, green, blue]: Rgb): number {
  return 0.2627 * red + 0.678 * green + 0.0593 * blue;
}

/** Applies a function to each component. */
export function each([red, green, blue]: Rgb, change: (value: number) => number): Rgb {
  return [change(red), change(green), change(blue)];
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
