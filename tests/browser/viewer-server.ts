import { build } from 'esbuild';
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

/** Serves the viewer's test page and proxies by name, with Range, on a free loopback port. */
export async function serveViewer(proxies: ReadonlyMap<string, string>): Promise<{ url: string; close: () => void }> {
  const bundle = await build({
    entryPoints: [join(import.meta.dirname, 'viewer-page.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'chrome130',
  });
  const [script] = bundle.outputFiles;
  if (script === undefined) throw new Error('no bundle');
  const server = createServer((request, response) => {
    const name = (request.url ?? '').slice(1);
    const path = proxies.get(name);
    if (name === '') response.end('<!doctype html><body><script src="/page.js"></script>');
    else if (name === 'page.js') response.setHeader('content-type', 'text/javascript').end(script.contents);
    else if (path === undefined) response.writeHead(404).end();
    else {
      const size = statSync(path).size;
      const [, from = '0', to = ''] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? [];
      const [start, end] = [Number(from), to === '' ? size - 1 : Math.min(Number(to), size - 1)];
      response.writeHead(206, {
        'content-type': 'video/mp4',
        'content-range': `bytes ${start}-${end}/${size}`,
        'content-length': end - start + 1,
        'accept-ranges': 'bytes',
      });
      createReadStream(path, { start, end }).pipe(response);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
