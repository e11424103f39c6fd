/** What no recorded model tells. */
const TAGGER =
  'would need a model of everyday sounds such as YAMNet or PANNs, of which Montage knows no weights with licence, size and hash';

/** What people ask analysers for that Montage cannot find, and why: refused by name, not left unknown. */
export const NOT_TO_BE_HAD: ReadonlyMap<string, string> = new Map([
  ['applause', `applause ${TAGGER}`],
  ['laughter', `laughter ${TAGGER}`],
]);
