import type { ByteKind } from '../../core/contract/addresses.ts';
import type { ByteSource } from '../host/bytes.ts';
import type { IdSource } from '../ids.ts';

/** Unguessable names for files that clients may read. The same file keeps its name while the engine lives. */
export interface ByteHandles {
  handleFor(kind: ByteKind, source: ByteSource): string;
  find(kind: ByteKind, handle: string): ByteSource | undefined;
}

export function createByteHandles(ids: IdSource): ByteHandles {
  const byFile = new Map<string, string>();
  const byHandle = new Map<string, ByteSource>();
  return {
    handleFor(kind, source) {
      const file = `${kind}\0${source.path}`;
      const known = byFile.get(file);
      if (known !== undefined) return known;
      const handle = ids.secret();
      byFile.set(file, handle);
      byHandle.set(`${kind}/${handle}`, source);
      return handle;
    },
    find: (kind, handle) => byHandle.get(`${kind}/${handle}`),
  };
}
