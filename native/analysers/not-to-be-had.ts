/** What people ask analysers for that Montage cannot find, and why: refused by name, not left unknown. */
export const NOT_TO_BE_HAD: ReadonlyMap<string, string> = new Map([
  ['applause', 'no model that tells applause has weights whose licence and bytes Montage could check'],
  ['laughter', 'no model that tells laughter has weights whose licence and bytes Montage could check'],
]);
