/** How the window's own files are answered, the same over HTTP and through the desktop shell's scheme. */

/**
 * What the app's page may load and talk to: itself. `blob:` and `data:` are for pictures and workers it makes itself; styles
 * are set on elements by the panels' layout.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    html: 'text/html; charset=utf-8',
    js: 'text/javascript; charset=utf-8',
    css: 'text/css; charset=utf-8',
    json: 'application/json; charset=utf-8',
    map: 'application/json; charset=utf-8',
    svg: 'image/svg+xml',
    png: 'image/png',
    ico: 'image/x-icon',
    woff2: 'font/woff2',
    wasm: 'application/wasm',
  }),
);

/** A file of the built renderer as an address names it: its path below the renderer's folder, and its headers. */
export type PageFile = { readonly path: string; readonly headers: Readonly<Record<string, string>> };

/** Reads the path of a request; undefined for what no build of the renderer holds, and for any way out of its folder. */
export function pageFile(pathname: string): PageFile | undefined {
  const decoded = decodedPath(pathname);
  if (decoded === undefined) return undefined;
  const path = decoded.endsWith('/') ? `${decoded}index.html` : decoded;
  const type = TYPES.get(/\.([a-z0-9]+)$/.exec(path)?.[1] ?? '');
  const isInside = path.startsWith('/') && !/[\0\\:]/.test(path) && !path.split('/').includes('..');
  if (type === undefined || !isInside) return undefined;
  return {
    path: path.slice(1),
    headers: {
      'content-type': type,
      // Vite names every file but the page by its content.
      'cache-control': path.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': CONTENT_SECURITY_POLICY,
    },
  };
}

function decodedPath(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
}
