import { AT_EASE, batchOf } from '../jobs/pressure.ts';
import { scaledSize, type PictureSize } from './colour-planes.ts';
import type { ShardWork } from './model-analyser.ts';

/** What analysers make do with while memory is short: each change is told in the job's notes. */
export type MakingDo = {
  /** How many things to work on together, of `usual`; ask anew before each lot. */
  batch(things: string, usual: number): number;
  /** How large pictures should be; `usual` and smaller, down to `least` of it. */
  size(pictures: string, usual: PictureSize, least?: number): PictureSize;
};

/** Follows what is left of memory while a shard runs. */
export function makingDo(work: Pick<ShardWork, 'ease' | 'log'>): MakingDo {
  const told = new Map<string, string>();
  const tell = (what: string, now: string, usual: string) => {
    if (now === (told.get(what) ?? usual)) return;
    told.set(what, now);
    if (now === usual) work.log('info', `there is memory again: ${what} ${usual}`);
    else work.log('warn', `memory is short: ${what} ${now}, not ${usual}`);
  };
  const ease = () => work.ease?.() ?? AT_EASE;
  return {
    batch(things, usual) {
      const now = batchOf(usual, ease());
      tell(things, `${now} at a time`, `${usual} at a time`);
      return now;
    },
    size(pictures, usual, least = 0) {
      const side = Math.min(1, Math.max(least, ease().side));
      const now = scaledSize(usual, side);
      tell(pictures, `at ${now.width} × ${now.height}`, `at ${usual.width} × ${usual.height}`);
      return now;
    },
  };
}
