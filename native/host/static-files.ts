import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pageFile } from '../../core/contract/page.ts';

export type StaticFile = { readonly headers: Readonly<Record<string, string>>; open(): Readable };

/** A file of the built renderer; undefined for anything outside the folder, absent or of a type it does not hold. */
export async function findStaticFile(folder: string, pathname: string): Promise<StaticFile | undefined> {
  const named = pageFile(pathname);
  if (named === undefined) return undefined;
  const path = join(folder, named.path);
  if (!path.startsWith(folder + sep)) return undefined;
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) return undefined;
  return {
    headers: { ...named.headers, 'content-length': String(found.size) },
    open: () => createReadStream(path),
  };
}
