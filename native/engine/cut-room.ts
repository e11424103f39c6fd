import { resolve } from 'node:path';
import type { Caller } from './caller.ts';
import { refuseBadFolder } from './cut-job.ts';
import type { EngineParts } from './parts.ts';

/** Footage in, cut out, in one go. */
export function cutRoom(caller: Caller, { queue, kinds }: EngineParts) {
  return {
    start: caller.cut.start.handler(async ({ input }) => {
      const out = resolve(input.out);
      await refuseBadFolder(out);
      const paths = input.paths.map((path) => resolve(path));
      const music = input.music === undefined ? {} : { music: resolve(input.music) };
      return { jobId: queue.addOnce(kinds.cut, { ...input, ...music, paths, out }) };
    }),
  };
}
