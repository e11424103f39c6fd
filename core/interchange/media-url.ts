/** A file URL, or why the path is not written as one. */
export type MediaUrl =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'refused'; readonly reason: 'unc' | 'relative' };

/** 'rfc8089': `file:///C:/m/a%20b.mov`. 'xmeml': `file://localhost/C%3a/m/a%20b.mov`, as Premiere writes it. */
export type UrlFlavour = 'rfc8089' | 'xmeml';

const DRIVE_PATH = /^(?:\\\\\?\\)?([A-Za-z]):[\\/]/;

/**
 * The file URL of an absolute POSIX or Windows path; all but unreserved characters and '/' percent-encoded as UTF-8
 * (RFC 3986, RFC 8089). Names keep their Unicode normal form. UNC paths are refused: opening such a URL sends the
 * user's credentials to the host it names.
 */
export function mediaUrlOf(path: string, flavour: UrlFlavour = 'rfc8089'): MediaUrl {
  const authority = flavour === 'xmeml' ? 'file://localhost' : 'file://';
  const drive = DRIVE_PATH.exec(path);
  if (drive !== null) {
    const letter = drive[1] ?? '';
    const rest = path.slice(drive[0].length).split(/[\\/]/).map(encodeSegment).join('/');
    return { kind: 'url', url: `${authority}/${letter}${flavour === 'xmeml' ? '%3a' : ':'}/${rest}` };
  }
  if (path.startsWith('\\\\') || path.startsWith('//')) return { kind: 'refused', reason: 'unc' };
  if (!path.startsWith('/')) return { kind: 'refused', reason: 'relative' };
  return { kind: 'url', url: `${authority}${path.split('/').map(encodeSegment).join('/')}` };
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
