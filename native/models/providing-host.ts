import { MontageError } from '../../core/errors.ts';
import { systemClock } from '../clock.ts';
import { chooseProvider, type ProviderChoice } from './choose-provider.ts';
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
export function createProvidingHost({ memory, timeoutMs, ...options }: ProvidingOptions): ModelHost {
  const open = options.open ?? createModelHost;
  const candidates = options.candidates ?? CANDIDATES[process.platform] ?? [];
  const host = open();
  const choices = new Map<string, Promise<string>>();
  const find = async (path: string, feeds: Feeds): Promise<string> => {
    const known = await memory.recall(path);
    if (known !== undefined) return known.provider;
    const trial = { path, feeds, candidates, host: () => open(), clock: systemClock, timeoutMs };
    const choice = await chooseProvider(trial);
    await memory.keep(path, choice);
    return choice.provider;
  };
  const providerOf = (path: string, feeds: Feeds): Promise<string> => {
    const known = choices.get(path);
    if (known !== undefined) return known;
    // A model that does not even run on the processor says so when it is really run.
    const finding = candidates.length === 0 ? Promise.resolve('cpu') : find(path, feeds).catch(() => 'cpu');
    choices.set(path, finding);
    return finding;
  };
  const giveUp = async (path: string, provider: string, error: MontageError): Promise<void> => {
    choices.set(path, Promise.resolve('cpu'));
    const verdict = { provider, ms: null, reason: error.fault.message };
    const choice: ProviderChoice = { provider: 'cpu', verdicts: [verdict] };
    await memory.keep(path, choice);
  };
  return {
    async run(use, feeds, runOptions) {
      const provider = use.provider ?? (await providerOf(use.path, feeds));
      const on = (where: string): ModelUse => ({ ...use, provider: where });
      try {
        return await host.run(on(provider), feeds, runOptions);
      } catch (error) {
        const isOver = runOptions?.signal?.aborted === true || !(error instanceof MontageError);
        if (provider === 'cpu' || use.provider !== undefined || isOver) throw error;
        await giveUp(use.path, provider, error);
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
