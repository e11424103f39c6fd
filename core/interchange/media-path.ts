const DRIVE_PATH = /^(?:\\\\\?\\)?([A-Za-z]):[\\/]/;

/**
 * The absolute path that a URL or bare path of an NLE's file means; undefined for other hosts, other schemes and
 * relative paths.
 */
export function pathOfMediaUrl(text: string): string | undefined {
  const url = text.trim();
  if (DRIVE_PATH.test(url)) return windowsPath(url);
  if (url.startsWith('/') && !url.startsWith('//')) return url;
  const match = /^file:(?:\/\/(localhost)?(?=\/|[A-Za-z](?::|%3a)))?(\/?.*)$/is.exec(url);
  const encoded = match?.[2];
  if (encoded === undefined || encoded === '' || encoded.startsWith('//')) return undefined;
  const path = decode(encoded);
  const bare = path.startsWith('/') ? path.slice(1) : path;
  if (/^[A-Za-z]:[\\/]/.test(bare)) return windowsPath(bare);
  return path.startsWith('/') ? path : undefined;
}

/** The last part of a path or URL, decoded: the file's name with extension. */
export function nameOfMediaUrl(text: string): string {
  const path = pathOfMediaUrl(text);
  if (path === undefined) return decode(text.split('/').at(-1) ?? text);
  return path.split(DRIVE_PATH.test(path) ? /[\\/]/ : '/').at(-1) ?? path;
}

function windowsPath(path: string): string {
  return path.replace(/^\\\\\?\\/, '').replaceAll('/', '\\');
}

/** Percent-decoded; text that was never encoded ("100%.mov") stays as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
