import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';

type Known = { readonly sizeBytes: number; readonly modifiedMs: number; readonly sha256: string };

const known = new Map<string, Known>();

/** SHA-256 of a file as lower-case hexadecimal; read again only when its size or time of change differs from before. */
export async function fileHash(path: string): Promise<string> {
  const { size: sizeBytes, mtimeMs: modifiedMs } = statSync(path);
  const before = known.get(path);
  if (before?.sizeBytes === sizeBytes && before.modifiedMs === modifiedMs) return before.sha256;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(bytesOf(chunk));
  const sha256 = hash.digest('hex');
  known.set(path, { sizeBytes, modifiedMs, sha256 });
  return sha256;
}

function bytesOf(chunk: unknown): Uint8Array {
  return chunk instanceof Uint8Array ? chunk : new Uint8Array();
}
