import type { JobContext } from '../jobs/job-kind.ts';
import type { ModelHost, ModelUse, RunOptions } from '../models/model-host.ts';

/** Below this part of usual batches, models that are not at work are closed. */
const SHORT = 0.5;

/**
 * The model host as one shard uses it: on a GPU it holds the GPU's slot, and while memory is very short no model stays
 * open beside the one at work. That is what those models can do that take one thing of one size at a time.
 */
export function shardHost(host: ModelHost, context: Pick<JobContext, 'ease' | 'gpu' | 'log'>): ModelHost {
  let isToldShort = false;
  const manner = (use: ModelUse): ModelUse => {
    const alone = context.ease().batch < SHORT;
    if (alone !== isToldShort) {
      const [level, message] = alone
        ? (['warn', 'memory is short: only the model at work stays open'] as const)
        : (['info', 'there is memory again: models stay open'] as const);
      context.log(level, message);
    }
    isToldShort = alone;
    return { ...use, alone };
  };
  const slotted = (options?: RunOptions): RunOptions => ({ ...options, gpu: context.gpu });
  return {
    run: (use, feeds, options) => host.run(manner(use), feeds, slotted(options)),
    sequence: (use, work, options) => host.sequence(manner(use), work, options),
    generate: (use, work, options) => host.generate(manner(use), work, options),
    describe: (use) => host.describe(manner(use)),
    get pid() {
      return host.pid;
    },
    close: () => host.close(),
  };
}
