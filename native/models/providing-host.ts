import { MontageError } from '../../core/errors.ts';
import type { GpuLease } from '../jobs/job-kind.ts';
import { systemClock, type Clock } from '../clock.ts';
import { chooseProvider } from './choose-provider.ts';
import { createModelHost, type ModelHost, type ModelUse } from './model-host.ts';
import type { ProviderMemory } from './provider-memory.ts';
import type { Feeds } from './tensors.ts';

export type ProvidingOptions = {
  readonly memory: ProviderMemory;
  /** Providers worth trying beside the processor; those of this system unless told. */
  readonly candidates?: readonly string[] | undefined;
  /** Makes the host that works, and those for trials. */
  readonly open?: (() => ModelHost) | undefined;
  readonly timeoutMs?: number | undefined;
  /** Measures providers; the system's unless told. */
  readonly clock?: Pick<Clock, 'elapsed'> | undefined;
};

const CANDIDATES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['coreml', 'webgpu'],
  linux: ['cuda', 'webgpu'],
  win32: ['dml', 'webgpu'],
};

/**
 * A model host that runs each model where it runs best here: found out by measuring when a model is first asked for,
 * remembered by device and driver. A provider that fails later gives its order, and all after it, to the processor.
 */
export function createProvidingHost({ memory, timeoutMs, clock, ...options }: ProvidingOptions): ModelHost {
  const open = options.open ?? createModelHost;
  const candidates = options.candidates ?? CANDIDATES[process.platform] ?? [];
  const host = open();
  const finder = createFinder({ memory, timeoutMs, clock, candidates, open });
  return {
    async run(use, feeds, runOptions) {
      const provider = use.provider ?? (await finder.find(use.path, feeds, runOptions?.gpu));
      const on = (where: string): ModelUse => ({ ...use, provider: where });
      try {
        return await host.run(on(provider), feeds, runOptions);
      } catch (error) {
        const isOver = runOptions?.signal?.aborted === true || !(error instanceof MontageError);
        if (provider === 'cpu' || use.provider !== undefined || isOver) throw error;
        await finder.giveUp(use.path, provider, error);
        runOptions?.gpu?.give();
        return host.run(on('cpu'), feeds, runOptions);
      }
    },
    // States that go round are small: the way to a device and back would cost more than it saves.
    sequence: (use, work, runOptions) => host.sequence(use, work, runOptions),
    generate: (use, work, runOptions) => host.generate(use, work, runOptions),
    describe: (use) => host.describe(use),
    get pid() {
      return host.pid;
    },
    close: () => host.close(),
  };
}

type FinderParts = Required<Pick<ProvidingOptions, 'candidates' | 'clock' | 'memory' | 'open' | 'timeoutMs'>>;

/** Which provider a model runs on: known in this life, remembered, or tried. */
function createFinder({
  memory,
  timeoutMs,
  candidates = [],
  open = createModelHost,
  clock = systemClock,
}: FinderParts) {
  const known = new Map<string, string>();
  const trials = new Map<string, Promise<string>>();
  const recall = async (path: string): Promise<string | undefined> => {
    if (candidates.length === 0) return 'cpu';
    const remembered = known.has(path) ? undefined : (await memory.recall(path))?.provider;
    if (remembered !== undefined && !known.has(path)) known.set(path, remembered);
    return known.get(path);
  };
  const tryAll = async (path: string, feeds: Feeds): Promise<string> => {
    const choice = await chooseProvider({ path, feeds, candidates, host: () => open(), clock, timeoutMs });
    await memory.keep(path, choice);
    return choice.provider;
  };
  return {
    /** Holds the GPU's slot where the model runs on it, and while it is found out whether it does. */
    async find(path: string, feeds: Feeds, gpu: GpuLease | undefined): Promise<string> {
      const provider = await recall(path);
      if (provider !== undefined) {
        if (provider !== 'cpu') await gpu?.take();
        return provider;
      }
      // First the slot, then the trial: whoever waits for a trial never waits for one that waits for the slot.
      await gpu?.take();
      // A model that does not even run on the processor says so when it is really run.
      const trial = trials.get(path) ?? tryAll(path, feeds).catch(() => 'cpu');
      trials.set(path, trial);
      const found = known.get(path) ?? (await trial);
      known.set(path, found);
      if (found === 'cpu') gpu?.give();
      return found;
    },
    async giveUp(path: string, provider: string, error: MontageError): Promise<void> {
      known.set(path, 'cpu');
      const verdict = { provider, ms: null, reason: error.fault.message };
      await memory.keep(path, { provider: 'cpu', verdicts: [verdict] });
    },
  };
}
