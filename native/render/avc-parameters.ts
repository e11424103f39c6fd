/** What an `avcC` box holds (ISO/IEC 14496-15, 5.3.3.1): how H.264 in the file is to be decoded. */
export type AvcParameters = {
  readonly profile: number;
  readonly compatibility: number;
  readonly level: number;
  readonly sps: readonly Uint8Array[];
  readonly pps: readonly Uint8Array[];
  /** Chroma format and bit depths, which high profiles add. */
  readonly extension: Uint8Array;
};

/** Reads an `avcC`; undefined where lengths before NAL units do not take four bytes, or it ends early. */
export function parseAvcC(bytes: Uint8Array): AvcParameters | undefined {
  if (bytes.length < 7 || bytes[0] !== 1 || ((bytes[4] ?? 0) & 3) !== 3) return undefined;
  let at = 5;
  const list = (mask: number): readonly Uint8Array[] => {
    const count = (bytes[at] ?? 0) & mask;
    at += 1;
    return Array.from({ length: count }, () => {
      const size = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      const unit = bytes.subarray(at + 2, at + 2 + size);
      at += 2 + size;
      return unit;
    });
  };
  const [sps, pps] = [list(31), list(255)];
  if (at > bytes.length || sps.length === 0 || pps.length === 0) return undefined;
  const [, profile = 0, compatibility = 0, level = 0] = bytes;
  return { profile, compatibility, level, sps, pps, extension: bytes.subarray(at) };
}

/** Writes an `avcC`. */
export function writeAvcC({ profile, compatibility, level, sps, pps, extension }: AvcParameters): Uint8Array {
  const units = (list: readonly Uint8Array[]) => list.flatMap((unit) => [unit.length >> 8, unit.length & 255, ...unit]);
  const head = [1, profile, compatibility, level, 0xff, 0xe0 | sps.length];
  return Uint8Array.from([...head, ...units(sps), pps.length, ...units(pps), ...extension]);
}

/** Whether two files' pictures are decoded with the same parameter sets. */
export function sameParameters(a: AvcParameters, b: AvcParameters): boolean {
  const same = (one: readonly Uint8Array[], other: readonly Uint8Array[]) =>
    one.length === other.length && one.every((unit, n) => Buffer.compare(unit, other[n] ?? new Uint8Array()) === 0);
  return same(a.sps, b.sps) && same(a.pps, b.pps);
}

/** Whether pictures that need `own` sets are decoded with `all`. */
function holdsParameters(all: AvcParameters, own: AvcParameters): boolean {
  const holds = (list: readonly Uint8Array[], unit: Uint8Array) => list.some((one) => Buffer.compare(one, unit) === 0);
  return own.sps.every((unit) => holds(all.sps, unit)) && own.pps.every((unit) => holds(all.pps, unit));
}

/**
 * Both files' parameter sets in one: pictures name the one they need by number. Undefined where they use the same
 * numbers for different sets, or differ in chroma format or depth.
 */
export function mergeParameters(a: AvcParameters, b: AvcParameters): AvcParameters | undefined {
  if (holdsParameters(a, b)) return a;
  if (holdsParameters(b, a)) return b;
  const clash = (one: readonly number[], other: readonly number[]) => one.some((id) => other.includes(id));
  if (clash(a.sps.map(spsId), b.sps.map(spsId)) || clash(a.pps.map(ppsId), b.pps.map(ppsId))) return undefined;
  if (a.extension.length > 0 && b.extension.length > 0 && Buffer.compare(a.extension, b.extension) !== 0)
    return undefined;
  const extension = a.extension.length > 0 ? a.extension : b.extension;
  return {
    profile: Math.max(a.profile, b.profile),
    compatibility: a.compatibility & b.compatibility,
    level: Math.max(a.level, b.level),
    sps: [...a.sps, ...b.sps],
    pps: [...a.pps, ...b.pps],
    extension,
  };
}

/** A number below 32 that no parameter set of a file has. */
export function freeParameterId({ sps, pps }: AvcParameters): number | undefined {
  const taken = new Set([...sps.map(spsId), ...pps.map(ppsId)]);
  return Array.from({ length: 32 }, (_, id) => id).find((id) => id > 0 && !taken.has(id));
}

/** seq_parameter_set_id: after the NAL header, profile, constraints and level (ITU-T H.264, 7.3.2.1.1). */
function spsId(unit: Uint8Array): number {
  return expGolombAt(unit, 4);
}

/** pic_parameter_set_id, right after the NAL header. */
function ppsId(unit: Uint8Array): number {
  return expGolombAt(unit, 1);
}

/** ue(v) of ITU-T H.264, 9.1, at a byte's first bit. */
function expGolombAt(unit: Uint8Array, byte: number): number {
  const bit = (n: number) => ((unit[byte + (n >> 3)] ?? 0) >> (7 - (n & 7))) & 1;
  let zeros = 0;
  while (zeros < 16 && bit(zeros) === 0) zeros += 1;
  let value = 0;
  for (let n = zeros; n <= 2 * zeros; n += 1) value = (value << 1) | bit(n);
  return value - 1;
}
