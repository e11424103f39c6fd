/** One option's value inside a filter description, e.g. a file name in `movie=filename=…`. */
export function filterValue(text: string): string {
  // Two levels are undone by ffmpeg: the option list of a filter, then the graph (ffmpeg-filters, "Notes on filtergraph escaping").
  return text.replace(/[\\':]/g, '\\$&').replace(/[\\'[\],;]/g, '\\$&');
}

/**
 * A path in a list of the concat demuxer (ffconcat): `file '…'`. Its lists are read line by line.
 *
 * @throws RangeError when the text holds a line break
 */
export function concatListValue(text: string): string {
  if (/[\r\n]/.test(text)) throw new RangeError('a concat list cannot name a file with a line break');
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** One output's file name or option value inside a tee muxer's list. */
export function teeValue(text: string): string {
  return text.replace(/[\\'|[\]:]/g, '\\$&');
}

/** A value of `-metadata key=value` needs none: it is one argument. ffmetadata files need this. */
export function ffmetadataValue(text: string): string {
  return text.replace(/[=;#\\\n]/g, '\\$&');
}
